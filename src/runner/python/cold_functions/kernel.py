"""Calls of Linux that Python's standard library does not offer. Each raises OSError with the kernel's reason."""

from __future__ import annotations

import ctypes
import os
import signal
from typing import Optional

libc = ctypes.CDLL(None, use_errno=True)
# Keeps other threads of Python away, as there are none in a child.
_libc_alone = ctypes.PyDLL(None, use_errno=True)
_CLONE3 = 435


def check(result: int) -> int:
    """What a function of `libc` has returned, unless that says that it failed."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def mount(source: Optional[str], target: str, flags: int, kind: Optional[str] = None, options: Optional[str] = None) -> None:
    given = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    check(libc.mount(given[0], given[1], given[2], ctypes.c_ulong(flags), given[3]))


def fork_numbered(number: int, namespaces: int) -> int:
    """As `os.fork`: the child has this number in so many namespaces of process numbers, of which the own one is the innermost of the child's.

    FileExistsError when it is taken. From Linux 5.5 on.
    """
    numbers = (ctypes.c_int32 * namespaces)(*[number] * namespaces)
    # flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup
    arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, ctypes.addressof(numbers), namespaces, 0)
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = _libc_alone.syscall(ctypes.c_long(_CLONE3), ctypes.byref(arguments), ctypes.c_size_t(ctypes.sizeof(arguments)))
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    return check(pid)


def prctl(option: int, value: int) -> int:
    try:
        return check(libc.prctl(option, *(ctypes.c_ulong(each) for each in (value, 0, 0, 0))))
    except OSError as error:
        raise OSError(error.errno, f"prctl({option}, {value}) failed: {error.strerror}") from error
