"""A process that a template has been asked for, from the request until the process has said who it is."""

from __future__ import annotations

import os
import socket
import time
from typing import Any, List, Optional

from .runner_message import runner_message
from .start_process import Started, identity_in

_ANSWER_SECONDS = 10.0
_LONGEST_ANSWER = 64 * 1024
_LONGEST_WORDS = 300
_PIPES = 4


class ExpectedFork:
    def __init__(self, template: Started, tree: Any) -> None:
        """Asks the template. Raises OSError when that, or the pipes, cannot be had now."""
        self.expires = time.monotonic() + _ANSWER_SECONDS
        self.said = b""
        self._template = template
        self._tree = tree
        pipes: List[int] = []
        try:
            for _ in range(_PIPES):
                pipes += os.pipe()
            stdin_read, stdin, stdout, stdout_write, stderr, stderr_write, control, control_write = pipes
            its = [stdin_read, stdout_write, stderr_write, control_write]
            socket.send_fds(template.forks, [b"1"], its)
        except OSError:
            _close(pipes)
            raise
        _close(its)
        self.control = control
        self._others = (stdin, stdout, stderr)
        for descriptor in (*self._others, control):
            os.set_blocking(descriptor, False)

    def answer(self) -> Optional[Started]:
        """The process once it has said who it is; what it `said` so far is to be heard again. None: not yet.

        Raises OSError when it ended before it said so, or is not what it says.
        """
        chunk = os.read(self.control, _LONGEST_ANSWER)
        self.said += chunk
        line = next((line for line in self.said.split(b"\n")[:-1] if line), None)
        if line is None:
            if not chunk or len(self.said) > _LONGEST_ANSWER:
                raise OSError(f"the forked process ended before it said who it is{self._last_words()}")
            return None
        try:
            number = runner_message(line).get("identity", {}).get("pid", -1)
        except ValueError as error:
            raise OSError(f"the forked process does not say who it is: {error}") from error
        pid = self._forked(number)
        end = os.pidfd_open(pid)
        try:
            self._must_be_forked(pid, number)  # still, so that the descriptor is its
            identity = identity_in(self._template.pids, pid, self._tree)
        except OSError:
            os.close(end)
            raise
        return Started(
            pid,
            identity,
            *self._others,
            self.control,
            template_pid=self._template.pid,
            end=end,
            pids=self._template.pids,
        )

    def _last_words(self) -> str:
        """The last line of its standard error, for people."""
        try:
            lines = os.read(self._others[2], _LONGEST_ANSWER).decode(errors="replace").split("\n")
        except OSError:
            return ""
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f" ({last[:_LONGEST_WORDS]})" if last else ""

    def _forked(self, number: int) -> int:
        """The template's child that knows itself by this number; nothing else can be passed off as it."""
        for child in self._tree.children_of(self._template.pid):
            if self._tree.number_inside(child) == number:
                return child
        raise OSError(f"the forked process says that it is {number}, which is not the template's, or ended as soon as it had said so")

    def _must_be_forked(self, pid: int, number: int) -> None:
        if self._forked(number) != pid:
            raise OSError("the forked process ended as soon as it had said who it is")

    def give_up(self) -> None:
        """Its input ends, so that it leaves by itself."""
        _close([*self._others, self.control])


def _close(descriptors: List[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
