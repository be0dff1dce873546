"""Blocks on the heap behind pointers, as far as glibc's allocator says how large they are."""

from __future__ import annotations

import ctypes
from typing import Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple

from .memory import Memory

# Offsets of pointers: in a region, then in the block behind it, and so on.
Path = Tuple[int, ...]

_LEVELS = 3
_LARGEST_BLOCK = 16 * 1024 * 1024
_MOST_BLOCKS = 20_000
_MOST_BYTES = 256 * 1024 * 1024
_SMALLEST_CHUNK = 32
_PREVIOUS_IN_USE, _MAPPED, _FLAGS = 1, 2, 7


class Block(NamedTuple):
    address: int
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)


class Heap:
    """Where memory of the allocator is now, found out once for each look at it."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        memory.look_up_maps()
        # What grows by brk has this name; what else the allocator maps is found by its own mark in front of it.
        self._brk = next(((start, end) for start, end, name in memory.maps if name == "[heap]"), (0, 0))
        self._mapped = [(start, end) for start, end, name in memory.maps if not name]
        self._known: Dict[int, Optional[Block]] = {}
        self._bytes = 0
        self._low = min([self._brk[0] or 1 << 63, *[start for start, _ in self._mapped]], default=0)

    def behind(self, words: Iterable[Tuple[int, int]]) -> Iterator[Tuple[Path, Block]]:
        """Every block that is reached from the words, each by the shortest path."""
        level: List[Tuple[Path, int]] = [((offset,), word) for offset, word in words]
        for _ in range(_LEVELS):
            below: List[Tuple[Path, int]] = []
            for path, word in level:
                if word in self._known or not self._may_be_block(word):
                    continue
                block = self._known[word] = self.block(word)
                if block is not None and len(self._known) < _MOST_BLOCKS and self._bytes < _MOST_BYTES:
                    self._bytes += block.size
                    yield path, block
                    whole = memoryview(block.data)[: block.size // 8 * 8].cast("Q")
                    below += [((*path, at * 8), value) for at, value in enumerate(whole) if value >= self._low]
            level = below

    def block(self, address: int) -> Optional[Block]:
        """What the allocator has given out at this very address."""
        chunk = address - 16
        head = self._memory.word(chunk + 8)
        if head is None:
            return None
        size = head & ~_FLAGS
        if size < _SMALLEST_CHUNK or size % 16 or size > _LARGEST_BLOCK:
            return None
        if head & _MAPPED:
            if chunk % 4096 or size % 4096 or not self._is_within(chunk, size):
                return None
            return self._read(address, size - 16)
        start, end = self._brk
        if not (start <= chunk and chunk + size < end):
            return None
        following = self._memory.word(chunk + size + 8)
        if following is None or not following & _PREVIOUS_IN_USE:
            return None
        return self._read(address, size - 8)

    def _read(self, address: int, size: int) -> Optional[Block]:
        data = self._memory.read(address, size)
        return None if data is None else Block(address, data)

    def _may_be_block(self, word: int) -> bool:
        if word & 15:
            return False
        return self._brk[0] <= word < self._brk[1] or (word & 4095 == 16 and word >= self._low)

    def _is_within(self, chunk: int, size: int) -> bool:
        return any(start <= chunk and chunk + size <= end for start, end in self._mapped)


def allocate(data: bytes) -> int:
    """A new block with this content; the address is the allocator's."""
    malloc = ctypes.CDLL(None).malloc
    malloc.argtypes, malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
    address = malloc(len(data))
    if not address:
        raise MemoryError(f"no {len(data)} bytes")
    ctypes.memmove(address, data, len(data))
    return int(address)
