"""Whether a process that has imported a model can be forked without harm, and without one task seeing another."""

from __future__ import annotations

import os
import signal
import stat
import sys

from .. import process_tree
from .own_positions import can_be_opened_anew

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List, Set

_NAMED = 5
_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)


def why_not_fork(own_descriptors: Set[int], bundle: str) -> str:
    """What the import has left that forbids it, as the rest of a sentence; empty when nothing does. Linux."""
    return (
        _working_directory(bundle)
        or _timers()
        or _threads()
        or _processes()
        or _named("holds sockets", _held(own_descriptors, sockets=True))
        or _named("holds pipes open, or files to write to", _held(own_descriptors, sockets=False))
        or _named("maps memory that its children would share", _shared_maps())
    )


def _working_directory(bundle: str) -> str:
    """A task begins in its own copy of the bundle, wherever its template is."""
    if os.path.samefile(os.curdir, bundle):
        return ""
    return f"changes the working directory (to {os.getcwd()})"


def _timers() -> str:
    """A child has none, and its template would meet the signal."""
    return "sets a timer" if any(signal.getitimer(timer) != (0.0, 0.0) for timer in _TIMERS) else ""


def _threads() -> str:
    others = len(os.listdir("/proc/self/task")) - 1
    if not others:
        return ""
    threading = sys.modules.get("threading")
    known = [thread.name for thread in threading.enumerate()] if threading else []
    return _named(f"runs {others} more thread{'s' if others > 1 else ''}", known[1:] or ["not of Python"])


def _processes() -> str:
    return _named("left processes running", [str(pid) for pid in sorted(process_tree.descendants_of(os.getpid()))])


def _held(own: Set[int], sockets: bool) -> List[str]:
    """Descriptors whose state (a connection, what is written where) every child would share with the others."""
    found = []
    for descriptor in _open_descriptors(own):
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISCHR(mode) or stat.S_ISSOCK(mode) != sockets or can_be_opened_anew(descriptor):
            continue
        found.append(os.readlink(f"/proc/self/fd/{descriptor}"))
    return found


def readable_files(own: Set[int]) -> List[int]:
    """Files that are open for nothing but reading."""
    return [descriptor for descriptor in _open_descriptors(own) if can_be_opened_anew(descriptor)]


def _open_descriptors(own: Set[int]) -> List[int]:
    with os.scandir("/proc/self/fd") as listing:
        numbers = [int(entry.name) for entry in listing]
    return [number for number in numbers if number not in own and os.path.lexists(f"/proc/self/fd/{number}")]


def _shared_maps() -> List[str]:
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        lines = [line.split(None, 5) for line in maps]
    return sorted({line[5].strip() if len(line) > 5 else "anonymous" for line in lines if "w" in line[1] and "s" in line[1]})


def _named(what: str, names: Iterable[str]) -> str:
    names = list(names)
    if not names:
        return ""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{what} ({', '.join(names[:_NAMED])}{more})"
