"""How much memory a runner's whole tree holds, looked at often while a task runs, and now and then while it waits."""

from __future__ import annotations

import time
from typing import Any

_NEVER = float("inf")
# Of a process that only waits: threads that an import has left may go on taking memory.
_WAITING_SECONDS = 1.0


class MemoryWatch:
    """Resident memory, so that a sparse mapping is no offence; shared pages counted once before anybody is accused."""

    def __init__(self, root: int, limit_bytes: int, tree: Any) -> None:
        self.peak_bytes = 0
        self.due_at = _NEVER
        self._root = root
        self._limit_bytes = limit_bytes
        self._tree = tree
        self._seconds = tree.MEMORY_POLL_SECONDS

    def begin(self) -> None:
        self.peak_bytes = 0
        self._seconds = self._tree.MEMORY_POLL_SECONDS
        self.due_at = time.monotonic()

    def wait(self) -> None:
        self._seconds = _WAITING_SECONDS
        self.due_at = time.monotonic() + self._seconds

    def end(self) -> None:
        self.due_at = _NEVER

    def look(self) -> int:
        """Bytes held now when they are more than the limit, else 0."""
        begun = time.thread_time()
        others = self._tree.descendants_of(self._root)
        held = self._tree.resident_bytes({self._root} | others)
        if held > self._limit_bytes and others:
            held = self._tree.held_bytes(self._root, others)
        self.peak_bytes = max(self.peak_bytes, held)
        took = time.thread_time() - begun
        # A look takes longer the more processes and threads there are: never more than a fiftieth of the time. What it
        # waited for a processor does not count, or a busy machine would be watched least.
        self.due_at = time.monotonic() + max(self._seconds, 50 * took)
        return held if held > self._limit_bytes else 0
