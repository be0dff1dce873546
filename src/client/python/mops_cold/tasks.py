"""What is to run: parameter sets, their seeds, and the messages that are sent for them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from . import identities
from .errors import InvalidTask
from .identities import Scalar

#: Most tasks of one job: all of them are held in memory while a job is made.
MAX_TASKS = 1_000_000
_LONGEST_VARIABLE = 131_071

_IMPORT_PATH = re.compile(r"[A-Za-z_][\w.]*\.[A-Za-z_]\w*")
_SCENARIO = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
_OBJECT = re.compile(r"_*[^\W_]\w*")
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?"
_NAME = r"[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*"
_BUNDLE = re.compile(rf"(?:(?:{_HOST}/)?{_NAME}(?:/{_NAME})*@)?sha256:[0-9a-f]{{64}}")
_TARGET = re.compile(r"[^\s:/]+[:/][^\s:/]+")
_SAFE_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?")
_OF_PYTHON = (
    "HASHSEED|ASYNCIODEBUG|DEVMODE|DONTWRITEBYTECODE|FAULTHANDLER|INTMAXSTRDIGITS|IOENCODING|MALLOC|OPTIMIZE|"
    "PROFILEIMPORTTIME|TRACEMALLOC|UTF8|WARNINGS|_CPU_COUNT|_GIL|_JIT"
)
_RESERVED = re.compile(
    rf"(?:HOME|TMPDIR|TMP|TEMP|XDG_.*|MODELOPS_.*|MOPS_COLD_.*|PYTHON(?!(?:{_OF_PYTHON})$).*)", re.ASCII
)


@dataclass(frozen=True)
class TaskLine:
    """A task, its names, and the message that is sent for it; each run adds its name and its trace."""

    task_id: str
    #: Of the result when the task runs cold, on one thread.
    result_key: str
    message: Mapping[str, Any]

    @property
    def parameters(self) -> dict[str, Scalar]:
        return cast("dict[str, Scalar]", self.message["params"]["values"])

    @property
    def seed(self) -> int:
        return int(self.message["seed"])

    def aggregations(self) -> dict[str, str]:
        """By target, under which the comparison of its parameter set is recorded; none in a job without targets."""
        targets = self.message.get("replicate_set", {}).get("targets", [])
        bundle, of_set = self.message["bundle_ref"], _set_of(self)
        return {name: identities.set_aggregation_name(bundle, name, of_set) for name in targets}

    def to_json(self) -> str:
        return compact_json({"task_id": self.task_id, "result_key": self.result_key, "message": self.message})

    @classmethod
    def from_json(cls, text: str) -> TaskLine:
        line = json.loads(text)
        return cls(line["task_id"], line["result_key"], line["message"])


@dataclass(frozen=True)
class Sweep:
    """What all tasks of a submission have in common."""

    bundle_ref: str
    entrypoint: str
    outputs: Sequence[str] | None = None
    config: Mapping[str, Any] | None = None
    env: Mapping[str, object] | None = None
    #: Whether every task demands a fresh process, whatever the app's own executor is.
    cold: bool = False

    def line(self, parameters: Mapping[str, Scalar], seed: int, job_id: str) -> TaskLine:
        """One task. `parameters` are checked already."""
        return self._line(parameters, identities.param_id(parameters), seed, job_id)

    def lines(
        self,
        params: object,
        job_id: str,
        *,
        seeds: Iterable[int] | None = None,
        replicates: int | None = None,
    ) -> list[TaskLine]:
        """The tasks of parameter sets: one for a set with a seed of its own, else one for each seed or replicate."""
        if seeds is not None and replicates is not None:
            raise InvalidTask(
                "Cannot use seeds and replicates together: replicates derive the seeds. Leave one out."
            )
        if replicates is not None and replicates < 1:
            raise InvalidTask(f"Cannot make {replicates} replicates: there must be at least one.")
        fixed = None if seeds is None else [checked_seed(each) for each in seeds]
        if fixed == []:
            raise InvalidTask("Cannot use the seeds: there is none.")
        lines: dict[str, TaskLine] = {}
        for values, own in parameter_sets(params):
            name = identities.param_id(values)
            if own is not None:
                of_set: Iterable[int] = [own]
            elif fixed is not None:
                of_set = fixed
            else:
                of_set = (identities.replicate_seed(name, index) for index in range(replicates or 1))
            for seed in of_set:
                line = self._line(values, name, seed, job_id)
                lines.setdefault(line.task_id, line)
                if len(lines) > MAX_TASKS:
                    raise InvalidTask(f"Cannot make one job of more than {MAX_TASKS} tasks. Split it.")
        if not lines:
            raise InvalidTask(
                "Cannot submit: there is no task. Give at least one parameter set; [{}] is one without parameters."
            )
        return list(lines.values())

    def checked(self) -> Sweep:
        """The same in the form that messages have. Raises InvalidTask."""
        return Sweep(
            bundle_ref=checked_bundle(self.bundle_ref),
            entrypoint=checked_entrypoint(self.entrypoint),
            outputs=_checked_outputs(self.outputs)
            if self.outputs
            else None,  # an empty list counts as absent
            config=None if self.config is None else _checked_config(self.config),
            env=None if self.env is None else _checked_env(self.env),
            cold=self.cold,
        )

    def _line(self, parameters: Mapping[str, Scalar], param_id: str, seed: int, job_id: str) -> TaskLine:
        task_id = identities.task_id(self.bundle_ref, self.entrypoint, param_id, seed)
        env = cast("Mapping[str, str] | None", self.env)
        message = {
            "bundle_ref": self.bundle_ref,
            "entrypoint": self.entrypoint,
            "params": {"param_id": param_id, "values": parameters},
            "seed": seed,
            "outputs": self.outputs,
            "config": self.config,
            "env": env,
            "job_id": job_id,
            "executor": "cold" if self.cold else None,
        }
        key = identities.result_key(task_id, self.outputs, self.config, env)
        return TaskLine(task_id, key, {name: value for name, value in message.items() if value is not None})


@dataclass(frozen=True)
class Comparison:
    """With what the parameter sets of a job are compared, as its manifest says it."""

    targets: Sequence[str]
    #: So many replicates of a set are enough; all when None.
    min_replicates: int | None
    parameter_sets: int

    def to_manifest(self) -> dict[str, object]:
        least = {} if self.min_replicates is None else {"min_replicates": self.min_replicates}
        return {"targets": list(self.targets), **least, "parameter_sets": self.parameter_sets}


def compared(
    lines: Sequence[TaskLine], targets: Sequence[str], min_replicates: int | None = None
) -> tuple[list[TaskLine], Comparison]:
    """The tasks of a job whose parameter sets are compared with targets: each says how many replicates its set has.

    Raises InvalidTask.
    """
    names = [targets] if isinstance(targets, str) else list(targets)
    for name in names:
        if not _TARGET.fullmatch(name):
            raise InvalidTask(f'Cannot use the target "{name}": it must be "module:function".')
    if not names or len(set(names)) < len(names):
        raise InvalidTask(f"Cannot use the targets {names}: name at least one, and each once.")
    sizes = Counter(_set_of(line) for line in lines)
    largest = max(sizes.values(), default=0)
    if min_replicates is not None and not 1 <= min_replicates <= largest:
        raise InvalidTask(
            f"Cannot use min_replicates={min_replicates}: it must be from 1 to {largest}, as many as the largest parameter set has."
        )

    def with_set(line: TaskLine) -> TaskLine:
        replicates = sizes[_set_of(line)]
        least = {} if min_replicates is None else {"min_replicates": min(min_replicates, replicates)}
        of_set = {"replicates": replicates, "targets": names, **least}
        return TaskLine(line.task_id, line.result_key, {**line.message, "replicate_set": of_set})

    return [with_set(line) for line in lines], Comparison(names, min_replicates, len(sizes))


def _set_of(line: TaskLine) -> str:
    return identities.set_id(line.message["entrypoint"], line.message["params"]["param_id"])


def parameter_sets(params: object) -> Iterator[tuple[dict[str, Scalar], int | None]]:
    """Parameter sets of a list of dicts, of `{"params": {…}, "seed": 7}`, or of the rows of a table; and the seeds of their own.

    A table is a DataFrame of pandas or polars, or a Table of pyarrow. Its column `seed` holds the seed of each row.
    """
    rows = _rows(params)
    for index, row in enumerate(rows if rows is not None else _sets(params)):
        where = f"Row {index}" if rows is not None else f"Parameter set {index}"
        if not isinstance(row, Mapping):
            raise InvalidTask(f"{where} is a {type(row).__name__}: it must be a dict of parameters by name.")
        values, seed = dict(row), None
        if rows is not None:
            seed = values.pop("seed", None)
            if seed is None and "seed" in row:
                raise InvalidTask(
                    f"{where} has no seed, and the column `seed` holds those of all rows: fill it in."
                )
        elif set(values) <= {"params", "seed"} and isinstance(values.get("params"), Mapping):
            values, seed = dict(values["params"]), values.get("seed")
        elif "seed" in values:
            raise InvalidTask(
                f'{where} has "seed" among its parameters: write {{"params": {{…}}, "seed": …}}, or give seeds= for all sets.'
            )
        checked = identities.parameters(values, f"{where}: the parameter")
        yield checked, None if seed is None else checked_seed(seed, where)


def _rows(params: object) -> list[Any] | None:
    """The rows of a table; None when it is none. Cells keep the type of their column."""
    kind = type(params)
    library = kind.__module__.split(".")[0]
    if library == "pandas" and kind.__name__ == "DataFrame":
        return cast("list[Any]", params.to_dict(orient="records"))  # type: ignore[attr-defined]
    if library == "polars" and kind.__name__ == "DataFrame":
        return cast("list[Any]", params.to_dicts())  # type: ignore[attr-defined]
    if library == "pyarrow" and kind.__name__ == "Table":
        return cast("list[Any]", params.to_pylist())  # type: ignore[attr-defined]
    return None


def _sets(params: object) -> Iterable[Any]:
    if isinstance(params, Mapping):
        return [params]
    if isinstance(params, str) or not isinstance(params, Iterable):
        raise InvalidTask(
            f"Cannot read parameter sets from a {type(params).__name__}: give a list of dicts, or a DataFrame with a row for each."
        )
    return params


def checked_seed(seed: object, where: str = "The seed") -> int:
    value = identities.scalar(seed, where)
    if isinstance(value, float) and value.is_integer():
        raise InvalidTask(
            f"{where} has the seed {value}, a float: seeds are integers. Use int(…), or .astype('int64')."
        )
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**64:
        raise InvalidTask(
            f"{where} has the seed {value!r}: it must be an integer from 0 to 18446744073709551615."
        )
    return value


def checked_bundle(reference: str) -> str:
    if not _BUNDLE.fullmatch(reference):
        raise InvalidTask(
            f'Cannot use the bundle "{reference}": it must be a folder, "sha256:<64 hex digits>" or '
            '"repository@sha256:<64 hex digits>".'
        )
    return reference


def checked_entrypoint(entrypoint: str) -> str:
    separator = "/" if "/" in entrypoint else ":"
    path, _, name = entrypoint.rpartition(separator)
    both = "/" in entrypoint and ":" in entrypoint
    named = (_SCENARIO if separator == "/" else _OBJECT).fullmatch(name)
    if both or not named or not _IMPORT_PATH.fullmatch(path):
        raise InvalidTask(
            f'Cannot use the entrypoint "{entrypoint}": it must be "package.module/scenario" (the scenario in lower case) or '
            '"package.module:object", the module a dotted path of two parts or more.'
        )
    return entrypoint


def checked_name(what: str, name: str) -> str:
    """The id of a job or a run."""
    if not _SAFE_NAME.fullmatch(name):
        raise InvalidTask(
            f'Cannot use the {what} "{name}": it must be 1 to 100 letters, digits, ".", "_" or "-", beginning with a letter or '
            'digit and not ending with ".".'
        )
    if what == "job id" and name == "direct":
        raise InvalidTask(
            'Cannot use the job id "direct": it belongs to tasks that are pushed without a job.'
        )
    return name


def _checked_outputs(outputs: Sequence[str]) -> list[str]:
    if isinstance(outputs, str):
        raise InvalidTask(
            f'Cannot use the outputs "{outputs}": give a list of their names, as in ["{outputs}"].'
        )
    names = [str(name) for name in outputs]
    if "" in names or len(set(names)) < len(names):
        raise InvalidTask(f"Cannot use the outputs {names}: each name once, and none empty.")
    return sorted(names)


def _checked_config(config: Mapping[str, Any]) -> dict[str, Any]:
    checked = cast("dict[str, Any]", json.loads(identities.canonical_json(dict(config))))
    size = len(compact_json(checked).encode("utf-8"))
    most = _LONGEST_VARIABLE - len("MODELOPS_TASK_CONFIG=")
    if size > most:
        raise InvalidTask(
            f"Cannot use the config: it is {size} bytes of JSON, and at most {most} are possible."
        )
    return checked


def _checked_env(env: Mapping[str, object]) -> dict[str, str]:
    checked = {}
    for name, value in env.items():
        text = (
            value
            if isinstance(value, str)
            else identities.canonical_json(identities.scalar(value, f"env {name}"))
        )
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise InvalidTask(f'Cannot set "{name}": it is no name of an environment variable.')
        if _RESERVED.fullmatch(name):
            raise InvalidTask(f"Cannot set {name}: it is the runner's to set.")
        if "\0" in text or len(f"{name}={text}".encode()) > _LONGEST_VARIABLE:
            raise InvalidTask(
                f"Cannot set {name}: it holds a NUL character, or is longer than {_LONGEST_VARIABLE} bytes."
            )
        if (
            name == "PYTHONHASHSEED"
            and text != "random"
            and not (re.fullmatch(r"\d+", text) and int(text) < 2**32)
        ):
            raise InvalidTask(
                f'Cannot set PYTHONHASHSEED to "{text}": it must be "random" or a number from 0 to {2**32 - 1}.'
            )
        checked[name] = text
    return checked


def compact_json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
