"""What a process, what it executes, and all below it, find at a path, where that is not what everybody else finds there. Linux.

Made by steps, one after the other:

    cover   a folder                      it is empty from then on
    show    a folder or file, at, read_only   it is found at this path as it was before the first step, with what is mounted in it
    link    a path, to                    a symbolic link is found there
    hide    where /proc is                of processes of other users, and of other namespaces of process numbers, nothing is found there: the last step

What is missing of the path of a `show` or `link` is made, which only a covered folder lets it. Covered folders can be entered by everybody and are
changed by nobody: not even as root of a user namespace of its own can the process take a cover away.
"""

from __future__ import annotations

import os
import stat
from typing import Any, Dict, List

from .covers import COVER
from .kernel import check, libc, mount

_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000
_MS_RDONLY = 0x1
_MS_NOSUID = 0x2
_MS_NODEV = 0x4
_MS_NOEXEC = 0x8
_MS_REMOUNT = 0x20
_MS_BIND = 0x1000
_MS_REC = 0x4000
_MS_PRIVATE = 0x40000
_EMPTY = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
Step = Dict[str, Any]
HIDE_PROCESSES: Step = {"hide": "/proc"}


def see(steps: List[Step]) -> None:
    """In a mount namespace of its own, which only root may have, and others in a user namespace of their own: there they are who they are, and files
    of others seem to be nobody's. Raises OSError where the machine or the container forbids it.
    """
    _leave_others()
    shown = [os.open(step["show"], os.O_PATH | os.O_CLOEXEC) for step in steps if "show" in step]
    umask = os.umask(0o022)
    covers: List[str] = []
    for step in steps:
        if "cover" in step:
            mount(COVER, step["cover"], _EMPTY, "tmpfs", "mode=0755,size=64k,nr_inodes=1k")
            covers.append(step["cover"])
        elif "link" in step:
            os.makedirs(os.path.dirname(step["link"]), exist_ok=True)
            os.symlink(step["to"], step["link"])
        elif "hide" in step:
            # By this name, and not as 2: before Linux 5.8, which does not know it, it would hold for the /proc of everybody.
            mount("proc", step["hide"], _EMPTY, "proc", "hidepid=invisible")
        else:
            _show(shown.pop(0), step["at"], step["read_only"])
    for cover in covers:
        mount(None, cover, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _EMPTY)
    os.umask(umask)


def _leave_others() -> None:
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        check(libc.unshare(_CLONE_NEWNS))
    else:
        check(libc.unshare(_CLONE_NEWNS | _CLONE_NEWUSER))
        # Without this the kernel lets nobody map a group.
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")
    mount(None, "/", _MS_REC | _MS_PRIVATE)


def _show(descriptor: int, at: str, read_only: bool) -> None:
    if not os.path.exists(at):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            os.makedirs(at)
        else:
            os.makedirs(os.path.dirname(at), exist_ok=True)
            os.close(os.open(at, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC))
    # By its number: the path may be covered by now.
    mount(f"/proc/self/fd/{descriptor}", at, _MS_BIND | _MS_REC)
    if read_only:
        mount(None, at, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV)
    os.close(descriptor)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
