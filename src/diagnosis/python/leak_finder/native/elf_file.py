"""Sections and symbols of an ELF file: 64 bits, little-endian, as on all machines that this runs on."""

from __future__ import annotations

import os
import struct
import zlib
from typing import Dict, List, NamedTuple, Optional

_SHF_WRITE, _SHF_ALLOC, _SHF_TLS, _SHF_COMPRESSED = 1, 2, 0x400, 0x800
_SHT_SYMTAB, _SHT_NOBITS, _SHT_DYNSYM = 2, 8, 11
_ZLIB = 1
_STT_OBJECT, _STT_COMMON, _STT_TLS = 1, 5, 6
_SHN_UNDEFINED, _SHN_ABSOLUTE = 0, 0xFFF1
# Where distributions install what was stripped.
_DEBUG = "/usr/lib/debug"


class Section(NamedTuple):
    name: str
    type: int
    flags: int
    address: int
    offset: int
    size: int
    link: int

    @property
    def is_written(self) -> bool:
        return self.flags & (_SHF_WRITE | _SHF_ALLOC) == _SHF_WRITE | _SHF_ALLOC

    @property
    def is_thread_local(self) -> bool:
        return bool(self.flags & _SHF_TLS)


class Symbol(NamedTuple):
    # Of a thread-local one, in its block.
    address: int
    size: int
    # As the compiler has mangled it.
    name: str
    is_thread_local: bool


class ElfFile:
    """Raises OSError or ValueError for what cannot be read as one."""

    def __init__(self, path: str) -> None:
        self.path = path
        head = self._read(0, 64)
        if head[:6] != b"\x7fELF\x02\x01":
            raise ValueError(f"{path} is no ELF file of 64 bits, little-endian")
        try:
            self.sections = self._read_sections(head)
        except (struct.error, IndexError) as error:
            raise ValueError(f"{path} is cut: {error}") from error
        self._by_name = {section.name: section for section in self.sections}

    def content(self, name: str) -> bytes:
        """Unpacked; empty where there is no such section. Raises ValueError where Python cannot unpack it."""
        section = self._by_name.get(name)
        if section is None:
            packed = self._by_name.get(name.replace(".debug_", ".zdebug_"))
            return zlib.decompress(self.raw(packed)[12:]) if packed else b""
        raw = self.raw(section)
        if not section.flags & _SHF_COMPRESSED:
            return raw
        (kind,) = struct.unpack_from("<I", raw)
        if kind != _ZLIB:
            raise ValueError(f"the section {name} of {self.path} is packed in a way that Python cannot unpack")
        return zlib.decompress(raw[24:])

    def has_section(self, name: str) -> bool:
        return name in self._by_name or name.replace(".debug_", ".zdebug_") in self._by_name

    def symbols(self) -> List[Symbol]:
        """Variables; of .symtab, and where it was stripped those that other objects can use."""
        tables = [section for section in self.sections if section.type == _SHT_SYMTAB]
        tables = tables or [section for section in self.sections if section.type == _SHT_DYNSYM]
        found: Dict[int, Symbol] = {}
        for table in tables:
            names = self.raw(self.sections[table.link])
            for name_at, info, _, index, value, size in struct.iter_unpack("<IBBHQQ", self.raw(table)):
                kind = info & 15
                if (
                    kind not in (_STT_OBJECT, _STT_COMMON, _STT_TLS)
                    or not size
                    or index in (_SHN_UNDEFINED, _SHN_ABSOLUTE)
                ):
                    continue
                name = names[name_at : names.index(b"\0", name_at)].decode("utf-8", "replace")
                is_thread_local = kind == _STT_TLS
                place = value | (1 << 63 if is_thread_local else 0)
                # Several names of one place: the one of the whole.
                if place not in found or found[place].size < size:
                    found[place] = Symbol(value, size, name, is_thread_local)
        return sorted(found.values())

    def has_function(self, name: str) -> bool:
        """Whether it has any symbol of this name."""
        return any(f"\0{name}\0".encode() in self.content(table) for table in (".strtab", ".dynstr"))

    @property
    def is_stripped(self) -> bool:
        return all(section.type != _SHT_SYMTAB for section in self.sections)

    def debug_file(self) -> Optional["ElfFile"]:
        """The file into which its symbols were moved, by its build id or its name."""
        folder = os.path.dirname(os.path.realpath(self.path))
        places = []
        note = self.content(".note.gnu.build-id")
        if len(note) > 16:
            identity = note[16:].hex()
            places.append(os.path.join(_DEBUG, ".build-id", identity[:2], identity[2:] + ".debug"))
        name = os.fsdecode(self.content(".gnu_debuglink").split(b"\0")[0])
        if name:
            for place in (folder, os.path.join(folder, ".debug"), _DEBUG + folder):
                places.append(os.path.join(place, name))
        for path in places:
            if os.path.isfile(path) and not os.path.samefile(path, self.path):
                try:
                    return ElfFile(path)
                except (OSError, ValueError):
                    continue
        return None

    def raw(self, section: Section) -> bytes:
        """As it is in the file, in which zeros have no place."""
        return b"" if section.type == _SHT_NOBITS else self._read(section.offset, section.size)

    def _read(self, start: int, size: int) -> bytes:
        # Opened anew: a descriptor that stays would be one of the simulation's.
        with open(self.path, "rb") as file:
            file.seek(start)
            return file.read(size)

    def _read_sections(self, head: bytes) -> List[Section]:
        (table,) = struct.unpack_from("<Q", head, 0x28)
        entry_size, count, names_index = struct.unpack_from("<HHH", head, 0x3A)
        if not table:
            return []
        data = self._read(table, entry_size * count)
        rows = [struct.unpack_from("<IIQQQQI", data, index * entry_size) for index in range(count)]
        names = self._read(*rows[names_index][4:6])
        sections = []
        for name_at, kind, flags, address, offset, size, link in rows:
            name = names[name_at : names.index(b"\0", name_at)].decode("utf-8", "replace")
            sections.append(Section(name, kind, flags, address, offset, size, link))
        return sections
