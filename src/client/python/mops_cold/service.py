"""The SimulationService of modelops-contracts, as its callers use it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import blake2b
from typing import Any

from . import identities
from ._reading import SUCCEEDED, Outcome
from ._session import Session
from ._storage import AT_ONCE
from .errors import InvalidTask, MissingPackage, UnreadableOutput
from .simulation import send_line
from .tasks import Sweep

#: Bytes that the contract allows inline, and its callers read nothing else.
_INLINE = 524_288


class SimulationService:
    """Runs SimTasks in the app. Calabaria's `calibration_wire(job, service)` takes it as it is.

    A simulation that fails is a SimReturn with its error; trouble of the storage is an exception. Outputs are inline. Safe for threads.
    Needs the package modelops-contracts.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._contracts = _contracts()

    def __enter__(self) -> SimulationService:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Waits for what was submitted, and takes no more."""
        self._session.close()

    def submit(self, task: Any) -> Future[Any]:
        """A future of the SimReturn of a SimTask."""
        sweep = Sweep(
            task.bundle_ref,
            str(task.entrypoint),
            None if task.outputs is None else list(task.outputs),
            None if task.config is None else dict(task.config),
            None if task.env is None else dict(task.env),
        ).checked()
        line = sweep.line(identities.parameters(dict(task.params.params)), task.seed, self._session.job_id)
        if line.message["params"]["param_id"] != task.params.param_id:
            raise InvalidTask(
                f"The parameters of a task have the id {line.message['params']['param_id']}, and it says {task.params.param_id}."
            )
        return send_line(self._session, line, lambda outcome: self._sim_return(outcome))

    def submit_batch(self, tasks: Sequence[Any]) -> list[Future[Any]]:
        """Futures in the same order."""
        with ThreadPoolExecutor(AT_ONCE) as senders:
            return list(senders.map(self.submit, tasks))

    def gather(self, futures: Sequence[Future[Any]]) -> list[Any]:
        """Results in the same order; what failed as the exception that it is, as a value."""
        gathered: list[Any] = []
        for future in futures:
            try:
                gathered.append(future.result())
            except Exception as error:
                gathered.append(error)
        return gathered

    def submit_replicates(self, replicate_set: Any, run_id: str | None = None) -> list[Future[Any]]:
        """A future for each replicate, with the seeds that the set says."""
        return self.submit_batch(replicate_set.tasks())

    def submit_replicate_set(self, replicate_set: Any, target_entrypoint: str | None = None) -> Future[Any]:
        """A future of the list of SimReturns."""
        futures = self.submit_replicates(replicate_set)
        return _when_all(futures, lambda: [future.result() for future in futures])

    def _sim_return(self, outcome: Outcome) -> Any:
        results, contracts = self._session.results, self._contracts
        record = results.record(outcome)
        common = {"task_id": record["task_id"], "metrics": record["metrics"], "cached": record["cached"]}
        if record["outcome"] != SUCCEEDED:
            error = record.get("error") or {"error_type": record["outcome"], "message": record["reason"]}
            details = record.get("error_details") or {"error": record["reason"], "type": error["error_type"]}
            return contracts.SimReturn(
                outputs={},
                error=contracts.ErrorInfo(
                    error["error_type"], error["message"], error.get("retryable", False)
                ),
                error_details=self._inline(
                    "application/json", identities.canonical_json(details).encode("utf-8")
                ),
                logs_ref=record.get("logs_ref"),
                **common,
            )
        outputs = {}
        for name, artifact in results.artifacts(outcome).items():
            if artifact.size > _INLINE:
                raise UnreadableOutput(
                    f'The output "{name}" of task {outcome.task_id} has {artifact.size} bytes: modelops-contracts allows {_INLINE} inline. '
                    "Name the others in the task's outputs, or read it with Client.job."
                )
            outputs[name] = self._inline(
                artifact.content_type, results.read(artifact, outcome).content, artifact.checksum
            )
        return contracts.SimReturn(outputs=outputs, logs_ref=record.get("logs_ref"), **common)

    def _inline(self, content_type: str, content: bytes, checksum: str | None = None) -> Any:
        digest = checksum or blake2b(content, digest_size=32).hexdigest()
        return self._contracts.TableArtifact(
            content_type=content_type, size=len(content), inline=content, checksum=digest
        )


def _when_all(futures: Sequence[Future[Any]], finish: Callable[[], Any]) -> Future[Any]:
    """A future that is done when all of these are; cancelling it cancels them."""
    whole: Future[Any] = Future()
    left = len(futures)
    lock = threading.Lock()

    def one_is_done(_: Future[Any]) -> None:
        nonlocal left
        with lock:
            left -= 1
            if left > 0:
                return
        if not whole.set_running_or_notify_cancel():
            return
        try:
            whole.set_result(finish())
        except BaseException as error:
            whole.set_exception(error)

    for future in futures:
        future.add_done_callback(one_is_done)
    whole.add_done_callback(lambda _: [future.cancel() for future in futures] if whole.cancelled() else None)
    return whole


def _contracts() -> Any:
    try:
        import modelops_contracts
    except ImportError as error:
        raise MissingPackage(
            "Cannot be a SimulationService: the package modelops-contracts is not installed. Install it from its repository."
        ) from error
    return modelops_contracts
