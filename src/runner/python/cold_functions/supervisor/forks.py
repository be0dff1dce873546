"""The processes that templates have been asked for and that have not yet said who they are."""

from __future__ import annotations

import selectors
from typing import Any, Callable, Dict, Optional

from .expected_fork import ExpectedFork
from .start_process import Started
from .supervised_process import SupervisedProcess

Supervise = Callable[[str, Started, int], SupervisedProcess]
Fail = Callable[[str, str, bool], None]


class Forks:
    """`supervise` takes over one that has come; `fail` tells that none will."""

    def __init__(self, selector: selectors.BaseSelector, tree: Any, supervise: Supervise, fail: Fail) -> None:
        self._selector = selector
        self._tree = tree
        self._supervise = supervise
        self._fail = fail
        self._expected: Dict[str, ExpectedFork] = {}

    def ask(self, name: str, template: Optional[SupervisedProcess], memory_limit_bytes: int) -> None:
        if not template or not template.descriptors.forks:
            return self._fail(name, "the template from which it was to be forked has ended", False)
        try:
            expected = ExpectedFork(template.descriptors, self._tree)
        except OSError as error:
            return self._fail(name, f"{type(error).__name__}: {error}", False)
        self._expected[name] = expected
        self._selector.register(
            expected.control, selectors.EVENT_READ, lambda: self._answered(name, memory_limit_bytes)
        )

    def step(self, now: float) -> float:
        """Gives up those that are overdue; returns when to be called again."""
        for name, expected in list(self._expected.items()):
            if now >= expected.expires:
                self._give_up(name, "its template does not answer")
        return min((expected.expires for expected in self._expected.values()), default=float("inf"))

    def end(self) -> None:
        for name in list(self._expected):
            self._give_up(name, "the supervisor ends")

    def _answered(self, name: str, memory_limit_bytes: int) -> None:
        expected = self._expected[name]
        try:
            started = expected.answer()
        except OSError as error:
            return self._give_up(name, str(error))
        if not started:
            return
        self._forget(name)
        self._supervise(name, started, memory_limit_bytes).hear(expected.said)

    def _give_up(self, name: str, error: str) -> None:
        self._forget(name).give_up()
        self._fail(name, error, False)

    def _forget(self, name: str) -> ExpectedFork:
        expected = self._expected.pop(name)
        self._selector.unregister(expected.control)
        return expected
