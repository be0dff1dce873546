"""An exception as three texts of bounded size."""

from __future__ import annotations

import os

from .own_modules import OwnModules

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict

_MESSAGE_CHARACTERS = 8 * 1024
_TRACEBACK_CHARACTERS = 64 * 1024
_here = os.path.dirname(os.path.abspath(__file__))


def describe_error(error: BaseException) -> Dict[str, str]:
    """The traceback begins where the simulation's own code does."""
    return {
        "error_type": shorten(type(error).__name__, _MESSAGE_CHARACTERS),
        "message": shorten(_message(error), _MESSAGE_CHARACTERS),
        "traceback": shorten(_traceback(error), _TRACEBACK_CHARACTERS),
    }


def shorten(text: str, characters: int) -> str:
    """Keeps both ends; a text that is no Unicode (lone surrogates) is escaped."""
    clean = text.encode("utf-8", "backslashreplace").decode("utf-8")
    if len(clean) <= characters:
        return clean
    half = characters // 2
    return f"{clean[:half]}\n[{len(clean) - 2 * half} characters left out]\n{clean[-half:]}"


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as failure:
        return f"(its message cannot be had: str() raised {type(failure).__name__})"


def _traceback(error: BaseException) -> str:
    frame = error.__traceback__
    while frame is not None and os.path.dirname(frame.tb_frame.f_code.co_filename) == _here:
        frame = frame.tb_next
    try:
        # Formatting imports more, and reads source files with it.
        with OwnModules():
            import traceback

            return "".join(traceback.format_exception(type(error), error, frame))
    except Exception as failure:
        return f"(its traceback cannot be had: {type(failure).__name__})"
