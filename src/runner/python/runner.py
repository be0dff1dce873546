"""Runs simulation tasks, one after the other, and exits. Standard library only; started by exec, or by a template's fork.

Started as `python -P -s -u runner.py` (before 3.11 without `-P`) by the supervisor, which gives it an environment whose only
variables of Python's own are the hash seed and what its task may set, and
    descriptor 0   tasks, framed (cold_functions/frames.py); its end means: no more tasks, leave. Before the first one there may
                   be {"prepare": {"bundle", "wire", "imports"}}: the wire function is imported while there is no task yet, and
                   `imports`, dotted paths of which those in the bundle are imported, whatever comes of it; or
                   {"template": {"bundle", "wire", "imports", "trace"}}: the same is imported, and from then on this process runs no
                   task itself but forks a runner whenever it is asked to on descriptor 4. A forked one leaves without
                   `atexit` functions and destructors. With `trace` it finds out which lines of the bundle did what
                   forbids to fork
    descriptor 1, 2   the log: whatever the simulation prints, at any level
    descriptor 3   control: the lines below, each after an empty one, to the supervisor; closed in programs that the
                   simulation executes. When the process crashes (SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGILL), and when the
                   supervisor asks for it by signal 59 (Linux), Python's faulthandler writes its stack there

A task is {"entrypoint", "params", "seed", "bundle", "wire", "artifacts", "outputs", "env", "check", "aggregate"}: `bundle` is a
private copy that becomes the working directory and the first place of sys.path (the last one where it is installed), `wire` what the bundle says of its wire
function (below), `artifacts` an existing empty folder, `outputs` the names to keep or null for all, `env` the whole
process environment or null to leave it. Numbers are read by Python's own json, in the supervisor: they are what the sender wrote. With
`check`, {"entrypoints", "targets"}, the wire function is found and imported but not called, and the one output `preflight`
says why it could not be called, if so, and which of these names can be imported. With `aggregate`, {"target", "inputs"}, the target
is imported and called instead, with the outputs that lie in the folder `inputs` and that its inputs.json describes; see
cold_functions/runner/aggregate.py. The output `aggregation` is then an AggregationReturn as JSON.

Control lines, in this order
    {"type": "ready", "identity", "nonce", "python"}       who this process says it is; nonce drawn at its start
    {"type": "prepared", "import_ms", "cannot_fork", "lines", "written_by", "opened"}
                                                           after `prepare` or `template`; a process that cannot import
                                                           exits instead. `cannot_fork`: what the import has left that
                                                           forbids it, as the rest of a sentence, or nothing;
                                                           `opened`: files of its folders that it holds open to be
                                                           written, which each task gets copies of. With
                                                           `trace`, `lines` of the bundle that left it, and those that
                                                           wrote files by the paths of these beside the bundle's folder
    {"type": "entered", "ordinal", "import_ms", "wire"}    for each task: the wire function is found and about to be called;
                                                           `wire`: {"function", "distribution", "version"}, where it
                                                           came from, null and null for the bundle itself
    {"type": "done", "ordinal", "status", "error", "artifacts", "import_ms", "simulate_ms", "write_ms"}
status is succeeded, simulation-failed (the simulation or its loading raised, or it declared a failure), invalid-result
(it returned what cannot be stored, or its own limits, files or user keep it from being written), environment-failed (a
module is missing), out-of-memory (MemoryError) or infrastructure (this machine could not take the result). `error` is
null or {"error_type", "message", "traceback"}; artifacts are [{"name", "file", "size", "blake2b256", "content_type"}]: the
result, or, with any other status, what is kept beside the log because it was written all the same.
The result counts from `done`, not from the exit code; one that comes after a limit was met is none.
Without `done` the exit code or signal is the simulation's own: SystemExit is not caught. 179 is the runner's: the simulation has
closed the descriptor of the control lines, so nothing can be told any more.

The wire function is `wire(entrypoint: str, params: dict, seed: int) -> dict[str, bytes]`. `wire` of a task is {"named",
"entry_points", "distributions", "installed"}: the function that the bundle's metadata names, or null; the entry points of the group
`modelops.wire` that its project declares, each {"name", "value", "distribution", "version"}; the distributions, by
normalised name, whose installed entry points count with them; whether the bundle is itself one of these, so that what was
compiled of it comes before its sources. Found by the first of: the one entry point that counts;
`named`, which also decides between several; the function `wire` in wire.py. Text becomes UTF-8;
arrays, tables, figures, files and paths become files; other values JSON (cold_functions/runner/returned).

The file `wire.py` is the module `wire`, `sim.py` the module `sim`, `model/entry.py` the module `model.entry`: child
processes import them by these names. `src` goes onto sys.path when a module is there.
"""

import os
import sys

if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.path[0] != here:  # where Python puts it itself, it is the first already
        sys.path.insert(0, here)
    from cold_functions.runner.task_loop import run_tasks

    sys.path.remove(here)
    run_tasks()
