"""From what the wire function returned to files, hashed while they are written."""

from __future__ import annotations

import errno
import os

from .json_line import json_line
from .own_json import strict_json
from .own_modules import OwnModules

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Set, Tuple, Union

    BytesLike = Union[bytes, bytearray, memoryview]

try:
    # Without hashlib, which loads OpenSSL: a third of the runner's own start.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

# What the supervisor takes in one line: enough for 100,000 outputs with names of usual length.
LONGEST_MESSAGE_BYTES = 64 * 1024 * 1024
# And how many of these a line may have: reading it takes up to 50 bytes of memory for each. 100,000 outputs have 2.5 million.
_MARKS = (b'"', b",", b"[", b"{")
MOST_MARKS = 4_000_000
_open = open  # a model may replace it
_MANY_OUTPUTS = 20_000
CHUNK_BYTES = 1024 * 1024
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


def collect_outputs(
    result: Any, wanted: Optional[List[str]], folder: str, own_folders: List[str]
) -> List[Dict[str, Any]]:
    """Writes `folder`/0, /1, … and describes each.

    `own_folders` are those in which files may lie that it returns. Raises InvalidResult, naming each output that is at
    fault, when all others are written; and Infrastructure when the disk does not take one.
    """
    if not isinstance(result, dict):
        # Its only value may be all that a long run has to show.
        check = f"The wire function returned {type(result).__name__}, not a dict of outputs: name it, as in {{'table': x}}."
        kept = {} if result is None else {"returned": result}
        raise _together([InvalidResult(check)], _Collection(folder, own_folders).take(kept, list(kept)).artifacts)
    if not result:
        check_names(result)
    names = list(result) if wanted is None else wanted
    collection = _Collection(folder, own_folders)
    missing = [name for name in names if name not in result]
    if missing:
        returned = f"the wire function returned {sorted(result, key=str)}"
        collection.faults.append(InvalidResult(f"The task asks for the outputs {missing}, and {returned}."))
    collection.take(result, names)
    artifacts = collection.artifacts
    if collection.faults:
        raise _together(collection.faults, artifacts)
    if len(artifacts) > _MANY_OUTPUTS and not _can_be_told(artifacts):
        raise InvalidResult(f"{len(artifacts)} outputs with names this long are too many to describe.")
    # ModelOps does not count `metadata` here either, unless there is nothing else.
    tables = [artifact for artifact in artifacts if artifact["name"] != "metadata"] or artifacts
    if all(artifact["size"] == 0 for artifact in tables):
        raise _together([InvalidResult(f"All outputs are empty: {sorted(names)}.")], artifacts)
    return artifacts


def _can_be_told(artifacts: List[Dict[str, Any]]) -> bool:
    line = json_line(artifacts).encode()
    return len(line) <= LONGEST_MESSAGE_BYTES - 4096 and marks_in(line) <= MOST_MARKS - 4096


def marks_in(line: bytes) -> int:
    """What begins or divides values in JSON: no more values are in a line than that."""
    return sum(line.count(mark) for mark in _MARKS)


def keep_outputs(result: Dict[Any, Any], folder: str, own_folders: List[str]) -> List[Dict[str, Any]]:
    """Writes what came beside a declared failure, as far as it can be written."""
    beside = [name for name in result if name not in ("error", "metadata")]
    return _Collection(folder, own_folders).take(result, beside).artifacts[:_MANY_OUTPUTS]


class _Collection:
    """What is written so far, and what is at fault."""

    def __init__(self, folder: str, own_folders: List[str]) -> None:
        self.artifacts: List[Dict[str, Any]] = []
        self.faults: List[InvalidResult] = []
        self._folder = folder
        self._own_folders = own_folders
        self._files = 0
        self._names: Set[str] = set()

    def take(self, result: Dict[Any, Any], names: List[str]) -> _Collection:
        for name in names:
            if name in result:
                try:
                    self._take(name, result[name])
                except InvalidResult as fault:
                    self.faults.append(fault)
        return self

    def _take(self, name: str, value: Any) -> None:
        check_name(name)
        plain = _encode(name, value)
        if plain:
            data, content_type = plain
            file = self._file_for(name)
            self._add(name, content_type, _write(name, self._folder, file, data))
            return
        with OwnModules():
            from .returned.outputs_of import outputs_of
            from .returned.write_output import write_output
        for part, content_type, write in outputs_of(name, value, self._own_folders):
            try:
                check_name(part)
                file = self._file_for(part)
                self._add(part, content_type, write_output(part, self._folder, file, write))
            except InvalidResult as fault:
                self.faults.append(fault)

    def _file_for(self, name: str) -> str:
        if name in self._names:
            raise InvalidResult(f"Two outputs have the name {name!r}, one of them as a file in a folder: rename one.")
        self._names.add(name)
        self._files += 1
        return str(self._files - 1)

    def _add(self, name: str, content_type: str, written: Dict[str, Any]) -> None:
        self.artifacts.append({"name": name, "content_type": content_type, **written})


def _together(faults: List[InvalidResult], artifacts: List[Dict[str, Any]]) -> InvalidResult:
    more = f" And {len(faults) - _FAULTS_TOLD} more." if len(faults) > _FAULTS_TOLD else ""
    fault = InvalidResult(" ".join(str(fault) for fault in faults[:_FAULTS_TOLD]) + more)
    fault.written = artifacts if len(artifacts) <= _MANY_OUTPUTS else []
    fault.__cause__ = faults[0].__cause__
    return fault


def check_names(result: Any) -> None:
    """Raises InvalidResult unless it is a dict whose names can be stored."""
    if not isinstance(result, dict):
        raise InvalidResult(f"{type(result).__name__} is no dict of outputs.")
    if not result:
        raise InvalidResult("The wire function returned an empty dict: no outputs.")
    for name in result:
        check_name(name)


def check_name(name: Any) -> None:
    """Raises InvalidResult unless an output can be stored under it."""
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


def _encode(name: str, value: Any) -> Optional[Tuple[memoryview, str]]:
    """Bytes, text, and what json takes as it is; None for all else, which is looked at more closely."""
    if isinstance(value, str):
        try:
            return memoryview(value.encode("utf-8")), "text/plain; charset=utf-8"
        except UnicodeEncodeError as error:
            raise InvalidResult(f"The output {name!r} cannot be written as UTF-8: {error}.") from error
    if isinstance(value, (bytes, bytearray, memoryview)):
        data = _flat(value)
        return data, content_type_of_bytes(bytes(data[:8]))
    try:
        return memoryview(strict_json(value).encode("utf-8")), "application/json"
    except (TypeError, ValueError, RecursionError):
        return None


def _flat(value: BytesLike) -> memoryview:
    view = memoryview(value)
    return view.cast("B") if view.c_contiguous and view.nbytes else memoryview(view.tobytes())


def content_type_of_bytes(start: bytes) -> str:
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
            for start in range(0, len(data), CHUNK_BYTES):
                chunk = data[start : start + CHUNK_BYTES]
                checksum.update(chunk)
                while chunk:
                    chunk = chunk[target.write(chunk) :]
    except OSError as error:
        raise not_taken(name, error, len(data)) from error
    return {"file": file, "size": len(data), "blake2b256": checksum.hexdigest()}


def not_taken(name: str, error: OSError, size: int) -> Exception:
    """What it means that a file of so many bytes could not be written."""
    if error.errno not in _OWN_DOING:
        return Infrastructure(f"Cannot write an output of {size} bytes: {error}")
    return InvalidResult(
        f"The output {name!r} cannot be written after what the simulation did to its limits, its files or its user: {error}."
    )
