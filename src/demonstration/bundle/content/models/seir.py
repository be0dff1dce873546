"""Stochastic SEIR epidemic with seasonal transmission: parameters in, days out.

The simulation itself is ``models.engine``, which is compiled where a compiler is at hand. Parameters (all optional):

=================  =======  ==========================================================
beta               0.4      infections an infectious person causes a day, yearly mean
sigma              0.2      1 / days between infection and infectiousness
gamma              0.1      1 / days of infectiousness
seasonality        0.1      amplitude of transmission over the year, 0 to 1
population         10000    people
initial_infected   10       infectious people on day 0
days               160      length of the simulation, at most 36500
=================  =======  ==========================================================
"""
from __future__ import annotations

from typing import Dict, List, NamedTuple, Tuple, Union

from models import engine

Scalar = Union[str, bool, int, float]

DEFAULTS: Dict[str, Union[int, float]] = {
    "beta": 0.4,
    "sigma": 0.2,
    "gamma": 0.1,
    "seasonality": 0.1,
    "population": 10_000,
    "initial_infected": 10,
    "days": 160,
}
#: whole numbers from 1 to this
LARGEST: Dict[str, int] = {"population": 10_000_000, "initial_infected": 10_000_000, "days": 36_500}


class Epidemic(NamedTuple):
    population: int
    #: (susceptible, exposed, infectious, recovered, new infections) at the end of each day
    days: List[Tuple[int, int, int, int, int]]


def run(params: Dict[str, Scalar], seed: int) -> Epidemic:
    """Simulates one epidemic.

    :raises ValueError: for a parameter that is unknown or out of range
    """
    values = {**DEFAULTS, **_checked(params)}
    population, infected = int(values["population"]), int(values["initial_infected"])
    if infected > population:
        raise ValueError(f"initial_infected is {infected}, the population has only {population}")
    rates = [float(values[name]) for name in ("beta", "sigma", "gamma", "seasonality")]
    days = engine.simulate(*rates, population, infected, int(values["days"]), seed)
    return Epidemic(population, days)


def to_csv(epidemic: Epidemic) -> str:
    rows = ["day,susceptible,exposed,infectious,recovered,new_infections"]
    rows += [",".join(map(str, (day, *counts))) for day, counts in enumerate(epidemic.days, start=1)]
    return "\n".join(rows) + "\n"


def summarise(epidemic: Epidemic) -> Dict[str, Union[int, float]]:
    infectious = [day[2] for day in epidemic.days]
    peak = max(infectious)
    total = sum(day[4] for day in epidemic.days)
    return {
        "attack_rate": round(total / epidemic.population, 6),
        "total_infections": total,
        "peak_infectious": peak,
        "peak_day": infectious.index(peak) + 1,
    }


def _checked(params: Dict[str, Scalar]) -> Dict[str, Union[int, float]]:
    checked: Dict[str, Union[int, float]] = {}
    for name, value in params.items():
        if name not in DEFAULTS:
            raise ValueError(f"unknown parameter {name!r}: this model has {', '.join(sorted(DEFAULTS))}")
        if isinstance(value, (bool, str)):
            raise ValueError(f"{name} is {value!r}, a number is required")
        if name in LARGEST and not (1 <= value <= LARGEST[name] and value == int(value)):
            raise ValueError(f"{name} is {value}, a whole number from 1 to {LARGEST[name]} is required")
        if value < 0 or (name == "seasonality" and value > 1):
            raise ValueError(f"{name} is {value}, which is out of range")
        checked[name] = value
    return checked
