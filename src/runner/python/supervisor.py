"""Starts runners and lets nothing of them outlive its task. One for each worker, long-lived, without simulation code.

Started as `python -I -u supervisor.py [--place FOLDER] [--attempts FOLDER] [--sandbox JSON] [--portable]`. Commands are JSON lines on standard
input, events are JSON lines on standard output, complaints go to standard error. `process` is a name that the worker chooses. In `--attempts`
the folders of attempts will be made.

commands
    users    count                                                more users, told when they are free
    start    process, argv, env, cwd, view, memory_limit_bytes, forks, fixed_addresses, [user, network]
             fork and exec a runner; with `forks` (Linux) one that can become a template; with `fixed_addresses` (Linux) one
             without address randomisation; with a `view` (steps of own_view.py; none for none) one that finds other files than others;
             with `user` (null or one that is free) one that runs as it, which is not free until nothing of it is left.
             and, if not `network`, has none where that can be had. What is forked from a template runs as its user
    prepare  process, line                                        frames `line` for its standard input: it loads a bundle
                                                                  before there is a task, or becomes a template
    fork     process, template, memory_limit_bytes                lets the process `template` fork one more runner
    assign   process, task, timeout_ms, grace_ms, log_path, log_head, last
             frames `task` (JSON) for its standard input; the time limit starts; output goes to a new log; after
             the last one its standard input ends
    release  process                                              no more tasks: ends its standard input
    stop     process, reason, gently                              kills its whole tree: at once, or gently, as at its time
                                                                  limit, with TERM and after the grace of its task KILL
events
    ready       place, without_users, own_ipc, hides_processes, own_pids, closes_network, without_views
                                                                  the first one: where runners can find their folders; null when
                                                                  this machine does not allow it. Why runners cannot have
                                                                  users of their own; empty when they can. Whether they
                                                                  have means of communication of their own then, find in
                                                                  /proc only what is their user's, have process numbers of
                                                                  their own, and can be kept from the network. Why they
                                                                  cannot see what they need of folders that are closed to
                                                                  others; empty when they can
    users       users, error                                      these are free now: nothing runs as them, and nothing of
                                                                  them is left. Or why there are none
    started     process, identity                                 as seen from outside; `inside` of it, {"pid",
                                                                  "pid_namespace"}, is what it knows itself by, where it
                                                                  has process numbers of its own
    failed      process, error, final                             final: the program cannot be executed, now or later;
                                                                  else this machine had no room for another process
    control     process, message                                  what the runner said on descriptor 3. A stack that
                                                                  Python's faulthandler writes there goes into the log;
                                                                  anything else is ignored, with a line in the log, 20
                                                                  for a task, and then how many more
    limit       process, limit, [bytes]                           why it is being ended: timeout, memory, exit (its result
                                                                  is complete, but it does not leave), lost (its template
                                                                  has ended, which ends it) or the stop's reason. What
                                                                  its runner had said by then is told before
    task_ended  process, peak_memory_bytes, cpu_seconds, log, stderr_tail, stack, unlogged
                                                                  its task is done and it waits for another one. `stack`:
                                                                  the last that was written, at its time limit or a crash.
                                                                  `unlogged`: what it printed and has no log for, since
                                                                  it ended before it was assigned a task
    ended       process, exit_code, signal, limit, peak_memory_bytes, cpu_seconds, leftovers, oom_killed_by_kernel,
                log, stderr_tail, stack, unlogged                 nothing of it is left but leftovers.unkillable

When its standard input ends, or on SIGTERM, it kills everything and exits. On Linux a guardian process above it does
so even when the supervisor itself is killed. `--portable` uses what every Unix has instead of Linux' own means.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any, Optional

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def main() -> int:
    if sys.platform.startswith("linux") and "--portable" not in sys.argv:
        from cold_functions import process_tree as tree
    else:
        from cold_functions import process_tree_portable as tree
    from cold_functions.supervisor.guardian import guard
    from cold_functions.supervisor.spread_out import spread_out
    from cold_functions.supervisor.supervision import Supervision

    attempts = _given("--attempts")
    if attempts:
        spread_out(attempts)
    tree.adopt_orphans()
    guardian = os.getpid()
    supervisor = os.fork()
    if supervisor:
        return guard(supervisor, tree)
    tree.die_with_parent(guardian, signal.SIGTERM)
    tree.adopt_orphans()
    sandbox = _given("--sandbox")
    Supervision(tree, _place(tree), json.loads(sandbox) if sandbox else None).run()
    return 0


def _given(flag: str) -> Optional[str]:
    return sys.argv[sys.argv.index(flag) + 1] if flag in sys.argv else None


def _place(tree: Any) -> Optional[str]:
    place = _given("--place")
    if place is None:
        return None
    trial = os.fork()
    if trial == 0:
        try:
            tree.see_at(place, place)
            os._exit(0)
        except BaseException:  # nothing may return into the supervisor's code from here
            os._exit(1)
    return place if os.waitpid(trial, 0)[1] == 0 else None


if __name__ == "__main__":
    sys.exit(main())
