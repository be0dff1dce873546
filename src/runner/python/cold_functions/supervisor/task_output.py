"""What one task printed: descriptors 1 and 2, in order of arrival, in its log; and the end of descriptor 2."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from .bounded_log import BoundedLog

STDERR_TAIL_BYTES = 8 * 1024
_EARLY_BYTES = 64 * 1024


class TaskOutput:
    """Output from before a task is assigned (an interpreter that complains at its start) belongs to the first task."""

    def __init__(self) -> None:
        self._log: Optional[BoundedLog] = None
        self._early: List[bytes] = []
        self._early_bytes = 0
        self._stderr_tail = b""

    def open(self, path: str, first_line: str) -> None:
        self._log = BoundedLog(path, first_line)
        for chunk in self._early:
            self._log.write(chunk)
        self._early = []

    def write(self, chunk: bytes, is_stderr: bool) -> None:
        if is_stderr:
            self._stderr_tail = (self._stderr_tail + chunk)[-STDERR_TAIL_BYTES:]
        if self._log:
            self._log.write(chunk)
        elif self._early_bytes < _EARLY_BYTES:
            self._early.append(chunk)
            self._early_bytes += len(chunk)

    def close(self) -> Dict[str, Any]:
        """Fields of the event that ends the task."""
        size = self._log.close() if self._log else None
        return {
            "log": {
                "bytes": size.bytes if size else 0,
                "omitted_bytes": size.omitted_bytes if size else 0,
                "failure": self._log.failure if self._log else "",
            },
            "stderr_tail": self._stderr_tail.decode("utf-8", "replace"),
        }
