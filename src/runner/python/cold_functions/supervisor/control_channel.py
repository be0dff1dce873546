"""Descriptor 3 as the supervisor hears it: the runner's messages in their order, stacks of Python, and nothing else."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, Optional

from ..runner.collect_outputs import LONGEST_MESSAGE_BYTES
from .runner_message import runner_message

# As Python's faulthandler begins them, for all threads and for one.
_STACK_BEGINS = (b"Fatal Python error: ", b"Stack (most recent call first)")


class ControlChannel:
    """What else arrives there is the simulation's doing: it is told to `complain` and ignored. Memory is bounded.

    `tell_stack` hears each line of a stack, and whether it is the first.
    """

    def __init__(self, complain: Callable[[str], None], tell_stack: Callable[[bytes, bool], None]) -> None:
        self._complain = complain
        self._tell_stack = tell_stack
        self._in_stack = False
        self._line = bytearray()
        self._line_too_long = False
        self._ready = self._preparing = self._entered = self._task_open = False
        self._ordinal = 0

    def begin_preparing(self) -> None:
        self._preparing = True

    def begin_task(self) -> None:
        self._ordinal += 1
        self._task_open = True
        self._entered = False

    def take(self, chunk: bytes) -> Iterator[Dict[str, Any]]:
        """Messages that the chunk completes."""
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            self._extend(end)
            message = self._end_line()
            if message:
                yield message
        self._extend(rest)

    def close(self) -> None:
        """Nothing more comes."""
        if self._line:
            self._ignored("it has no end")

    def _extend(self, part: bytes) -> None:
        if self._line_too_long:
            return
        if len(self._line) + len(part) > LONGEST_MESSAGE_BYTES:
            self._ignored(f"it is longer than {LONGEST_MESSAGE_BYTES} bytes")
            self._line_too_long = True
            self._line = bytearray()
        else:
            self._line += part

    def _end_line(self) -> Optional[Dict[str, Any]]:
        line, self._line, self._line_too_long = bytes(self._line), bytearray(), False
        if not line:
            return None
        begins = line.startswith(_STACK_BEGINS)
        self._in_stack = begins or (self._in_stack and not line.startswith(b"{"))
        if self._in_stack:
            self._tell_stack(line, begins)
            return None
        try:
            message = runner_message(line)
            self._in_turn(message)
            return message
        except ValueError as error:
            self._ignored(str(error))
            return None

    def _in_turn(self, message: Dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "ready":
            expected = not self._ready
        elif kind == "prepared":
            expected = self._ready and self._preparing
            self._preparing = False
        else:
            expected = self._ready and self._task_open and message["ordinal"] == self._ordinal
            expected = expected and not (kind == "entered" and self._entered)
        if not expected:
            raise ValueError(f"the runner does not say {kind!r} at this point")
        self._ready = True
        self._entered = self._entered or kind == "entered"
        self._task_open = self._task_open and kind != "done"

    def _ignored(self, why: str) -> None:
        self._complain(f"[a line on descriptor 3, which is the runner's own, was ignored: {why[:200]}]\n")
