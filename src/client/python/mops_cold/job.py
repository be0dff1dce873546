"""A job that was submitted: how far it is, and what came of it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from . import _frames, _paths, _reading, _submission, _summary, _tables
from ._decoding import value_of
from ._frames import Frames
from ._progress import Bar
from ._reading import SUCCEEDED, Counts, Found, Outcome
from ._results import Results, failure
from ._storage import Read, Storage
from ._telling import tell
from .errors import CredentialsRefused, MopsColdError, NotFound, SimulationFailed, StorageUnavailable
from .identities import Scalar
from .status import Status, status_of
from .tasks import TaskLine

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.5, 2.0
#: Looking takes no more than a sixth of the time.
_PAUSE_PER_LOOK = 5


class Job:
    """A job. Without a run its latest is meant, or all of them together where the latest retries some of its tasks."""

    def __init__(
        self, storage: Storage, job_id: str, run: str | None = None, frames: Frames = "pandas"
    ) -> None:
        self.id = job_id
        self.run = run
        self.frames: Frames = frames
        self._storage = storage
        self._results = Results(storage)
        self._lines: list[TaskLine] | None = None

    def __repr__(self) -> str:
        return f"Job({self.id!r})" if self.run is None else f"Job({self.id!r}, run={self.run!r})"

    def runs(self) -> list[str]:
        """Names of its runs, oldest first."""
        return _reading.list_runs(self._storage, self.id)

    def status(self) -> Status:
        """Where it stands: of up to 1,000 tasks from a listing of their outcomes, of more from what the app's instances have summed up.

        Raises NotFound.
        """
        return self._status(self._find())

    def watch(self, timeout: float | None = None, progress: bool = True) -> Status:
        """Waits until every task has its outcome, and every parameter set its losses, with a bar in a terminal or notebook. An interruption, or credentials that expire, leave the job alone.

        timeout: seconds.
        Raises TimeoutError; MopsColdError when nobody wrote down how many tasks there are.
        """
        bar = Bar(progress)
        try:
            for status, pause in self._watched(timeout):
                bar.update(status)
                if status.done:
                    return status
                time.sleep(pause)
            raise AssertionError("a job is watched until it is done")
        except (KeyboardInterrupt, CredentialsRefused, StorageUnavailable):
            bar.end()
            print(self._goes_on(), file=sys.stderr)
            raise
        finally:
            bar.end()

    def results(self, frames: Frames | None = None) -> Any:
        """A DataFrame with a row for each task: id, parameters, seed, outcome (also `pending`), and where its time went, in seconds.

        From listings alone: no request for each task.
        """
        found = self._find()
        table = _tables.tasks_table(self._tasks_of(found), _reading.standing(self._storage, found))
        return _frames.to_frame(table, frames or self.frames)

    def outputs(self) -> list[str]:
        """Names of the outputs, as the first task that succeeded has them."""
        found = self._find()
        standing = _reading.standing(self._storage, found)
        for line in self._tasks_of(found):
            outcome = standing.get(line.task_id)
            if outcome is not None and outcome.outcome == SUCCEEDED:
                return sorted(self._results.artifacts(outcome))
        return []

    def output(
        self,
        name: str,
        *,
        absent: Literal["warn", "rows", "raise"] = "warn",
        skip_unreadable: bool = False,
        task_ids: bool = False,
        frames: Frames | None = None,
    ) -> Any:
        """A DataFrame of an output over all tasks: parameters and seed, then its own columns. Checksums are verified.

        Arrow, Parquet, CSV, and JSON scalars, flat records and lists of either. A column that is called like a parameter is named
        `<output>.<column>`. What is left out or differs is told as an OutputWarning.

        absent: what of tasks that failed or have not ended: `warn`, an error (`raise`), or a row each with their `outcome` (`rows`).
        skip_unreadable: whether outputs that are damaged or no tables are left out; they are an error otherwise.
        Raises NotFound when no task has the output, UnreadableOutput.
        """
        gathered = self._gather(name, skip_unreadable, quiet=absent == "rows")
        if absent == "raise" and len(gathered.lines) < len(self._tasks_of(self._find())):
            raise NotFound(
                f'Not all tasks of job {self.id} have the output "{name}". See job.failures(), or take what there is: absent="warn".'
            )
        return _frames.to_frame(
            gathered.table(task_ids=task_ids, absent=absent == "rows"), frames or self.frames
        )

    def summary(
        self,
        name: str,
        *,
        by: Sequence[str] | None = None,
        quantiles: Sequence[float] = (0.05, 0.5, 0.95),
        skip_unreadable: bool = False,
        frames: Frames | None = None,
    ) -> Any:
        """A DataFrame of bands over replicates: for each group the number of rows, mean and quantiles of each numeric column.

        by: parameters and columns of the output that make a group, as in `["beta", "t"]`; all parameters by default.
        """
        kind = frames or self.frames
        gathered = self._gather(name, skip_unreadable)
        parameters = list(dict.fromkeys(each for line in gathered.lines for each in line.parameters))
        keys = parameters if by is None else [by] if isinstance(by, str) else list(by)
        table = gathered.table(task_ids=True)
        # A parameter that is no key is no result either.
        table = table.drop_columns([each for each in parameters if each not in keys])
        return _summary.summarised(table, keys, quantiles, kind)

    def failures(self, limit: int = 1000, frames: Frames | None = None) -> Any:
        """A DataFrame with a row for each task that failed: parameters, seed, outcome, error, traceback. One request for each.

        limit: most rows; of more failures, as many that are spread over all of them, which is told.
        """
        found = self._find()
        standing = _reading.standing(self._storage, found)
        failed = [one for one in standing.values() if one.outcome != SUCCEEDED]
        if len(failed) > limit:
            tell(f"{limit} of {len(failed)} failures, spread over all of them. For more: limit=….")
            failed = [failed[at * len(failed) // limit] for at in range(limit)]
        records = list(_reading.at_once(self._results.record, failed))
        lines = {line.task_id: line for line in self._tasks_of(found)}
        return _frames.to_frame(_tables.failures_table(lines, records), frames or self.frames)

    def losses(self, frames: Frames | None = None) -> Any:
        """A DataFrame with a row for each parameter set and target: parameters, target, loss, replicates, outcome, reason.

        Sets without a loss (yet) are among them. One request for each that has one. Raises NotFound in a job without targets.
        """
        found = self._find()
        sets: dict[str, tuple[TaskLine, str]] = {}
        for line in self._tasks_of(found):
            for target, name in line.aggregations().items():
                sets.setdefault(name, (line, target))
        if not sets:
            raise NotFound(f"There are no losses: the job {self.id} has no targets. Submit it with targets=.")
        standing = _reading.standing_aggregations(self._storage, found, self._all_lines)
        ended = [(name, standing[name]) for name in sets if name in standing]
        read = _reading.at_once(lambda each: self._results.record(each[1]), ended)
        records = {name: record for (name, _), record in zip(ended, read, strict=True)}
        rows = [(line, target, records.get(name)) for name, (line, target) in sets.items()]
        return _frames.to_frame(_tables.losses_table(rows), frames or self.frames)

    def tasks(self) -> list[Task]:
        """Its tasks, in the order in which they were submitted."""
        found = self._find()
        standing = _reading.standing(self._storage, found)
        return [Task(self, line, standing.get(line.task_id)) for line in self._tasks_of(found)]

    def task(self, start: str | None = None, /, **values: Scalar) -> Task:
        """The task whose id begins so, or that has these parameters and this seed, as in `job.task(beta=0.3, seed=7)`.

        Raises NotFound when none is such, or several are.
        """
        found = [task for task in self.tasks() if _is_meant(task._line, start, values)]
        said = start or ", ".join(f"{name}={value!r}" for name, value in values.items())
        if not found:
            raise NotFound(f'Cannot find the task "{said}": the job {self.id} has none that is such.')
        if len(found) > 1:
            ids = ", ".join(task.id for task in found[:5])
            raise NotFound(
                f'Cannot tell which task "{said}" means: {len(found)} of the job {self.id} are such ({ids}, …). Say more of it.'
            )
        return found[0]

    def cancel(self, /, tasks: Iterable[str] | None = None, **values: Scalar) -> int | None:
        """Has tasks end that have not: those that wait never start, those that run are ended, in all runs that there are now.

        tasks, values: starts of ids, parameters and seed of those that are meant; all by default.
        Returns how many, of a whole large job as many as status() says; None when nobody wrote down which there are.
        """
        if self.id == _reading.DIRECT:
            raise MopsColdError(
                "Cannot cancel the job direct: its tasks were pushed one by one. Remove their messages from the queue."
            )
        found = self._find()
        some = tasks is not None or bool(values)
        if some and found.manifest is None:
            raise MopsColdError(
                f"Cannot cancel some tasks of the job {self.id}: nobody wrote down what they are. Cancel all of them."
            )
        if some:
            standing = _reading.standing(self._storage, found)
            chosen = [line.task_id for line in self._chosen(tasks, values) if line.task_id not in standing]
            count: int | None = len(chosen)
        else:  # Not one by one: however many there are, they are to end soon.
            total = found.task_count
            count = None if total is None else max(0, total - _reading.counted(self._storage, found).ended)
        if count != 0:
            _submission.cancel(self._storage, self.id, self.runs(), chosen if some else None)
        return count

    def retry(
        self,
        /,
        tasks: Iterable[str] | None = None,
        *,
        outcomes: Iterable[str] | None = None,
        pending: bool = False,
        cache: bool = True,
        timeout: float | None = None,
        memory: int | None = None,
        run: str | None = None,
        **values: Scalar,
    ) -> int:
        """Runs tasks again that failed, as a new run of the job. What they are stays the same.

        tasks, values: starts of ids, parameters and seed of those that are meant; all that failed by default.
        outcomes: only those that ended so.
        pending: also those that have no outcome, whose messages were lost.
        cache: whether stored results answer; without, tasks that succeeded run again too.
        timeout, memory: seconds and bytes, in place of those of the latest run.
        run: a retry that was interrupted, to go on with.
        Returns how many run again. Raises SubmissionStopped in the middle.
        """
        found = self._find(any_run=True)
        if found.manifest is None:
            raise MopsColdError(
                f"Cannot retry tasks of the job {self.id}: nobody wrote down what they are. Push them again."
            )
        if run is not None and run not in self.runs():
            raise NotFound(f"Cannot go on with the run {run}: the job {self.id} has none of this name.")
        standing = _reading.standing(self._storage, found)
        wanted = None if outcomes is None else set(outcomes)

        def is_chosen(line: TaskLine) -> bool:
            one = standing.get(line.task_id)
            if one is None:
                return pending
            return one.outcome in wanted if wanted is not None else one.outcome != SUCCEEDED or not cache

        meant = self._all_lines() if run is not None else self._chosen(tasks, values)
        lines = meant if run is not None else [line for line in meant if is_chosen(line)]
        if not lines:
            return 0
        terms = _submission.run_terms(lines, cache=cache, timeout=timeout, memory=memory)
        if run is None:
            latest = found.run_manifest or {}
            terms = {**{name: latest[name] for name in _submission.LIMITS if name in latest}, **terms}
        to_send = _submission.Run(self.id, run or _submission.new_run_id(), lines, retry=True, terms=terms)
        return _submission.send_run(self._storage, to_send, lambda sent, total: None)

    def _watched(self, timeout: float | None) -> Iterator[tuple[Status, float]]:
        """Where it stands, again and again, and how many seconds to wait until the next time."""
        until = None if timeout is None else time.monotonic() + timeout
        found = self._find()
        if found.task_count is None:
            raise MopsColdError(
                f"Cannot watch the job {self.id}: nobody wrote down how many tasks it has, so its end cannot be seen. Use status()."
            )
        pause, ended = _SHORTEST_PAUSE, -1
        while True:
            begun = time.monotonic()
            status = self._status(found)
            looking = time.monotonic() - begun
            pause = min(_LONGEST_PAUSE, pause * 1.5) if status.ended == ended else _SHORTEST_PAUSE
            ended = status.ended
            pause = max(pause, _PAUSE_PER_LOOK * looking)
            left = pause if until is None else until - time.monotonic()
            if left <= 0 and not status.done:
                raise TimeoutError(
                    f"The job {self.id} has not ended within {timeout} s. It goes on; watch it again to see its end."
                )
            yield status, max(0.0, min(pause, left))

    def _status(self, found: Found) -> Status:
        counts = _reading.counted(self._storage, found)
        return status_of(found, counts, self._losses_pending(found, counts))

    def _losses_pending(self, found: Found, counts: Counts) -> int:
        manifest = found.manifest or {}
        targets = manifest.get("targets", [])
        of_some = found.run is not None and "tasks" in (found.run_manifest or {})
        if not targets or of_some:  # of a run of some tasks nobody wrote down how many sets it has
            return 0
        ended = len(_reading.standing_aggregations(self._storage, found, self._all_lines))
        missing = max(0, int(manifest["parameter_sets"]) * len(targets) - ended)
        are_lost = missing > 0 and counts.ended == found.task_count
        return 0 if are_lost and _reading.is_left_out(self._storage, found) else missing

    def _goes_on(self) -> str:
        return f'The job {self.id} goes on without you: client.job("{self.id}").watch() shows it again, .cancel() ends it.'

    def _find(self, any_run: bool = False) -> Found:
        return _reading.find_job(self._storage, self.id, None if any_run else self.run)

    def _gather(self, name: str, skip_unreadable: bool, quiet: bool = False) -> _tables.OutputTable:
        found = self._find()
        return _tables.OutputTable(
            name,
            self._tasks_of(found),
            _reading.standing(self._storage, found),
            self._results,
            skip_unreadable=skip_unreadable,
            tell_absent=not quiet,
        )

    def _tasks_of(self, found: Found) -> list[TaskLine]:
        """Those of the run that is meant."""
        lines = self._all_lines()
        if found.run is not None and "tasks" in (found.run_manifest or {}):
            ids = _reading.run_tasks(self._storage, self.id, found.run)
            return [line for line in lines if line.task_id in ids]
        return lines

    def _all_lines(self) -> list[TaskLine]:
        if self._lines:
            return self._lines
        lines = _reading.read_tasks(self._storage, self.id)
        if lines:
            self._lines = lines
            return lines
        # Nobody wrote them down: those that have ended say what they were.
        found = self._find()
        records = _reading.at_once(self._results.record, _reading.standing(self._storage, found).values())
        return [_line_of(record) for record in records]

    def _chosen(self, tasks: Iterable[str] | None, values: Mapping[str, Scalar]) -> list[TaskLine]:
        starts = None if tasks is None else [tasks] if isinstance(tasks, str) else list(tasks)
        return [
            line
            for line in self._all_lines()
            if (starts is None or any(line.task_id.startswith(start) for start in starts))
            and _has(line, values)
        ]


class Task:
    """One task of a job, as it stood when it was asked for."""

    def __init__(self, job: Job, line: TaskLine, outcome: Outcome | None) -> None:
        self._job = job
        self._line = line
        self._ended = outcome

    def __repr__(self) -> str:
        return f"Task({self.id}, {self.outcome}, {self.parameters}, seed={self.seed})"

    @property
    def id(self) -> str:
        return self._line.task_id

    @property
    def parameters(self) -> dict[str, Scalar]:
        return self._line.parameters

    @property
    def seed(self) -> int:
        return self._line.seed

    @property
    def outcome(self) -> str:
        """How it ended; `pending` when it has not."""
        return _tables.PENDING if self._ended is None else self._ended.outcome

    @property
    def record(self) -> dict[str, Any]:
        """All that is known of how it ended: reason, error, metrics, attestation. Raises NotFound when it has not."""
        return self._job._results.record(self._outcome())

    @property
    def error(self) -> SimulationFailed | None:
        """Why it failed; None when it did not."""
        if self._ended is None or self._ended.outcome == SUCCEEDED:
            return None
        return failure(self.record)

    @property
    def log(self) -> str:
        """What it and everything that it started wrote to stdout and stderr; a megabyte at most.

        Raises NotFound when there is none (any more).
        """
        reference = self.record.get("logs_ref")
        if reference is None and self._ended is not None and self._ended.outcome == SUCCEEDED:
            reference = self._job._results.result(self._outcome()).get("logs_ref")
        if reference is None:
            raise NotFound(f"Task {self.id} has no log: no process ran for it.")
        container, blob = _paths.reference(reference)
        text = self._job._storage.read(container, blob)
        if text is None:
            raise NotFound(
                f"The log of task {self.id} was removed: logs are kept for a shorter time than results."
            )
        return text.content.decode("utf-8", errors="replace")

    @property
    def outputs(self) -> list[str]:
        """Names of its outputs. Raises SimulationFailed when it failed."""
        return sorted(self._job._results.artifacts(self._outcome()))

    def read(self, name: str) -> bytes:
        """The bytes of an output, verified."""
        return self._read(name).content

    def output(self, name: str, frames: Frames | None = None) -> Any:
        """An output as a value: a table as a DataFrame, JSON as what it says, an array of numpy, text; else its bytes."""
        return value_of(name, self._read(name), frames or self._job.frames)

    def _read(self, name: str) -> Read:
        outcome = self._outcome()
        found = self._job._results.output(self._line, outcome, name)
        if found is None:
            raise NotFound(f'There is no output "{name}": task {self.id} has {", ".join(self.outputs)}.')
        return found

    def _outcome(self) -> Outcome:
        if self._ended is None:
            raise NotFound(f"Task {self.id} has not ended. Wait for it: job.watch().")
        return self._ended


def _is_meant(line: TaskLine, start: str | None, values: Mapping[str, Scalar]) -> bool:
    return (start is None or line.task_id.startswith(start)) and _has(line, values)


def _has(line: TaskLine, values: Mapping[str, Scalar]) -> bool:
    missing = object()
    own = {"seed": line.seed, **line.parameters}
    return all(own.get(name, missing) == value for name, value in values.items())


def _line_of(record: Mapping[str, Any]) -> TaskLine:
    message = {
        "bundle_ref": record["bundle_ref"],
        "entrypoint": record["entrypoint"],
        "params": {"param_id": record["param_id"], "values": record["params"]},
        "seed": int(record["seed"]),
    }
    return TaskLine(record["task_id"], record["result_key"], json.loads(json.dumps(message)))
