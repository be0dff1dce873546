"""What the interpreter itself writes into an extension's static types and module definitions."""

from __future__ import annotations

import ctypes
from typing import List, Optional, Tuple

from .content import Content
from .memory import Memory

# Of Python's structures PyTypeObject and PyModuleDef, at most, and where their type stands.
_TYPE_BYTES, _DEFINITION_BYTES, _TYPE_AT = 424, 104, 8
# How often a type's type may have another one.
_METATYPES = 2
_SMALLEST_ADDRESS = 4096


class PythonTypes:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        definition = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "PyModuleDef_Type"))
        self._kinds: List[Tuple[bytes, int]] = [
            (id(type).to_bytes(8, "little"), _TYPE_BYTES),
            (definition.to_bytes(8, "little"), _DEFINITION_BYTES),
        ]

    def is_bookkeeping(self, content: Content, at: int) -> bool:
        """Whether the place is in such a structure: reference counts, caches of methods, lists of subclasses."""
        for mark, size in self._kinds:
            start = max(0, at - size)
            found = content.part(start, at - start + _TYPE_AT + len(mark)).rfind(mark)
            if found >= _TYPE_AT and start + found - _TYPE_AT <= at < start + found - _TYPE_AT + size:
                return True
        return self._is_count_of_references(content, at)

    def _is_count_of_references(self, content: Content, at: int) -> bool:
        """Of an object that is no type itself, the first word: behind it stands its type, whose own type is one, too."""
        word = self._word(content.part(at + _TYPE_AT, 8))
        for _ in range(_METATYPES):
            if word is None or word % 8 or word < _SMALLEST_ADDRESS:
                return False
            word = self._word(self._memory.read(word + _TYPE_AT, 8))
            if word == id(type):
                return True
        return False

    @staticmethod
    def _word(data: Optional[bytes]) -> Optional[int]:
        return int.from_bytes(data, "little") if data and len(data) == 8 else None
