"""Where everything begins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import _bundles, _reading, _submission
from ._frames import Frames
from ._session import Session
from ._storage import Storage
from .errors import InvalidTask
from .job import Job
from .service import SimulationService
from .settings import Settings
from .simulation import Simulation, SimulationExecutor
from .tasks import Sweep, checked_name, compared


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
        targets: Sequence[str] | None = None,
        min_replicates: int | None = None,
        priority: float = 0,
        job_id: str | None = None,
        run: str | None = None,
        repository: str | None = None,
    ) -> Job:
        """Submits a sweep: writes down a job, and has a message sent for each task, by the app where there are more than 500.

        bundle: `sha256:…`, `repository@sha256:…`, or a folder, which `mops-cold` on PATH (or MOPS_COLD_CLI) packs and stores.
        entrypoint: `package.module/scenario` or `package.module:object`.
        params: dicts of parameters, `{"params": {…}, "seed": 7}`, or a DataFrame with a row for each set, its column `seed` their seeds.
        seeds: for every parameter set. replicates: as many for each set, derived from it as in a study (1 by default).
        outputs: names of those to keep; all by default. config, env: for the simulation.
        cold: demand a fresh process for each, whatever the app's own executor is. cache: whether stored results answer.
        timeout: seconds. memory: bytes. Of each task, below the app's own limits.
        stop_after_failures: so many failures, or such a share of all tasks as a float, cancel the rest of the run;
        stop_set_after_failures: of the parameter set.
        targets: `module:function` in the bundle, or names in its registry.yaml where it is a folder, with each of which every parameter set is compared once its replicates have ended;
        min_replicates: so many of a set are enough. See `Job.losses`.
        priority: among jobs whose messages the app sends, higher ones come first.
        job_id: a name; one that exists, with the same tasks, gets a new run. run: a run that was interrupted, to go on with.
        Raises InvalidTask, JobExists, BundleNotPushed, SubmissionStopped in the middle.
        """
        job = checked_name("job id", f"job-{_submission.new_run_id()}" if job_id is None else job_id)
        chosen = _submission.new_run_id() if run is None else checked_name("run", run)
        stored = _bundles.stored(bundle, self._env, repository)
        sweep = Sweep(stored.ref, entrypoint, outputs, config, env, cold).checked()
        lines = sweep.lines(params, job, seeds=seeds, replicates=replicates)
        terms = _submission.run_terms(
            lines,
            cache=cache,
            timeout=timeout,
            memory=memory,
            stop_after_failures=stop_after_failures,
            stop_set_after_failures=stop_set_after_failures,
        )
        comparison = None
        if targets:
            names = [targets] if isinstance(targets, str) else targets
            lines, comparison = compared(lines, list(map(stored.target, names)), min_replicates)
        elif min_replicates is not None:
            raise InvalidTask("Cannot use min_replicates: there are no targets. Name one with targets=.")
        to_send = _submission.Run(job, chosen, lines, terms=terms, priority=priority)
        _submission.submit(
            *(self._storage, to_send),
            cold=cold,
            source="python",
            progress=lambda sent, total: None,
            comparison=comparison,
        )
        return Job(self._storage, job, frames=self.frames)

    def simulation(
        self,
        bundle: str | os.PathLike[str],
        entrypoint: str,
        output: str | None = None,
        *,
        config: Mapping[str, Any] | None = None,
        env: Mapping[str, object] | None = None,
        cold: bool = False,
        cache: bool = True,
        repository: str | None = None,
    ) -> Simulation:
        """A simulation as a function of its parameters and seed.

        output: the one to return; all of them by name by default. The rest as in `submit`.
        """
        outputs = None if output is None else [output]
        return self._simulation(
            bundle,
            entrypoint,
            output,
            Session(self._storage, cache=cache),
            outputs,
            config,
            env,
            cold,
            repository,
        )

    def map(
        self,
        /,
        entrypoint: str,
        params: object,
        *,
        bundle: str | os.PathLike[str],
        output: str | None = None,
        seeds: Iterable[int] | None = None,
        replicates: int | None = None,
        return_exceptions: bool = False,
        **options: Any,
    ) -> list[Any]:
        """Runs a simulation with each of these parameter sets, all at once; what they return, in their order.

        options: those of `simulation`. return_exceptions: whether what failed is a value among the others, in place of raising.
        """
        simulation = self.simulation(bundle, entrypoint, output, **options)
        with simulation:
            return list(
                simulation.map(
                    params, seeds=seeds, replicates=replicates, return_exceptions=return_exceptions
                )
            )

    def executor(
        self,
        bundle: str | os.PathLike[str],
        *,
        output: str | None = None,
        at_once: int = 32,
        config: Mapping[str, Any] | None = None,
        env: Mapping[str, object] | None = None,
        cold: bool = False,
        cache: bool = True,
        repository: str | None = None,
    ) -> SimulationExecutor:
        """A `concurrent.futures.Executor` over the entrypoints of a bundle, for whatever takes one, or its `map`.

        at_once: most functions of one's own at the same time, which run in threads here and call simulations. The rest as in `simulation`.
        """
        session = Session(self._storage, cache=cache)
        reference = _bundles.stored(bundle, self._env, repository).ref
        outputs = None if output is None else [output]

        def simulation(entrypoint: str) -> Simulation:
            return self._simulation(reference, entrypoint, output, session, outputs, config, env, cold, None)

        return SimulationExecutor(session, simulation, at_once)

    def service(self) -> SimulationService:
        """A SimulationService of modelops-contracts."""
        return SimulationService(Session(self._storage))

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

    def _simulation(
        self,
        bundle: str | os.PathLike[str],
        entrypoint: str,
        output: str | None,
        session: Session,
        outputs: Sequence[str] | None,
        config: Mapping[str, Any] | None,
        env: Mapping[str, object] | None,
        cold: bool,
        repository: str | None,
    ) -> Simulation:
        reference = _bundles.stored(bundle, self._env, repository).ref
        sweep = Sweep(reference, entrypoint, outputs, config, env, cold).checked()
        return Simulation(session, sweep, output, self.frames)
