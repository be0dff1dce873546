"""The shared objects of this process: where each is in memory, and its block of thread-local variables."""

from __future__ import annotations

import ctypes
from typing import List, NamedTuple, Optional

_PT_TLS = 7


class LoadedObject(NamedTuple):
    path: str
    # What is added to an address in the file.
    base: int
    # Of this thread; None where it has no such variables.
    tls: Optional[int]
    tls_size: int


class _Header(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("offset", ctypes.c_uint64),
        ("address", ctypes.c_uint64),
        ("physical", ctypes.c_uint64),
        ("file_size", ctypes.c_uint64),
        ("memory_size", ctypes.c_uint64),
        ("align", ctypes.c_uint64),
    ]


class _Info(ctypes.Structure):
    _fields_ = [
        ("base", ctypes.c_uint64),
        ("name", ctypes.c_char_p),
        ("headers", ctypes.POINTER(_Header)),
        ("header_count", ctypes.c_uint16),
        ("adds", ctypes.c_uint64),
        ("subs", ctypes.c_uint64),
        ("tls_module", ctypes.c_size_t),
        ("tls_data", ctypes.c_void_p),
    ]


class _TlsIndex(ctypes.Structure):
    _fields_ = [("module", ctypes.c_ulong), ("offset", ctypes.c_ulong)]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Info), ctypes.c_size_t, ctypes.c_void_p)


def loaded_objects() -> List[LoadedObject]:
    """In the order in which they were loaded, without the program itself. Raises AttributeError where there is no ELF."""
    libc = ctypes.CDLL(None)
    found: List[LoadedObject] = []

    def take(info_at: "ctypes._Pointer[_Info]", _size: int, _data: object) -> int:
        info = info_at.contents
        if info.name:
            headers = [info.headers[index] for index in range(info.header_count)]
            tls_size = max((header.memory_size for header in headers if header.type == _PT_TLS), default=0)
            tls = _block(libc, info) if tls_size and info.tls_module else None
            path = info.name.decode("utf-8", "surrogateescape")
            found.append(LoadedObject(path, info.base, tls, tls_size if tls else 0))
        return 0

    libc.dl_iterate_phdr(_Callback(take), None)
    return found


def _block(libc: ctypes.CDLL, info: _Info) -> Optional[int]:
    """Asked for in the way in which a variable is reached: a block is made when it is needed first."""
    if info.tls_data:
        return int(info.tls_data)
    get_address = libc.__getattr__("__tls_get_addr")
    get_address.restype = ctypes.c_void_p
    address = get_address(ctypes.byref(_TlsIndex(info.tls_module, 0)))
    return int(address) if address else None
