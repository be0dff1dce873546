"""Root may write to files whose permissions forbid it. A template must not, nor what is forked from it. Linux."""

from __future__ import annotations

import ctypes
import os

from ..kernel import check, libc, prctl

_PR_CAPBSET_READ = 23
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE = 1
_VERSION_3 = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Data(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


def give_up_write_override() -> None:
    """For good: neither a child nor a program that it executes gets it back. Raises OSError where that is not allowed."""
    header, data = _Header(_VERSION_3, 0), (_Data * 2)()
    check(libc.capget(ctypes.byref(header), data))
    held = 1 << _CAP_DAC_OVERRIDE
    # Programs that root executes would get back what their bounds allow.
    if os.geteuid() == 0 and prctl(_PR_CAPBSET_READ, _CAP_DAC_OVERRIDE):
        prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE)
    if not (data[0].effective | data[0].permitted) & held:
        return
    for name in ("effective", "permitted", "inheritable"):
        setattr(data[0], name, getattr(data[0], name) & ~held)
    check(libc.capset(ctypes.byref(header), data))
