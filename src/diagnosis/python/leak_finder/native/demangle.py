"""Symbols in the words of their source."""

from __future__ import annotations

import ctypes
import re
from typing import Any, Callable, List, Optional

_RUST_HASH = re.compile(r"::h[0-9a-f]{16}$")
# Of C and Fortran: the compiler numbers variables of functions.
_NUMBERED = re.compile(r"\.(\d+|lto_priv|isra|constprop|_omp_fn)(\.\d+)*$")
_CYTHON = "__pyx_v_"
_FORTRAN = re.compile(r"^__(\w+)_MOD_(\w+)$")


def demangled(name: str) -> str:
    """As it is where nothing is known of it."""
    if name.startswith("_Z"):
        plain = _cpp(_NUMBERED.sub("", name))
        return _RUST_HASH.sub("", plain) if plain else name
    if name.startswith("_R"):
        return "::".join(_rust_parts(name)) or name
    fortran = _FORTRAN.match(name)
    if fortran:
        return f"{fortran[1]}::{fortran[2]}"
    if name.startswith(_CYTHON):
        return ".".join(_cython_parts(name[len(_CYTHON) :]))
    return _NUMBERED.sub("", name)


def _cython_parts(rest: str) -> List[str]:
    """Of the module's packages, of the module, each after its length, and of the variable."""
    match = re.match(r"(\d+)", rest)
    if not match:
        return [rest]
    end = match.end() + int(match[1])
    return [rest[match.end() : end], *_cython_parts(rest[end + 1 :])]


def _rust_parts(name: str) -> List[str]:
    """The identifiers of a path in Rust's v0 mangling, without generics."""
    parts, at = [], 2
    for match in re.finditer(r"(?:s[0-9a-zA-Z]*_)?(\d+)_?", name):
        if match.start() < at:
            continue
        length = int(match[1])
        parts.append(name[match.end() : match.end() + length])
        at = match.end() + length
    return [part for part in parts if part]


_found: Optional[Callable[[str], str]] = None


def _cpp(name: str) -> str:
    global _found
    if _found is None:
        _found = _of_library()
    return _found(name)


def _of_library() -> Callable[[str], str]:
    """By the system's C++ library, which a machine has that runs C++, though not every model in it uses it."""
    demangle: Any = None
    for library in (None, "libstdc++.so.6", "libc++abi.so.1"):
        try:
            demangle = getattr(ctypes.CDLL(library), "__cxa_demangle")
            break
        except (OSError, AttributeError):
            continue
    if demangle is None:
        return lambda name: ""
    free = ctypes.CDLL(None).free
    free.argtypes = [ctypes.c_void_p]
    demangle.restype = ctypes.c_void_p
    demangle.argtypes = [ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int)]

    def cpp(name: str) -> str:
        status = ctypes.c_int()
        text = demangle(name.encode(), None, None, ctypes.byref(status))
        if not text:
            return ""
        plain = ctypes.string_at(text).decode("utf-8", "replace")
        free(text)
        return plain

    return cpp
