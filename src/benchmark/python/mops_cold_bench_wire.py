"""The wire function that `mops-cold bench` puts around a bundle's own: runs it, and tells when, where and how clean.

The bench lays this file and `mops_cold_bench.json`, `{"wire": <the bundle's own spec> | null}`, into a copy of the
bundle. The bundle's own wire function is imported together with this module, so that whoever imports early imports the
model. The outputs are the bundle's own and one more, `mops_cold_bench`, JSON:

    entered_ns, left_ns  time.monotonic_ns() around the call
    process              what tells this process from every other one
    peak_bytes           most resident memory so far
    calls_before         how often this interpreter was here before
    counters             what the bundle gave as `mops_cold_bench_counters`, each 1 in a first call; null without

Standard library only, Python 3.9 or later.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib import import_module

_HERE = os.path.dirname(os.path.abspath(__file__))
_REPORT = "mops_cold_bench"
_COUNTERS = "mops_cold_bench_counters"
_CALLS = "_mops_cold_bench_calls"


def _own_wire():
    with open(os.path.join(_HERE, "mops_cold_bench.json"), encoding="utf-8") as file:
        spec = json.load(file)["wire"] or "wire.py:wire"
    module, _, function = spec.partition(":")
    # The names that child processes and pickle know: those of the runner.
    if _HERE not in sys.path:
        sys.path.insert(0, _HERE)
    sys.path.insert(sys.path.index(_HERE) + 1, os.path.join(_HERE, "src"))
    if module.endswith(".py"):
        module = module[:-3].removeprefix("src/").replace("/", ".")
    return getattr(import_module(module), function)


_wire = _own_wire()


def wire(entrypoint, params, seed):
    entered = time.monotonic_ns()
    # On sys, not in this module: a module that is imported afresh in a used interpreter must not look clean.
    calls_before = getattr(sys, _CALLS, 0)
    setattr(sys, _CALLS, calls_before + 1)
    outputs = _wire(entrypoint, params, seed)
    left = time.monotonic_ns()
    if not isinstance(outputs, dict):
        return outputs
    report = {
        "entered_ns": entered,
        "left_ns": left,
        "process": _process(),
        "peak_bytes": _peak_bytes(),
        "calls_before": calls_before,
        "counters": json.loads(outputs[_COUNTERS]) if _COUNTERS in outputs else None,
    }
    return {**outputs, _REPORT: json.dumps(report).encode()}


def _process():
    try:
        with open("/proc/self/stat", "rb") as stat, open("/proc/sys/kernel/random/boot_id", encoding="ascii") as boot:
            started = stat.read().rpartition(b")")[2].split()[19].decode()
            return f"{os.getpid()} {started} {boot.read().strip()}"
    except OSError:
        # A used process is told by its calls, so that it is enough to tell one that took over a pid.
        if not hasattr(sys, "_mops_cold_bench_token"):
            sys._mops_cold_bench_token = os.urandom(8).hex()
        return f"{os.getpid()} {sys._mops_cold_bench_token}"


def _peak_bytes():
    try:
        # Not ru_maxrss, in which a process inherits what its parent had before the exec.
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
