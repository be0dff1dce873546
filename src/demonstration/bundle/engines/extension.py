"""The simulation in C++, as a CPython extension."""
from models._seir import simulate

__all__ = ["simulate"]
