"""A log file of bounded size: the first and the last bytes are kept, those between are counted."""

from __future__ import annotations

import io
from collections import deque
from typing import Deque, NamedTuple, Optional, Union

HEAD_BYTES = 512 * 1024
TAIL_BYTES = 512 * 1024


class LogSize(NamedTuple):
    """Bytes in the file, and bytes that were written to the log but are not in the file."""

    bytes: int
    omitted_bytes: int


class BoundedLog:
    """Takes any amount of output; holds at most HEAD_BYTES (until it is open), TAIL_BYTES and one chunk in memory.

    A full disk does not stop the simulation: what could not be written is counted as left out, and `failure` says why. Whoever reads
    that tries the task again, as nobody knows what was lost.
    """

    def __init__(self) -> None:
        self.failure = ""
        self._file: Optional[io.FileIO] = None
        self._is_open = False
        self._early = bytearray()
        self._room = HEAD_BYTES
        self._tail: Deque[bytes] = deque()
        self._tail_bytes = 0
        self._omitted = 0
        self._written = 0

    def open(self, path: str, first_line: str) -> None:
        """What was written before comes after the first line."""
        try:
            self._file = io.FileIO(path, "w")
        except OSError as error:
            self.failure = str(error)
        self._is_open = True
        self._to_file(first_line.encode("utf-8", "backslashreplace") + b"\n")
        self._to_file(self._early)
        self._early = bytearray()

    def write(self, chunk: bytes) -> None:
        if self._room:
            head = chunk[: self._room]
            if self._is_open:
                self._to_file(head)
            else:
                self._early += head
            chunk, self._room = chunk[self._room :], max(0, self._room - len(chunk))
            if not chunk:
                return
        self._tail.append(chunk)
        self._tail_bytes += len(chunk)
        while self._tail_bytes - len(self._tail[0]) >= TAIL_BYTES:
            self._drop(len(self._tail.popleft()))

    @property
    def unwritten(self) -> bytes:
        """What came while nobody had opened it: its start."""
        return bytes(self._early)

    def close(self) -> LogSize:
        if not self._is_open:
            return LogSize(0, 0)
        tail = b"".join(self._tail)
        surplus = max(0, len(tail) - TAIL_BYTES)
        self._omitted += surplus
        if self._omitted:
            kept = f"the log keeps the first {HEAD_BYTES} and the last {TAIL_BYTES}"
            self._to_file(f"\n[{self._omitted} bytes left out here: {kept}]\n".encode())
        self._to_file(tail[surplus:])
        if self._file:
            self._file.close()
        return LogSize(self._written, self._omitted)

    def _drop(self, count: int) -> None:
        self._tail_bytes -= count
        self._omitted += count

    def _to_file(self, data: Union[bytes, bytearray]) -> None:
        rest = memoryview(data)
        try:
            while rest and self._file and not self.failure:
                count = self._file.write(rest)
                self._written += count
                rest = rest[count:]
        except OSError as error:
            self.failure = str(error)
        self._omitted += len(rest)
