"""A range of memory at one moment, in pieces that moments share where nothing has changed."""

from __future__ import annotations

from typing import Iterator, List, Optional, Tuple

from .memory import Memory

PIECE_BYTES = 64 * 1024
_PAGE_BYTES = 4096
_WORD_BYTES = 8
_ZEROS = bytes(PIECE_BYTES)
# Closer ones are one change.
_GAP_BYTES = 16


class Content:
    def __init__(self, pieces: List[bytes]) -> None:
        self.pieces = pieces

    @staticmethod
    def read(memory: Memory, address: int, size: int, former: Optional["Content"]) -> Optional["Content"]:
        """None where it is not mapped any more."""
        pieces: List[bytes] = []
        for index, start in enumerate(range(0, size, PIECE_BYTES)):
            piece = memory.read(address + start, min(PIECE_BYTES, size - start))
            if piece is None:
                return None
            if former is not None and former.pieces[index] == piece:
                piece = former.pieces[index]
            elif piece == _ZEROS:
                piece = _ZEROS
            pieces.append(piece)
        return Content(pieces)

    @staticmethod
    def of(data: bytes) -> "Content":
        return Content([data[start : start + PIECE_BYTES] for start in range(0, len(data), PIECE_BYTES)])

    def part(self, start: int, size: int) -> bytes:
        first, last = start // PIECE_BYTES, (start + size - 1) // PIECE_BYTES
        joined = b"".join(self.pieces[first : last + 1])
        at = start - first * PIECE_BYTES
        return joined[at : at + size]

    def words(self) -> Iterator[Tuple[int, int]]:
        """Offset and value of each that is not zero, in pieces that are not all zero."""
        for index, piece in enumerate(self.pieces):
            if piece is _ZEROS:
                continue
            whole = memoryview(piece)[: len(piece) // _WORD_BYTES * _WORD_BYTES].cast("Q")
            start = index * PIECE_BYTES
            for at, word in enumerate(whole):
                if word:
                    yield start + at * _WORD_BYTES, word

    def changed(self, after: "Content") -> List[Tuple[int, int]]:
        """Start and end of each range of words that differ, apart by more than a gap."""
        found: List[Tuple[int, int]] = []
        for index, (old, new) in enumerate(zip(self.pieces, after.pieces)):
            if old is new or old == new:
                continue
            for page in range(0, len(new), _PAGE_BYTES):
                if old[page : page + _PAGE_BYTES] != new[page : page + _PAGE_BYTES]:
                    for at in range(page, min(page + _PAGE_BYTES, len(new)), _WORD_BYTES):
                        if old[at : at + _WORD_BYTES] != new[at : at + _WORD_BYTES]:
                            start = index * PIECE_BYTES + at
                            end = min(start + _WORD_BYTES, index * PIECE_BYTES + len(new))
                            if found and start - found[-1][1] < _GAP_BYTES:
                                found[-1] = (found[-1][0], end)
                            else:
                                found.append((start, end))
        return found
