"""Where a variable is declared, by DWARF 2 to 5: its place in the source and the function, class or namespace it is in."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from .elf_file import ElfFile

_VARIABLE, _COMMON_BLOCK, _NAMESPACE = 0x34, 0x1A, 0x39
# What a variable may be in: class, struct, union, common block, subprogram, namespace, module.
_SCOPES = (0x02, 0x13, 0x17, 0x1A, 0x2E, 0x39, 0x1E)
_NAME, _LOCATION, _STMT_LIST, _COMP_DIR, _DECL_FILE, _DECL_LINE = 0x03, 0x02, 0x10, 0x1B, 0x3A, 0x3B
_ABSTRACT_ORIGIN, _SPECIFICATION, _STR_OFFSETS_BASE, _ADDR_BASE = 0x31, 0x47, 0x72, 0x73
_OP_ADDR, _OP_CONST8U, _OP_ADDRX = 0x03, 0x0E, 0xA1
_OP_TLS = (0x9B, 0xE0)
_PATH, _DIRECTORY = 1, 2
# Bytes of forms that have one length.
_FIXED = {0x0B: 1, 0x05: 2, 0x06: 4, 0x07: 8, 0x1E: 16, 0x0C: 1, 0x11: 1, 0x12: 2, 0x13: 4, 0x14: 8, 0x20: 8}
_FIXED.update({0x25: 1, 0x26: 2, 0x27: 3, 0x28: 4, 0x29: 1, 0x2A: 2, 0x2B: 3, 0x2C: 4, 0x1C: 4, 0x24: 8})
_UNIT_REFERENCES = (0x11, 0x12, 0x13, 0x14, 0x15)
_STRING_INDICES = (0x1A, 0x25, 0x26, 0x27, 0x28)
_LARGEST_BYTES = 256 * 1024 * 1024

Attribute = Tuple[int, int, int]


class Declared(NamedTuple):
    # With what it is in.
    name: str
    # path:line; null where it is not known.
    source: Optional[str]


class _Entry(NamedTuple):
    tag: int
    parent: int
    # Attribute → form and value.
    values: Dict[int, Tuple[int, Any]]


class _Reader:
    def __init__(self, data: bytes, at: int, wide: bool = False) -> None:
        self.data, self.at, self.wide = data, at, wide

    def number(self, size: int) -> int:
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at], "little")

    def offset(self) -> int:
        return self.number(8 if self.wide else 4)

    def uleb(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def text(self) -> bytes:
        start = self.at
        self.at = self.data.index(b"\0", start) + 1
        return self.data[start : self.at - 1]

    def length(self) -> int:
        """The first of a unit, which says whether offsets in it have 8 bytes."""
        value = self.number(4)
        self.wide = value == 0xFFFFFFFF
        return self.number(8) if self.wide else value


class Dwarf:
    """Raises ValueError for what cannot be read."""

    def __init__(self, file: ElfFile) -> None:
        sections = {
            name: file.content(f".debug_{name}")
            for name in ("info", "abbrev", "str", "line", "line_str", "str_offsets", "addr")
        }
        if len(sections["info"]) > _LARGEST_BYTES:
            raise ValueError(f"the debug information of {file.path} is too large to be searched")
        self._sections = sections
        self._units = self._find_units()
        self._entries: Dict[int, Dict[int, _Entry]] = {}

    def declared(self, address: int, is_thread_local: bool) -> Optional[Declared]:
        """`address` as symbols have it."""
        for unit in self._units_with(address):
            entries = self._read(unit)
            for entry in entries.values():
                if entry.tag != _VARIABLE or not self._is_at(unit, entry, address, is_thread_local):
                    continue
                found = self._described(unit, entries, entry)
                if found:
                    return found
        return None

    def _find_units(self) -> List["_Unit"]:
        info, found = self._sections["info"], []
        at = 0
        while at < len(info):
            reader = _Reader(info, at)
            end = reader.length() + reader.at
            version = reader.number(2)
            kind = reader.number(1) if version >= 5 else 1
            address_size = reader.number(1) if version >= 5 else 0
            abbreviations = reader.offset()
            address_size = address_size or reader.number(1)
            # Skeletons and split units begin with an identity, type units with that and an offset.
            reader.at += {2: 8 + _offset_bytes(reader), 4: 8, 5: 8, 6: 8 + _offset_bytes(reader)}.get(kind, 0)
            found.append(_Unit(at, reader.at, end, version, reader.wide, abbreviations))
            at = end
        return found

    def _units_with(self, address: int) -> Iterator["_Unit"]:
        """Those in which the bytes of the address occur, directly or in their table of addresses: few of many."""
        mark, info, table = address.to_bytes(8, "little"), self._sections["info"], self._sections["addr"]
        at = info.find(mark)
        told = set()
        while at >= 0:
            unit = next((unit for unit in self._units if unit.start <= at < unit.end), None)
            if unit and unit not in told:
                told.add(unit)
                yield unit
            at = info.find(mark, unit.end if unit else at + 1)
        if mark in table:
            yield from (unit for unit in self._units if unit not in told and unit.version >= 5)

    def _is_at(self, unit: "_Unit", entry: _Entry, address: int, is_thread_local: bool) -> bool:
        _, location = entry.values.get(_LOCATION, (0, b""))
        if not isinstance(location, bytes) or not location:
            return False
        if is_thread_local != (location[-1] in _OP_TLS):
            return False
        if location[0] in (_OP_ADDR, _OP_CONST8U):
            return int.from_bytes(location[1:9], "little") == address
        if location[0] == _OP_ADDRX:
            base = self._base(unit, _ADDR_BASE, 8)
            at = base + 8 * _Reader(location, 1).uleb()
            return int.from_bytes(self._sections["addr"][at : at + 8], "little") == address
        return False

    def _described(self, unit: "_Unit", entries: Dict[int, _Entry], entry: _Entry) -> Optional[Declared]:
        name, file, line, parent = None, None, None, None
        at: Optional[_Entry] = entry
        while at is not None:
            name = name or self._text(unit, at.values.get(_NAME))
            line = line or at.values.get(_DECL_LINE, (0, None))[1]
            # Left out where it is the one of the declaration.
            file = file or at.values.get(_DECL_FILE, (0, None))[1]
            # The declaration in a class says where it belongs, not the definition.
            parent = at.parent
            at = self._referred(unit, entries, at)
        if name is None:
            return None
        source = f"{self._file(unit, file)}:{line}" if file and line else None
        if parent in entries and entries[parent].tag == _COMMON_BLOCK:
            # One symbol for all that is in it.
            return Declared(f"common /{self._scope_name(unit, entries, entries[parent])}/", source)
        scopes = []
        while parent in entries:
            scope = entries[parent]
            parent = scope.parent
            if scope.tag in _SCOPES:
                scopes.append(self._scope_name(unit, entries, scope))
        return Declared("::".join([*reversed([each for each in scopes if each]), name]), source)

    def _scope_name(self, unit: "_Unit", entries: Dict[int, _Entry], scope: _Entry) -> Optional[str]:
        at: Optional[_Entry] = scope
        while at is not None:
            name = self._text(unit, at.values.get(_NAME))
            if name:
                return name
            at = self._referred(unit, entries, at)
        return "(anonymous namespace)" if scope.tag == _NAMESPACE else None

    def _referred(self, unit: "_Unit", entries: Dict[int, _Entry], entry: _Entry) -> Optional[_Entry]:
        for attribute in (_SPECIFICATION, _ABSTRACT_ORIGIN):
            form, value = entry.values.get(attribute, (0, None))
            if form in _UNIT_REFERENCES:
                return entries.get(unit.start + value)
            if form == 0x10:  # anywhere in the section
                return entries.get(value)
        return None

    def _file(self, unit: "_Unit", index: int) -> str:
        values = next(iter(self._read(unit).values())).values
        table = self._file_table(unit, values[_STMT_LIST][1]) if _STMT_LIST in values else {}
        path = table.get(index, "?")
        base = self._text(unit, values.get(_COMP_DIR)) or ""
        # As the compiler was called; where it was told an absolute one, below the folder it ran in.
        return (
            os.path.relpath(path, base)
            if os.path.isabs(path) and base and path.startswith(os.path.join(base, ""))
            else path
        )

    def _file_table(self, unit: "_Unit", at: int) -> Dict[int, str]:
        reader = _Reader(self._sections["line"], at)
        reader.length()
        version = reader.number(2)
        if version >= 5:
            reader.at += 2
        reader.offset()
        reader.at += 5 if version >= 4 else 4
        opcodes = reader.number(1)
        reader.at += opcodes - 1
        if version >= 5:
            folders = self._lists_of_five(unit, reader)
            files = self._lists_of_five(unit, reader)
            return {index: _joined(folders, entry) for index, entry in enumerate(files)}
        folders = [{_PATH: ""}]
        for name in iter(reader.text, b""):
            folders.append({_PATH: os.fsdecode(name)})
        table = {}
        for index, name in enumerate(iter(reader.text, b""), 1):
            folder, _, _ = reader.uleb(), reader.uleb(), reader.uleb()
            table[index] = _joined(folders, {_PATH: os.fsdecode(name), _DIRECTORY: folder})
        return table

    def _lists_of_five(self, unit: "_Unit", reader: _Reader) -> List[Dict[int, Any]]:
        formats = [(reader.uleb(), reader.uleb()) for _ in range(reader.number(1))]
        found = []
        for _ in range(reader.uleb()):
            entry: Dict[int, Any] = {}
            for content, form in formats:
                value = self._value(unit, reader, form, 0)
                entry[content] = self._text(unit, (form, value)) if content == _PATH else value
            found.append(entry)
        return found

    def _read(self, unit: "_Unit") -> Dict[int, _Entry]:
        if unit.start in self._entries:
            return self._entries[unit.start]
        abbreviations = self._abbreviations(unit.abbreviations)
        reader = _Reader(self._sections["info"], unit.first, unit.wide)
        entries: Dict[int, _Entry] = {}
        parents = [-1]
        while reader.at < unit.end:
            at = reader.at
            code = reader.uleb()
            if not code:
                if len(parents) > 1:
                    parents.pop()
                continue
            tag, has_children, attributes = abbreviations[code]
            values = {name: (form, self._value(unit, reader, form, constant)) for name, form, constant in attributes}
            entries[at] = _Entry(tag, parents[-1], values)
            if has_children:
                parents.append(at)
        self._entries[unit.start] = entries
        return entries

    def _abbreviations(self, at: int) -> Dict[int, Tuple[int, bool, List[Attribute]]]:
        reader = _Reader(self._sections["abbrev"], at)
        found: Dict[int, Tuple[int, bool, List[Attribute]]] = {}
        for code in iter(reader.uleb, 0):
            tag, has_children = reader.uleb(), bool(reader.number(1))
            attributes: List[Attribute] = []
            while True:
                name, form = reader.uleb(), reader.uleb()
                constant = reader.uleb() if form == 0x21 else 0
                if not name and not form:
                    break
                attributes.append((name, form, constant))
            found[code] = (tag, has_children, attributes)
        return found

    def _value(self, unit: "_Unit", reader: _Reader, form: int, constant: int) -> Any:
        size = _FIXED.get(form)
        if size is not None:
            return reader.number(size)
        if form in (0x0D, 0x0F, 0x15, 0x1A, 0x1B, 0x22, 0x23):  # LEB128
            return reader.uleb()
        if form == 0x08:  # a string in place
            return reader.text()
        if form in (0x0E, 0x17, 0x1D, 0x1F, 0x1F20, 0x1F21):  # an offset in another section
            return reader.offset()
        if form == 0x10:
            return reader.number(8) if unit.version <= 2 else reader.offset()
        if form == 0x01:
            return reader.number(8)
        if form in (0x03, 0x04, 0x09, 0x0A, 0x18):  # a block, by the length before it
            length = {
                0x03: lambda: reader.number(2),
                0x04: lambda: reader.number(4),
                0x0A: lambda: reader.number(1),
            }.get(form, reader.uleb)()
            reader.at += length
            return reader.data[reader.at - length : reader.at]
        if form in (0x19, 0x21):  # present, or in the abbreviation
            return constant
        if form == 0x16:
            return self._value(unit, reader, reader.uleb(), 0)
        raise ValueError(f"unknown form {form:#x}")

    def _text(self, unit: "_Unit", value: Optional[Tuple[int, Any]]) -> Optional[str]:
        if value is None:
            return None
        form, held = value
        if form == 0x08:
            return os.fsdecode(held)
        if form in _STRING_INDICES:
            base = self._base(unit, _STR_OFFSETS_BASE, 8)
            size = 8 if unit.wide else 4
            at = base + held * size
            held = int.from_bytes(self._sections["str_offsets"][at : at + size], "little")
        elif form not in (0x0E, 0x1F):
            return None
        data = self._sections["line_str" if form == 0x1F else "str"]
        return os.fsdecode(data[held : data.index(b"\0", held)])

    def _base(self, unit: "_Unit", attribute: int, default: int) -> int:
        first = next(iter(self._read(unit).values()), None) if unit.start in self._entries else None
        return first.values.get(attribute, (0, default))[1] if first else default


class _Unit(NamedTuple):
    start: int
    # Of its entries.
    first: int
    end: int
    version: int
    wide: bool
    abbreviations: int


def _offset_bytes(reader: _Reader) -> int:
    return 8 if reader.wide else 4


def _joined(folders: List[Dict[int, Any]], entry: Dict[int, Any]) -> str:
    index = entry.get(_DIRECTORY, 0)
    folder = folders[index].get(_PATH, "") if index < len(folders) else ""
    return os.path.join(folder or "", entry.get(_PATH) or "?")
