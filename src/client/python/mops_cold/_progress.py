"""A line that shows how far a job is, in a terminal and in a notebook."""

from __future__ import annotations

import sys
import time
from typing import Any

from .status import Status

_WIDTH = 28


class Bar:
    """Shows states of a job, each in the place of the one before. Says nothing where nobody looks."""

    def __init__(self, shown: bool) -> None:
        self._begun = time.monotonic()
        self._ended_before: int | None = None
        self._cell: Any = None
        self._drawn = False
        self._notebook = shown and _in_notebook()
        self._terminal = shown and not self._notebook and sys.stderr.isatty()

    def update(self, status: Status) -> None:
        if self._ended_before is None:
            self._ended_before = status.ended
        line = self._line(status)
        if self._terminal:
            sys.stderr.write(f"\r\x1b[2K{line}")
            sys.stderr.flush()
            self._drawn = True
        elif self._notebook:
            from IPython.display import display  # type: ignore[import-not-found, unused-ignore]

            text = {"text/plain": line}
            if self._cell is None:
                self._cell = display(text, raw=True, display_id=True)
            else:
                self._cell.update(text, raw=True)

    def end(self) -> None:
        if self._drawn:
            sys.stderr.write("\n")
            self._drawn = False

    def _line(self, status: Status) -> str:
        total = status.tasks or 0
        share = status.ended / total if total else 0.0
        filled = round(share * _WIDTH)
        bar = "█" * filled + "░" * (_WIDTH - filled)
        parts = [f"{status.job_id} {bar} {status.ended}/{total}"]
        if status.failed:
            parts.append(f"{status.failed} failed")
        new = status.ended - (self._ended_before or 0)
        seconds = time.monotonic() - self._begun
        if new > 0 and status.pending:
            parts.append(f"{_duration(seconds / new * status.pending)} left")
        if not status.pending:
            parts.append(status.state)
        return ", ".join(parts)


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    return f"{round(whole / 60)} min" if whole < 5400 else f"{whole / 3600:.1f} h"


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    found = shell.get_ipython() if shell is not None else None
    return found is not None and hasattr(found, "kernel")
