"""Tables: Arrow within this package, and whatever was asked for outside."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from .errors import MissingPackage

if TYPE_CHECKING:
    import pyarrow as pa

#: What tables are handed out as: a DataFrame of pandas or polars, or a Table of pyarrow.
Frames = Literal["pandas", "polars", "arrow"]


def to_frame(table: pa.Table, frames: Frames) -> Any:
    if frames == "pandas":
        needed("pandas", frames)
        return table.to_pandas()
    if frames == "polars":
        return needed("polars", frames).from_arrow(table)
    return table


def needed(package: str, frames: Frames = "pandas") -> Any:
    """An optional package. Raises MissingPackage that says how to install it."""
    if frames not in get_args(Frames):
        raise ValueError(f'Cannot make a table as "{frames}": it must be {", ".join(get_args(Frames))}.')
    try:
        return importlib.import_module(package)
    except ImportError as error:
        extra = "polars" if frames == "polars" else "pandas"
        raise MissingPackage(
            f"Cannot make a table: {package} is not installed. pip install 'mops-cold[{extra}]'"
            + (', or ask for frames="polars".' if extra == "pandas" else ".")
        ) from error


def column(values: Sequence[Any]) -> pa.Array:
    """Values of a parameter, one a task, as the narrowest type that keeps all: integers beside floats are floats, and of other
    mixtures the text that JSON has."""
    pa = needed("pyarrow")
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        numbers = [value for value in values if value is not None]
        if min(numbers) >= -(2**63) and max(numbers) < 2**63:
            return pa.array(values, pa.int64())
        if min(numbers) >= 0 and max(numbers) < 2**64:
            return pa.array(values, pa.uint64())
    elif kinds == {int, float}:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    elif len(kinds) < 2:
        return pa.array(values)
    from .tasks import compact_json

    texts = [value if value is None or isinstance(value, str) else compact_json(value) for value in values]
    return pa.array(texts, pa.string())
