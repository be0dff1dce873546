"""How forked processes end: their template waits for them and tells; that they have ended shows without it too."""

from __future__ import annotations

import selectors
import socket
import time
from typing import Callable, Dict, Iterable, List, Optional, Tuple

from .supervised_process import SupervisedProcess
from .template_report import template_report

# A template that has not told by then never will: it has been stopped, or its import has meddled.
_REPORT_SECONDS = 1.0


class ForkedEnds:
    """`processes`: all that are supervised now. One whose end nobody tells is lost, and its run with it."""

    def __init__(
        self, selector: selectors.BaseSelector, processes: Callable[[], Iterable[SupervisedProcess]]
    ) -> None:
        self._selector = selector
        self._processes = processes
        self._awaited: Dict[str, Tuple[SupervisedProcess, float]] = {}

    def listen(self, template: SupervisedProcess, channel: socket.socket) -> None:
        self._selector.register(channel, selectors.EVENT_READ, lambda: self._hear(template, channel))

    def watch(self, process: SupervisedProcess, end: int) -> None:
        self._selector.register(end, selectors.EVENT_READ, lambda: self._ended(process, end))

    def leave(self, template: SupervisedProcess, channel: socket.socket) -> None:
        """The template is gone: what it still told counts, and whatever else it has forked ends with it."""
        try:
            while True:
                self._take(template, channel)
        except (BlockingIOError, EOFError, ValueError):
            self._ignore(channel)
            channel.close()
        for process in self._forked_from(template.pid):
            process.stop("lost")
            if process.name in self._awaited:
                self._await_report(process)

    def step(self, now: float) -> float:
        """Gives up reports that are overdue; returns when to be called again."""
        for name, (process, due) in list(self._awaited.items()):
            if process.has_ended or now >= due:
                del self._awaited[name]
            if not process.has_ended and now >= due:
                process.stop("lost")
                process.exited(None, 0.0, 0)
                template = self._template_of(process)
                if template:
                    template.stop("stopped")
        return min((due for _, due in self._awaited.values()), default=float("inf"))

    def _ended(self, process: SupervisedProcess, end: int) -> None:
        self._selector.unregister(end)
        process.vanished()
        self._await_report(process)

    def _await_report(self, process: SupervisedProcess) -> None:
        # When the template is gone, the supervisor itself waits for it; but for one in a namespace of numbers its first process, which tells nothing.
        comes = self._template_of(process) or not process.descriptors.pids
        self._awaited[process.name] = (process, time.monotonic() + (_REPORT_SECONDS if comes else 0))

    def _hear(self, template: SupervisedProcess, channel: socket.socket) -> None:
        try:
            self._take(template, channel)
        except BlockingIOError:
            pass
        except EOFError:
            self._ignore(channel)  # its own end tells the rest
        except ValueError:
            template.stop("stopped")

    def _take(self, template: SupervisedProcess, channel: socket.socket) -> None:
        """Raises as `template_report` does."""
        end = template_report(channel)
        for process in self._forked_from(template.pid):
            if process.number_inside == end.pid:
                process.exited(end.status, end.cpu_seconds, end.max_resident_bytes)

    def _ignore(self, channel: socket.socket) -> None:
        if channel in self._selector.get_map():
            self._selector.unregister(channel)

    def _forked_from(self, template_pid: int) -> List[SupervisedProcess]:
        return [
            process
            for process in self._processes()
            if process.descriptors.template_pid == template_pid and not process.has_ended
        ]

    def _template_of(self, forked: SupervisedProcess) -> Optional[SupervisedProcess]:
        for process in self._processes():
            if process.pid == forked.descriptors.template_pid and process.descriptors.forks:
                return process
        return None
