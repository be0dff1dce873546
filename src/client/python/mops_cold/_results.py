"""A task's record, its result, and its outputs, verified."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from . import _paths
from ._reading import SUCCEEDED, Outcome
from ._storage import Read, Storage
from .errors import NotFound, SimulationFailed, UnreadableOutput
from .tasks import TaskLine


@dataclass(frozen=True)
class Artifact:
    """An output as a result names it."""

    name: str
    content_type: str
    #: Bytes.
    size: int
    #: BLAKE2b-256, hex.
    checksum: str
    ref: str


class Results:
    """What is stored of tasks that have ended. What was read of a result is kept. Safe for threads."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._known: dict[str, Mapping[str, Artifact]] = {}

    def record(self, outcome: Outcome) -> dict[str, Any]:
        """The whole record of how a task ended."""
        if outcome.left_out is not None:
            known = {"task_id": outcome.task_id, "run": outcome.run, "outcome": outcome.outcome}
            return {**known, "reason": outcome.left_out, "metrics": {}, "cached": False}
        text = self._storage.text(self._storage.jobs, outcome.blob)
        if text is None:
            raise NotFound(f"Cannot read the outcome {outcome.blob}: it was removed in the meantime.")
        return dict(json.loads(text))

    def result(self, outcome: Outcome, record: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The stored result of a task that succeeded, whose record may be known already.

        Raises SimulationFailed when it did not.
        """
        record = record or self.record(outcome)
        if "result" not in record:
            raise failure(record)
        container, name = _paths.reference(record["result"])
        text = self._storage.text(container, name)
        if text is None:
            raise NotFound(
                f"Cannot read the result of task {outcome.task_id}: {record['result']} was removed."
            )
        return dict(json.loads(text))

    def artifacts(self, outcome: Outcome, record: Mapping[str, Any] | None = None) -> Mapping[str, Artifact]:
        """The outputs of a task that succeeded, by name."""
        if outcome.blob not in self._known:
            outputs = self.result(outcome, record)["outputs"]
            self._known[outcome.blob] = {name: _artifact(name, facts) for name, facts in outputs.items()}
        return self._known[outcome.blob]

    def output(self, line: TaskLine, outcome: Outcome, name: str) -> Read | None:
        """An output, verified; None when the task has none of this name.

        One request where the attempt that ended so made the result itself, on an app with usual settings: its outputs then lie
        where its task says. Otherwise record and result tell where.
        """
        if outcome.blob not in self._known and outcome.outcome == SUCCEEDED and not outcome.cached:
            path = _paths.artifact(line.result_key, outcome.attempt, name)
            found = self._storage.read(self._storage.results, path)
            checksum = None if found is None else found.metadata.get("blake2b256")
            if found is not None and checksum is not None:
                return _verified(found, checksum, name, outcome)
        artifact = self.artifacts(outcome).get(name)
        return None if artifact is None else self.read(artifact, outcome)

    def read(self, artifact: Artifact, outcome: Outcome) -> Read:
        container, blob = _paths.reference(artifact.ref)
        found = self._storage.read(container, blob)
        if found is None:
            raise NotFound(
                f'Cannot read the output "{artifact.name}" of task {outcome.task_id}: {artifact.ref} was removed.'
            )
        return _verified(
            Read(found.content, artifact.content_type, found.metadata),
            artifact.checksum,
            artifact.name,
            outcome,
        )


def failure(record: Mapping[str, Any]) -> SimulationFailed:
    """What a record says of a task that did not succeed."""
    return SimulationFailed(
        record["task_id"],
        record["outcome"],
        record["reason"],
        record.get("error", {}).get("error_type", ""),
        record.get("error_details", {}).get("traceback", ""),
    )


def _artifact(name: str, facts: Mapping[str, Any]) -> Artifact:
    return Artifact(name, facts["content_type"], facts["size"], facts["checksum"], facts["ref"])


def _verified(found: Read, checksum: str, name: str, outcome: Outcome) -> Read:
    digest = blake2b(found.content, digest_size=32).hexdigest()
    if digest == checksum:
        return found
    raise UnreadableOutput(
        f'The output "{name}" of task {outcome.task_id} is damaged: its BLAKE2b-256 is {digest}, and the result says {checksum}. '
        "Run the task again (job.retry(cache=False))."
    )
