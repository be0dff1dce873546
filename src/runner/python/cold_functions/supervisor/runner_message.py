"""Reads one line of the control descriptor. A simulation can write there too: only what a runner says passes."""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Dict, List

from ..runner.collect_outputs import MOST_MARKS, InvalidResult, check_names, marks_in

_LONGEST_INTEGER = 16
_LONGEST_TEXT = 128 * 1024
_LONGEST_NAME = 4 * 1024
_LONGEST_CONTENT_TYPE = 255
_LARGEST_NUMBER = 2**53 - 1
_STATUSES = (
    "succeeded",
    "simulation-failed",
    "invalid-result",
    "environment-failed",
    "out-of-memory",
    "infrastructure",
)
_IDENTITY = {"pid", "start_time", "boot_id", "pid_namespace"}
_ERROR = {"error_type", "message", "traceback"}
_WIRE = {"function", "distribution", "version"}
_ARTIFACT = {"name", "file", "size", "blake2b256", "content_type"}
_CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+(; charset=utf-8)?")


def runner_message(line: bytes) -> Dict[str, Any]:
    """The message, with no other fields than those of the contract in runner.py. Raises ValueError, naming what is wrong."""
    if marks_in(line) > MOST_MARKS:
        raise ValueError("it has too many parts")
    try:
        said = json.loads(line, parse_constant=_refuse, parse_int=_integer)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(said, dict) or not isinstance(said.get("type"), str) or said["type"] not in _MESSAGES:
        raise ValueError("it is no message of a runner")
    kind = said["type"]
    message = {"type": kind}
    for name, holds in _MESSAGES[kind].items():
        if name not in said or not holds(said[name]):
            raise ValueError(f"it is {kind!r} without a valid {name!r}")
        message[name] = said[name]
    if kind == "done" and message["status"] == "succeeded" and not message["artifacts"]:
        raise ValueError("it is 'done' with outputs and a status that contradict each other")
    return message


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _integer(digits: str) -> int:
    # Reading a number takes time that grows with the square of its length.
    if len(digits) > _LONGEST_INTEGER:
        raise ValueError(f"it has an integer of {len(digits)} digits")
    return int(digits)


def _is_text(value: Any, longest: int = _LONGEST_TEXT) -> bool:
    try:
        return isinstance(value, str) and len(value) <= longest and value.encode("utf-8") is not None
    except UnicodeEncodeError:
        return False


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_NUMBER


def _is_duration(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _LARGEST_NUMBER


def _is_identity(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != _IDENTITY or not _is_integer(value["pid"]):
        return False
    return value["pid"] > 0 and all(_is_text(value[name]) for name in _IDENTITY - {"pid"})


def _is_error(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict) and set(value) == _ERROR and all(_is_text(text) for text in value.values())
    )


def _is_wire(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == _WIRE
        and _is_text(value["function"], _LONGEST_NAME)
        and all(value[name] is None or _is_text(value[name], _LONGEST_NAME) for name in _WIRE - {"function"})
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_lines_by_path(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_text(text) for pair in value.items() for text in pair)


def _are_artifacts(value: Any) -> bool:
    if not isinstance(value, list) or not all(_is_artifact(artifact) for artifact in value):
        return False
    return not value or _are_names([artifact["name"] for artifact in value])


def _are_names(names: List[Any]) -> bool:
    if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        return False
    try:
        check_names(dict.fromkeys(names))
    except InvalidResult:
        return False
    return True


def _is_artifact(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == _ARTIFACT
        and _is_file(value["file"])
        and _is_integer(value["size"])
        and _is_blake2b256(value["blake2b256"])
        and _is_text(value["content_type"], _LONGEST_CONTENT_TYPE)
        and _CONTENT_TYPE.fullmatch(value["content_type"]) is not None
    )


_is_file = _matches("[0-9]{1,9}")
_is_blake2b256 = _matches("[0-9a-f]{64}")

_MESSAGES: Dict[str, Dict[str, Callable[[Any], bool]]] = {
    "ready": {"identity": _is_identity, "nonce": _matches("[0-9a-f]{32}"), "python": _matches(r"[0-9]{1,3}(\.[0-9]{1,3}){2}")},
    "prepared": {
        "import_ms": _is_duration,
        "cannot_fork": _is_text,
        "lines": _are_texts,
        "opened": _are_texts,
        "written_by": _are_lines_by_path,
    },
    "entered": {"ordinal": _is_integer, "import_ms": _is_duration, "wire": _is_wire},
    "done": {
        "ordinal": _is_integer,
        "status": lambda value: isinstance(value, str) and value in _STATUSES,
        "error": _is_error,
        "artifacts": _are_artifacts,
        "import_ms": _is_duration,
        "simulate_ms": _is_duration,
        "write_ms": _is_duration,
    },
}
