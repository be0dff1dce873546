"""Blocks on the heap behind pointers, as far as glibc's allocator says how large they are."""

from __future__ import annotations

from time import process_time
from typing import Dict, Iterable, List, NamedTuple, Optional, Set, Tuple

from .memory import Memory

# Offsets of pointers: in a region, then in the block behind it, and so on.
Path = Tuple[int, ...]
# Where it is, by library, section and path, and where it leads.
Pointer = Tuple[Tuple[str, str, Path], int]

# As far as kernels of simulators go. The first ones are always followed, those behind them while there is time.
_LEVELS, _SURE_LEVELS = 8, 3
# Of the processor: what else runs on the machine must not decide what is found.
_MOST_SECONDS = 2.0
_LARGEST_BLOCK = 16 * 1024 * 1024
# A larger one is taken for numbers.
_LARGEST_OF_POINTERS = 256 * 1024
_MOST_BLOCKS = 20_000
_MOST_BYTES = 256 * 1024 * 1024
# Pointers between two looks at the clock.
_LOOK_AT_CLOCK = 1000
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
        self._bytes = 0
        self._low = min([self._brk[0] or 1 << 63, *[start for start, _ in self._mapped]], default=0)

    def behind(self, pointers: Iterable[Tuple[str, str, int, int]]) -> Dict[Tuple[str, str, Path], Block]:
        """
        Every block that is reached, by the shortest way to it alone.

        `pointers`: library, section and offset of each, and where it leads.
        """
        found: Dict[Tuple[str, str, Path], Block] = {}
        seen: Set[int] = set()
        level: List[Pointer] = [((library, section, (offset,)), word) for library, section, offset, word in pointers]
        begun = process_time()
        for number in range(_LEVELS):
            below: List[Pointer] = []
            for count, (place, word) in enumerate(level):
                if number >= _SURE_LEVELS and not count % _LOOK_AT_CLOCK and process_time() - begun > _MOST_SECONDS:
                    return found
                if word in seen or not self.may_be_block(word):
                    continue
                seen.add(word)
                block = self.block(word)
                if block is None or len(found) >= _MOST_BLOCKS or self._bytes >= _MOST_BYTES:
                    continue
                self._bytes += block.size
                found[place] = block
                if number + 1 < _LEVELS and block.size <= _LARGEST_OF_POINTERS:
                    library, section, path = place
                    words = memoryview(block.data)[: block.size // 8 * 8].cast("Q")
                    below += [
                        ((library, section, (*path, at * 8)), each)
                        for at, each in enumerate(words)
                        if each >= self._low and not each & 15
                    ]
            level = below
        return found

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

    def may_be_block(self, word: int) -> bool:
        """Tells most of what is none, without a look at it."""
        return word >= self._low and not word & 15 and self._is_in_place(word)

    def _is_in_place(self, word: int) -> bool:
        return self._brk[0] <= word < self._brk[1] or word & 4095 == 16

    def _is_within(self, chunk: int, size: int) -> bool:
        return any(start <= chunk and chunk + size <= end for start, end in self._mapped)
