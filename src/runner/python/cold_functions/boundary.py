"""What a process gives up before it executes a simulation: its user, its groups, every privilege, and more than its share. Linux.

Linux' own means, without containers: what may change user at all may do this, as root in a container of Docker's defaults.
"""

from __future__ import annotations

import ctypes
import fcntl
import itertools
import os
import resource
import socket
import struct
from typing import List, NamedTuple

from .kernel import check, libc, prctl

_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522
_CLONE_NEWIPC = 0x08000000
_CLONE_NEWNET = 0x40000000
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1
_MOST_OPEN_FILES = 65_536

# What it takes to start a process as another user, to give it files, and to end it and remove what it left.
NEEDED = {"CHOWN": 0, "DAC_OVERRIDE": 1, "FOWNER": 3, "KILL": 5, "SETGID": 6, "SETUID": 7}


class Share(NamedTuple):
    """What one simulation may have at most. Processes count threads too."""

    processes: int
    file_bytes: int


def missing_capabilities() -> List[str]:
    """Those of `NEEDED` that this process has not."""
    with open("/proc/self/status", encoding="utf-8") as status:
        effective = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff:"))
    return [name for name, number in NEEDED.items() if not effective >> number & 1]


def become(user: int, share: Share) -> None:
    """For good. The user's group has the same number. Raises OSError where that is not allowed."""
    _limit(resource.RLIMIT_NPROC, share.processes)
    _limit(resource.RLIMIT_FSIZE, share.file_bytes)
    _limit(resource.RLIMIT_NOFILE, _MOST_OPEN_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    os.umask(0o077)
    os.setgroups([])
    os.setresgid(user, user, user)
    # Without these no program that it executes could get anything back, even if one were allowed to.
    try:
        for capability in itertools.count():
            prctl(_PR_CAPBSET_DROP, capability)
    except OSError:
        pass  # there are no more
    os.setresuid(user, user, user)
    header, nothing = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)()
    check(libc.capset(header, nothing))
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def own_ipc() -> None:
    """System V memory, semaphores and queues, and POSIX queues, of its own: gone with its last process. Raises OSError where that is forbidden."""
    check(libc.unshare(_CLONE_NEWIPC))


def no_network() -> None:
    """No network but that of this process with itself and what it starts, on the loopback device. Raises OSError where that is forbidden."""
    check(libc.unshare(_CLONE_NEWNET))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as loopback:
        fcntl.ioctl(loopback, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))


def _limit(what: int, most: int) -> None:
    soft, hard = resource.getrlimit(what)

    def within(now: int) -> int:
        return most if now == resource.RLIM_INFINITY else min(now, most)

    resource.setrlimit(what, (within(soft), within(hard)))
