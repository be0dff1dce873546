"""Files that an import holds open for reading: what is forked shares their positions, unless each opens them anew. Linux."""

from __future__ import annotations

import errno
import fcntl
import os
import stat

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable


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


def take_own_positions(descriptors: Iterable[int]) -> None:
    """In a forked process: each file is where it was, and from here on its position is this process's own.

    One that is closed by now, as garbage of the import say, stays closed. Raises OSError when one cannot be opened any more.
    """
    for descriptor in descriptors:
        try:
            position = os.lseek(descriptor, 0, os.SEEK_CUR)
        except OSError as error:
            if error.errno == errno.EBADF:
                continue
            raise
        inheritable = os.get_inheritable(descriptor)
        own = _opened_anew(descriptor)
        os.lseek(own, position, os.SEEK_SET)
        os.dup2(own, descriptor, inheritable)
        os.close(own)


def _opened_anew(descriptor: int) -> int:
    # The file itself, whatever has become of its name.
    return os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
