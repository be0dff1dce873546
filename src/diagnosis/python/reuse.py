"""Runs tasks one after the other in this one process, and says after each what it has left behind. Standard library only.

Started as `python -s -u reuse.py <request>` (from 3.11 on with `-P`) with a task's own environment variables and limits; the
standard output and error are the simulation's. `request` is a JSON file:
    {"bundle"       a private copy of the bundle, which becomes the working directory and the first place of sys.path
     "wire"         what the bundle says of its wire function, as in src/runner/python/runner.py; may be left out
     "entrypoint",
     "tasks"        [{"params", "seed"}], in this order
     "outputs"      a folder: the outputs of task i become the files <outputs>/<i>/<name>, each name encoded as that of an
                    artifact (src/contracts/result/artifact-name.ts)}

One JSON object a line goes to <outputs>/events.jsonl, at once, so that a crash leaves what was there before it:
    {"task", "outcome", "outputs", "seconds"}
`outcome` is {"kind": "completed"} or {"kind": "raised", "error": {"type", "message", "traceback"}}: what it raised, SystemExit
too, how it declared its failure, or why what it returned is no result. `outputs` are the names of those that could be written.
The first task imports the bundle, as do all after it while that fails. The working directory and the environment are not put back between tasks: whatever one leaves the next one finds.
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
