"""Ends a runner's whole tree, whatever it does meanwhile."""

from __future__ import annotations

import os
import signal
import time
from typing import Any, Callable, Set

GIVE_UP_SECONDS = 5.0
# What a resource tracker gets once those are gone whose shared memory it removes; it takes some 0.1 s.
_TRACKER_SECONDS = 1.0
# How long one look for fleeing processes may hold up the other runners.
_BURST_SECONDS = 0.05


class TreeKiller:
    """`killed`: what was not the runner and had to be killed. `unkillable`: what is still there after five seconds."""

    def __init__(self, root: int, adopter: int, tree: Any, other_roots: Callable[[], Set[int]]) -> None:
        self.killed: Set[int] = set()
        self.unkillable: Set[int] = set()
        self._root = root
        self._adopter = adopter
        self._tree = tree
        self._other_roots = other_roots
        self._stopped: Set[int] = set()
        # Kept, since one that is just leaving no longer says what it is.
        self._trackers: Set[int] = set()
        self._spare_until = self._give_up_at = 0.0

    def terminate(self) -> None:
        """Asks the whole tree to end."""
        for pid in {self._root} | self._tree.descendants_of(self._root):
            send_signal(pid, signal.SIGTERM)

    def kill(self, root_gone: bool) -> bool:
        """One round. Whether nothing is left, or nothing more can be done."""
        if not self._give_up_at:
            self._give_up_at = time.monotonic() + GIVE_UP_SECONDS
            self._spare_until = time.monotonic() + _TRACKER_SECONDS
        burst_ends = time.monotonic() + _BURST_SECONDS
        while True:
            left = self._members(root_gone)
            if root_gone and not left:
                return True
            left = self._tree.living(left if root_gone else left | {self._root})
            # All are stopped before any is killed, until no new one shows: a tree that keeps forking cannot outrun it.
            left -= self._spared(left)
            fresh = left - self._stopped
            for pid in fresh:
                send_signal(pid, signal.SIGSTOP)
            self._stopped |= fresh
            if not fresh or time.monotonic() >= burst_ends:
                break
        for pid in left:
            send_signal(pid, signal.SIGKILL)
        self.killed |= left - {self._root}
        if time.monotonic() < self._give_up_at:
            return False
        self.unkillable = left
        self.killed -= left
        return True

    def _members(self, root_gone: bool) -> Set[int]:
        if root_gone:
            return self._tree.left_by(self._root, self._adopter, self._other_roots())
        return self._tree.descendants_of(self._root)

    def _spared(self, left: Set[int]) -> Set[int]:
        """Python's own processes that remove, once everybody else is gone, what a tree leaves in shared memory."""
        if time.monotonic() >= self._spare_until:
            return set()
        self._trackers |= {pid for pid in left - self._stopped if self._tree.is_resource_tracker(pid)}
        return left & self._trackers


def send_signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass  # it was faster
    except PermissionError:
        pass  # it took another user's identity: it will be reported as unkillable
