"""Files that an import holds open for reading: what is forked shares their positions, unless each opens them anew. Linux."""

from __future__ import annotations

import fcntl
import os
import stat

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, Tuple


def can_be_opened_anew(descriptor: int) -> bool:
    """Whether it is a plain file, open for nothing but reading, that this process may open again."""
    mode, flags = os.fstat(descriptor).st_mode, fcntl.fcntl(descriptor, fcntl.F_GETFL)
    if not stat.S_ISREG(mode) or flags & (os.O_ACCMODE | os.O_PATH) != os.O_RDONLY:
        return False
    try:
        os.close(_opened_anew(descriptor))
    except OSError:
        return False
    return True


def files_behind(descriptors: Iterable[int]) -> Dict[int, Tuple[int, int]]:
    """Which file is open as which descriptor: it may be closed, and the number be another's, by what a fork sets off."""
    return {descriptor: _file_behind(descriptor) for descriptor in descriptors}


def take_own_positions(files: Dict[int, Tuple[int, int]]) -> None:
    """In a forked process: each file is where it was, and from here on its position is this process's own.

    One that is closed by now, as garbage of the import say, stays closed. Raises OSError when one cannot be opened any more.
    """
    for descriptor, file in files.items():
        if not is_open(descriptor, file):
            continue
        position = os.lseek(descriptor, 0, os.SEEK_CUR)
        inheritable = os.get_inheritable(descriptor)
        own = _opened_anew(descriptor)
        os.lseek(own, position, os.SEEK_SET)
        os.dup2(own, descriptor, inheritable)
        os.close(own)


def is_open(descriptor: int, file: Tuple[int, int]) -> bool:
    """Whether it is still this file's."""
    try:
        return _file_behind(descriptor) == file
    except OSError:
        return False


def _file_behind(descriptor: int) -> Tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino


def _opened_anew(descriptor: int) -> int:
    # The file itself, whatever has become of its name.
    return os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
