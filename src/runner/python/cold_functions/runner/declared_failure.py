"""ModelOps' two ways for a wire function to say that it failed, without raising."""

from __future__ import annotations

from .describe_error import shorten
from .own_json import read_json
from .own_modules import OwnModules

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

_CHARACTERS = 8 * 1024


def declared_failure(result: Any) -> Optional[Dict[str, str]]:
    """A result whose only key is `error`, or whose `metadata` has an `error`; None for any other result."""
    if not isinstance(result, dict):
        return None
    if len(result) == 1 and "error" in result:
        return _described(_opened(result["error"]), result["error"])
    metadata = _opened(result["metadata"]) if "metadata" in result else None
    if isinstance(metadata, dict) and "error" in metadata:
        return _described(metadata, None)
    return None


def _described(info: Any, original: Any) -> Dict[str, str]:
    if not isinstance(info, dict):
        info = {"error": _text(original)}
    return {
        "error_type": shorten(str(info.get("type") or "Error"), _CHARACTERS),
        "message": shorten(str(info.get("error", "Unknown error")), _CHARACTERS),
        "traceback": shorten(str(info.get("traceback") or ""), 8 * _CHARACTERS),
    }


def _opened(value: Any) -> Any:
    """The object in JSON, plain or in base64; None when there is none."""
    if isinstance(value, dict):
        return value
    text = _text(value)
    for decode in (lambda: text, lambda: _from_base64(text)):
        try:
            return read_json(decode())
        except (ValueError, RecursionError):
            continue
    return None


def _from_base64(text: str) -> str:
    with OwnModules():
        import base64
    return base64.b64decode(text, validate=True).decode("utf-8")


def _text(value: Any) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    return value if isinstance(value, str) else repr(value)
