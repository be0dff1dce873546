"""An error within a sentence."""

from __future__ import annotations


def first_line(error: BaseException) -> str:
    lines = str(error).splitlines()
    return lines[0].rstrip(" .") if lines else type(error).__name__
