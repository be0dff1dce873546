"""Names of parameter sets, tasks and results, bit for bit those of modelops-contracts and of the app."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from .errors import InvalidTask

Scalar = bool | int | float | str


def scalar(value: object, where: str) -> Scalar:
    """A parameter's value as Python itself has it; those of numpy are taken as what they hold.

    Raises InvalidTask for what has no canonical text: NaN, infinities, lists, None, half a surrogate pair.
    """
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == ():
        value = item()
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        try:
            str(int(value))
        except ValueError as error:
            raise InvalidTask(
                f"{where} is an integer of too many digits: Python reads at most 4300."
            ) from error
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidTask(
                f"{where} is {value}: a parameter must be a finite number. Leave it out, or drop the row."
            )
        return float(value)
    if isinstance(value, str):
        return _text(str(value), where)
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        raise InvalidTask(
            f"{where} is missing: a parameter always has a value. Fill it in, or leave the parameter out."
        )
    raise InvalidTask(f"{where} is a {type(value).__name__}: it must be a number, a string, True or False.")


def parameters(values: Mapping[Any, object], where: str = "The parameter") -> dict[str, Scalar]:
    """Parameters by name, each as `scalar` takes it."""
    named: dict[str, Scalar] = {}
    for name, value in values.items():
        if not isinstance(name, str):
            raise InvalidTask(
                f"{where} {name!r} has a name that is a {type(name).__name__}: it must be a string."
            )
        if name == "__proto__":
            raise InvalidTask(f"{where} {name!r} cannot be used as a name: rename it.")
        named[_text(name, f"The name {name!r}")] = scalar(value, f"{where} {name!r}")
    return named


def canonical_json(value: object) -> str:
    """JSON with sorted keys, without spaces, and with characters as they are. Keys sort by code point."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise InvalidTask(f"Cannot write canonical JSON: {error}.") from error


def param_id(values: Mapping[str, Scalar]) -> str:
    """The id of a parameter set, 64 hex digits: `1` and `1.0` differ."""
    return _hash(f"contracts:param:v1|{canonical_json(dict(values))}", 256)


def task_id(bundle_ref: str, entrypoint: str, param_id: str, seed: int) -> str:
    """The canonical id of a task, 32 hex digits. It leaves out outputs, config and environment: see `result_key`."""
    return _hash(f"sim:v1|{bundle_ref}|{entrypoint}|{param_id}|{seed}", 128)


def result_key(
    task_id: str,
    outputs: Sequence[str] | None = None,
    config: Mapping[str, object] | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Where the result of a task lives that runs cold, on one thread: 32 hex digits."""
    more: dict[str, object] = {}
    if outputs:
        more["outputs"] = sorted(outputs)
    if config is not None:
        more["config"] = config
    if env:
        more["env"] = env
    suffix = f"|{canonical_json(more)}" if more else ""
    return _hash(f"result:v1|{task_id}{suffix}", 128)


def replicate_seed(param_id: str, index: int) -> int:
    """The seed of replicate `index` (from 0) of a parameter set, as in a study: 0 … 2^32−1."""
    return int(_hash(f"{param_id}:{index}", 64), 16) % 2**32


def aggregation_name(bundle_ref: str, target: str, inputs: Iterable[str]) -> str:
    """Under which a comparison of results with a target is recorded, 32 hex digits."""
    return _hash(f"aggregate:v1|{bundle_ref}|{target}|{','.join(sorted(inputs))}", 128)


def set_id(entrypoint: str, param_id: str) -> str:
    """What replicates of a job have in common, 32 hex digits: two models with the same parameters are two sets."""
    return _hash(f"set:v1|{entrypoint}|{param_id}", 128)


def set_aggregation_name(bundle_ref: str, target: str, set_id: str) -> str:
    """Under which the comparison of a parameter set with a target is recorded in its job, 32 hex digits."""
    return _hash(f"aggregate:v1|{bundle_ref}|{target}|set:{set_id}", 128)


def _hash(text: str, bits: int) -> str:
    return blake2b(text.encode("utf-8"), digest_size=bits // 8).hexdigest()


def _text(text: str, where: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidTask(f"{where} holds half a surrogate pair, which is no Unicode text.") from error
    return text
