"""What the supervisor writes to a runner's standard input: values, each with its length before it.

In the format of Python's own marshal, which is built in: json would make every runner load `re` and `enum` before its model,
nearly half of what a runner costs beyond the interpreter. Of version 4, which every Python from 3.4 on reads: the supervisor's may be
another one. What comes the other way, from a process that runs strangers' code, is JSON.
"""

from __future__ import annotations

from marshal import dumps, loads

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO, Optional

_VERSION = 4
_LENGTH_BYTES = 8


def framed(value: Any) -> bytes:
    """Raises ValueError where it is nested too deeply."""
    data = dumps(value, _VERSION)
    return len(data).to_bytes(_LENGTH_BYTES, "big") + data


def next_frame(stream: BinaryIO) -> Optional[Any]:
    """None at the end of the stream, which may come in the middle of a value whose writer has gone."""
    length = int.from_bytes(stream.read(_LENGTH_BYTES), "big")
    data = stream.read(length)
    return loads(data) if length and len(data) == length else None
