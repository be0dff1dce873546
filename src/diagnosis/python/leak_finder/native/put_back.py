"""Writes a variable and the blocks behind it as they were."""

from __future__ import annotations

import ctypes
from bisect import bisect_right
from typing import Dict, List, Sequence, Tuple

from .heap import Block, Heap, Path
from .memory import Memory

_WORD_BYTES = 8


def put_back(memory: Memory, base: int, at: int, data: bytes, blocks: Sequence[Tuple[Path, Block]]) -> None:
    """
    A block that is no longer where its pointer led may have been given back and be another's: a new one gets its contents, and
    all pointers into it lead there.

    `base`: where the offsets of pointers count from; `at`: offset of the variable; `blocks`: what its pointers led to.
    """
    heap = Heap(memory)
    written: List[Tuple[int, bytearray]] = [(base + at, bytearray(data))]
    # Blocks that are in place, and where.
    homes: Dict[Path, int] = {(): base}
    moved: List[Tuple[int, int, int]] = []
    for path, block in sorted(blocks, key=lambda each: len(each[0])):
        home = homes.get(path[:-1])
        now = heap.block(block.address) if home is not None and memory.word(home + path[-1]) == block.address else None
        if now is not None and now.size == block.size:
            homes[path] = block.address
            written.append((block.address, bytearray(block.data)))
        else:
            new = _allocate(block.size)
            moved.append((block.address, block.size, new))
            written.append((new, bytearray(block.data)))
    moved.sort()
    for address, content in written:
        if moved:
            _lead_to(moved, content, -address % _WORD_BYTES)
        memory.write(address, bytes(content))


def _lead_to(moved: Sequence[Tuple[int, int, int]], content: bytearray, start: int) -> None:
    """Has the words of `content` that lead into a moved block lead into the new one."""
    starts = [old for old, _, _ in moved]
    for at in range(start, len(content) - _WORD_BYTES + 1, _WORD_BYTES):
        word = int.from_bytes(content[at : at + _WORD_BYTES], "little")
        index = bisect_right(starts, word) - 1
        if index >= 0:
            old, size, new = moved[index]
            if word <= old + size:
                content[at : at + _WORD_BYTES] = (word - old + new).to_bytes(_WORD_BYTES, "little")


def _allocate(size: int) -> int:
    malloc = ctypes.CDLL(None).malloc
    malloc.argtypes, malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
    address = malloc(size)
    if not address:
        raise MemoryError(f"no {size} bytes")
    return int(address)
