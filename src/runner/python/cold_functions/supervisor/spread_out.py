"""Lets ext4 spread the folders in a folder over the disk, as `chattr +T` does.

It keeps them close to each other otherwise, and before it makes a file it looks through all that were removed nearby lately: with many short tasks
half of what their folders cost. Other file systems do not know this, and need not.
"""

from __future__ import annotations

import fcntl
import os
import struct

# The numbers hold the size of a long, though the kernel takes and gives an int.
_LONG = struct.calcsize("l")
_GET_FLAGS, _SET_FLAGS = 0x80006601 | _LONG << 16, 0x40006602 | _LONG << 16
_TOP_OF_FOLDERS = 0x00020000


def spread_out(folder: str) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        (flags,) = struct.unpack_from("i", fcntl.ioctl(descriptor, _GET_FLAGS, bytes(_LONG)))
        fcntl.ioctl(descriptor, _SET_FLAGS, struct.pack("i", flags | _TOP_OF_FOLDERS).ljust(_LONG, b"\0"))
    except OSError:
        pass  # another file system
    finally:
        os.close(descriptor)
