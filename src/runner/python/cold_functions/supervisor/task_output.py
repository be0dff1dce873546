"""What one task printed: descriptors 1 and 2, in order of arrival, in its log; the end of descriptor 2; where it crashed."""

from __future__ import annotations

from typing import Any, Dict

from .bounded_log import BoundedLog

STDERR_TAIL_BYTES = 8 * 1024
STACK_BYTES = 32 * 1024
UNLOGGED_BYTES = 64 * 1024


class TaskOutput:
    """Output from before a task is assigned (what an early import prints, say) belongs to the first task."""

    def __init__(self) -> None:
        self._log = BoundedLog()
        self._stderr_tail = b""
        self._stack = b""

    def open(self, path: str, first_line: str) -> None:
        self._log.open(path, first_line)

    def write(self, chunk: bytes, is_stderr: bool) -> None:
        if is_stderr:
            self._stderr_tail = (self._stderr_tail + chunk)[-STDERR_TAIL_BYTES:]
        self._log.write(chunk)

    def write_stack(self, line: bytes, begins: bool) -> None:
        """It is in the log and at the end of descriptor 2 too, where people look for it. Of several the last one is told."""
        line += b"\n"
        self.write(line, True)
        self._stack = ((b"" if begins else self._stack) + line)[:STACK_BYTES]

    def close(self) -> Dict[str, Any]:
        """Fields of the event that ends the task."""
        size = self._log.close()
        return {
            "log": {"bytes": size.bytes, "omitted_bytes": size.omitted_bytes, "failure": self._log.failure},
            "stderr_tail": self._stderr_tail.decode("utf-8", "replace"),
            "stack": self._stack.decode("utf-8", "replace"),
            "unlogged": self._log.unwritten[:UNLOGGED_BYTES].decode("utf-8", "replace"),
        }
