"""A line in the task's log that the simulation did not write."""

from __future__ import annotations

import os


def remark(text: str) -> None:
    try:
        os.write(2, text.encode("utf-8", "backslashreplace") + b"\n")
    except OSError:
        pass  # the simulation has closed its log
