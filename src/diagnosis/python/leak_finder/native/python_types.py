"""What the interpreter itself writes into an extension's static types and module definitions."""

from __future__ import annotations

import ctypes
from typing import List, Tuple

from .content import Content

# Of Python's structures PyTypeObject and PyModuleDef, at most, and where their type stands.
_TYPE_BYTES, _DEFINITION_BYTES, _TYPE_AT = 424, 104, 8


class PythonTypes:
    def __init__(self) -> None:
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
        return False
