"""How often the kernel has ended a process of our control group because memory ran out."""

from __future__ import annotations

from functools import lru_cache
from typing import List, Optional, Tuple


def kernel_kills() -> Optional[int]:
    """The kernel's own counter (cgroup v2 or v1); None where it cannot be read."""
    path = _counter_file()
    return _count_in(path) if path else None


@lru_cache(maxsize=None)
def _counter_file() -> Optional[str]:
    return next((path for path in _counter_files() if _count_in(path) is not None), None)


def _count_in(path: str) -> Optional[int]:
    try:
        with open(path, encoding="ascii") as file:
            for line in file:
                if line.startswith("oom_kill "):
                    return int(line.split()[1])
    except OSError:
        pass
    return None


def _counter_files() -> List[str]:
    files: List[str] = []
    for controllers, group in _own_groups():
        # In a container the group's path is often that of the host, and its files are at the mount's root.
        for place in (group.rstrip("/"), ""):
            if "memory" in controllers.split(","):
                files.append(f"/sys/fs/cgroup/memory{place}/memory.oom_control")
            elif controllers == "":
                files.append(f"/sys/fs/cgroup{place}/memory.events")
    return files


def _own_groups() -> List[Tuple[str, str]]:
    try:
        with open("/proc/self/cgroup", encoding="utf-8") as file:
            lines = [line.rstrip("\n").split(":", 2) for line in file]
    except OSError:
        return []
    return [(line[1], line[2]) for line in lines if len(line) == 3]
