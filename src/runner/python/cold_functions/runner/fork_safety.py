"""Whether a process that has imported a model can be forked without harm, and without one task seeing another. Linux."""

from __future__ import annotations

import gc
import os
import signal
import stat
import sys
import time

from .. import process_tree
from .nameless_semaphores import take_names_away
from .own_files import OwnFiles
from .own_memory import OwnMemory
from .own_positions import can_be_opened_anew

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Set, Tuple

_NAMED = 5
_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
# Threads that only tidy up, by their names as the kernel has them: a forked process, which has none, is as well off without.
_DISPENSABLE = {
    "jemalloc_bg_thd",  # gives memory back to the system; jemalloc (pyarrow, polars) makes itself ready for a fork
    "polars-ooc-clea",  # removes what polars has written to TMPDIR because memory was short; that goes with the task
}
# One that is about to end is waited for.
_PATIENCE_SECONDS = 1.0
_LOOK_SECONDS = 0.01


def settle() -> None:
    """What is left as garbage is not left behind, and what is ending may end."""
    gc.collect()
    take_names_away()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while _threads() and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)


def leftovers(own_descriptors: Set[int], bundle: str) -> List[Tuple[str, Dict[str, str]]]:
    """What an import has left that forbids to fork: a clause for each kind, and of what there is of it the names, each by something
    that tells it from the others."""
    descriptors = open_descriptors(own_descriptors)
    memory, files = OwnMemory(descriptors), OwnFiles(descriptors, bundle)
    threads = _threads()
    held = [number for number in descriptors if not (_is_private(number) or memory.holds(number) or files.holds(number))]
    return [
        ("changes the working directory", _working_directory(bundle)),
        ("sets a timer", _timers()),
        (f"runs {len(threads)} more thread{'s' if len(threads) > 1 else ''}", threads),
        ("left processes running", {f"process {pid}": str(pid) for pid in sorted(process_tree.descendants_of(os.getpid()))}),
        ("holds sockets", _named([number for number in held if _is_socket(number)])),
        ("holds pipes open, or files to write to", _named([number for number in held if not _is_socket(number)])),
        ("maps memory that its children would share", {f"map {name}": name for name in memory.refused}),
    ]


def list_names(names: List[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def readable_files(own: Set[int]) -> List[int]:
    """Files that are open for nothing but reading."""
    return [descriptor for descriptor in open_descriptors(own) if can_be_opened_anew(descriptor)]


def open_descriptors(own: Set[int]) -> List[int]:
    """But for the runner's own."""
    with os.scandir("/proc/self/fd") as listing:
        numbers = [int(entry.name) for entry in listing]
    return [number for number in numbers if number not in own and os.path.lexists(f"/proc/self/fd/{number}")]


def _working_directory(bundle: str) -> Dict[str, str]:
    """A task begins in its own copy of the bundle, wherever its template is."""
    return {} if os.path.samefile(os.curdir, bundle) else {"directory": f"to {os.getcwd()}"}


def _timers() -> Dict[str, str]:
    """A child has none, and its template would meet the signal."""
    return {"timer": ""} if any(signal.getitimer(timer) != (0.0, 0.0) for timer in _TIMERS) else {}


def _threads() -> Dict[str, str]:
    threading = sys.modules.get("threading")
    of_python = {str(thread.native_id): thread.name for thread in threading.enumerate()} if threading else {}
    main = str(os.getpid())
    unnamed = _thread_name(main)
    found = {}
    for thread in os.listdir("/proc/self/task"):
        name = _thread_name(thread)
        if name and thread != main and name not in _DISPENSABLE:
            found[f"thread {thread}"] = of_python.get(thread) or (name if name != unnamed else "one without a name")
    return found


def _thread_name(thread: str) -> str:
    """As the kernel has it, which knows those of C++ and Rust too; empty when it has ended meanwhile."""
    try:
        with open(f"/proc/self/task/{thread}/comm", encoding="utf-8", errors="replace") as comm:
            return comm.read().strip() or "one without a name"
    except OSError:
        return ""


def _is_private(descriptor: int) -> bool:
    """Whether it has no state (a connection, what is written where) that every child would share with the others."""
    return stat.S_ISCHR(os.fstat(descriptor).st_mode) or can_be_opened_anew(descriptor)


def _is_socket(descriptor: int) -> bool:
    return stat.S_ISSOCK(os.fstat(descriptor).st_mode)


def _named(descriptors: List[int]) -> Dict[str, str]:
    return {f"{number} {name}": name for number, name in ((number, os.readlink(f"/proc/self/fd/{number}")) for number in descriptors)}
