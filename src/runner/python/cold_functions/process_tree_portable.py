"""Processes below a runner where there is neither /proc nor prctl (macOS). Same functions as process_tree, weaker:

a process that left its group and lost its parent between two looks is not found, memory is looked at four times a
second, and a runner does not die with a supervisor that was killed.
"""

from __future__ import annotations

import errno
import os
import subprocess
from typing import Any, Dict, Iterable, List, NamedTuple, Set

MEMORY_POLL_SECONDS = 0.25
CHANGES_USERS = False

_remembered: Dict[int, Set[int]] = {}


class _Row(NamedTuple):
    parent: int
    group: int
    resident_kib: int
    state: str


def adopt_orphans() -> None:
    """Not possible here."""


def die_with_parent(parent: int, signal_number: int) -> None:
    """Not possible here; only a parent that is already gone is noticed."""
    if os.getppid() != parent:
        os.kill(os.getpid(), signal_number)


def fix_addresses() -> None:
    """Not possible here, which is an error: whoever asks for it depends on it."""
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


def see(steps: List[Dict[str, Any]]) -> None:
    """Not possible here."""
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


def see_at(folder: str, place: str) -> None:
    """Not possible here."""
    see([])


def be_first_when_memory_runs_out() -> None:
    """Not possible here."""


def descendants_of(root: int) -> Set[int]:
    """Below the runner, in its process group, or seen there before."""
    rows = _processes()
    known = _remembered.setdefault(root, set())
    found = {root} | {pid for pid in known if pid in rows} | {pid for pid, row in rows.items() if row.group == root}
    grew = True
    while grew:
        below = {pid for pid, row in rows.items() if row.parent in found and pid not in found}
        found |= below
        grew = bool(below)
    found -= {root}
    _remembered[root] = set(found)
    return found


def left_by(root: int, _adopter: int, _other_roots: Iterable[int]) -> Set[int]:
    """The same, when the runner is gone."""
    found = descendants_of(root)
    if not found:
        del _remembered[root]
    return found


def living(pids: Iterable[int]) -> Set[int]:
    rows = _processes()
    return {pid for pid in pids if pid in rows and not rows[pid].state.startswith("Z")}


def resident_bytes(pids: Iterable[int]) -> int:
    rows = _processes()
    return sum(rows[pid].resident_kib * 1024 for pid in pids if pid in rows)


def held_bytes(root: int, others: Iterable[int]) -> int:
    return resident_bytes({root, *others})


def is_resource_tracker(_: int) -> bool:
    """Not looked for here."""
    return False


def catches(_pid: int, _number: int) -> bool:
    """Cannot be known here."""
    return False


def is_handling(_pid: int, _number: int) -> bool:
    """Cannot be known here."""
    return False


def cpu_seconds(pid: int) -> float:
    return seconds_of(_ps("-o", "time=", "-p", str(pid)).strip())


def seconds_of(time: str) -> float:
    """What ps says, `[[dd-]hh:]mm:ss`, with fractions on macOS; 0 when it says nothing."""
    days, _, clock = time.rpartition("-")
    seconds = 0.0
    for part in clock.split(":"):
        seconds = seconds * 60 + float(part or 0)
    return int(days or 0) * 86_400 + seconds


def _processes() -> Dict[int, _Row]:
    rows = (line.split(None, 4) for line in _ps("-A", "-o", "pid=,ppid=,pgid=,rss=,stat=").splitlines())
    return {int(row[0]): _Row(int(row[1]), int(row[2]), int(row[3]), row[4]) for row in rows if len(row) == 5}


def _ps(*arguments: str) -> str:
    env = {"PATH": os.defpath, "LC_ALL": "C"}
    return subprocess.run(["ps", *arguments], capture_output=True, text=True, env=env).stdout
