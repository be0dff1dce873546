"""Folders that this process cannot look into, as own_view has covered them."""

from __future__ import annotations

import os

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Union

# The name by which the kernel knows them.
COVER = "closed-folder"


def cover_over(path: Union[str, bytes]) -> str:
    """The covered folder in which the path lies, unless what is there is shown; empty when there is none."""
    wanted = os.path.join(os.path.abspath(os.fsdecode(path)), "")
    found, source = "", ""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as mounts:
            for line in mounts:
                fields = line.split()
                at = fields[4].replace("\\040", " ")
                if wanted.startswith(os.path.join(at, "")) and len(at) >= len(found):
                    found, source = at, fields[fields.index("-") + 2]
    except OSError:
        return ""  # there is no /proc
    return found if source == COVER else ""
