"""Processes below a runner on Linux: who they are, what memory they hold, and how none of them can slip away.

The supervisor and every runner are sub-reapers: an orphan goes to the nearest one above it. So what a living runner
started is below that runner, and what a dead runner left is a child of the supervisor, whatever it did to hide
(a session of its own, a double fork, an empty environment).
"""

from __future__ import annotations

import ctypes
import os
from typing import Iterable, List, Set, Union

from .kernel import check, libc, prctl
from .own_view import see

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_ADDR_NO_RANDOMIZE = 0x0040000
_PERSONALITY_AS_IT_IS = 0xFFFFFFFF
_page_bytes = os.sysconf("SC_PAGE_SIZE")
_kernel_lists_children = os.path.exists(f"/proc/self/task/{os.getpid()}/children")

MEMORY_POLL_SECONDS = 0.025
# Whether a process can be another user's than the supervisor.
CHANGES_USERS = True


def adopt_orphans() -> None:
    """Orphans below this process become its children. Survives exec, is not inherited."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1)


def leave_orphans() -> None:
    """The opposite: they go to the next one above."""
    prctl(_PR_SET_CHILD_SUBREAPER, 0)


_parent_death: List[int] = []


def die_with_parent(parent: int, signal_number: int) -> None:
    """The kernel sends this process the signal when its parent ends. Survives exec, is not inherited; a change of user undoes it."""
    _parent_death[:] = [parent, signal_number]
    _die_with_parent_again()


def _die_with_parent_again() -> None:
    if not _parent_death:
        return
    parent, signal_number = _parent_death
    prctl(_PR_SET_PDEATHSIG, signal_number)
    # 0: it has another namespace of process numbers than its parent, and cannot know. Nor need it: an orphan goes to the guardian then, who ends it.
    if os.getppid() not in (parent, 0):
        os.kill(os.getpid(), signal_number)


def fix_addresses() -> None:
    """No address randomisation for what this process executes, and all below it. Raises OSError where that is forbidden."""
    personality = check(libc.personality(ctypes.c_ulong(_PERSONALITY_AS_IT_IS)))
    check(libc.personality(ctypes.c_ulong(personality | _ADDR_NO_RANDOMIZE)))


def see_at(folder: str, place: str) -> None:
    """This process, what it executes, and all below it, find `folder` at the folder `place`, too; nobody else does. Raises OSError where that is forbidden."""
    see([{"show": folder, "at": place, "read_only": False}])


def be_first_when_memory_runs_out() -> None:
    """The kernel ends a simulation rather than the worker. Best effort: some sandboxes forbid it."""
    try:
        with open("/proc/self/oom_score_adj", "wb", buffering=0) as score:
            score.write(b"1000")
    except OSError:
        pass


def left_by(_root: int, adopter: int, other_roots: Iterable[int]) -> Set[int]:
    """All processes of a tree whose root is gone; zombies among them. `adopter`: whose children its orphans become."""
    found: Set[int] = set()
    for orphan in set(children_of(adopter)) - set(other_roots):
        found.add(orphan)
        found |= descendants_of(orphan)
    return found


def living(pids: Iterable[int]) -> Set[int]:
    """Those that are not zombies and not gone."""
    return {pid for pid in pids if _state(pid) not in ("Z", "X", "") or _other_threads(pid)}


def _as_owner_of(place: str, path: str) -> bytes:
    """Root without CAP_SYS_PTRACE, as in a container, may not look at the memory of another user's process; that user may."""
    try:
        owner = os.stat(place)
    except OSError:
        return b""
    if owner.st_uid == os.geteuid():
        return b""
    libc.setfsgid(owner.st_gid)
    libc.setfsuid(owner.st_uid)
    try:
        return _read(path)
    finally:
        libc.setfsuid(os.geteuid())
        libc.setfsgid(os.getegid())
        _die_with_parent_again()


def resident_bytes(pids: Iterable[int]) -> int:
    """Sum of resident memory. Cheap; counts pages that forked processes share once for each."""
    return sum(_resident_pages(pid) for pid in pids) * _page_bytes


def _resident_pages(pid: int) -> int:
    return _pages_told(str(pid)) or max((_pages_told(f"{pid}/task/{thread}") for thread in _other_threads(pid)), default=0)


def _pages_told(place: str) -> int:
    statm = _read(f"/proc/{place}/statm").split()
    return int(statm[1]) if len(statm) > 1 else 0


def held_bytes(root: int, others: Iterable[int]) -> int:
    """What a tree holds, a page that several share counted once. Slower; never more than it is.

    Two such counts, each of which misses something: proportional memory counts a part of what is shared with processes
    outside the tree (a template, and what else was forked from it); the root's resident memory with the others' private
    one misses what only the others share.
    """
    private, proportional = resident_bytes([root]), _rollup(root, b"Pss:")
    for pid in others:
        proportional += _rollup(pid, b"Pss:")
        private += _rollup(pid, b"Private_Clean:", b"Private_Dirty:")
    return max(private, proportional)


def _rollup(pid: int, *names: bytes) -> int:
    """Sum of these figures; resident memory where the kernel does not give them."""
    path = f"/proc/{pid}/smaps_rollup"
    lines = (_read(path) or _as_owner_of(f"/proc/{pid}", path)).splitlines()
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith(names)]
    return sum(found) if found else resident_bytes([pid])


def cpu_seconds(pid: int) -> float:
    """Processor time of a living process and of the children it waited for."""
    fields = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def descendants_of(pid: int) -> Set[int]:
    """All processes of a tree but its root; zombies among them."""
    found: Set[int] = set()
    waiting = [pid]
    while waiting:
        for child in children_of(waiting.pop()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def children_of(pid: int) -> List[int]:
    if not _kernel_lists_children:
        return [other for other in _all_pids() if parent_of(other) == pid]
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    # Each thread has its own list: a child belongs to the thread that forked it.
    return [int(child) for thread in threads for child in _read(f"/proc/{pid}/task/{thread}/children").split()]


def is_resource_tracker(pid: int) -> bool:
    """Of multiprocessing, or of a library that has taken it over."""
    return b"resource_tracker import main" in _read(f"/proc/{pid}/cmdline")


def catches(pid: int, number: int) -> bool:
    """Whether the process has a handler of its own for the signal: otherwise it would be ended by it, or never know."""
    return bool(_signals(pid, b"SigCgt:") >> (number - 1) & 1)


def is_handling(pid: int, number: int) -> bool:
    """Whether the signal waits for the process, or its handler runs and so keeps it blocked."""
    return bool(_signals(pid, b"SigPnd:", b"ShdPnd:", b"SigBlk:") >> (number - 1) & 1)


def _signals(pid: int, *sets: bytes) -> int:
    """Those that are in any of these sets, each as the bit below its number; none where the kernel does not tell."""
    found = 0
    for line in _read(f"/proc/{pid}/status").splitlines():
        if line.startswith(sets):
            found |= int(line.split()[1], 16)
    return found


def number_inside(pid: int) -> int:
    """By which number the process knows itself: that of its own namespace. -1 when there is no such process."""
    status = _read(f"/proc/{pid}/status")
    numbers = next((line.split() for line in status.splitlines() if line.startswith(b"NSpid:")), [])
    # Before Linux 4.1, and in some sandboxes, the kernel does not tell.
    return int(numbers[-1]) if len(numbers) > 1 else pid if status else -1


def parent_of(pid: int) -> int:
    """-1 when there is no such process."""
    fields = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    return int(fields[1]) if fields else -1


def _other_threads(pid: int) -> List[str]:
    """Those that go on when the first one has left by itself: the process then looks like a zombie without memory."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    return [thread for thread in threads if thread != str(pid) and _state(f"{pid}/task/{thread}") not in ("Z", "X", "")]


def _all_pids() -> List[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _state(place: Union[int, str]) -> str:
    fields = _read(f"/proc/{place}/stat").rpartition(b")")[2].split()
    return fields[0].decode() if fields else ""


def _read(path: str) -> bytes:
    """Content of a file below /proc; empty when the process is gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        content = b""
        while True:
            part = os.read(descriptor, 65536)
            if not part:
                return content
            content += part
    except OSError:
        return b""
    finally:
        os.close(descriptor)
