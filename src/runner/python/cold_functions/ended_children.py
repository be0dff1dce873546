"""Waits for children that have ended, without waiting for those that have not."""

from __future__ import annotations

import os

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Tuple


# Bound before a model is imported, which may replace it.
_wait4 = os.wait4


def ended_children() -> Iterator[Tuple[int, int, Any]]:
    """As `os.wait4` tells of each: pid, status, resource usage. Ends when there is none now."""
    while True:
        try:
            pid, status, usage = _wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, status, usage
