import starsim


def wire(entrypoint, params, seed):
    sim = starsim.Sim(
        n_agents=2_000,
        dur=int(params["years"]),
        diseases=starsim.SIR(beta=params["beta"], init_prev=0.02),
        networks="random",
        rand_seed=seed,
        verbose=0,
    )
    sim.run()
    return {"infected": [int(n) for n in sim.results.sir.n_infected]}
