import covasim


def wire(entrypoint, params, seed):
    sim = covasim.Sim(
        pop_size=2_000, pop_infected=20, n_days=int(params["days"]), beta=params["beta"], rand_seed=seed, verbose=0
    )
    sim.run()
    return {"infected": [int(n) for n in sim.results["cum_infections"].values]}
