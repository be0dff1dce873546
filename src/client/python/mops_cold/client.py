"""Where everything begins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import _bundles, _reading, _submission
from ._frames import Frames
from ._storage import Storage
from .job import Job
from .settings import Settings
from .tasks import Sweep, checked_name


class Client:
    """A client of one app. It speaks to the app's storage alone, and is safe for threads."""

    def __init__(
        self, settings: Settings, *, frames: Frames = "pandas", env: Mapping[str, str] | None = None
    ) -> None:
        """settings: where the storage is. frames: what tables are handed out as. env: for the command line tool, which packs bundles."""
        self.frames: Frames = frames
        self._env = dict(os.environ if env is None else env)
        self._storage = Storage(settings)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, *, frames: Frames = "pandas") -> Client:
        """A client of the app that the environment names, as `mops-cold` finds it.

        Raises ConfigurationError, StorageUnavailable.
        """
        given = os.environ if env is None else env
        return cls(Settings.from_env(given), frames=frames, env=given)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes connections."""
        self._storage.close()

    def submit(
        self,
        bundle: str | os.PathLike[str],
        entrypoint: str,
        params: object = ({},),
        *,
        seeds: Iterable[int] | None = None,
        replicates: int | None = None,
        outputs: Sequence[str] | None = None,
        config: Mapping[str, Any] | None = None,
        env: Mapping[str, object] | None = None,
        cold: bool = False,
        cache: bool = True,
        timeout: float | None = None,
        memory: int | None = None,
        stop_after_failures: float | None = None,
        stop_set_after_failures: int | None = None,
        job_id: str | None = None,
        run: str | None = None,
        repository: str | None = None,
    ) -> Job:
        """Submits a sweep: writes down a job, and sends a message for each task.

        bundle: `sha256:…`, `repository@sha256:…`, or a folder, which `mops-cold` on PATH (or MOPS_COLD_CLI) packs and stores.
        entrypoint: `package.module/scenario` or `package.module:object`.
        params: dicts of parameters, `{"params": {…}, "seed": 7}`, or a DataFrame with a row for each set, its column `seed` their seeds.
        seeds: for every parameter set. replicates: as many for each set, derived from it as in a study (1 by default).
        outputs: names of those to keep; all by default. config, env: for the simulation.
        cold: demand a fresh process for each, whatever the app's own executor is. cache: whether stored results answer.
        timeout: seconds. memory: bytes. Of each task, below the app's own limits.
        stop_after_failures: so many failures, or such a share of all tasks as a float, cancel the rest of the run;
        stop_set_after_failures: of the parameter set.
        job_id: a name; one that exists, with the same tasks, gets a new run. run: a run that was interrupted, to go on with.
        Raises InvalidTask, JobExists, BundleNotPushed, SubmissionStopped in the middle.
        """
        job = checked_name("job id", f"job-{_submission.new_run_id()}" if job_id is None else job_id)
        chosen = _submission.new_run_id() if run is None else checked_name("run", run)
        reference = _bundles.bundle_ref(bundle, self._env, repository)
        sweep = Sweep(reference, entrypoint, outputs, config, env, cold).checked()
        lines = sweep.lines(params, job, seeds=seeds, replicates=replicates)
        terms = _submission.run_terms(
            lines,
            cache=cache,
            timeout=timeout,
            memory=memory,
            stop_after_failures=stop_after_failures,
            stop_set_after_failures=stop_set_after_failures,
        )
        to_send = _submission.Run(job, chosen, lines, terms=terms)
        _submission.submit(
            self._storage, to_send, cold=cold, source="python", progress=lambda sent, total: None
        )
        return Job(self._storage, job, frames=self.frames)

    def job(self, name: str = "last", run: str | None = None) -> Job:
        """A job by its id, or the start of it; by default the one that was submitted last.

        Raises NotFound.
        """
        job_id = _reading.job_named(self._storage, name)
        _reading.find_job(self._storage, job_id, run)
        return Job(self._storage, job_id, run, self.frames)

    def jobs(self) -> list[str]:
        """Ids of all jobs."""
        return list(self._storage.folders("jobs/"))
