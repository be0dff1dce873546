"""From what the wire function returned to files, hashed while they are written."""

from __future__ import annotations

import errno
import os
from json import dumps  # by name: a model may replace the module's

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple, Union

    BytesLike = Union[bytes, bytearray, memoryview]

try:
    # Without hashlib, which loads OpenSSL: a third of the runner's own start.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

# What the supervisor takes in one line: enough for 100,000 outputs with names of usual length.
LONGEST_MESSAGE_BYTES = 64 * 1024 * 1024
_open = open  # a model may replace it
_MANY_OUTPUTS = 20_000
_CHUNK_BYTES = 1024 * 1024
_LONGEST_NAME = 200
_FAULTS_TOLD = 20
# What only the simulation itself can have brought about: by its limits, its user, or what it did to its folders. Whatever
# else keeps a file from being written is this machine's trouble.
_OWN_DOING = frozenset(
    (
        errno.EMFILE,
        errno.EFBIG,
        errno.EEXIST,
        errno.ENOENT,
        errno.ENOTDIR,
        errno.ELOOP,
        errno.EACCES,
        errno.EPERM,
    )
)
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


class InvalidResult(Exception):
    """The wire function returned what cannot be stored as a result. `written`: the outputs that could be."""

    written: List[Dict[str, Any]] = []


class Infrastructure(Exception):
    """The result is good, but this machine could not take it."""


def collect_outputs(result: Any, wanted: Optional[List[str]], folder: str) -> List[Dict[str, Any]]:
    """Writes `folder`/0, /1, … and describes each.

    Raises InvalidResult, naming each output that is at fault, when all others are written; and Infrastructure when the
    disk does not take one.
    """
    check_names(result)
    names = list(result) if wanted is None else wanted
    faults: List[InvalidResult] = []
    missing = [name for name in names if name not in result]
    if missing:
        returned = f"the wire function returned {sorted(result)}"
        faults.append(InvalidResult(f"The task asks for the outputs {missing}, and {returned}."))
    artifacts: List[Dict[str, Any]] = []
    for number, name in enumerate(names):
        if name not in result:
            continue
        try:
            data, content_type = _encode(name, result[name])
            artifacts.append({"name": name, "content_type": content_type, **_write(name, folder, str(number), data)})
        except InvalidResult as fault:
            faults.append(fault)
    if faults:
        raise _together(faults, artifacts)
    if len(artifacts) > _MANY_OUTPUTS and len(dumps(artifacts)) > LONGEST_MESSAGE_BYTES - 4096:
        raise InvalidResult(f"{len(artifacts)} outputs with names this long are too many to describe.")
    # ModelOps does not count `metadata` here either, unless there is nothing else.
    tables = [artifact for artifact in artifacts if artifact["name"] != "metadata"] or artifacts
    if all(artifact["size"] == 0 for artifact in tables):
        raise InvalidResult(f"All outputs are empty: {sorted(names)}.")
    return artifacts


def _together(faults: List[InvalidResult], artifacts: List[Dict[str, Any]]) -> InvalidResult:
    more = f" And {len(faults) - _FAULTS_TOLD} more." if len(faults) > _FAULTS_TOLD else ""
    fault = InvalidResult(" ".join(str(fault) for fault in faults[:_FAULTS_TOLD]) + more)
    fault.written = artifacts if len(artifacts) <= _MANY_OUTPUTS else []
    fault.__cause__ = faults[0].__cause__
    return fault


def check_names(result: Any) -> None:
    """Raises InvalidResult unless it is a dict whose names can be stored."""
    if not isinstance(result, dict):
        raise InvalidResult(f"The wire function returned {type(result).__name__}, not a dict of outputs.")
    if not result:
        raise InvalidResult("The wire function returned an empty dict: no outputs.")
    for name in result:
        if not isinstance(name, str):
            raise InvalidResult(f"The output name {name!r} is {type(name).__name__}, not str.")
        if name in ("", "__proto__"):
            raise InvalidResult(f"An output cannot have the name {name!r}: readers of the result would lose it.")
        try:
            encoded = name.encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidResult(f"The output name {ascii(name)} is not Unicode: it has lone surrogates.") from None
        length = sum(1 if byte in _PLAIN else 3 for byte in encoded)
        if length > _LONGEST_NAME:
            lengths = f"{length} characters when percent-encoded, {_LONGEST_NAME} at most"
            raise InvalidResult(f"The output name {name[:60]!r}… is too long: {lengths}.")


def _encode(name: str, value: Any) -> Tuple[memoryview, str]:
    if isinstance(value, str):
        try:
            return memoryview(value.encode("utf-8")), "text/plain; charset=utf-8"
        except UnicodeEncodeError as error:
            raise InvalidResult(f"The output {name!r} cannot be written as UTF-8: {error}.") from error
    if isinstance(value, (bytes, bytearray, memoryview)):
        data = _flat(value)
        return data, _sniff(bytes(data[:8]))
    try:
        return memoryview(dumps(value).encode("utf-8")), "application/json"
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidResult(
            f"The output {name!r} is neither bytes nor text, and cannot be written as JSON: {error}."
        ) from error


def _flat(value: BytesLike) -> memoryview:
    view = memoryview(value)
    return view.cast("B") if view.c_contiguous and view.nbytes else memoryview(view.tobytes())


def _sniff(start: bytes) -> str:
    if start.startswith(b"ARROW1"):
        return "application/vnd.apache.arrow.file"
    if start.startswith(b"PAR1"):
        return "application/vnd.apache.parquet"
    if start.startswith(b"\xff\xff\xff\xff"):
        return "application/vnd.apache.arrow.stream"
    return "application/octet-stream"


def _write(name: str, folder: str, file: str, data: memoryview) -> Dict[str, Any]:
    checksum = blake2b(digest_size=32)
    try:
        with _open(os.path.join(folder, file), "xb", buffering=0) as target:
            for start in range(0, len(data), _CHUNK_BYTES):
                chunk = data[start : start + _CHUNK_BYTES]
                checksum.update(chunk)
                while chunk:
                    chunk = chunk[target.write(chunk) :]
    except OSError as error:
        if error.errno in _OWN_DOING:
            raise InvalidResult(
                f"The output {name!r} cannot be written after what the simulation did to its limits, its files or its "
                f"user: {error}."
            ) from error
        raise Infrastructure(f"Cannot write an output of {len(data)} bytes: {error}") from error
    return {"file": file, "size": len(data), "blake2b256": checksum.hexdigest()}
