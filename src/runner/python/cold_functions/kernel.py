"""Calls of Linux that Python's standard library does not offer. Each raises OSError with the kernel's reason."""

from __future__ import annotations

import ctypes
import os
from typing import Optional

libc = ctypes.CDLL(None, use_errno=True)


def check(result: int) -> int:
    """What a function of `libc` has returned, unless that says that it failed."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def mount(source: Optional[str], target: str, flags: int, kind: Optional[str] = None, options: Optional[str] = None) -> None:
    given = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    check(libc.mount(given[0], given[1], given[2], ctypes.c_ulong(flags), given[3]))


def prctl(option: int, value: int) -> int:
    try:
        return check(libc.prctl(option, *(ctypes.c_ulong(each) for each in (value, 0, 0, 0))))
    except OSError as error:
        raise OSError(error.errno, f"prctl({option}, {value}) failed: {error.strerror}") from error
