from time import perf_counter

import starsim


def sir(params, seed):
    sim = starsim.Sim(
        n_agents=int(params["people"]),
        dur=int(params["years"]),
        diseases=starsim.SIR(beta=params["beta"], init_prev=0.02),
        networks="random",
        rand_seed=seed,
        verbose=0,
    )
    began = perf_counter()
    sim.run()
    return {"ms": 1000 * (perf_counter() - began), "infected": int(sim.results.sir.n_infected[-1])}
