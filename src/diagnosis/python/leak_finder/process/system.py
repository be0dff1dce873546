"""What the system keeps for a process."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import stat
import time
from typing import Any, Collection, Dict, Iterator, Optional, Tuple

from .group import Group


class WorkingDirectory(Group):
    prefix = "cwd"

    def read(self) -> Dict[str, Any]:
        try:
            return {"": os.getcwd()}
        except OSError:
            return {}

    def put(self, name: str, kept: Any) -> None:
        os.chdir(kept)


class Environment(Group):
    """As C sees it: what `setenv` does there Python does not know. Values may be secrets, and are not told."""

    prefix = "env"

    def read(self) -> Dict[str, Any]:
        try:
            entries = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
        except ValueError:
            return dict(os.environ)
        found: Dict[str, Any] = {}
        index = 0
        while entries and entries[index] is not None:
            name, equals, value = os.fsdecode(entries[index]).partition("=")
            if equals:
                found.setdefault(name, value)
            index += 1
        return found

    def shown(self, before: Any, after: Any) -> Tuple[Optional[str], Optional[str]]:
        another = "a value" if before is None else "another value"
        return (
            None if before is None else f"a value of {len(before)} characters",
            None if after is None else f"{another} of {len(after)} characters",
        )

    def put(self, name: str, kept: Any) -> None:
        if kept is None:
            os.environ.pop(name, None)
            os.unsetenv(name)
        else:
            os.environ[name] = kept
        if name == "TZ":
            time.tzset()


class TimeZone(Group):
    prefix = "timezone"

    def read(self) -> Dict[str, Any]:
        return {"": (time.tzname, time.timezone)}

    def put(self, name: str, kept: Any) -> None:
        time.tzset()


class Limits(Group):
    prefix = "limit"

    def __init__(self) -> None:
        self._names = {name: value for name, value in vars(resource).items() if name.startswith("RLIMIT_")}

    def read(self) -> Dict[str, Any]:
        found: Dict[str, Any] = {}
        for name, number in self._names.items():
            try:
                found[name] = resource.getrlimit(number)
            except (OSError, ValueError):
                continue
        mask = os.umask(0)
        os.umask(mask)
        found["umask"], found["niceness"] = mask, os.nice(0)
        if hasattr(os, "sched_getaffinity"):
            found["affinity"] = tuple(sorted(os.sched_getaffinity(0)))
        return found

    def put(self, name: str, kept: Any) -> None:
        if name == "umask":
            os.umask(kept)
        elif name == "affinity":
            os.sched_setaffinity(0, kept)
        elif name in self._names:
            resource.setrlimit(self._names[name], kept)
        else:
            raise LookupError("it cannot be put back")


class Descriptors(Group):
    """`own`: those of this program."""

    prefix = "descriptor"

    def __init__(self, own: Collection[int]) -> None:
        self._own = own

    def read(self) -> Dict[str, Any]:
        found: Dict[str, Any] = {}
        if not os.path.isdir("/proc/self/fd"):
            return found
        for name in os.listdir("/proc/self/fd"):
            descriptor = int(name)
            if descriptor in self._own or descriptor <= 2:
                continue
            try:
                flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
                status = os.fstat(descriptor)
                target = os.readlink(f"/proc/self/fd/{name}")
                position = os.lseek(descriptor, 0, os.SEEK_CUR) if stat.S_ISREG(status.st_mode) else None
            except OSError:
                continue
            found[name] = (target, flags, position)
        return found

    def put(self, name: str, kept: Any) -> None:
        descriptor = int(name)
        if kept is None:
            os.close(descriptor)
            return
        now = self.read().get(name)
        if now is None or now[0] != kept[0] or kept[2] is None:
            raise LookupError("it is closed or another file's")
        os.lseek(descriptor, kept[2], os.SEEK_SET)


class Files(Group):
    """Below the folders that a task has for itself; others may write elsewhere at any time."""

    prefix = "file"
    _LARGEST = 64 * 1024 * 1024
    _MOST = 50_000

    def __init__(self, folders: Dict[str, str]) -> None:
        self._folders = folders

    def read(self) -> Dict[str, Any]:
        found: Dict[str, Any] = {}
        for label, folder in self._folders.items():
            for path in self._files(folder):
                try:
                    status = os.lstat(path)
                except OSError:
                    continue
                name = f"{label}/{os.path.relpath(path, folder)}"
                found[name] = (status.st_size, status.st_mtime_ns, status.st_mode)
                if len(found) >= self._MOST:
                    return found
        return found

    def keep(self, name: str) -> Any:
        path = self._path(name)
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode) or os.path.getsize(path) > self._LARGEST:
                return (None, 0)
            with open(path, "rb") as file:
                return (file.read(), os.stat(path).st_mode)
        except FileNotFoundError:
            return None

    def put(self, name: str, kept: Any) -> None:
        path = self._path(name)
        if kept is None:
            os.remove(path)
        elif kept[0] is None:
            raise LookupError("it is no file that could be kept")
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(kept[0])
            os.chmod(path, stat.S_IMODE(kept[1]))

    def _path(self, name: str) -> str:
        label, _, rest = name.partition("/")
        return os.path.join(self._folders[label], rest)

    def _files(self, folder: str) -> Iterator[str]:
        for place, folders, files in os.walk(folder):
            folders[:] = [name for name in folders if name != "__pycache__"]
            for name in files:
                yield os.path.join(place, name)
