"""Tables over all tasks of a job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from . import _frames, _reading
from ._decoding import NoTable, table_of
from ._reading import SUCCEEDED, Outcome
from ._results import Results
from ._telling import tell
from .errors import NotFound, UnreadableOutput
from .tasks import TaskLine

if TYPE_CHECKING:
    import pyarrow as pa

PENDING = "pending"
_STAGES = ("wait", "start", "import", "simulate", "write", "exit", "upload")
_named = 3


def tasks_table(lines: Sequence[TaskLine], standing: Mapping[str, Outcome]) -> pa.Table:
    """A row a task: id, parameters, seed, how it ended, and where its time went."""
    pa = _frames.needed("pyarrow")
    ended = [standing.get(line.task_id) for line in lines]
    own = {
        "outcome": pa.array([PENDING if one is None else one.outcome for one in ended], pa.string()),
        "cached": pa.array([None if one is None else one.cached for one in ended], pa.bool_()),
        "run": pa.array([None if one is None else one.run for one in ended], pa.string()),
        "ended_at": pa.array(
            [None if one is None else one.recorded_at for one in ended], pa.timestamp("ms", tz="UTC")
        ),
    }
    for stage in _STAGES:
        seconds = [None if one is None else one.seconds.get(stage) for one in ended]
        own[f"{stage}_seconds"] = pa.array(seconds, pa.float64())
    return _beside(
        {"task_id": pa.array([line.task_id for line in lines]), **parameter_columns(lines)}, own, "task"
    )


def failures_table(lines: Mapping[str, TaskLine], records: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A row a failed task, with why it failed."""
    pa = _frames.needed("pyarrow")
    own = {
        "outcome": pa.array([record["outcome"] for record in records], pa.string()),
        "error_type": pa.array(
            [record.get("error", {}).get("error_type", "") for record in records], pa.string()
        ),
        "reason": pa.array([record["reason"] for record in records], pa.string()),
        "traceback": pa.array(
            [record.get("error_details", {}).get("traceback", "") for record in records], pa.string()
        ),
        "run": pa.array([record["run"] for record in records], pa.string()),
    }
    front = {
        "task_id": pa.array([record["task_id"] for record in records], pa.string()),
        **parameter_columns([lines[record["task_id"]] for record in records]),
    }
    return _beside(front, own, "task")


def losses_table(rows: Sequence[tuple[TaskLine, str, Mapping[str, Any] | None]]) -> pa.Table:
    """A row for each parameter set and target, with the record of how their comparison ended."""
    pa = _frames.needed("pyarrow")
    known = [record or {} for _, _, record in rows]
    made = [record.get("aggregation", {}) for record in known]
    own = {
        "target": pa.array([target for _, target, _ in rows], pa.string()),
        "loss": pa.array([each.get("loss") for each in made], pa.float64()),
        "n_replicates": pa.array([each.get("n_replicates") for each in made], pa.int64()),
        "replicates": pa.array(
            [line.message["replicate_set"]["replicates"] for line, _, _ in rows], pa.int64()
        ),
        "outcome": pa.array([record.get("outcome", PENDING) for record in known], pa.string()),
        "reason": pa.array([record.get("reason", "") for record in known], pa.string()),
    }
    columns = parameter_columns([line for line, _, _ in rows])
    columns.popitem()  # the seed: a set has many
    front = {
        "param_id": pa.array([line.message["params"]["param_id"] for line, _, _ in rows], pa.string()),
        **columns,
    }
    return _beside(front, own, "loss")


def parameter_columns(lines: Sequence[TaskLine]) -> dict[str, pa.Array]:
    """Of each task the parameters, and the seed; null where a task has not the parameter."""
    pa = _frames.needed("pyarrow")
    names = dict.fromkeys(name for line in lines for name in line.parameters)
    columns = {name: _frames.column([line.parameters.get(name) for line in lines]) for name in names}
    # Of 64 bits without a sign only where it has to be: most libraries take signed ones for granted.
    largest = max((line.seed for line in lines), default=0)
    seeds = pa.array([line.seed for line in lines], pa.int64() if largest < 2**63 else pa.uint64())
    return {**columns, ("task.seed" if "seed" in columns else "seed"): seeds}


class OutputTable:
    """One output of all tasks of a job, gathered.

    Raises NotFound when no task has it, UnreadableOutput when one is damaged or no table.
    """

    def __init__(
        self,
        name: str,
        lines: Sequence[TaskLine],
        standing: Mapping[str, Outcome],
        results: Results,
        *,
        skip_unreadable: bool,
        tell_absent: bool = True,
    ) -> None:
        _frames.needed("pyarrow")
        self.name = name
        self._standing = standing
        ended = [(line, standing[line.task_id]) for line in lines if _succeeded(line, standing)]
        if not ended:
            counts = Counter(_outcome(line, standing) for line in lines)
            raise NotFound(
                f'There is no output "{name}": of {len(lines)} tasks none has succeeded ({_counted(counts)}). See job.failures().'
            )

        def fetch(task: tuple[TaskLine, Outcome]) -> pa.Table | NoTable | UnreadableOutput | None:
            try:
                found = results.output(*task, name)
                return None if found is None else table_of(name, found)
            except (NoTable, UnreadableOutput) as error:
                return error

        self.lines: list[TaskLine] = []
        self._tables: list[pa.Table] = []
        self._absent: list[TaskLine] = [line for line in lines if not _succeeded(line, standing)]
        unreadable: list[tuple[TaskLine, Exception]] = []
        without: list[TaskLine] = []
        for (line, _), table in zip(ended, _reading.at_once(fetch, ended), strict=True):
            if table is None:
                without.append(line)
            elif isinstance(table, Exception):
                unreadable.append((line, table))
            else:
                self.lines.append(line)
                self._tables.append(table)
        self._refuse_or_skip(ended, without, unreadable, skip_unreadable, results)
        if tell_absent:
            self._tell_absent(lines, ended, without)
        self._absent += [*without, *(line for line, _ in unreadable)]

    def table(self, *, task_ids: bool = False, absent: bool = False) -> pa.Table:
        """Parameters and seed, then the output's own columns.

        task_ids: a column `task_id` before everything.
        absent: a row for each task that has no such output, without values, and a column `outcome`.
        """
        pa = _frames.needed("pyarrow")
        rows = [table.num_rows for table in self._tables]
        lines = list(self.lines)
        own = self._own()
        if absent:
            lines += self._absent
            rows += [1] * len(self._absent)
            nulls = {field.name: pa.nulls(len(self._absent), field.type) for field in own.schema}
            own = pa.concat_tables([own, pa.table(nulls, schema=own.schema)]) if self._absent else own
        per_task: dict[str, Any] = parameter_columns(lines)
        if task_ids:
            per_task = {"task_id": pa.array([line.task_id for line in lines], pa.string()), **per_task}
        if absent:
            per_task["outcome"] = pa.array([_outcome(line, self._standing) for line in lines], pa.string())
        front = {name: _repeated(values, rows) for name, values in per_task.items()}
        return _beside(front, {name: own.column(name) for name in own.column_names}, self.name)

    def _own(self) -> pa.Table:
        pa = _frames.needed("pyarrow")
        counts = Counter(name for table in self._tables for name in table.column_names)
        for name, count in counts.items():
            if count < len(self._tables):
                tell(
                    f'The column "{name}" of the output "{self.name}" is in {count} of {len(self._tables)} tasks; the others have no value there.'
                )
        try:
            return pa.concat_tables(self._tables, promote_options="permissive")
        except pa.ArrowException:
            plain = [_without_dictionaries(table) for table in self._tables]
            try:
                return pa.concat_tables(plain, promote_options="permissive")
            except pa.ArrowException as error:
                raise UnreadableOutput(self._why_not_one(plain)) from error

    def _why_not_one(self, tables: Sequence[pa.Table]) -> str:
        types: dict[str, dict[str, str]] = {}
        for line, table in zip(self.lines, tables, strict=True):
            for field in table.schema:
                types.setdefault(field.name, {}).setdefault(str(field.type), line.task_id)
        said = "; ".join(
            f'"{name}" is '
            + ", ".join(f"{kind} in task {task}" for kind, task in list(kinds.items())[:_named])
            for name, kinds in types.items()
            if len(kinds) > 1
        )
        return f'Cannot make one table of the output "{self.name}": its columns have types that do not go together: {said}.'

    def _refuse_or_skip(
        self,
        ended: Sequence[tuple[TaskLine, Outcome]],
        without: Sequence[TaskLine],
        unreadable: Sequence[tuple[TaskLine, Exception]],
        skip_unreadable: bool,
        results: Results,
    ) -> None:
        if len(without) == len(ended):
            names = sorted(results.artifacts(ended[0][1]))
            raise NotFound(
                f'There is no output "{self.name}": task {ended[0][0].task_id} has {", ".join(names)}.'
            )
        if not unreadable:
            return
        said = "; ".join(
            str(error)
            if isinstance(error, UnreadableOutput)
            else f'"{self.name}" of task {line.task_id} {error}'
            for line, error in unreadable[:_named]
        )
        more = f"; and {len(unreadable) - _named} more" if len(unreadable) > _named else ""
        if not skip_unreadable or not self._tables:
            raise UnreadableOutput(
                f'Cannot read the output "{self.name}" of {len(unreadable)} of {len(ended)} tasks: {said}{more}. '
                "Leave them out with skip_unreadable=True."
            )
        tell(f"Left out: {said}{more}.")

    def _tell_absent(
        self,
        lines: Sequence[TaskLine],
        ended: Sequence[tuple[TaskLine, Outcome]],
        without: Sequence[TaskLine],
    ) -> None:
        if len(ended) < len(lines):
            counts = Counter(
                _outcome(line, self._standing) for line in lines if not _succeeded(line, self._standing)
            )
            tell(
                f'{len(lines) - len(ended)} of {len(lines)} tasks have no output "{self.name}": {_counted(counts)}. '
                'See job.failures(), or have a row for each with absent="rows".'
            )
        if without:
            ids = ", ".join(line.task_id for line in without[:_named]) + (
                ", …" if len(without) > _named else ""
            )
            tell(f'{len(without)} of {len(ended)} tasks succeeded without an output "{self.name}" ({ids}).')


def _repeated(values: pa.Array, times: Sequence[int]) -> pa.Array:
    """Each value as often as it is said, without a step of Python's for each."""
    pa = _frames.needed("pyarrow")
    compute = _frames.needed("pyarrow.compute")
    kept = [count > 0 for count in times]
    if not all(kept):
        values = values.filter(pa.array(kept, pa.bool_()))
    if len(values) == 0:
        return values
    ends = pa.array(accumulate(count for count in times if count > 0), pa.int64())
    return compute.run_end_decode(pa.RunEndEncodedArray.from_arrays(ends, values))


def _beside(front: Mapping[str, Any], own: Mapping[str, Any], prefix: str) -> pa.Table:
    """Columns behind others. One that is called like one in front gets a prefix."""
    pa = _frames.needed("pyarrow")
    columns = dict(front)
    for name, values in own.items():
        if name in front:
            tell(
                f'The column "{name}" of "{prefix}" is called like a parameter or the seed: here it is "{prefix}.{name}".'
            )
        columns[f"{prefix}.{name}" if name in front else name] = values
    return pa.table(columns)


def _without_dictionaries(table: pa.Table) -> pa.Table:
    pa = _frames.needed("pyarrow")
    fields = [
        pa.field(field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def _succeeded(line: TaskLine, standing: Mapping[str, Outcome]) -> bool:
    return _outcome(line, standing) == SUCCEEDED


def _outcome(line: TaskLine, standing: Mapping[str, Outcome]) -> str:
    one = standing.get(line.task_id)
    return PENDING if one is None else one.outcome


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.most_common())
