"""An open file as the descriptor of what it has written so far."""

from __future__ import annotations

import io
import os

from ..collect_outputs import InvalidResult
from .first_line import first_line
from .task_files import copy_file, must_be_file

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from .sink import Sink

_PLAIN = (io.BufferedReader, io.BufferedWriter, io.BufferedRandom)


def plain_file(value: Any) -> Optional[Any]:
    """The file itself where it is one on a disk, also within a TemporaryFile; None where a class is between."""
    within = value.file if type(value).__name__ == "_TemporaryFileWrapper" else value
    if isinstance(within, io.TextIOWrapper):
        return within if isinstance(within.buffer, _PLAIN) and isinstance(within.buffer.raw, io.FileIO) else None
    if isinstance(within, _PLAIN):
        return within if isinstance(within.raw, io.FileIO) else None
    return within if isinstance(within, io.FileIO) else None


def copy_open_file(name: str, file: Any, sink: Sink) -> None:
    """From its start; its position stays. Raises InvalidResult when it is closed or no plain file."""
    try:
        file.flush()
        descriptor = file.fileno()
        must_be_file(name, os.fstat(descriptor))
    except (OSError, ValueError) as error:
        raise InvalidResult(
            f"The output {name!r} is an open file that cannot be read: {first_line(error)}. Return pathlib.Path of it instead."
        ) from error
    if file.readable():
        return copy_file(name, descriptor, sink)
    # It was opened to be written.
    try:
        readable = os.open(f"/dev/fd/{descriptor}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise InvalidResult(
            f"The output {name!r} is an open file that cannot be read: {first_line(error)}. Return pathlib.Path of it instead."
        ) from error
    try:
        copy_file(name, readable, sink)
    finally:
        os.close(readable)
