"""What to return instead of what cannot be stored."""

from __future__ import annotations

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# By the name of the class: those of libraries are looked up in all its bases, so that subclasses are found too.
_INSTEAD = {
    "set": "sorted(x)",
    "frozenset": "sorted(x)",
    "range": "list(x)",
    "generator": "list(x)",
    "map": "list(x)",
    "filter": "list(x)",
    "zip": "list(x)",
    "deque": "list(x)",
    "array": "numpy.array(x) or x.tolist()",
    "dict_values": "list(x)",
    "dict_keys": "list(x)",
    "complex": "[x.real, x.imag]",
    "Decimal": "float(x) or str(x)",
    "Fraction": "float(x) or str(x)",
    "UUID": "str(x)",
    "Enum": "x.value or x.name",
    "longdouble": "float(x)",
    "MaskedArray": "x.filled(…)",
    "Tensor": "x.detach().cpu().numpy()",
    "ArrayImpl": "numpy.asarray(x)",
    "Dataset": "pathlib.Path of the file that x.to_netcdf(…) writes",
    "DataArray": "pathlib.Path of the file that x.to_netcdf(…) writes",
    "ChunkedArray": 'pyarrow.table({"value": x})',
    "Axes": "x.figure",
    "Image": "pathlib.Path of the file that x.save(…) writes",
    "TemporaryDirectory": "pathlib.Path(x.name)",
    "SpooledTemporaryFile": "x.read() after x.seek(0)",
    "ndarray": "it as an output of its own, or x.tolist()",
    "DataFrame": "it as an output of its own",
    "Series": "it as an output of its own, or x.tolist()",
    "Figure": "it as an output of its own",
    "PurePath": "it as an output of its own",
    "bytes": "it as an output of its own",
    "BytesIO": "it as an output of its own",
}
_ANYTHING = (
    "bytes, text, a number, a dict or list of numbers and text, a numpy array, a table of pandas, polars or pyarrow, a "
    "matplotlib figure, or pathlib.Path of a file that the simulation wrote"
)


def instead_of(value: Any) -> str:
    return next((_INSTEAD[base.__name__] for base in type(value).__mro__ if base.__name__ in _INSTEAD), _ANYTHING)
