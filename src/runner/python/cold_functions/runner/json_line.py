"""The control lines as JSON, written without Python's json, which would load `re` and `enum` before the model."""

from __future__ import annotations

try:
    # What json itself writes text with, where it can.
    from _json import encode_basestring_ascii as _quoted
except ImportError:
    from json.encoder import encode_basestring_ascii as _quoted

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WORDS = {None: "null", True: "true", False: "false"}
_INFINITY = float("inf")


def json_line(value: Any) -> str:
    """Of dicts with names, lists, text, whole and finite numbers, truth values and None. Raises TypeError for all else."""
    if isinstance(value, str):
        return _quoted(value)
    if value is None or value is True or value is False:
        return _WORDS[value]
    if isinstance(value, dict):
        return "{" + ", ".join([f"{_quoted(name)}: {json_line(held)}" for name, held in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ", ".join([json_line(held) for held in value]) + "]"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float) and -_INFINITY < value < _INFINITY:
        return float.__repr__(value)
    raise TypeError(f"{value!r} is no part of a control line")
