from kernel import infections


def wire(entrypoint, params, seed):
    return {"curve": infections(params["beta"], int(params["days"]), seed).tolist()}
