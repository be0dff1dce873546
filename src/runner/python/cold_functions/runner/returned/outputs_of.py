"""The files of one returned value that is neither bytes nor text nor plain JSON."""

from __future__ import annotations

import os

from ..collect_outputs import InvalidResult, content_type_of_bytes
from ..own_json import strict_json
from ..remark import remark
from .advice import instead_of
from .content_types import content_type_of
from .first_line import first_line
from .json_value import JsonValue, NotJson
from .known import is_a
from .open_file import copy_open_file, plain_file
from .tables import table_writer
from .task_files import copy_path, files_of_folder, inside_task

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, List, Tuple

    from .sink import Sink

    Output = Tuple[str, str, Callable[[Sink], Any]]


def outputs_of(name: str, value: Any, own_folders: List[str]) -> Iterator[Output]:
    """Name, content type and writer of each; a folder has many. Nothing is imported to see what a value is.

    Raises InvalidResult, as the writers do, which may also raise what their libraries raise.
    """
    if isinstance(value, os.PathLike):
        yield from _of_path(name, os.fsdecode(value), own_folders)
    elif is_a(value, "io", "IOBase") or is_a(value, "tempfile", "_TemporaryFileWrapper"):
        yield _of_file(name, value)
    elif is_a(value, "numpy", "ndarray"):
        yield _of_array(name, value)
    elif is_a(value, "matplotlib.figure", "Figure"):
        yield name, "image/png", lambda sink: value.savefig(sink, format="png")
    else:
        table = table_writer(value)
        if table:
            content_type, write, said = table
            if said:
                remark(f"The output {name!r} is {said}.")
            yield name, content_type, write
        else:
            yield _of_json(name, value)


def _of_path(name: str, path: str, own_folders: List[str]) -> Iterator[Output]:
    real = inside_task(name, path, own_folders)
    if not os.path.isdir(real):
        yield name, content_type_of(path), lambda sink: copy_path(name, real, sink)
        return
    for entry, file in files_of_folder(name, real):

        def write(sink: Sink, entry: str = entry, file: str = file) -> None:
            copy_path(entry, inside_task(entry, file, own_folders), sink)

        yield entry, content_type_of(file), write


def _of_file(name: str, value: Any) -> Output:
    if is_a(value, "io", "BytesIO"):
        content = value.getbuffer()
        return name, content_type_of_bytes(bytes(content[:8])), lambda sink: sink.write(content)
    if is_a(value, "io", "StringIO"):
        text = value.getvalue().encode("utf-8")
        return name, "text/plain; charset=utf-8", lambda sink: sink.write(text)
    file = plain_file(value)
    if file is None:
        raise InvalidResult(
            f"The output {name!r} is an open {type(value).__name__}, which is no file on a disk. Close it and return "
            "pathlib.Path of its file, or return what it read as bytes."
        )
    path = file.name if isinstance(file.name, str) else ""
    return name, content_type_of(path), lambda sink: copy_open_file(name, file, sink)


def _of_array(name: str, value: Any) -> Output:
    import numpy  # made this value

    if value.dtype.hasobject:
        raise InvalidResult(
            f"The output {name!r} is an array of Python objects, which a .npy file cannot hold. Return x.astype(float), "
            "x.tolist(), or a table."
        )
    if is_a(value, "numpy.ma", "MaskedArray"):
        raise InvalidResult(f"The output {name!r} is a masked array: a .npy file has no mask. Return {instead_of(value)}.")
    if type(value) not in (numpy.ndarray, numpy.memmap):
        remark(f"The output {name!r} is a {type(value).__name__}: its numbers are stored, not what that class adds (units).")
    return name, "application/x-npy", lambda sink: numpy.save(sink, value, allow_pickle=False)


def _of_json(name: str, value: Any) -> Output:
    try:
        plain = JsonValue(value)
        text = strict_json(plain.value).encode("utf-8")
    except MemoryError:
        raise
    except Exception as error:  # also what a class of the simulation's own raises when it is looked at
        fault = error.value if isinstance(error, NotJson) else value
        raise InvalidResult(
            f"The output {name!r} is neither bytes nor text, and cannot be written as JSON: {first_line(error)}. Instead "
            f"return {instead_of(fault)}."
        ) from error
    if plain.nulls:
        remark(f"In the JSON of the output {name!r}, {plain.nulls} × null stands for NaN, infinity or a missing time.")
    return name, "application/json", lambda sink: sink.write(text)
