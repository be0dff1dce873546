"""Single tasks, sent one by one, and one look at storage for all that are awaited."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from . import _reading, _submission
from ._reading import Outcome
from ._results import Results
from ._storage import AT_ONCE, Storage
from .errors import MopsColdError

#: Tasks of one run: what is listed again and again are the outcomes of runs that have unfinished tasks. One of which so many have ended
#: gets no more, so that of calls that come one by one, thousands in the end, each look lists few.
_TASKS_OF_RUN, _ENDED_OF_RUN = 1000, 50
#: Seconds between two looks: a twentieth of the time for which nothing has happened, so that an outcome is seen soon after its task, however long that took.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.05, 0.5
_PAUSE_PER_SILENCE = 0.05

#: What lists how those of a run have ended: tasks, or aggregations.
Listing = Callable[[Storage, str, str], Iterator[Outcome]]
Finish = Callable[[Outcome], Any]


@dataclass
class _Awaited:
    key: str
    waiting: list[tuple[Future[Any], Finish]] = field(default_factory=list)


@dataclass
class _Run:
    name: str
    listing: Listing
    #: By the name of its outcome. Those that have ended are None: the same name again needs another run.
    tasks: dict[str, _Awaited | None] = field(default_factory=dict)
    ended: int = 0


class Session:
    """One job that grows. Its tasks are not written down: each message says what it is, as in any job that is pushed.

    Safe for threads. Whoever asks for the same task while it is awaited waits for the same one.
    """

    def __init__(self, storage: Storage, job_id: str | None = None, cache: bool = True) -> None:
        self.storage = storage
        self.results = Results(storage)
        self.job_id = job_id or f"calls-{_submission.new_run_id()}"
        self._terms: dict[str, Any] = {} if cache else {"no_cache": True}
        self._traceparent = _submission.new_traceparent()
        self._runs: list[_Run] = []
        self._unwanted: list[tuple[_Run, str]] = []
        self._changed = threading.Condition()
        self._poller: threading.Thread | None = None
        self._finishing = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mops-cold-finish")
        self._closed = False
        storage.make()

    def send(
        self,
        name: str,
        key: str,
        message: Callable[[Mapping[str, Any]], str],
        finish: Finish,
        listing: Listing = _reading.list_outcomes,
    ) -> Future[Any]:
        """Sends a message, and gives what `finish` makes of its outcome.

        name: under which its outcome is recorded. key: what else makes it the task that it is.
        message: makes it of what all messages of its run have.
        """
        future: Future[Any] = Future()
        with self._changed:
            if self._closed:
                raise RuntimeError("Cannot submit: this was closed.")
            run = self._run_for(name, key, listing)
            awaited = run.tasks.get(name)
            is_new = awaited is None
            if awaited is None:
                awaited = run.tasks[name] = _Awaited(key)
            awaited.waiting.append((future, finish))
            if self._poller is None:
                self._poller = threading.Thread(target=self._poll, name="mops-cold-poll", daemon=True)
                self._poller.start()
        future.add_done_callback(lambda ended: self._cancelled(run, name) if ended.cancelled() else None)
        if is_new:
            marks = {"job_id": self.job_id, "run": run.name, **self._terms, "traceparent": self._traceparent}
            try:
                _submission.send(self.storage, message(marks))
            except BaseException as error:
                self._fail(run, name, error)
                raise
        with self._changed:
            self._changed.notify_all()
        return future

    def close(self, cancel: bool = False, wait: bool = True) -> None:
        """Takes no more tasks. cancel: those that have not ended are cancelled in the app, too."""
        with self._changed:
            self._closed = True
            waiting = [
                each for run in self._runs for one in run.tasks.values() if one for each in one.waiting
            ]
        if cancel:
            for future, _ in waiting:
                future.cancel()
        with self._changed:
            poller = self._poller
            self._changed.notify_all()
        if wait and poller is not None:
            poller.join()
        self._finishing.shutdown(wait=wait)

    def _run_for(self, name: str, key: str, listing: Listing) -> _Run:
        runs = [run for run in self._runs if run.listing is listing]
        for run in runs:
            awaited = run.tasks.get(name)
            if awaited is not None and awaited.key == key:
                return run
        latest = runs[-1] if runs else None
        if (
            latest is None
            or name in latest.tasks
            or len(latest.tasks) >= _TASKS_OF_RUN
            or latest.ended >= _ENDED_OF_RUN
        ):
            latest = _Run(_submission.new_run_id(), listing)
            self._runs.append(latest)
        return latest

    def _poll(self) -> None:
        """Lists outcomes for as long as there is something to wait for, more often while things happen."""
        last = time.monotonic()
        while True:
            with self._changed:
                open_runs = [run for run in self._runs if any(run.tasks.values())]
                unwanted, self._unwanted = self._unwanted, []
                if not open_runs and not unwanted:
                    self._poller = None
                    self._changed.notify_all()
                    return
            try:
                self._cancel(unwanted)
                ended = sum(self._look(run) for run in open_runs)
            except Exception as error:
                # The storage has been tried again and again: whoever waits would never be told.
                for run in open_runs:
                    for name in [name for name, one in run.tasks.items() if one]:
                        self._fail(run, name, error)
                continue
            now = time.monotonic()
            last = now if ended else last
            pause = min(_LONGEST_PAUSE, max(_SHORTEST_PAUSE, _PAUSE_PER_SILENCE * (now - last)))
            with self._changed:
                latest = {run.listing: run for run in self._runs}
                self._runs = [
                    run for run in self._runs if any(run.tasks.values()) or run is latest[run.listing]
                ]
                if self._changed.wait(pause):
                    last = time.monotonic()

    def _look(self, run: _Run) -> int:
        ended = 0
        for outcome in run.listing(self.storage, self.job_id, run.name):
            if run.tasks.get(outcome.task_id) is None:
                continue
            ended += 1
            for future, finish in self._taken(run, outcome.task_id):
                self._finish(future, finish, outcome)
        return ended

    def _fail(self, run: _Run, name: str, error: BaseException) -> None:
        for future, _ in self._taken(run, name):
            if future.set_running_or_notify_cancel():
                future.set_exception(error if isinstance(error, Exception) else MopsColdError(str(error)))

    def _taken(self, run: _Run, name: str) -> list[tuple[Future[Any], Finish]]:
        """Whoever waits for a task, which is no longer awaited."""
        with self._changed:
            awaited = run.tasks.get(name)
            run.tasks[name] = None
            run.ended += 1
        return awaited.waiting if awaited else []

    def _finish(self, future: Future[Any], finish: Finish, outcome: Outcome) -> None:
        if not future.set_running_or_notify_cancel():
            return

        def work() -> None:
            try:
                future.set_result(finish(outcome))
            except BaseException as error:
                future.set_exception(error)

        try:
            self._finishing.submit(work)
        except RuntimeError:  # closed without waiting
            work()

    def _cancelled(self, run: _Run, name: str) -> None:
        with self._changed:
            awaited = run.tasks.get(name)
            if awaited is None or any(not future.cancelled() for future, _ in awaited.waiting):
                return
            run.tasks[name] = None
            self._unwanted.append((run, name))
            self._changed.notify_all()

    def _cancel(self, unwanted: list[tuple[_Run, str]]) -> None:
        by_run: dict[str, list[str]] = {}
        for run, name in unwanted:
            by_run.setdefault(run.name, []).append(name)
        for name, tasks in by_run.items():
            _submission.cancel(self.storage, self.job_id, [name], tasks)
