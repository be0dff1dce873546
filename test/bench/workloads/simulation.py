"""A simulation that works for a given time, and tells what C++ statics remember of tasks before it."""
import time

try:
    import statics
except ImportError:  # no compiler was there
    statics = None


def wire(entrypoint, params, seed):
    end = time.perf_counter() + params["busy_ms"] / 1000
    while time.perf_counter() < end:
        pass
    outputs = {"answer": str(seed)}
    if statics:
        import json

        counted = statics.count()
        del counted["pid"]
        outputs["mops_cold_bench_counters"] = json.dumps(counted)
    return outputs
