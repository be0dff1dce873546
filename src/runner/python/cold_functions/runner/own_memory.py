"""Memory that an import shares with its children, and its files without a name: what is forked gets a copy of its own. Linux.

So a lock that one task holds when it ends (a semaphore of multiprocessing) keeps no other task waiting, and what one
writes into such memory no other reads. The children of a task share it with the task, as they would have.
"""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import stat

from .own_positions import files_behind, is_open

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Tuple

    _File = Tuple[int, str]  # inode and name: for some file systems, maps and descriptors tell different devices

# Copied for each task: more would cost more than what forking saves.
_MOST_BYTES = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_NAMELESS = " (deleted)"
# Segments of System V are reached by a number, rings of the kernel by no copy, whatever their names.
_NOT_ONLY_MEMORY = ("/SYSV", "/[")
_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
_PROTECTIONS = {"r": mmap.PROT_READ, "w": mmap.PROT_WRITE, "x": mmap.PROT_EXEC}
_MAP_FIXED = 0x10


class _Map:
    """A line of /proc/self/maps."""

    def __init__(self, line: str) -> None:
        fields = line.split(None, 5)
        begin, end = (int(part, 16) for part in fields[0].split("-"))
        self.address, self.size = begin, end - begin
        self.permissions = fields[1]
        self.offset = int(fields[2], 16)
        self.name = fields[5].strip() if len(fields) > 5 else "anonymous"
        self.file = (int(fields[4]), self.name)

    @property
    def is_shared(self) -> bool:
        return "s" in self.permissions and "w" in self.permissions

    @property
    def is_nameless(self) -> bool:
        """Nobody else can come to it."""
        name = self.name
        return name.startswith("/") and name.endswith(_NAMELESS) and not name.startswith(_NOT_ONLY_MEMORY)


class OwnMemory:
    """What is there to be copied: found once, in the template, and made again in each child."""

    def __init__(self, descriptors: Iterable[int]) -> None:
        shared = _shared_maps()
        open_files = _nameless_files(descriptors)
        #: Names of what cannot be copied.
        self.refused: List[str] = []
        self._maps: Dict[_File, List[_Map]] = {}
        self._descriptors: Dict[_File, Dict[int, Tuple[int, int]]] = {}
        room = _MOST_BYTES if hasattr(os, "memfd_create") else -1
        for file in dict.fromkeys([*shared, *open_files]):
            maps, held = shared.get(file, []), open_files.get(file, [])
            size = sum(each.size for each in maps) + sum(os.fstat(number).st_size for number in held[:1])
            if all(each.is_nameless for each in maps) and size <= room:
                room -= size
                self._maps[file], self._descriptors[file] = maps, files_behind(held)
            else:
                self.refused += [each.name for each in maps]

    def holds(self, descriptor: int) -> bool:
        """Whether each child will have a file of its own in its place."""
        return any(descriptor in held for held in self._descriptors.values())

    def take(self) -> None:
        """In a forked process. Raises OSError when there is no room."""
        for file, maps in self._maps.items():
            own = os.memfd_create("own")
            held = [number for number, behind in self._descriptors[file].items() if is_open(number, behind)]
            if held:
                _copy(held[0], own)
            else:
                for each in maps:
                    _save(each, own)
            for each in maps:
                _replace(each, own)
            for descriptor in held:
                _reopen(descriptor, own)
            os.close(own)


def _shared_maps() -> Dict[_File, List[_Map]]:
    found: Dict[_File, List[_Map]] = {}
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as lines:
        for each in map(_Map, lines):
            if each.is_shared:
                found.setdefault(each.file, []).append(each)
    return found


def _nameless_files(descriptors: Iterable[int]) -> Dict[_File, List[int]]:
    """Plain files without a name that are open to be written."""
    found: Dict[_File, List[int]] = {}
    for descriptor in descriptors:
        status = os.fstat(descriptor)
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        writes = flags & os.O_ACCMODE != os.O_RDONLY and not flags & os.O_PATH
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 0 and writes:
            file = (status.st_ino, os.readlink(f"/proc/self/fd/{descriptor}"))
            found.setdefault(file, []).append(descriptor)
    return found


def _copy(descriptor: int, own: int) -> None:
    source = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY)
    try:
        while True:
            chunk = os.read(source, _CHUNK)
            if not chunk:
                return
            os.write(own, chunk)
    finally:
        os.close(source)


def _save(each: _Map, own: int) -> None:
    # Through a file: behind the end of what is mapped, reading the memory itself would end the process.
    memory = os.open("/proc/self/mem", os.O_RDONLY)
    try:
        size = max(os.fstat(own).st_size, each.offset + each.size)
        os.ftruncate(own, size)
        for at in range(0, each.size, mmap.PAGESIZE):
            try:
                os.pwrite(own, os.pread(memory, mmap.PAGESIZE, each.address + at), each.offset + at)
            except OSError:
                break
    finally:
        os.close(memory)


def _replace(each: _Map, own: int) -> None:
    protection = sum(_PROTECTIONS.get(letter, 0) for letter in each.permissions)
    flags = mmap.MAP_SHARED | _MAP_FIXED
    placed = _libc.mmap(each.address, each.size, protection, flags, own, each.offset)
    if placed != each.address:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _reopen(descriptor: int, own: int) -> None:
    kept = fcntl.fcntl(descriptor, fcntl.F_GETFL) & (os.O_ACCMODE | os.O_APPEND)
    position = os.lseek(descriptor, 0, os.SEEK_CUR)
    again = os.open(f"/proc/self/fd/{own}", kept | os.O_CLOEXEC)
    os.lseek(again, position, os.SEEK_SET)
    os.dup2(again, descriptor, os.get_inheritable(descriptor))
    os.close(again)
