"""The SimulationService of modelops-contracts, as its callers use it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from . import _paths, _reading, identities
from ._reading import SUCCEEDED, Outcome
from ._results import Artifact
from ._session import Session
from ._storage import AT_ONCE
from ._submission import queue_text
from .errors import InvalidTask, MissingPackage, SimulationFailed, UnreadableOutput
from .simulation import send_line
from .tasks import Sweep, checked_bundle

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
        #: Of each future what requests call its result, once there is one.
        self._names: WeakKeyDictionary[Future[Any], list[str]] = WeakKeyDictionary()
        self._aggregating: set[Future[Any]] = set()

    def __enter__(self) -> SimulationService:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Waits for what was submitted, and takes no more."""
        wait(list(self._aggregating))  # they submit once more, when their simulations have ended
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
        names: list[str] = []
        future = send_line(self._session, line, lambda outcome: self._sim_return(outcome, names))
        self._names[future] = names
        return future

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
        """A future of the AggregationReturn of a set, or of its list of SimReturns without a target."""
        futures = self.submit_replicates(replicate_set)
        if target_entrypoint is None:
            return _when_all(futures, lambda whole: whole.set_result([future.result() for future in futures]))
        task = replicate_set.base_task
        return self.submit_aggregation(futures, target_entrypoint, task.bundle_ref, task.params.param_id)

    def submit_batch_with_aggregation(
        self, replicate_sets: Sequence[Any], target_entrypoint: str
    ) -> list[Future[Any]]:
        """A future of the AggregationReturn of each set."""
        with ThreadPoolExecutor(AT_ONCE) as senders:
            return list(
                senders.map(lambda each: self.submit_replicate_set(each, target_entrypoint), replicate_sets)
            )

    def submit_aggregation(
        self,
        sim_futures: Sequence[Future[Any]],
        target_entrypoint: str,
        bundle_ref: str,
        param_id: str,
        run_id: str | None = None,
    ) -> Future[Any]:
        """A future of the AggregationReturn of simulations that this service has submitted: the bundle's target, run in the app.

        Fails when one of them has failed, or the target does.
        """
        target, bundle = str(target_entrypoint), checked_bundle(bundle_ref)
        if any(future not in self._names for future in sim_futures):
            raise InvalidTask("Cannot aggregate: there are futures that another service has submitted.")
        inputs = [self._names[future] for future in sim_futures]

        def aggregate(whole: Future[Any]) -> None:
            for future in sim_futures:
                returned = future.result()
                if returned.error is not None:
                    raise SimulationFailed(
                        returned.task_id,
                        "simulation-failed",
                        returned.error.message,
                        returned.error.error_type,
                    )
            names = list(dict.fromkeys(name for named in inputs for name in named))
            asked = {"target": target, "bundle_ref": bundle, "inputs": names}

            def message(marks: Mapping[str, Any]) -> str:
                return queue_text({"aggregate": {**asked, **marks}})

            sent = self._session.send(
                identities.aggregation_name(bundle, target, names),
                "",
                message,
                self._aggregation_return,
                _reading.list_aggregations,
            )
            sent.add_done_callback(lambda ended: _copy(ended, whole))

        whole = _when_all(sim_futures, aggregate)
        self._aggregating.add(whole)
        whole.add_done_callback(self._aggregating.discard)
        return whole

    def _aggregation_return(self, outcome: Outcome) -> Any:
        results = self._session.results
        artifacts = dict(results.artifacts(outcome))
        said = json.loads(results.read(artifacts.pop("aggregation"), outcome).content)
        outputs = {name: self._read_inline(artifact, outcome) for name, artifact in artifacts.items()}
        return self._contracts.AggregationReturn(
            said["aggregation_id"], float(said["loss"]), said["diagnostics"], outputs, said["n_replicates"]
        )

    def _sim_return(self, outcome: Outcome, names: list[str]) -> Any:
        results, contracts = self._session.results, self._contracts
        record = results.record(outcome)
        if "result" in record:
            names.append(_paths.result_name(record["result"]))
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
        artifacts = results.artifacts(outcome, record)
        outputs = {name: self._read_inline(artifact, outcome) for name, artifact in artifacts.items()}
        return contracts.SimReturn(outputs=outputs, logs_ref=record.get("logs_ref"), **common)

    def _read_inline(self, artifact: Artifact, outcome: Outcome) -> Any:
        if artifact.size > _INLINE:
            raise UnreadableOutput(
                f'The output "{artifact.name}" of task {outcome.task_id} has {artifact.size} bytes: modelops-contracts allows '
                f"{_INLINE} inline. Name the others in the task's outputs, or read it with Client.job."
            )
        content = self._session.results.read(artifact, outcome).content
        return self._inline(artifact.content_type, content, artifact.checksum)

    def _inline(self, content_type: str, content: bytes, checksum: str | None = None) -> Any:
        digest = checksum or blake2b(content, digest_size=32).hexdigest()
        return self._contracts.TableArtifact(
            content_type=content_type, size=len(content), inline=content, checksum=digest
        )


def _when_all(futures: Sequence[Future[Any]], then: Callable[[Future[Any]], None]) -> Future[Any]:
    """A future that `then` sees to when all of these are done; cancelling it cancels them."""
    if not futures:
        raise InvalidTask("Cannot submit: there is no replicate.")
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
            then(whole)
        except BaseException as error:
            whole.set_exception(error)

    for future in futures:
        future.add_done_callback(one_is_done)
    whole.add_done_callback(lambda _: [future.cancel() for future in futures] if whole.cancelled() else None)
    return whole


def _copy(ended: Future[Any], whole: Future[Any]) -> None:
    try:
        whole.set_result(ended.result())
    except BaseException as error:
        whole.set_exception(error)


def _contracts() -> Any:
    try:
        import modelops_contracts
    except ImportError as error:
        raise MissingPackage(
            "Cannot be a SimulationService: the package modelops-contracts is not installed. Install it from its repository."
        ) from error
    return modelops_contracts
