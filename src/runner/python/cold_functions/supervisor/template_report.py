"""What a template says: that one of its children has ended."""

from __future__ import annotations

import math
import socket
from typing import NamedTuple

from ..child_end import CHILD_END

_LARGEST_STATUS = 2**16 - 1
_LARGEST_NUMBER = 2**53 - 1


class ChildEnd(NamedTuple):
    """As `os.wait4` has it; memory in bytes."""

    pid: int
    status: int
    cpu_seconds: float
    max_resident_bytes: int


def template_report(channel: socket.socket) -> ChildEnd:
    """Raises BlockingIOError when it has said nothing, EOFError when it is gone, ValueError when it says what it cannot
    mean: its import has meddled.
    """
    try:
        said = channel.recv(CHILD_END.size + 1)
    except ConnectionResetError:
        said = b""  # gone, with requests that it never read
    if not said:
        raise EOFError
    if len(said) != CHILD_END.size:
        raise ValueError(f"{len(said)} bytes are no report")
    end = ChildEnd(*CHILD_END.unpack(said))
    if (
        end.status > _LARGEST_STATUS
        or not (math.isfinite(end.cpu_seconds) and end.cpu_seconds >= 0)
        or end.max_resident_bytes > _LARGEST_NUMBER
    ):
        raise ValueError(f"{end} is no child's end")
    return end
