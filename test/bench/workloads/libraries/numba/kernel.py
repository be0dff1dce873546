import numpy as np
from numba import njit


@njit(cache=True)
def infections(beta: float, days: int, seed: int) -> np.ndarray:
    """How many of 20,000 people are infected on each day, who meet at random. Shape (days,)."""
    np.random.seed(seed)
    people = 20_000
    infected_until = np.zeros(people, dtype=np.int64)
    infected_until[:20] = 10
    curve = np.zeros(days, dtype=np.int64)
    for day in range(days):
        for person in range(people):
            if infected_until[person] > day and np.random.random() < beta:
                met = np.random.randint(0, people)
                if infected_until[met] == 0:
                    infected_until[met] = day + 10
        curve[day] = np.sum(infected_until > day)
    return curve
