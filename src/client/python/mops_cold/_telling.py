"""Warnings about what a table does not hold."""

from __future__ import annotations

import os
import sys
import warnings

from .errors import OutputWarning

_here = os.path.dirname(__file__)


def tell(text: str) -> None:
    """Warns at the line of whoever called this package."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_here):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, OutputWarning, stacklevel=level - 1)
