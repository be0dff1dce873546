"""What the client uses of modelops-contracts, which no package index has: the same fields, and its checks of results."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class TableArtifact:
    content_type: str = "application/vnd.apache.arrow.stream"
    size: int = 0
    inline: bytes | None = None
    ref: str | None = None
    checksum: str = ""

    def __post_init__(self):
        assert (self.inline is None) != (self.ref is None)
        assert self.inline is None or len(self.inline) == self.size <= 524_288
        assert len(self.checksum) == 64


@dataclass(frozen=True)
class ErrorInfo:
    error_type: str
    message: str
    retryable: bool = False


@dataclass(frozen=True)
class SimReturn:
    task_id: str
    outputs: dict
    error: ErrorInfo | None = None
    error_details: TableArtifact | None = None
    logs_ref: str | None = None
    metrics: dict | None = None
    cached: bool = False

    def __post_init__(self):
        assert self.task_id and (self.outputs or self.error) and bool(self.error) == bool(self.error_details)


@dataclass(frozen=True)
class AggregationReturn:
    aggregation_id: str
    loss: float
    diagnostics: dict
    outputs: dict
    n_replicates: int


@dataclass(frozen=True)
class UniqueParameterSet:
    params: dict
    param_id: str


@dataclass(frozen=True)
class SimTask:
    bundle_ref: str
    entrypoint: str
    params: UniqueParameterSet
    seed: int
    outputs: tuple | None = None
    config: dict | None = None
    env: dict | None = None


@dataclass(frozen=True)
class ReplicateSet:
    base_task: SimTask
    n_replicates: int
    seed_offset: int = 0

    def tasks(self):
        first = self.base_task.seed + self.seed_offset
        return [replace(self.base_task, seed=first + index) for index in range(self.n_replicates)]
