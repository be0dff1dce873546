"""Tables of pandas, polars and pyarrow as Arrow IPC files, batch by batch, so that none is held twice."""

from __future__ import annotations

from .known import is_a

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional, Tuple

    from .sink import Sink

    Write = Callable[[Sink], None]

# The file format, not the stream: pandas.read_feather, polars.read_ipc and R's read_feather read no other.
ARROW = "application/vnd.apache.arrow.file"
CSV = "text/csv; charset=utf-8"
_ROWS_AT_ONCE = 2**18


def table_writer(value: Any) -> Optional[Tuple[str, Write, str]]:
    """Content type, writer, and what is to be said of it in the log; None for what is no table."""
    if is_a(value, "pandas", "DataFrame", "Series", "Index"):
        return _of_pandas(value)
    if is_a(value, "polars", "DataFrame", "Series", "LazyFrame"):
        return ARROW, lambda sink: _write_polars(value, sink), ""
    if is_a(value, "pyarrow", "Table", "RecordBatch", "RecordBatchReader"):
        return ARROW, lambda sink: _write_arrow(value, sink), ""
    return None


def _framed(value: Any) -> Any:
    if is_a(value, "pandas", "Series"):
        return value.to_frame("value" if value.name is None else value.name)
    if is_a(value, "pandas", "MultiIndex"):
        return value.to_frame(index=False)
    if is_a(value, "pandas", "Index"):
        return value.to_frame(index=False, name="value" if value.name is None else value.name)
    return value


def _of_pandas(value: Any) -> Tuple[str, Write, str]:
    try:
        import pyarrow  # of the task's environment: pandas has imported it already where it is installed
    except ImportError:
        said = "stored as CSV, which keeps no types: install pyarrow in the bundle's environment for an Arrow table"
        return CSV, lambda sink: _write_csv(_framed(value), sink), said
    return ARROW, lambda sink: _write_pandas(pyarrow, _framed(value), sink), ""


def _write_pandas(pyarrow: Any, frame: Any, sink: Sink) -> None:
    # Of the whole table: the first rows of a column may have no value.
    schema = pyarrow.Schema.from_pandas(frame)
    with pyarrow.ipc.new_file(sink, schema) as writer:
        for start in range(0, len(frame), _ROWS_AT_ONCE):
            rows = _named_as(schema, frame.iloc[start : start + _ROWS_AT_ONCE])
            writer.write_table(pyarrow.Table.from_pandas(rows, schema=schema, nthreads=1))


def _named_as(schema: Any, rows: Any) -> Any:
    """Arrow's names are text, as those of pandas need not be; what they were stands in the schema."""
    named = rows.set_axis(schema.names[: rows.shape[1]], axis=1)
    if any(name is not None and not isinstance(name, str) for name in rows.index.names):
        named.index = rows.index.set_names([name if name is None else str(name) for name in rows.index.names])
    return named


def _write_csv(frame: Any, sink: Sink) -> None:
    # An index that only counts the rows is no column.
    counts = is_a(frame.index, "pandas", "RangeIndex") and frame.index.name is None
    frame.to_csv(sink, mode="wb", encoding="utf-8", index=not counts)


def _write_polars(value: Any, sink: Sink) -> None:
    if is_a(value, "polars", "LazyFrame"):
        value = value.collect()
    if is_a(value, "polars", "Series"):
        value = value.to_frame(value.name or "value")
    value.write_ipc(sink)


def _write_arrow(value: Any, sink: Sink) -> None:
    import pyarrow  # made this value

    with pyarrow.ipc.new_file(sink, value.schema) as writer:
        if isinstance(value, pyarrow.RecordBatchReader):
            for batch in value:
                writer.write_batch(batch)
        elif isinstance(value, pyarrow.RecordBatch):
            writer.write_batch(value)
        else:
            writer.write_table(value, max_chunksize=_ROWS_AT_ONCE)
