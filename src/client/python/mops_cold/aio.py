"""The same with `await`.

Each call is the other one in a thread: these spend their time in waiting for storage, the libraries of pandas and Arrow have no other
form, and so there is one client to be right and not two. What waits for long, `watch` and a simulation, is interrupted as soon as
its task in asyncio is cancelled.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from ._frames import Frames
from ._progress import Bar
from .client import Client
from .job import Job
from .simulation import Simulation
from .status import Status

_Sync_co = TypeVar("_Sync_co", covariant=True)
_Other = TypeVar("_Other")
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


class _Twin(Protocol[_Sync_co]):
    @property
    def sync(self) -> _Sync_co: ...


def _twin(
    method: Callable[Concatenate[_Other, _Given], _Result],
) -> Callable[Concatenate[_Twin[_Other], _Given], Coroutine[Any, Any, _Result]]:
    @functools.wraps(method)
    async def twin(self: _Twin[_Other], /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        return await asyncio.to_thread(method, self.sync, *args, **kwargs)

    return twin


class AsyncJob:
    """A Job whose calls are awaited."""

    def __init__(self, job: Job) -> None:
        self.sync = job

    def __repr__(self) -> str:
        return f"Async{self.sync!r}"

    @property
    def id(self) -> str:
        return self.sync.id

    runs = _twin(Job.runs)
    status = _twin(Job.status)
    results = _twin(Job.results)
    outputs = _twin(Job.outputs)
    output = _twin(Job.output)
    summary = _twin(Job.summary)
    failures = _twin(Job.failures)
    losses = _twin(Job.losses)
    tasks = _twin(Job.tasks)
    task = _twin(Job.task)
    cancel = _twin(Job.cancel)
    retry = _twin(Job.retry)

    async def watch(self, timeout: float | None = None, progress: bool = True) -> Status:
        """Waits until every task has its outcome. Cancelling it leaves the job alone."""
        bar = Bar(progress)
        states = self.sync._watched(timeout)
        try:
            while True:
                status, pause = await asyncio.to_thread(next, states)
                bar.update(status)
                if status.done:
                    return status
                await asyncio.sleep(pause)
        finally:
            bar.end()


class AsyncSimulation:
    """A Simulation whose calls are awaited; several at once with `asyncio.gather`. Cancelling one cancels its task in the app."""

    def __init__(self, simulation: Simulation) -> None:
        self.sync = simulation

    async def __call__(
        self, parameters: Mapping[str, object] | None = None, /, *, seed: int | None = None, **more: object
    ) -> Any:
        sending = asyncio.ensure_future(asyncio.to_thread(self.sync.submit, parameters, seed=seed, **more))
        try:
            future = await asyncio.shield(sending)
        except asyncio.CancelledError:
            # The thread sends it all the same.
            sending.add_done_callback(lambda sent: sent.exception() or sent.result().cancel())
            raise
        return await asyncio.wrap_future(future)

    async def __aenter__(self) -> AsyncSimulation:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await asyncio.to_thread(self.sync.close, cancel=exception[0] is not None)


class AsyncClient:
    """A Client whose calls are awaited."""

    def __init__(self, client: Client) -> None:
        self.sync = client

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, *, frames: Frames = "pandas") -> AsyncClient:
        """As `Client.from_env`."""
        return cls(Client.from_env(env, frames=frames))

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.sync.close()

    jobs = _twin(Client.jobs)
    map = _twin(Client.map)

    @functools.wraps(Client.submit)
    async def submit(self, *args: Any, **kwargs: Any) -> AsyncJob:
        return AsyncJob(await asyncio.to_thread(self.sync.submit, *args, **kwargs))

    @functools.wraps(Client.job)
    async def job(self, *args: Any, **kwargs: Any) -> AsyncJob:
        return AsyncJob(await asyncio.to_thread(self.sync.job, *args, **kwargs))

    @functools.wraps(Client.simulation)
    async def simulation(self, *args: Any, **kwargs: Any) -> AsyncSimulation:
        return AsyncSimulation(await asyncio.to_thread(self.sync.simulation, *args, **kwargs))
