"""What tells one operating-system process from every other one.

Used from both sides: the runner tells who it is, the supervisor says what it sees, and the two must agree.
A pid alone is reused; with its start time, boot and pid namespace it is not.
"""

from __future__ import annotations

import os
import sys

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

    Identity = Dict[str, Any]


def identity_of(pid: int) -> Identity:
    """Identity of a process that is alive or not yet waited for. Raises OSError when there is none."""
    if sys.platform.startswith("linux"):
        return {
            "pid": pid,
            "start_time": _start_ticks(pid),
            "boot_id": _linux_boot(),
            "pid_namespace": _pid_namespace(),
        }
    start = _asked("ps", "-o", "lstart=", "-p", str(pid))
    return {"pid": pid, "start_time": start, "boot_id": _asked("sysctl", "-n", "kern.boottime"), "pid_namespace": ""}


def as_told(seen: Identity) -> Identity:
    """What the process is to say of itself: in a namespace of its own, that one, and its number there."""
    told = {**seen, **seen.get("inside", {})}
    told.pop("inside", None)
    return told


def _start_ticks(pid: int) -> str:
    with open(f"/proc/{pid}/stat", "rb") as stat:
        # The command's name, in parentheses, may hold anything: fields are counted from behind it.
        return stat.read().rpartition(b")")[2].split()[19].decode()


def _linux_boot() -> str:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="utf-8") as boot:
            return boot.read().strip()
    except OSError:
        with open("/proc/stat", encoding="utf-8") as stat:
            return "btime-" + next(line.split()[1] for line in stat if line.startswith("btime "))


def _pid_namespace() -> str:
    """That in which the pid counts: of whoever looks, which may not be that of the process."""
    return os.readlink("/proc/self/ns/pid").partition("[")[2].rstrip("]")


def _asked(*command: str) -> str:
    import subprocess

    surroundings = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C"}
    answer = subprocess.run(command, capture_output=True, text=True, env=surroundings).stdout.strip()
    if not answer:
        raise ProcessLookupError(f"{' '.join(command)} gave no answer")
    return " ".join(answer.split())
