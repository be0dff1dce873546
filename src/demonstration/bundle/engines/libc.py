"""The simulation in Python, with its cache in the C library's own static state.

For machines without a compiler. ``hcreate`` and ``hsearch`` keep one hash table for the whole process inside the C
library: like a static in C++, it survives whatever happens to Python's modules.
"""
from __future__ import annotations

import ctypes
import math
from typing import Callable, List, Optional, Tuple

_STEPS_PER_DAY = 4
_DAYS_PER_YEAR = 365
_SLOTS = 3


class _Entry(ctypes.Structure):
    _fields_ = [("key", ctypes.c_void_p), ("data", ctypes.c_void_p)]


_FIND, _ENTER = 0, 1
_libc = ctypes.CDLL(None)
_libc.hcreate.argtypes = [ctypes.c_size_t]
_libc.hsearch.argtypes = [_Entry, ctypes.c_int]
_libc.hsearch.restype = ctypes.POINTER(_Entry)
_libc.strdup.argtypes = [ctypes.c_char_p]
_libc.strdup.restype = ctypes.c_void_p
_libc.malloc.argtypes = [ctypes.c_size_t]
_libc.malloc.restype = ctypes.c_void_p

#: transmission for each day of the year, then the probabilities of progression and of recovery; all for one step
_StepTable = ctypes.c_double * (_DAYS_PER_YEAR + 2)


def _look_up(key: bytes) -> Optional[int]:
    name = ctypes.create_string_buffer(key)
    found = _libc.hsearch(_Entry(ctypes.addressof(name), None), _FIND)
    return found.contents.data or 0 if found else None


def _store(key: bytes, data: int) -> None:
    entry = _libc.hsearch(_Entry(_libc.strdup(key), data), _ENTER)
    if not entry:
        raise MemoryError("the C library's hash table is full")
    entry.contents.data = data  # ENTER leaves an existing entry as it is


def _build(beta: float, sigma: float, gamma: float, seasonality: float) -> int:
    address = _libc.malloc(ctypes.sizeof(_StepTable))
    if not address:
        raise MemoryError("no memory for the table of rates")
    table = _StepTable.from_address(address)
    for day in range(_DAYS_PER_YEAR):
        season = 1.0 + seasonality * math.cos(2.0 * math.pi * day / _DAYS_PER_YEAR)
        table[day] = beta * season / _STEPS_PER_DAY
    table[_DAYS_PER_YEAR] = 1.0 - math.exp(-sigma / _STEPS_PER_DAY)
    table[_DAYS_PER_YEAR + 1] = 1.0 - math.exp(-gamma / _STEPS_PER_DAY)
    return address


def _table_for(beta: float, sigma: float, gamma: float, seasonality: float) -> List[float]:
    """Tables are kept, since replicates share one.

    THE DEFECT THAT THIS DEMONSTRATION IS ABOUT: the cache has three slots and lives as long as the process. When all
    are taken, the last one is handed out as it is, for whatever rates. So the first three parameter sets of a process
    are right and every further one silently runs with the rates of the third; in a fresh process nothing is ever
    wrong.
    """
    _libc.hcreate(4 * _SLOTS)  # does nothing when the process has its table already
    key = f"{beta!r},{sigma!r},{gamma!r},{seasonality!r}".encode()
    address = _look_up(key)
    if address is None:
        used = _look_up(b"used") or 0
        if used < _SLOTS:
            address = _build(beta, sigma, gamma, seasonality)
            _store(key, address)
            _store(b"last", address)
            _store(b"used", used + 1)
        else:
            address = _look_up(b"last")
    assert address is not None
    return list(_StepTable.from_address(address))


def _random(seed: int) -> Callable[[], float]:
    """SplitMix64, uniform on (0, 1]: the same draws as the C++ model makes."""
    state = seed
    mask = 0xFFFFFFFFFFFFFFFF

    def uniform() -> float:
        nonlocal state
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
        return ((z >> 11) + 1.0) * 2.0**-53

    return uniform


def _binomial(uniform: Callable[[], float], n: int, p: float) -> int:
    """Exact draw by geometric gaps between successes; takes time in proportion to n * p."""
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - _binomial(uniform, n, 1.0 - p)
    log_failure = math.log1p(-p)
    successes, trials = 0, 0
    while True:
        trials += math.floor(math.log(uniform()) / log_failure) + 1
        if trials > n:
            return successes
        successes += 1


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
    table = _table_for(beta, sigma, gamma, seasonality)
    progression, recovery = table[_DAYS_PER_YEAR:]
    uniform = _random(seed)
    s, e, i, r = population - initial_infected, 0, initial_infected, 0
    history: List[Tuple[int, int, int, int, int]] = []
    for day in range(days):
        new_infections = 0
        for _ in range(_STEPS_PER_DAY):
            force = table[day % _DAYS_PER_YEAR] * i / population
            infected = _binomial(uniform, s, 1.0 - math.exp(-force))
            progressed = _binomial(uniform, e, progression)
            recovered = _binomial(uniform, i, recovery)
            s -= infected
            e += infected - progressed
            i += progressed - recovered
            r += recovered
            new_infections += infected
        history.append((s, e, i, r, new_infections))
    return history
