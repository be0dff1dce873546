"""Where a job stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ._reading import SUCCEEDED, Counts, Found

#: In ModelOps' words.
State = Literal["pending", "running", "succeeded", "partial", "failed"]


@dataclass(frozen=True)
class Status:
    """Where a job, or a run of it, stands. Each task counts once."""

    job_id: str
    #: None when all runs together are meant.
    run: str | None
    state: State
    #: None when nobody wrote down how many there are.
    tasks: int | None
    ended: int
    pending: int | None
    succeeded: int
    failed: int
    #: Of the succeeded ones, those whose result was there already.
    cached: int
    #: How many tasks by outcome.
    outcomes: Mapping[str, int]
    submitted_at: str | None
    #: Comparisons of parameter sets with targets that are still to come; 0 of a job without targets.
    losses_pending: int = 0

    @property
    def done(self) -> bool:
        return self.pending == 0 and self.losses_pending == 0

    def __str__(self) -> str:
        total = "" if self.tasks is None else f" of {self.tasks}"
        said = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        return f"Job {self.job_id}: {self.state}, {self.ended}{total} ended" + (f" ({said})" if said else "")


def status_of(found: Found, counts: Counts, losses_pending: int = 0) -> Status:
    ended, succeeded, total = counts.ended, counts.outcomes.get(SUCCEEDED, 0), found.task_count
    of_run, of_job = found.run_manifest or {}, found.manifest or {}
    return Status(
        job_id=found.job_id,
        run=found.run,
        state=_state(ended if total is None else total, ended, succeeded),
        tasks=total,
        ended=ended,
        pending=None if total is None else max(0, total - ended),
        succeeded=succeeded,
        failed=ended - succeeded,
        cached=counts.cached,
        outcomes=dict(counts.outcomes),
        submitted_at=of_run.get("submitted_at") or of_job.get("created_at"),
        losses_pending=losses_pending,
    )


def _state(total: int, ended: int, succeeded: int) -> State:
    if ended == 0:
        return "pending"
    if ended < total:
        return "running"
    if succeeded == ended:
        return "succeeded"
    return "partial" if succeeded else "failed"
