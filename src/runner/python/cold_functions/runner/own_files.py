"""Files by their names that an import holds open to be written, a log for instance: each task opens its own copy. Linux."""

from __future__ import annotations

import fcntl
import os
import stat

from .own_positions import files_behind, is_open

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List, Tuple

# Which every process has beside each other.
_FOLDERS = ("bundle", "home", "tmp")


class OwnFiles:
    """Found once, in the template, and opened in each child when it knows its place."""

    def __init__(self, descriptors: Iterable[int], bundle: str) -> None:
        root = os.path.dirname(os.path.realpath(bundle))
        self._files: List[Tuple[int, Tuple[int, int], str]] = []
        for descriptor in descriptors:
            path = os.path.relpath(os.readlink(f"/proc/self/fd/{descriptor}"), root)
            if path.split(os.sep)[0] in _FOLDERS and _is_written(descriptor):
                self._files.append((descriptor, files_behind([descriptor])[descriptor], path))

    def holds(self, descriptor: int) -> bool:
        """Whether each child will have a file of its own in its place."""
        return any(descriptor == number for number, _, _ in self._files)

    def paths(self) -> List[str]:
        """Beside the bundle's folder."""
        return sorted({path for _, _, path in self._files})

    def take(self, bundle: str) -> None:
        """Once, in a forked process that has its copies. Raises OSError when one of them cannot be opened."""
        root = os.path.dirname(bundle)
        for descriptor, file, path in self._files:
            if not is_open(descriptor, file):
                continue
            kept = fcntl.fcntl(descriptor, fcntl.F_GETFL) & (os.O_ACCMODE | os.O_APPEND)
            own = os.open(os.path.join(root, path), kept | os.O_CLOEXEC)
            os.lseek(own, os.lseek(descriptor, 0, os.SEEK_CUR), os.SEEK_SET)
            os.dup2(own, descriptor, os.get_inheritable(descriptor))
            os.close(own)
        self._files = []


def _is_written(descriptor: int) -> bool:
    status, flags = os.fstat(descriptor), fcntl.fcntl(descriptor, fcntl.F_GETFL)
    writes = flags & os.O_ACCMODE != os.O_RDONLY and not flags & os.O_PATH
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and writes
