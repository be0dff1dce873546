"""One simulation as a function."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, TypeVar

from . import identities
from ._decoding import value_of
from ._frames import Frames
from ._reading import SUCCEEDED, Outcome
from ._results import Results, failure
from ._session import Session
from ._storage import AT_ONCE
from ._submission import message
from .errors import NotFound
from .identities import Scalar
from .tasks import Sweep, TaskLine, checked_seed

_Result = TypeVar("_Result")


class Simulation:
    """A simulation of a bundle as a function: `seir(beta=0.3, seed=1)` runs it in the app and returns what it returned.

    Blocks; call it from several threads, or use `submit` and `map`, to have several run at once.
    """

    def __init__(self, session: Session, sweep: Sweep, output: str | None, frames: Frames) -> None:
        self._session = session
        self._sweep = sweep
        self._output = output
        self._frames = frames

    def __repr__(self) -> str:
        return f"Simulation({self._sweep.entrypoint!r}, output={self._output!r})"

    def __call__(
        self, parameters: Mapping[str, object] | None = None, /, *, seed: int | None = None, **more: object
    ) -> Any:
        """Its output (all by name when none was chosen): tables as DataFrames, JSON as values, else bytes.

        parameters: by name; or as keywords. seed: that of the first replicate in a study by default.
        Raises InvalidTask, SimulationFailed.
        """
        return self.submit(parameters, seed=seed, **more).result()

    def __enter__(self) -> Simulation:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close(cancel=exception[0] is not None)

    def close(self, cancel: bool = False) -> None:
        """Takes no more, and waits for what was submitted. cancel: or has it cancelled in the app."""
        self._session.close(cancel=cancel)

    def submit(
        self, parameters: Mapping[str, object] | None = None, /, *, seed: int | None = None, **more: object
    ) -> Future[Any]:
        """The same without waiting."""
        checked = identities.parameters({**(parameters or {}), **more})
        return self._send(checked, seed)

    def map(
        self,
        params: Iterable[Mapping[str, object]] | object,
        *,
        seeds: Iterable[int] | None = None,
        replicates: int | None = None,
        return_exceptions: bool = False,
    ) -> Iterator[Any]:
        """Runs all of them at once; what they return, in their order. Parameter sets, seeds and replicates as in `Client.submit`.

        return_exceptions: whether what failed is a value among the others, in place of raising when its turn comes.
        """
        lines = self._sweep.lines(params, self._session.job_id, seeds=seeds, replicates=replicates)
        with ThreadPoolExecutor(AT_ONCE) as senders:
            futures = list(senders.map(self._send_line, lines))
        return _in_order(futures, return_exceptions)

    def _send(self, parameters: Mapping[str, Scalar], seed: int | None) -> Future[Any]:
        chosen = (
            identities.replicate_seed(identities.param_id(parameters), 0)
            if seed is None
            else checked_seed(seed)
        )
        return self._send_line(self._sweep.line(parameters, chosen, self._session.job_id))

    def _send_line(self, line: TaskLine) -> Future[Any]:
        return send_line(
            self._session,
            line,
            lambda outcome: returned(self._session.results, line, outcome, self._output, self._frames),
        )


class SimulationExecutor(Executor):
    """A `concurrent.futures.Executor` whose calls of entrypoints are tasks in the app.

    What is no entrypoint and no Simulation (the objective of scipy, emcee or a study of Optuna, which calls simulations itself) runs
    in threads here, as many as `at_once`.
    """

    def __init__(
        self,
        session: Session,
        simulation: Callable[[str], Simulation],
        at_once: int,
        thread_name: str = "mops-cold-call",
    ) -> None:
        self._session = session
        self._simulation = functools.cache(simulation)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=thread_name)

    def submit(
        self, fn: str | Simulation | Callable[..., _Result], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        """Runs `package.module/scenario` or a Simulation with parameters, and `seed=`; or any function, in a thread here."""
        if isinstance(fn, str):
            fn = self._simulation(fn)
        if isinstance(fn, Simulation):
            return fn.submit(*args, **kwargs)
        return self._threads.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Takes no more. cancel_futures: tasks that have not ended are cancelled in the app, too."""
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        self._session.close(cancel=cancel_futures, wait=wait)


def send_line(session: Session, line: TaskLine, finish: Callable[[Outcome], Any]) -> Future[Any]:
    def text(marks: Mapping[str, Any]) -> str:
        terms = {name: value for name, value in marks.items() if name not in ("run", "traceparent")}
        return message(line, marks["run"], marks["traceparent"], terms)

    return session.send(line.task_id, line.result_key, text, finish)


def returned(results: Results, line: TaskLine, outcome: Outcome, output: str | None, frames: Frames) -> Any:
    """What a task returned. Raises SimulationFailed."""
    if outcome.outcome != SUCCEEDED:
        raise failure(results.record(outcome))
    if output is not None:
        found = results.output(line, outcome, output)
        if found is None:
            names = ", ".join(sorted(results.artifacts(outcome)))
            raise NotFound(f'There is no output "{output}": task {line.task_id} has {names}.')
        return value_of(output, found, frames)
    return {
        name: value_of(name, results.read(artifact, outcome), frames)
        for name, artifact in results.artifacts(outcome).items()
    }


def _in_order(futures: list[Future[Any]], return_exceptions: bool) -> Iterator[Any]:
    for future in futures:
        error = future.exception()
        if error is None:
            yield future.result()
        elif return_exceptions:
            yield error
        else:
            raise error
