"""State of the C library that has no address: read, and put back, by the functions that it has for it."""

from __future__ import annotations

import ctypes
import locale
import platform
from typing import Any, Dict, Optional

from ..native.memory import Memory
from ..python.contents import digest
from .group import Group

_STATE_BYTES = 128
_STRTOK_TEXT = b"a,b"


class Locale(Group):
    prefix = "locale"

    def __init__(self) -> None:
        names = ("LC_CTYPE", "LC_NUMERIC", "LC_COLLATE", "LC_TIME", "LC_MONETARY", "LC_MESSAGES")
        self._categories = {name: getattr(locale, name) for name in names if hasattr(locale, name)}

    def read(self) -> Dict[str, Any]:
        return {name: locale.setlocale(number) for name, number in self._categories.items()}

    def put(self, name: str, kept: Any) -> None:
        locale.setlocale(self._categories[name], kept)


class FloatingPoint(Group):
    """Rounding, traps, and on x86 what becomes of denormal numbers; not which exceptions there were."""

    prefix = "floating-point"
    # fenv_t of glibc on x86-64: 28 bytes of the x87 unit, then MXCSR.
    _MXCSR_AT, _MXCSR_FLAGS = 28, 0x3F
    _DENORMALS = 0x8040

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        if not hasattr(self._library, "fegetround"):
            self._library = ctypes.CDLL("libm.so.6")
        self._has_mxcsr = platform.machine() in ("x86_64", "AMD64")

    def read(self) -> Dict[str, Any]:
        found: Dict[str, Any] = {"rounding": self._library.fegetround()}
        if hasattr(self._library, "fegetexcept"):
            found["traps"] = self._library.fegetexcept()
        if self._has_mxcsr:
            found["denormals"] = self._mxcsr(self._environment()) & self._DENORMALS
        return found

    def put(self, name: str, kept: Any) -> None:
        if name == "rounding":
            self._library.fesetround(kept)
        elif name == "traps":
            self._library.fedisableexcept(~kept & 0x3F)
            self._library.feenableexcept(kept)
        else:
            environment = self._environment()
            value = self._mxcsr(environment) & ~self._DENORMALS | kept
            environment[self._MXCSR_AT : self._MXCSR_AT + 4] = value.to_bytes(4, "little")
            self._library.fesetenv(environment)

    def _environment(self) -> Any:
        environment = ctypes.create_string_buffer(64)
        self._library.fegetenv(environment)
        return environment

    def _mxcsr(self, environment: Any) -> int:
        return int.from_bytes(environment[self._MXCSR_AT : self._MXCSR_AT + 4], "little")


class Generators(Group):
    """`rand`, which is `random` in glibc, and `drand48`."""

    prefix = "c"

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None)
        self._other = ctypes.create_string_buffer(_STATE_BYTES)
        self._libc.initstate.restype = self._libc.setstate.restype = ctypes.c_void_p
        self._libc.initstate.argtypes = [ctypes.c_uint, ctypes.c_void_p, ctypes.c_size_t]
        self._libc.setstate.argtypes = [ctypes.c_void_p]
        self._libc.seed48.restype = ctypes.POINTER(ctypes.c_ushort * 3)

    def read(self) -> Dict[str, Any]:
        return {name: digest(self.keep(name)) for name in ("rand", "drand48")}

    def keep(self, name: str) -> Any:
        if name == "drand48":
            state = bytes(self._libc.seed48((ctypes.c_ushort * 3)()).contents)
            self._libc.seed48((ctypes.c_ushort * 3).from_buffer_copy(state))
            return state
        # The state is written to where it lies when another takes its place.
        place = self._libc.initstate(1, self._other, _STATE_BYTES)
        state = ctypes.string_at(place, _STATE_BYTES)
        self._libc.setstate(place)
        return state

    def put(self, name: str, kept: Any) -> None:
        if name == "drand48":
            self._libc.seed48((ctypes.c_ushort * 3).from_buffer_copy(kept))
            return
        place = self._libc.initstate(1, self._other, _STATE_BYTES)
        ctypes.memmove(place, kept, _STATE_BYTES)
        self._libc.setstate(place)


class Scanner(Group):
    """Where `strtok` goes on, which no function tells: the place in the C library that its first call writes."""

    prefix = "c"

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._text = ctypes.create_string_buffer(_STRTOK_TEXT)
        self._place = self._find()

    def read(self) -> Dict[str, Any]:
        return {"strtok": self._memory.word(self._place)} if self._place else {}

    def put(self, name: str, kept: Any) -> None:
        if not self._place:
            raise LookupError("it is not known where it is")
        self._memory.write(self._place, kept.to_bytes(8, "little"))

    def _find(self) -> Optional[int]:
        libc = ctypes.CDLL(None)
        ranges = _written_ranges(ctypes.cast(libc.strtok, ctypes.c_void_p).value or 0)
        before = {start: self._memory.read(start, size) for start, size in ranges}
        libc.strtok(self._text, b",")
        expected = (ctypes.addressof(self._text) + _STRTOK_TEXT.index(b",") + 1).to_bytes(8, "little")
        for start, size in ranges:
            now, former = self._memory.read(start, size), before[start]
            at = now.find(expected) if now and former else -1
            if now and former and at >= 0 and former[at : at + 8] != expected:
                self._memory.write(start + at, former[at : at + 8])
                return start + at
        return None


def _written_ranges(function: int) -> "list[tuple[int, int]]":
    """Start and size of the memory that the library of a function writes, with what follows it for zeros."""
    path, found, end = "", [], 0
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        rows = [line.split(None, 5) for line in maps]
    for row in rows:
        start, stop = (int(part, 16) for part in row[0].split("-"))
        if start <= function < stop:
            path = row[5] if len(row) > 5 else ""
    for row in rows:
        start, stop = (int(part, 16) for part in row[0].split("-"))
        is_its = len(row) > 5 and row[5] == path
        if row[1].startswith("rw") and (is_its or (len(row) < 6 and start == end)):
            found.append((start, stop - start))
        end = stop if is_its else 0
    return found


class Getopt(Group):
    prefix = "c"

    def read(self) -> Dict[str, Any]:
        try:
            return {"optind": ctypes.c_int.in_dll(ctypes.CDLL(None), "optind").value}
        except ValueError:
            return {}

    def put(self, name: str, kept: Any) -> None:
        ctypes.c_int.in_dll(ctypes.CDLL(None), "optind").value = kept
