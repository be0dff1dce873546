"""Root may write to files whose permissions forbid it. A template must not, nor what is forked from it. Linux."""

from __future__ import annotations

import ctypes
import os

_PR_CAPBSET_READ = 23
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE = 1
_VERSION_3 = 0x20080522
_libc = ctypes.CDLL(None, use_errno=True)


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Data(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


def give_up_write_override() -> None:
    """For good: neither a child nor a program that it executes gets it back. Raises OSError where that is not allowed."""
    header, data = _Header(_VERSION_3, 0), (_Data * 2)()
    _check(_libc.capget(ctypes.byref(header), data))
    held = 1 << _CAP_DAC_OVERRIDE
    # Programs that root executes would get back what their bounds allow.
    if os.geteuid() == 0 and _check(_prctl(_PR_CAPBSET_READ, _CAP_DAC_OVERRIDE)):
        _check(_prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE))
    if not (data[0].effective | data[0].permitted) & held:
        return
    for name in ("effective", "permitted", "inheritable"):
        setattr(data[0], name, getattr(data[0], name) & ~held)
    _check(_libc.capset(ctypes.byref(header), data))


def _prctl(option: int, capability: int) -> int:
    return _libc.prctl(option, *(ctypes.c_ulong(value) for value in (capability, 0, 0, 0)))


def _check(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
