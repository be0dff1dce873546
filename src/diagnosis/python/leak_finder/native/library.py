"""A shared object that is watched: its written sections in memory, and what is where in them."""

from __future__ import annotations

import struct
from bisect import bisect_right
from typing import Dict, List, NamedTuple, Optional, Tuple

from .demangle import demangled
from .elf_file import ElfFile, Section, Symbol
from .loaded_objects import LoadedObject

# The dynamic linker writes these when a function is called first, and what starts and ends a library are no variables.
_NOT_OF_THE_SOURCE = (".got", ".dynamic", ".init_array", ".fini_array", ".ctors", ".dtors", ".jcr", ".tm_clone_table")
_MADE_BY_COMPILERS = ("__pyx_", "_ZTV", "_ZTI", "_ZTS", "__dso_handle", "completed.", "object.", "__frame_dummy")
_OF_CYTHON_SOURCE = "__pyx_v_"
GUARD = "_ZGV"
TLS_GUARD = "__tls_guard"
_RELA_BYTES = 24


class Region(NamedTuple):
    section: str
    # In this process.
    address: int
    size: int
    # As the file and its symbols count; null for what is in no file.
    place: Optional[int]
    is_thread_local: bool


class Library:
    """Raises OSError or ValueError for a file that cannot be read."""

    def __init__(self, name: str, loaded: LoadedObject, is_of_bundle: bool) -> None:
        # Relative to its root: the same in every process.
        self.name = name
        self.is_of_bundle = is_of_bundle
        self.file = ElfFile(loaded.path)
        self.regions = {region.section: region for region in self._regions(loaded)}
        self._symbols: Dict[bool, List[Symbol]] = {}
        self._starts: Dict[bool, List[int]] = {}
        self._by_name: Dict[str, Symbol] = {}
        self._debug: Optional[ElfFile] = None

    def symbol_at(self, region: Region, offset: int) -> Optional[Symbol]:
        if region.place is None:
            return None
        self._read_symbols()
        symbols, starts = self._symbols[region.is_thread_local], self._starts[region.is_thread_local]
        place = region.place + offset
        index = bisect_right(starts, place) - 1
        # A symbol may lie within another one that began before it.
        for symbol in symbols[max(0, index - 2) : index + 1][::-1]:
            if symbol.address <= place < symbol.address + symbol.size:
                return symbol
        return None

    @property
    def has_symbols(self) -> bool:
        """Of its own variables, not only of those that other objects can use."""
        return not self.file_with_symbols().is_stripped

    def symbol_named(self, name: str) -> Optional[Symbol]:
        self._read_symbols()
        return self._by_name.get(name)

    def guards_of(self, symbol: Symbol) -> List[Symbol]:
        """What says that the variable has been constructed: without it put back, too, it would not be constructed again."""
        own = self.symbol_named(GUARD + symbol.name[2:]) if symbol.name.startswith("_Z") else None
        if own:
            return [own]
        if symbol.is_thread_local and self.file_with_symbols().has_function(f"_ZTH{symbol.name[2:]}"):
            return [guard for guard in self._symbols[True] if guard.name == TLS_GUARD]
        return []

    def is_of_the_source(self, symbol: Symbol) -> bool:
        return symbol.name.startswith(_OF_CYTHON_SOURCE) or not (
            symbol.name.startswith(_MADE_BY_COMPILERS) or symbol.name == TLS_GUARD or symbol.name.startswith(GUARD)
        )

    def place_of(self, symbol: Symbol) -> Optional[Tuple[Region, int]]:
        for region in self.regions.values():
            if region.place is None:
                continue
            if region.is_thread_local == symbol.is_thread_local and 0 <= symbol.address - region.place < region.size:
                return region, symbol.address - region.place
        return None

    def initial(self, region: Region, now: bytes) -> bytes:
        """What was in it when it was loaded; where the linker has put addresses, what is there now."""
        assert region.place is not None
        section = next(each for each in self.file.sections if each.name == region.section)
        data = bytearray(self.file.raw(section) or bytes(region.size))
        rows = self.file.content(".rela.dyn")
        for at in range(0, len(rows) - _RELA_BYTES + 1, _RELA_BYTES):
            (address,) = struct.unpack_from("<Q", rows, at)
            offset = address - region.place
            if not region.is_thread_local and 0 <= offset <= region.size - 8:
                data[offset : offset + 8] = now[offset : offset + 8]
        return bytes(data)

    def file_with_symbols(self) -> ElfFile:
        if self._debug is None:
            self._debug = (self.file.debug_file() if self.file.is_stripped else None) or self.file
        return self._debug

    def _read_symbols(self) -> None:
        if self._symbols:
            return
        symbols = self.file_with_symbols().symbols()
        for is_thread_local in (False, True):
            chosen = [symbol for symbol in symbols if symbol.is_thread_local == is_thread_local]
            self._symbols[is_thread_local] = chosen
            self._starts[is_thread_local] = [symbol.address for symbol in chosen]
        self._by_name = {symbol.name: symbol for symbol in symbols}

    def _regions(self, loaded: LoadedObject) -> List[Region]:
        regions = []
        written = [section for section in self.file.sections if _is_watched(section)]
        tls_start = min((section.address for section in written if section.is_thread_local), default=0)
        for section in written:
            if not section.is_thread_local:
                address = loaded.base + section.address
                regions.append(Region(section.name, address, section.size, section.address, False))
            elif loaded.tls is not None:
                place = section.address - tls_start
                regions.append(Region(section.name, loaded.tls + place, section.size, place, True))
        return regions


def _is_watched(section: Section) -> bool:
    return section.is_written and section.size > 0 and not section.name.startswith(_NOT_OF_THE_SOURCE)


def plain_name(symbol: Optional[Symbol]) -> Optional[str]:
    return None if symbol is None else demangled(symbol.name)
