"""What jobs, runs and outcomes are stored, and which of them stand."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qsl

from . import _paths
from ._storage import AT_ONCE, Listed, Storage
from .errors import NotFound
from .tasks import TaskLine

#: A job that is no larger is counted record by record. Of a larger one not every look lists all records.
FEW_TASKS = 1_000
#: A summary lags no longer behind than this, in seconds, while its instance lives; nor is an instance silent for longer while a task runs there.
_LAG, _SILENCE = 15.0, 90.0

DIRECT = "direct"
"""The job of all tasks that were pushed without one."""

SUCCEEDED = "succeeded"


@dataclass(frozen=True)
class Outcome:
    """How a task ended, as a listing tells it."""

    blob: str
    run: str
    task_id: str
    outcome: str
    #: Whether the result is that of another attempt.
    cached: bool
    attempt: str
    #: Where the time went, in seconds, by stage; empty when no process ran.
    seconds: Mapping[str, float]
    recorded_at: datetime | None
    #: Of a task that was never sent, why; nothing else is known of it.
    left_out: str | None = None


@dataclass(frozen=True)
class Found:
    """A job, and which of its runs is meant: all together where the run is None."""

    job_id: str
    run: str | None
    #: None when another client pushed the tasks.
    manifest: Mapping[str, Any] | None
    run_manifest: Mapping[str, Any] | None
    #: Retries of some of its tasks since its last whole run: (run, ids), the latest first.
    retries: list[tuple[str, frozenset[str]]] = field(default_factory=list)

    @property
    def task_count(self) -> int | None:
        """None when nobody wrote it down."""
        if self.run is not None and self.run_manifest is not None and "tasks" in self.run_manifest:
            return int(self.run_manifest["tasks"])
        return None if self.manifest is None else int(self.manifest["task_count"])


def find_job(storage: Storage, job_id: str, run: str | None) -> Found:
    """Without a run the latest is meant, or all of them where the latest retries some of its tasks.

    Raises NotFound.
    """
    text = storage.text(storage.jobs, _paths.job(job_id))
    manifest = None if text is None else json.loads(text)
    runs = list_runs(storage, job_id)
    if run is not None and run not in runs:
        raise NotFound(
            f"Cannot find the run {run} of job {job_id}: its runs are {', '.join(runs[-5:]) or 'none'}."
        )
    if manifest is None and not runs and job_id != DIRECT:
        raise NotFound(
            f'Cannot find the job {job_id}: the container "{storage.jobs}" of the account "{storage.account}" has none of this '
            "name. Is it the right account?"
        )
    chosen = run if run is not None or manifest is None or not runs else runs[-1]
    manifest_of_run = None if chosen is None else run_manifest(storage, job_id, chosen)
    retries = []
    if run is None and manifest_of_run is not None and "tasks" in manifest_of_run:
        for each in reversed(runs):
            if "tasks" not in (run_manifest(storage, job_id, each) or {}):
                break
            retries.append((each, run_tasks(storage, job_id, each)))
    return Found(job_id, None if retries else chosen, manifest, manifest_of_run, retries)


def job_named(storage: Storage, name: str) -> str:
    """The id that a person means: an id, the start of one, or `last` for the job that was submitted last."""
    names = [DIRECT] if name == DIRECT else list(storage.folders(f"jobs/{name}"))
    if name in names:
        return name
    if name == "last":
        manifests = [
            found
            for found in at_once(
                lambda job: storage.text(storage.jobs, _paths.job(job)), storage.folders("jobs/")
            )
        ]
        made = [json.loads(text) for text in manifests if text is not None]
        if not made:
            raise NotFound(
                f'Cannot find the last job: none has been submitted to the container "{storage.jobs}".'
            )
        return str(max(made, key=lambda manifest: str(manifest["created_at"]))["job_id"])
    if len(names) > 1:
        raise NotFound(
            f'Cannot tell which job "{name}" means: {len(names)} begin with it ({", ".join(names[:5])}). Give more of its name.'
        )
    return names[0] if names else name


def list_runs(storage: Storage, job_id: str) -> list[str]:
    """Names of the runs, oldest first; those that other clients named come before ours."""

    def age(run: str) -> tuple[bool, str]:
        return re.fullmatch(r"\d{8}T\d{9}Z-[0-9a-f]+", run) is not None, run

    return sorted(storage.folders(_paths.runs(job_id)), key=age)


def run_manifest(storage: Storage, job_id: str, run: str) -> Mapping[str, Any] | None:
    text = storage.text(storage.jobs, _paths.run(job_id, run))
    return None if text is None else json.loads(text)


def run_tasks(storage: Storage, job_id: str, run: str) -> frozenset[str]:
    path = _paths.run_tasks(job_id, run)
    packed = storage.read(storage.jobs, path)
    if packed is None:
        raise NotFound(f"Cannot tell which tasks the run {run} of job {job_id} has: {path} was removed.")
    return frozenset(gzip.decompress(packed.content).decode("ascii").split())


def read_tasks(storage: Storage, job_id: str) -> list[TaskLine]:
    """The tasks of a job; none when nobody wrote them down."""
    return _lines(storage, _paths.tasks(job_id))


def _lines(storage: Storage, path: str) -> list[TaskLine]:
    packed = storage.read(storage.jobs, path)
    if packed is None:
        return []
    # Not splitlines: it takes U+2028 within a string for the end of a line.
    return [
        TaskLine.from_json(line)
        for line in gzip.decompress(packed.content).decode("utf-8").split("\n")
        if line
    ]


def list_outcomes(storage: Storage, job_id: str, run: str | None) -> Iterator[Outcome]:
    """By listing alone: one request for 5,000 of them."""
    for blob in storage.list(_paths.outcomes(job_id, run)):
        outcome = _listed_outcome(blob, "outcomes")
        if outcome is not None:
            yield outcome


def list_aggregations(storage: Storage, job_id: str, run: str) -> Iterator[Outcome]:
    """How comparisons with targets ended, each as if it were a task."""
    for blob in storage.list(_paths.aggregations(job_id, run)):
        outcome = _listed_outcome(blob, "aggregations")
        if outcome is not None:
            yield outcome


def standing(storage: Storage, found: Found) -> dict[str, Outcome]:
    """Of each task the outcome that stands: the result's own run before one that found it made, both before a failure, and the
    later before the earlier. None for a task that is being retried, until the retry has one."""
    listed = list(list_outcomes(storage, found.job_id, found.run))
    best: dict[str, Outcome] = {}
    for one in listed:
        other = best.get(one.task_id)
        if other is None or _worth(one) > _worth(other):
            best[one.task_id] = one
    for one in _left_out(storage, found):
        best.setdefault(one.task_id, one)
    for run, tasks in found.retries:
        ended = {one.task_id for one in listed if one.run == run}
        for task_id in tasks - ended:
            if (
                best.get(task_id) is None or best[task_id].run != run
            ):  # what it left out has not ended otherwise
                best.pop(task_id, None)
    return best


@dataclass(frozen=True)
class Counts:
    """How many tasks have ended, each counted once."""

    outcomes: Mapping[str, int]
    #: Of the succeeded ones, those whose result was there already.
    cached: int

    @property
    def ended(self) -> int:
        return sum(self.outcomes.values())


def counted(storage: Storage, found: Found) -> Counts:
    """How the tasks of a job have ended: of a large one that is under way what its instances have summed up, else its outcomes one by one."""
    total = found.task_count
    if found.run is not None and total is not None and total > FEW_TASKS:
        summed, is_moving = _summed(storage, found.job_id, found.run)
        # What they have not told, as one that died, only the outcomes say.
        if summed.ended == total or (summed.ended < total and is_moving):
            return summed
    ended = standing(storage, found).values()
    cached = sum(one.cached for one in ended if one.outcome == SUCCEEDED)
    return Counts(Counter(one.outcome for one in ended), cached)


def _summed(storage: Storage, job_id: str, run: str) -> tuple[Counts, bool]:
    """What all instances have told of a run, in one request for 5,000 of them; and whether one of them is at work on it."""
    outcomes: Counter[str] = Counter()
    cached, is_moving = 0, False
    now = datetime.now(timezone.utc)
    for blob in storage.list(_paths.progress(job_id, run)):
        told = json.loads(base64.b64decode(blob.metadata["progress"]))
        outcomes.update(told["outcomes"])
        cached += told["cached"]
        age = (now - blob.written_at).total_seconds() if blob.written_at else _SILENCE
        is_moving = is_moving or age < (_SILENCE if told["running_tasks"] > 0 else _LAG)
    return Counts(outcomes, cached), is_moving


def standing_aggregations(
    storage: Storage, found: Found, lines: Callable[[], Iterable[TaskLine]]
) -> dict[str, Outcome]:
    """Of each comparison with a target the record that stands, by its name; none of a set of which a task is being retried."""
    runs = [found.run] if found.run is not None else list_runs(storage, found.job_id)
    listed = [one for run in runs for one in list_aggregations(storage, found.job_id, run)]
    best: dict[str, Outcome] = {}
    for one in listed:
        other = best.get(one.task_id)
        if other is None or _worth(one) > _worth(other):
            best[one.task_id] = one
    for run, tasks in found.retries:
        ended = {one.task_id for one in listed if one.run == run}
        for line in lines():
            if line.task_id in tasks:
                for name in line.aggregations().values():
                    if name not in ended:
                        best.pop(name, None)
    return best


def is_left_out(storage: Storage, found: Found) -> bool:
    """Whether messages of the latest run were never sent: then not every set gets complete."""
    run = found.run if found.run is not None else found.retries[0][0] if found.retries else None
    return run is not None and storage.text(storage.jobs, _paths.left_out(found.job_id, run)) is not None


def _left_out(storage: Storage, found: Found) -> list[Outcome]:
    """Tasks that have ended since their run was cancelled before they were sent, and no later run has taken them up."""
    if found.manifest is None:
        return []
    if found.run is not None:
        runs = [found.run] if (found.run_manifest or {}).get("sent_by") == "app" else []
    else:
        runs = list_runs(storage, found.job_id)
    left: dict[str, Outcome] = {}
    for run in runs:
        manifest = run_manifest(storage, found.job_id, run) or {}
        if "tasks" in manifest:
            for task_id in run_tasks(storage, found.job_id, run):
                left.pop(task_id, None)
        else:
            left.clear()
        text = storage.text(storage.jobs, _paths.left_out(found.job_id, run))
        if text is None:
            continue
        said = json.loads(text)
        lines = _lines(storage, said["lines"]["path"])[said["from"] : said["from"] + said["tasks"]]
        at = datetime.fromisoformat(said["left_out_at"].replace("Z", "+00:00"))
        for line in lines:
            left[line.task_id] = Outcome(
                "", run, line.task_id, "cancelled", False, "", {}, at, said["reason"]
            )
    return list(left.values())


def at_once(act: Any, items: Iterable[Any], most: int = AT_ONCE) -> Iterator[Any]:
    """What comes of each item, in their order, `most` of them at a time."""
    with ThreadPoolExecutor(most, thread_name_prefix="mops-cold") as executor:
        try:
            yield from executor.map(act, items)
        except BaseException:
            executor.shutdown(cancel_futures=True)
            raise


def _worth(one: Outcome) -> tuple[int, float]:
    kind = 1 if one.outcome != SUCCEEDED else 2 if one.cached else 3
    return kind, one.recorded_at.timestamp() if one.recorded_at else 0.0


def _listed_outcome(blob: Listed, folder: str) -> Outcome | None:
    match = re.search(rf"/runs/([^/]+)/{folder}/([^/]+)\.json$", blob.name)
    if match is None:
        return None
    outcome = blob.metadata.get("outcome")
    if outcome is None:
        raise NotFound(
            f"Cannot count the outcome {blob.name}: its metadata say none. Was it copied without its metadata?"
        )
    return Outcome(
        blob=blob.name,
        run=match[1],
        task_id=match[2],
        outcome=outcome,
        cached=blob.metadata.get("cached") == "true",
        attempt=blob.metadata.get("attempt", ""),
        seconds={name: float(value) for name, value in parse_qsl(blob.metadata.get("seconds", ""))},
        recorded_at=blob.created_at,
    )
