"""Objects of an extension's types that Python variables of the bundle hold: what is in them Python does not tell."""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Iterator, Tuple

from ..python.contents import is_known

_ENDINGS = (".so", ".pyd")
# Of every object: its count of references and its type.
_HEAD_BYTES = 16


def objects_of_extensions(bundle: str) -> Iterator[Tuple[str, str, int, int]]:
    """Path of the extension, name of the variable, and the object's address and size behind its head."""
    for name, module in list(sys.modules.items()):
        file = vars(module).get("__file__") if type(module) is ModuleType else None
        if not isinstance(file, str) or not os.path.realpath(file).startswith(bundle):
            continue
        for variable, value in list(vars(module).items()):
            kind = type(value)
            origin = getattr(sys.modules.get(kind.__module__), "__file__", None)
            if not isinstance(origin, str) or not origin.endswith(_ENDINGS) or is_known(value):
                continue
            if kind.__basicsize__ > _HEAD_BYTES:
                yield origin, f"{name}.{variable}", id(value) + _HEAD_BYTES, kind.__basicsize__ - _HEAD_BYTES
