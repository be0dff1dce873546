"""Where a variable is declared, as far as its library was compiled with debug information."""

from __future__ import annotations

from typing import Dict, Optional, Tuple

from .dwarf import Dwarf
from .elf_file import Symbol
from .library import Library, plain_name


class SourceLines:
    def __init__(self) -> None:
        self._read: Dict[str, Optional[Dwarf]] = {}
        self._known: Dict[Tuple[str, Symbol], Tuple[Optional[str], Optional[str]]] = {}

    def of(self, library: Library, symbol: Symbol) -> Tuple[Optional[str], Optional[str]]:
        """Its name, and path:line; null for what is not known."""
        place = (library.name, symbol)
        if place not in self._known:
            self._known[place] = self._find(library, symbol)
        return self._known[place]

    def _find(self, library: Library, symbol: Symbol) -> Tuple[Optional[str], Optional[str]]:
        name = plain_name(symbol)
        try:
            dwarf = self._dwarf(library)
            found = dwarf.declared(symbol.address, symbol.is_thread_local) if dwarf else None
        except (ValueError, IndexError, KeyError, MemoryError):  # written by a compiler in a way that is not known here
            found = None
        if found is None:
            return name, None
        # Names that are mangled say more; C and Fortran leave out the function.
        is_mangled = name != symbol.name and not symbol.name.startswith(name or "\0")
        return name if is_mangled else found.name, found.source

    def _dwarf(self, library: Library) -> Optional[Dwarf]:
        if library.name not in self._read:
            file = library.file_with_symbols()
            self._read[library.name] = Dwarf(file) if file.has_section(".debug_info") else None
        return self._read[library.name]
