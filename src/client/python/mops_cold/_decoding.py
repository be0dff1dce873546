"""From an output's bytes to a value or a table."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from . import _frames
from ._frames import Frames
from ._storage import Read

if TYPE_CHECKING:
    import pyarrow as pa

_no_text = object()


class NoTable(ValueError):
    """Why an output is none, or not whole; the rest of a sentence that begins with the output."""


def table_of(name: str, found: Read) -> pa.Table:
    """An output as a table: Arrow, Parquet, CSV, and of JSON scalars, flat records, and lists of either.

    Raises NoTable.
    """
    pa = _frames.needed("pyarrow")
    try:
        table = _columnar(name, found)
        if table is None:
            value = _json_of(found)
            if value is _no_text:
                kind = found.content_type.split(";")[0]
                raise NoTable(
                    f"is no table, but {kind} of {len(found.content)} bytes: read it with task.read({name!r})"
                )
            table = pa.table(_columns(value))
    except NoTable:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError) as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise NoTable(f"cannot be read as {_form(name, found)}: {said[0].rstrip('.')}") from error
    table = table.replace_schema_metadata(None)
    # What pandas calls an index without a name.
    return table.rename_columns(
        ["index" if each == "__index_level_0__" else each for each in table.column_names]
    )


def value_of(name: str, found: Read, frames: Frames) -> Any:
    """An output as a Python value: a table as a frame, JSON as what it says, an array of numpy, text; else its bytes."""
    if _form(name, found) in ("Arrow", "Parquet", "CSV"):
        return _frames.to_frame(table_of(name, found), frames)
    if found.content_type.startswith("application/x-npy") or found.content.startswith(b"\x93NUMPY"):
        return _frames.needed("numpy").load(io.BytesIO(found.content), allow_pickle=False)
    if found.content_type.startswith(("application/json", "application/octet-stream", "text/")):
        try:
            return json.loads(found.content)
        except ValueError:
            if found.content_type.startswith("text/"):
                return found.content.decode("utf-8", errors="replace")
    return found.content


def _form(name: str, found: Read) -> str:
    content, kind = found.content, found.content_type
    if content.startswith(b"PAR1"):
        return "Parquet"
    if content.startswith((b"ARROW1", b"\xff\xff\xff\xff")) or "arrow" in kind:
        return "Arrow"
    if kind.startswith("text/csv") or name.endswith(".csv"):
        return "CSV"
    return "JSON" if kind.startswith("application/json") or name.endswith(".json") else "text"


def _columnar(name: str, found: Read) -> pa.Table | None:
    import pyarrow as pa

    form, content = _form(name, found), found.content
    if form == "Parquet":
        from pyarrow import parquet

        return parquet.read_table(io.BytesIO(content))
    if form == "Arrow":
        buffer = pa.py_buffer(content)
        if content.startswith(b"ARROW1"):
            return pa.ipc.open_file(buffer).read_all()
        return _whole_stream(buffer)
    if form == "CSV" or (form == "text" and _looks_like_csv(content)):
        from pyarrow import csv

        return csv.read_csv(io.BytesIO(content))
    return None


def _whole_stream(buffer: Any) -> pa.Table:
    """A stream without its end marker is one that was cut off, which Arrow itself does not mind."""
    import pyarrow as pa

    source = pa.BufferReader(buffer)
    table = pa.ipc.open_stream(source).read_all()
    if buffer.size < 8 or bytes(buffer.slice(buffer.size - 4)) != b"\0\0\0\0":
        raise NoTable("is an Arrow stream without an end: it was cut off, or its writer was never closed")
    return table


def _looks_like_csv(content: bytes) -> bool:
    head = content[:4096]
    first, _, rest = head.partition(b"\n")
    return (
        b"," in first
        and rest != b""
        and not first.lstrip().startswith((b"{", b"[", b'"{'))
        and b"\0" not in head
    )


def _json_of(found: Read) -> Any:
    try:
        text = found.content.decode("utf-8")
    except UnicodeDecodeError:
        return _no_text
    try:
        return json.loads(text)
    except ValueError:
        if found.content_type.startswith("application/json"):
            raise
        is_text = found.content_type.startswith("text/plain")
        return text if is_text else _no_text


def _columns(value: Any) -> dict[str, list[Any]]:
    if _is_scalar(value):
        return {"value": [value]}
    if isinstance(value, dict):
        if all(map(_is_scalar, value.values())):
            return {name: [each] for name, each in value.items()}
        lists = [each for each in value.values() if isinstance(each, list)]
        if (
            len(lists) == len(value)
            and len({len(each) for each in lists}) == 1
            and all(map(_are_scalars, lists))
        ):
            return value
    if isinstance(value, list):
        if _are_scalars(value):
            return {"value": value}
        if all(isinstance(each, dict) and _are_scalars(each.values()) for each in value):
            names = dict.fromkeys(name for each in value for name in each)
            return {name: [each.get(name) for each in value] for name in names}
    raise NoTable("is JSON that is no table: it must be a scalar, a flat record, or a list of either")


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str))


def _are_scalars(values: Any) -> bool:
    return all(map(_is_scalar, values))
