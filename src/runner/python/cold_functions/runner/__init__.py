"""Calls the simulation, and takes what it returns."""
