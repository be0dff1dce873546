"""What differs between two moments, as it is told."""

from __future__ import annotations

from typing import Any, Dict, Optional

_LONGEST = 200


def change(
    kind: str, key: str, before: Optional[str], after: Optional[str], restorable: bool, **more: Any
) -> Dict[str, Any]:
    """`before` and `after` are null where there was nothing, or is nothing any more."""
    of_memory = {"library": None, "section": None, "offset": None, "size": None, "symbol": None, "source": None}
    return {
        "key": key,
        "kind": kind,
        **of_memory,
        "module": None,
        "name": None,
        **more,
        "before": cut(before),
        "after": cut(after),
        "restorable": restorable,
    }


def cut(text: Optional[str]) -> Optional[str]:
    """Text that any reader of JSON takes, of bounded length."""
    if text is None:
        return None
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
