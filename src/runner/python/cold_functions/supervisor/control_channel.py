"""Descriptor 3 as the supervisor hears it: the runner's messages in their order, stacks of Python, and nothing else."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, Optional

from ..process_identity import as_told
from ..runner.collect_outputs import LONGEST_MESSAGE_BYTES
from .runner_message import runner_message

# As Python's faulthandler begins them, for all threads and for one.
_STACK_BEGINS = (b"Fatal Python error: ", b"Stack (most recent call first)")
_LONGEST_STACK_LINE = 4 * 1024
# What a runner says begins so; all else is not worth reading.
_MESSAGE_BEGINS = b'{"type"'
_MOST_COMPLAINTS = 20
# What a runner says has no faults. Reading what only looks like it takes time that others wait for: more bytes of it than these, of
# which each line counts as a thousand at least, are not heard in the course of a task.
_MOST_REFUSED_BYTES = LONGEST_MESSAGE_BYTES
_LEAST_REFUSED_BYTES = 1024


class ControlChannel:
    """What else arrives there is the simulation's doing: it is told to `complain` and ignored. Memory is bounded, and so is what
    is said about it.

    `identity`: of the runner, as it is seen from outside; nobody else is taken for it. `tell_stack` hears each line of a stack, and
    whether it is the first.
    """

    def __init__(
        self,
        identity: Dict[str, Any],
        complain: Callable[[str], None],
        tell_stack: Callable[[bytes, bool], None],
    ) -> None:
        self._told = as_told(identity)
        self._complain = complain
        self._complaints = 0
        self._refused_bytes = 0
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
        self._refused_bytes = 0

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
            self._end_line("it has no end")
        self._tell_rest()

    def _extend(self, part: bytes) -> None:
        if self._line_too_long:
            return
        if len(self._line) + len(part) > LONGEST_MESSAGE_BYTES:
            self._ignored(f"it is longer than {LONGEST_MESSAGE_BYTES} bytes")
            self._line_too_long = True
            self._line = bytearray()
        else:
            self._line += part

    def _end_line(self, whatever: str = "") -> Optional[Dict[str, Any]]:
        """`whatever`: why it cannot be a message in any case."""
        line, self._line, self._line_too_long = bytes(self._line), bytearray(), False
        if not line:
            return None
        begins = line.startswith(_STACK_BEGINS)
        self._in_stack = begins or (self._in_stack and not line.startswith(_MESSAGE_BEGINS))
        if self._in_stack:
            self._tell_stack(line[:_LONGEST_STACK_LINE], begins)
            return None
        try:
            if whatever:
                raise ValueError(whatever)
            if not line.startswith(_MESSAGE_BEGINS):
                raise ValueError("it is no message of a runner")
            if self._refused_bytes >= _MOST_REFUSED_BYTES:
                raise ValueError("too many others were")
            self._refused_bytes += max(len(line), _LEAST_REFUSED_BYTES)
            message = runner_message(line)
            self._in_turn(message)
            self._refused_bytes -= max(len(line), _LEAST_REFUSED_BYTES)
            return message
        except ValueError as error:
            self._ignored(str(error))
            self._stack_behind(line)
            return None

    def _stack_behind(self, line: bytes) -> None:
        """Who crashes in the middle of a message writes its stack right behind it."""
        at = max(line.rfind(begin) for begin in _STACK_BEGINS)
        if at > 0:
            self._in_stack = True
            self._tell_stack(line[at : at + _LONGEST_STACK_LINE], True)

    def _in_turn(self, message: Dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "ready":
            expected = not self._ready
            if message["identity"] != self._told:
                raise ValueError("it names another process")
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
        if kind == "done":
            self._tell_rest()

    def _ignored(self, why: str) -> None:
        self._complaints += 1
        if self._complaints <= _MOST_COMPLAINTS:
            self._complain(f"[a line on descriptor 3, which is the runner's own, was ignored: {why[:200]}]\n")

    def _tell_rest(self) -> None:
        more = self._complaints - _MOST_COMPLAINTS
        if more > 0:
            self._complain(f"[{more} more lines on descriptor 3 were ignored]\n")
        self._complaints = 0
