"""Compares results of simulations with a target: an aggregation.

A target is `module:function` or `module/function`, in one of two styles.

Calabaria's: a function that needs no argument, or has the one parameter `data_paths` (which its decorator provides). What it returns
is asked to `evaluate` a list of one dict for each replicate, which has each of its tables (Arrow or Parquet) as a polars.DataFrame.
Its answer has a `loss`, or else `loglik_per_rep`, of which the loss is the negated logarithm of the mean likelihood.

Plain: `f(sim_returns)` or `f(sim_returns, target_data)`, which returns a dict with a `loss` and maybe `diagnostics` and `outputs`, or the
loss alone. `sim_returns` has for each replicate {"task_id", "outputs": {name: {"size", "checksum", "content_type", "path", "inline"}}}:
`inline` is the content in base64, as ModelOps has it, and is read when it is asked for; `path` a file with it.
"""

from __future__ import annotations

import math
import os
import sys

from .collect_outputs import InvalidResult
from .load_function import reach_source
from .own_json import read_json, strict_json
from .own_modules import OwnModules

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Optional, Set

_open = open
_LARGEST_DIAGNOSTICS = 64 * 1024
_NO_TABLES = ("metadata", "error")


class TargetNotFound(Exception):
    """There is no such function."""


def find_target(bundle: str, name: str) -> Any:
    """Imports it. Raises TargetNotFound, ModuleNotFoundError, and whatever its module raises."""
    separator = ":" if ":" in name else "/"
    path, _, member = name.rpartition(separator)
    reach_source(bundle, path.partition(".")[0])
    found = _import(path, name)
    for part in member.split("."):
        if not hasattr(found, part):
            raise TargetNotFound(f"There is no {member} in {path}, which the target {name!r} names.")
        found = getattr(found, part)
    if not callable(found) and not hasattr(found, "evaluate"):
        raise TargetNotFound(f"The target {name!r} is {type(found).__name__}, not a function.")
    return found


def aggregate(target: Any, asked: Dict[str, Any]) -> Dict[str, Any]:
    """The outputs of an aggregation: `aggregation`, and those that the target names. Raises InvalidResult."""
    folder = asked["inputs"]
    with _open(os.path.join(folder, "inputs.json"), encoding="utf-8") as file:
        inputs = read_json(file.read())
    returns = [_sim_return(each, folder) for each in inputs["sim_returns"]]
    made = _evaluate(target, returns) if _is_calabarias(target) else _call(target, returns, inputs["target_data"])
    outputs = made.pop("outputs")
    if not isinstance(outputs, dict):
        raise InvalidResult(f"The outputs of the target are {type(outputs).__name__}, not a dict.")
    if "aggregation" in outputs:
        raise InvalidResult("An output of a target cannot have the name 'aggregation', under which its loss is kept.")
    document = {
        "aggregation_id": inputs["aggregation_id"],
        "loss": _finite(made["loss"]),
        "diagnostics": _diagnostics(made["diagnostics"]),
        "outputs": {},
        "n_replicates": len(returns),
    }
    return {"aggregation": document, **outputs}


def _import(path: str, name: str) -> Any:
    with OwnModules():
        import importlib
    parts = path.split(".")
    # Of `package.module.Class` the last one may be a class, as ModelOps has it.
    for depth in range(len(parts), 0, -1):
        module = ".".join(parts[:depth])
        try:
            found = importlib.import_module(module)
        except ModuleNotFoundError as error:
            # Only that it is not there itself is a reason to look for a class.
            if depth == 1 or error.name is None or not f"{module}.".startswith(f"{error.name}."):
                raise
            continue
        for part in parts[depth:]:
            if not hasattr(found, part):
                raise TargetNotFound(f"There is no {part} in {module}, which the target {name!r} names.")
            found = getattr(found, part)
        return found
    raise TargetNotFound(f"The target {name!r} names no module.")


def _is_calabarias(target: Any) -> bool:
    if not callable(target):
        return True
    parameters = _parameters(target)
    if parameters is None:
        return False
    if any(parameter.name == "data_paths" for parameter in parameters):
        return True
    takes_returns = any(
        parameter.kind is parameter.VAR_POSITIONAL or parameter.name == "sim_returns" for parameter in parameters
    )
    return not takes_returns and all(
        parameter.default is not parameter.empty or parameter.kind is parameter.VAR_KEYWORD for parameter in parameters
    )


def _parameters(target: Callable[..., Any]) -> Optional[List[Any]]:
    """Those that it shows, through decorators; None of what does not tell them, as what is written in C."""
    with OwnModules():
        import inspect
    try:
        return list(inspect.signature(target).parameters.values())
    except Exception:  # besides TypeError and ValueError whatever an annotation raises, which Python 3.14 evaluates
        return None


def _call(target: Callable[..., Any], returns: List[Dict[str, Any]], data: Any) -> Dict[str, Any]:
    parameters = _parameters(target)
    by_position = 2
    if parameters is not None and not any(each.kind is each.VAR_POSITIONAL for each in parameters):
        named = [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
        by_position = min(2, len(named))
    result = target(returns, data) if by_position == 2 else target(returns)
    if not isinstance(result, dict):
        return {"loss": result, "diagnostics": {}, "outputs": {}}
    if "loss" not in result:
        names = sorted(result, key=str)
        raise InvalidResult(f"The target returned a dict without 'loss': it has {names}.")
    others = {name: value for name, value in result.items() if name not in ("loss", "diagnostics", "outputs", "n_replicates")}
    diagnostics = result.get("diagnostics") or {}
    if not isinstance(diagnostics, dict):
        raise InvalidResult(f"The diagnostics of the target are {type(diagnostics).__name__}, not a dict.")
    return {"loss": result["loss"], "diagnostics": {**others, **diagnostics}, "outputs": result.get("outputs") or {}}


def _evaluate(target: Any, returns: List[Dict[str, Any]]) -> Dict[str, Any]:
    compared = target if hasattr(target, "evaluate") and not isinstance(target, type) else target()
    if not hasattr(compared, "evaluate"):
        raise InvalidResult(
            f"The target returned {type(compared).__name__}, which has no method evaluate: a function without "
            "arguments returns a Target, and a plain one takes (sim_returns, target_data)."
        )
    told: Set[str] = set()
    evaluation = compared.evaluate([_tables(each, told) for each in returns])
    diagnostics = {
        **(getattr(evaluation, "diagnostics", None) or {}),
        "target_type": type(compared).__name__,
        "model_output": getattr(compared, "model_output", None),
    }
    return {"loss": _loss_of(evaluation), "diagnostics": diagnostics, "outputs": {}}


def _loss_of(evaluation: Any) -> Any:
    loss = getattr(evaluation, "loss", None)
    if loss is not None:
        return loss
    likelihoods = getattr(evaluation, "loglik_per_rep", None)
    if likelihoods is None:
        raise InvalidResult(
            f"The target evaluated to {type(evaluation).__name__}, which has neither a loss nor loglik_per_rep."
        )
    logarithms = [float(each) for each in likelihoods]
    if not logarithms:
        raise InvalidResult("The target's loglik_per_rep is empty: it must have a value for each replicate.")
    largest = max(logarithms)
    if not math.isfinite(largest) or any(math.isnan(each) for each in logarithms):
        return math.nan if any(math.isnan(each) for each in logarithms) else -largest
    return -(largest + math.log(math.fsum(math.exp(each - largest) for each in logarithms) / len(logarithms)))


def _finite(loss: Any) -> float:
    if isinstance(loss, (bool, str, bytes)):
        raise InvalidResult(f"The loss is {loss!r:.100}: it must be a finite number.")
    try:
        number = float(loss)
    except Exception as error:
        raise InvalidResult(f"The loss is of the type {type(loss).__name__}: it must be a finite number.") from error
    if not math.isfinite(number):
        raise InvalidResult(f"The loss is {number}: it must be a finite number.")
    return number


def _diagnostics(diagnostics: Dict[str, Any]) -> Any:
    with OwnModules():
        from .returned.json_value import JsonValue

    try:
        plain = JsonValue(diagnostics).value
        size = len(strict_json(plain).encode("utf-8"))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidResult(f"The diagnostics of the target cannot be written as JSON: {error}.") from error
    if size > _LARGEST_DIAGNOSTICS:
        raise InvalidResult(
            f"The diagnostics of the target are {size} bytes of JSON: at most {_LARGEST_DIAGNOSTICS} are allowed. "
            "Return what is larger as outputs."
        )
    return plain


def _sim_return(told: Dict[str, Any], folder: str) -> Dict[str, Any]:
    outputs = {name: Output({**each, "path": os.path.join(folder, each["path"])}) for name, each in told["outputs"].items()}
    return {"task_id": told["task_id"], "outputs": outputs}


class Output(dict):  # type: ignore[type-arg]
    """An output of a simulation. A set of replicates may hold more than memory does, so that `inline` is read when it is asked for."""

    def _read(self) -> str:
        with OwnModules():
            from base64 import b64encode
        with _open(self["path"], "rb") as file:
            self["inline"] = b64encode(file.read()).decode("ascii")
        text: str = dict.__getitem__(self, "inline")
        return text

    def __missing__(self, name: str) -> Any:
        if name == "inline":
            return self._read()
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return name == "inline" or dict.__contains__(self, name)

    def get(self, name: Any, default: Any = None) -> Any:
        return self[name] if name in self else default

    def _whole(self) -> Output:
        if not dict.__contains__(self, "inline"):
            self._read()
        return self

    def __iter__(self) -> Iterator[Any]:
        return dict.__iter__(self._whole())

    def __len__(self) -> int:
        return dict.__len__(self._whole())

    def keys(self) -> Any:
        return dict.keys(self._whole())

    def values(self) -> Any:
        return dict.values(self._whole())

    def items(self) -> Any:
        return dict.items(self._whole())


def _tables(sim_return: Dict[str, Any], told: Set[str]) -> Dict[str, Any]:
    try:
        import polars
    except ModuleNotFoundError as error:
        if error.name != "polars":
            raise
        raise ModuleNotFoundError(
            "a target that evaluates tables gets them as polars.DataFrame, and polars is neither in the bundle's "
            "environment nor in the bundle: declare it",
            name="polars",
        ) from None
    tables = {}
    for name, output in sim_return["outputs"].items():
        read = None if name in _NO_TABLES else _reader(polars, output["path"])
        if read:
            tables[name] = read(output["path"])
        elif name not in told:
            told.add(name)
            print(f"The output {name!r} is no Arrow or Parquet table: the target does not get it.", file=sys.stderr)
    return tables


def _reader(polars: Any, path: str) -> Any:
    with _open(path, "rb") as file:
        start = file.read(8)
    if start.startswith(b"ARROW1"):
        return polars.read_ipc
    if start.startswith(b"\xff\xff\xff\xff"):
        return polars.read_ipc_stream
    if start.startswith(b"PAR1"):
        return polars.read_parquet
    return None
