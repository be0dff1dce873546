"""What a template says: that one of its children has ended."""

from __future__ import annotations

import json
import socket
from typing import NamedTuple, Optional

_LONGEST = 4096


class ChildEnd(NamedTuple):
    """As `os.wait4` has it; memory in bytes."""

    pid: int
    status: int
    cpu_seconds: float
    max_resident_bytes: int


def template_report(channel: socket.socket) -> Optional[ChildEnd]:
    """None when the template is gone, or says what it cannot mean: its import has meddled."""
    try:
        said = json.loads(channel.recv(_LONGEST))
        end = ChildEnd(*said)
        numbers = all(isinstance(value, int) for value in (end.pid, end.status, end.max_resident_bytes))
        return end if numbers and isinstance(end.cpu_seconds, float) and end.cpu_seconds >= 0 else None
    except (OSError, ValueError, TypeError, RecursionError):
        return None
