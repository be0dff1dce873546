"""Bands over replicates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import _frames
from ._frames import Frames
from ._telling import tell
from .errors import NotFound

if TYPE_CHECKING:
    import pyarrow as pa


def summarised(table: pa.Table, keys: Sequence[str], quantiles: Sequence[float], frames: Frames) -> Any:
    """Of each group the number of rows, and of each numeric column mean and quantiles (linear between two values).

    table: with a column `task_id`, as `OutputTable.table` gives it. Columns that are no numbers, and are no keys, are left out.
    """
    _check(table, keys, quantiles)
    columns = _numeric(table, keys)
    _tell(table, keys, columns)
    needed = table.select([*keys, *columns])
    return (
        _polars(needed, keys, columns, quantiles)
        if frames == "polars"
        else _pandas(needed, keys, columns, quantiles, frames)
    )


def _pandas(
    table: pa.Table, keys: Sequence[str], columns: list[str], quantiles: Sequence[float], frames: Frames
) -> Any:
    pd = _frames.needed("pandas")
    frame = table.to_pandas()
    if not keys:
        frame, keys = frame.assign(all=True), ["all"]
    groups = frame.groupby(list(keys), sort=True, dropna=False)
    wide = [groups.size().rename("rows").to_frame(), groups[columns].mean().add_suffix("_mean")]
    if quantiles:
        # One pass of pandas' own over all groups and quantiles; then a column each, those of one output side by side.
        bands = groups[columns].quantile(list(quantiles)).unstack(-1)
        bands.columns = [f"{column}_{_quantile_name(quantile)}" for column, quantile in bands.columns]
        wide.append(bands)
    summary = pd.concat(wide, axis=1)
    order = [f"{column}_{each}" for column in columns for each in ("mean", *map(_quantile_name, quantiles))]
    summary = summary[["rows", *order]].reset_index()
    if keys == ["all"]:
        summary = summary.drop(columns="all")
    return (
        summary
        if frames == "pandas"
        else _frames.needed("pyarrow").Table.from_pandas(summary, preserve_index=False)
    )


def _polars(table: pa.Table, keys: Sequence[str], columns: list[str], quantiles: Sequence[float]) -> Any:
    pl = _frames.needed("polars", "polars")
    frame = pl.from_arrow(table)
    # To polars NaN is a number, and the largest one.
    values = {
        column: pl.col(column).fill_nan(None) if frame[column].dtype.is_float() else pl.col(column)
        for column in columns
    }
    asked = [pl.len().alias("rows")]
    for column, value in values.items():
        asked.append(value.mean().alias(f"{column}_mean"))
        asked += [
            value.quantile(each, interpolation="linear").alias(f"{column}_{_quantile_name(each)}")
            for each in quantiles
        ]
    return frame.group_by(list(keys)).agg(asked).sort(list(keys)) if keys else frame.select(asked)


def _check(table: pa.Table, keys: Sequence[str], quantiles: Sequence[float]) -> None:
    for key in keys:
        if key not in table.column_names:
            raise NotFound(f'Cannot group by "{key}": the columns are {", ".join(table.column_names[1:])}.')
    for each in quantiles:
        if not 0 <= each <= 1:
            raise ValueError(f"Cannot take the quantile {each}: it must be from 0 to 1.")


def _numeric(table: pa.Table, keys: Sequence[str]) -> list[str]:
    types = _frames.needed("pyarrow").types
    columns = [
        field.name
        for field in table.schema
        if field.name not in (*keys, "task_id", "seed", "task.seed")
        and (types.is_integer(field.type) or types.is_floating(field.type))
        and not (field.metadata or {}).get(b"parameter")
    ]
    if not columns:
        raise NotFound("Cannot summarise: no column beside the keys holds numbers.")
    return columns


def _tell(table: pa.Table, keys: Sequence[str], columns: list[str]) -> None:
    compute = _frames.needed("pyarrow.compute")
    types = _frames.needed("pyarrow").types
    for column in columns:
        values = table.column(column)
        nan = compute.sum(compute.is_nan(values)).as_py() if types.is_floating(values.type) else 0
        missing = (nan or 0) + values.null_count
        if missing:
            tell(
                f'The column "{column}" has {missing} of {table.num_rows} values missing or NaN: they are left out of the summary.'
            )
    groups = table.group_by(["task_id", *keys]).aggregate([([], "count_all")])
    most = compute.max(groups.column("count_all")).as_py() or 0
    if most > 1:
        tell(
            f"One task has up to {most} rows in a group, so that these are no bands over replicates alone: name the column that "
            'tells them apart in by, as in by=[…, "t"].'
        )


def _quantile_name(quantile: float) -> str:
    return f"q{quantile:g}"
