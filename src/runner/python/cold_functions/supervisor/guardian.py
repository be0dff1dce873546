"""Keeps the supervisor's promise when the supervisor itself is killed: whatever it leaves comes here, and is ended."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from ..ended_children import ended_children

_GIVE_UP_SECONDS = 5.0


def guard(supervisor: int, tree: Any) -> int:
    """Waits for the supervisor, then ends all that is left of it. Returns the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: os.kill(supervisor, signal.SIGTERM))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The worker must see the ends of the supervisor's pipes, not of ours.
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    status = _wait_for(supervisor)
    _end_all(supervisor, tree)
    if os.WIFSIGNALED(status):
        print(f"The supervisor was ended by signal {os.WTERMSIG(status)}.", file=sys.stderr)
        return 1
    return os.WEXITSTATUS(status)


def _wait_for(supervisor: int) -> int:
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == supervisor:
            return status


def _end_all(supervisor: int, tree: Any) -> None:
    give_up_at = time.monotonic() + _GIVE_UP_SECONDS
    while time.monotonic() < give_up_at:
        left = tree.left_by(supervisor, os.getpid(), ())
        if not left:
            return
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in left:
                try:
                    os.kill(pid, number)
                except (ProcessLookupError, PermissionError):
                    pass  # gone, or out of reach: reported below
        for _ in ended_children():
            pass
        time.sleep(0.001)
    print(f"Cannot end the processes {sorted(left)} that the supervisor left.", file=sys.stderr)
