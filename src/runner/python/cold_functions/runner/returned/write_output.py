"""Writes one output by what its library makes of it."""

from __future__ import annotations

import os

from ..collect_outputs import Infrastructure, InvalidResult, not_taken
from .first_line import first_line
from .sink import Sink

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict


def write_output(name: str, folder: str, file: str, write: Callable[[Sink], Any]) -> Dict[str, Any]:
    """Raises InvalidResult when the output cannot be written, and Infrastructure when the disk does not take it."""
    try:
        sink = Sink(os.path.join(folder, file))
    except OSError as error:
        raise not_taken(name, error, 0) from error
    try:
        write(sink)
    except (InvalidResult, Infrastructure, MemoryError):
        raise
    except Exception as error:
        if sink.trouble:
            raise not_taken(name, sink.trouble, sink.size) from error
        raise InvalidResult(
            f"The output {name!r} cannot be written: {type(error).__name__}: {first_line(error)}. Mend it, or return bytes, or "
            "pathlib.Path of a file that the simulation writes of it."
        ) from error
    finally:
        sink.close()
    return {"file": file, "size": sink.size, "blake2b256": sink.blake2b256}
