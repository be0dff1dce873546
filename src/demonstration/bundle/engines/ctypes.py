"""The simulation in C++, as a shared library reached through ctypes."""
from __future__ import annotations

import ctypes
from pathlib import Path
from typing import List, Tuple

_library = ctypes.CDLL(str(Path(__file__).with_name("_seir.so")))
_library.seir_simulate.restype = None
_library.seir_simulate.argtypes = (
    [ctypes.c_double] * 4 + [ctypes.c_int64] * 3 + [ctypes.c_uint64, ctypes.POINTER(ctypes.c_int64)]
)


def simulate(
    beta: float,
    sigma: float,
    gamma: float,
    seasonality: float,
    population: int,
    initial_infected: int,
    days: int,
    seed: int,
) -> List[Tuple[int, int, int, int, int]]:
    """Rows of (susceptible, exposed, infectious, recovered, new infections), one a day."""
    counts = (ctypes.c_int64 * (5 * days))()
    _library.seir_simulate(beta, sigma, gamma, seasonality, population, initial_infected, days, seed, counts)
    return [tuple(counts[5 * day : 5 * day + 5]) for day in range(days)]
