"""Values that are JSON but for their classes: numbers of numpy, dates and times, dataclasses, and what they are in."""

from __future__ import annotations

import math
import sys

from .known import is_a

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Set


_WORDS = {None: "null", True: "true", False: "false"}


class NotJson(TypeError):
    """`value` is what is at fault, maybe deep in what was to be written."""

    def __init__(self, value: Any, what: str, at: str) -> None:
        super().__init__(f"{what} {type(value).__name__}{_place(at)} is not JSON serializable")
        self.value = value


class JsonValue:
    """`value` with nothing in it that json does not take. NaN, infinities and missing times become null: `nulls`.

    Raises TypeError or ValueError, saying where in the value it is at fault, and RecursionError.
    """

    def __init__(self, value: Any) -> None:
        self.nulls = 0
        self._around: Set[int] = set()
        self.value = self._of(value, "")

    def _of(self, value: Any, at: str) -> Any:
        if value is None or isinstance(value, (str, bool)):
            return value
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else self._null()
        if isinstance(value, (dict, list, tuple)) or _is_dataclass(value):
            return self._inside(value, at)
        if is_a(value, "numpy", "generic"):
            return self._of_numpy(value, at)
        if is_a(value, "numpy", "ndarray") and not value.dtype.hasobject and not is_a(value, "numpy.ma", "MaskedArray"):
            return self._of_array(value, at)
        if type(value).__name__ in ("NaTType", "NAType") and "pandas" in sys.modules:
            return self._null()
        if is_a(value, "datetime", "datetime", "date", "time"):
            return value.isoformat()
        if is_a(value, "datetime", "timedelta"):
            nanoseconds = getattr(value, "nanoseconds", 0)  # which pandas adds
            return _duration(((value.days * 86400 + value.seconds) * 10**6 + value.microseconds) * 1000 + nanoseconds)
        raise NotJson(value, "Object of type", at)

    def _inside(self, value: Any, at: str) -> Any:
        if id(value) in self._around:
            raise ValueError("Circular reference detected")
        self._around.add(id(value))
        try:
            if isinstance(value, dict):
                return self._object(value, at)
            if isinstance(value, (list, tuple)):
                return [self._of(item, f"{at}[{number}]") for number, item in enumerate(value)]
            fields = sys.modules["dataclasses"].fields(value)
            return self._object({field.name: getattr(value, field.name) for field in fields}, at)
        finally:
            self._around.discard(id(value))

    def _object(self, value: Dict[Any, Any], at: str) -> Dict[str, Any]:
        made: Dict[str, Any] = {}
        for key, item in value.items():
            name = self._name(key, at)
            if name in made:
                raise ValueError(f"Two keys{_place(at)} are {name!r} in JSON")
            made[name] = self._of(item, f"{at}.{name}")
        return made

    def _name(self, key: Any, at: str) -> str:
        if isinstance(key, str):
            return key
        if key is None or isinstance(key, (bool, int)):
            return _WORDS[key] if key is None or isinstance(key, bool) else int.__repr__(key)
        if isinstance(key, float):
            return float.__repr__(key)
        if is_a(key, "numpy", "generic") or is_a(key, "datetime", "datetime", "date", "time", "timedelta"):
            return self._name(self._of(key, at), at)
        raise NotJson(key, "A key of type", at)

    def _of_numpy(self, value: Any, at: str) -> Any:
        kind, unit = value.dtype.kind, value.dtype.str
        if kind == "M":
            return self._null() if value != value else str(value)
        plain = value.item()
        if kind == "m" and isinstance(plain, int) and unit.endswith("[ns]"):
            return _duration(plain)
        if kind == "m" and plain is not None and isinstance(plain, int):
            raise NotJson(value, f"A time in the unit {unit[3:]}, of type", at)
        if type(plain) is type(value) or isinstance(plain, (bytes, tuple)):
            raise NotJson(value, "Object of type", at)
        return self._null() if plain is None else self._of(plain, at)

    def _of_array(self, value: Any, at: str) -> Any:
        if value.dtype.kind in "biuf" and value.dtype.itemsize <= 8:
            items = value.tolist()
            return items if value.dtype.kind in "biu" else self._of(items, at)
        if value.ndim == 0:
            return self._of_numpy(value[()], at)
        return [self._of(item, f"{at}[{number}]") for number, item in enumerate(value)]

    def _null(self) -> None:
        self.nulls += 1


def _is_dataclass(value: Any) -> bool:
    return hasattr(type(value), "__dataclass_fields__") and "dataclasses" in sys.modules


def _place(at: str) -> str:
    return f" at {at}" if at else ""


def _duration(nanoseconds: int) -> str:
    """ISO 8601, in days, hours, minutes and seconds."""
    sign, rest = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    seconds, fraction = divmod(rest, 10**9)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    decimals = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{sign}P{days}DT{hours}H{minutes}M{seconds}{decimals}S"
