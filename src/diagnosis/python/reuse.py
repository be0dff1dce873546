"""Runs tasks one after the other in this one process, and says after each what it has left behind. Standard library only.

Started as `python -s -u reuse.py <request>` (from 3.11 on with `-P`) with a task's own environment variables and limits; the
standard output and error are the simulation's. `request` is a JSON file:
    {"bundle"       a private copy of the bundle, which becomes the working directory and the first place of sys.path
     "wire"         what the bundle says of its wire function, as in src/runner/python/runner.py; may be left out
     "entrypoint",
     "tasks"        [{"params", "seed"}], in this order
     "outputs"      a folder: the outputs of task i become the files <outputs>/<i>/<name>, each name encoded as that of an
                    artifact (src/contracts/result/artifact-name.ts)
     "watch"        whether all state is compared before and after each task; slower, and false where it is left out
     "roots"        the bundle's folder, then others: shared objects below these are looked into, and those that came with
                    them; Python modules below the first one in depth. The bundle's alone where it is left out
     "restore"      [{"before", "from", "changes"}]: before task `before`, the state that these keys name is put back to what it
                    was before task `from`, which comes earlier. May be left out}

One JSON object a line goes to <outputs>/events.jsonl, at once, so that a crash leaves what was there before it:
    {"task", "outcome", "outputs", "seconds"} and, with `watch`, "changes" and "unseen"; "not_restored" where something was not
`outcome` is {"kind": "completed"} or {"kind": "raised", "error": {"type", "message", "traceback"}}: what it raised, SystemExit
too, how it declared its failure, or why what it returned is no result. `outputs` are the names of those that could be written.
The first task imports the bundle, as do all after it while that fails; with `watch` or `restore` that is done ahead. The working
directory and the environment are not put back between tasks: whatever one leaves the next one finds.

`unseen`: sentences on what could not be looked into. `not_restored`: why a key could not be put back, by key. `changes`: what the
task left otherwise than it found it, the bundle's own first, libraries' last:
    {"key"          the same in other processes that run the same tasks, as is `restore`'s use of it:
                        native:<library>:<section>+<offset>:<size>      a variable of a shared object, or where its name is not
                                                                        known, the range of bytes
                        heap:<library>:<section>+<offset>:<size>        one that is as it was, but not what its pointers lead to:
                                                                        blocks on the heap, and those behind these
                        python:<module>.<name>                          a Python variable: `count`, `City.people`, a default
                                                                        `simulate(history=)`, a closure's `count[total]`
                        python:<module>                                 a module of the bundle that was imported meanwhile
                        process:<what>[:<name>]                         cwd, env, file, random, c:rand, …
     "kind"         native, heap, python or process
     "library", "section", "offset", "size", "symbol", "source"         of native and heap: file below its root or name of one
                                                                        elsewhere; demangled variable; file:line; each null
                                                                        where it is not known. In the place of a section there
                                                                        may be a module's state, or an object of an extension's
                                                                        type that a variable of the bundle holds
     "module", "name"
     "of_bundle"            whether the bundle's own code keeps it, not a library's or the process
     "before", "after"      hexadecimal bytes from the first changed word on, or a short text; null where there was nothing
     "restorable"           whether `restore` can put it back}
A variable is put back with the blocks it led to. Where a pointer leads elsewhere meanwhile, it gets a copy: the block itself may
have been given back. What is put back so can be dangerous: the process ends by SIGALRM when that sends it in circles.
Which change is the cause, only a sequence tells that puts it back. After such a sequence the process leaves without destructors.
"""

import os
import sys

if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    places = [here, os.path.join(here, "..", "..", "runner", "python")]
    sys.path[:] = places + [place for place in sys.path if place != here]
    from leak_finder.run_sequence import run_sequence

    sys.path[:] = [place for place in sys.path if place not in places]
    run_sequence(sys.argv[1])
