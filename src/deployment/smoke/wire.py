"""The simulation by which a deployment is tried out: nothing but Python, an answer that is known beforehand."""

import json


def wire(entrypoint: str, params: dict, seed: int) -> dict[str, bytes]:
    return {"answer": json.dumps({"entrypoint": entrypoint, "seed": seed, "number": params["number"]}).encode()}
