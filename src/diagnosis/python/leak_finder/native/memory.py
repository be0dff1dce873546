"""This process's memory, by addresses of which nobody knows whether they are mapped."""

from __future__ import annotations

import os
from typing import List, Optional, Tuple


class Memory:
    """Raises OSError where the system does not let a process read its own memory by /proc/self/mem."""

    def __init__(self) -> None:
        # Also writes what is mapped read-only, which is what a relocated table becomes.
        self.descriptor = os.open("/proc/self/mem", os.O_RDWR | os.O_CLOEXEC)
        # Of the descriptor that is lent to nobody: a simulation may close every one that it finds.
        self.maps: List[Tuple[int, int, str]] = []

    def read(self, address: int, size: int) -> Optional[bytes]:
        """None where any of it is not mapped."""
        try:
            data = os.pread(self.descriptor, size, address)
        except (OSError, OverflowError):
            return None
        return data if len(data) == size else None

    def word(self, address: int) -> Optional[int]:
        data = self.read(address, 8)
        return None if data is None else int.from_bytes(data, "little")

    def write(self, address: int, data: bytes) -> None:
        """Raises OSError where it is not mapped."""
        while data:
            written = os.pwrite(self.descriptor, data, address)
            address, data = address + written, data[written:]

    def look_up_maps(self) -> None:
        """Reads anew which private writable memory without a file there is: (start, end, name)."""
        self.maps = []
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
            for line in maps:
                places, rights, _, _, inode, *name = line.split(None, 5)
                if inode == "0" and rights.startswith("rw"):
                    start, end = places.split("-")
                    self.maps.append((int(start, 16), int(end, 16), name[0].strip() if name else ""))
