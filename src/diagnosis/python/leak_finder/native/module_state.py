"""Memory that Python gives an extension module for its own variables, in the place of statics."""

from __future__ import annotations

import ctypes
import sys
from types import ModuleType
from typing import Iterator, List, Tuple

_NAME = "state of the module "
# Of PyModuleDef: after the head of an object, its init function, index and copy, and its name and documentation.
_SIZE_AT = 16 + 3 * 8 + 2 * 8


def module_states() -> Iterator[Tuple[str, str, int, int]]:
    """Path of the shared object, name, address and size of each that there is."""
    python = ctypes.pythonapi
    python.PyModule_GetDef.restype = python.PyModule_GetState.restype = ctypes.c_void_p
    python.PyModule_GetDef.argtypes = python.PyModule_GetState.argtypes = [ctypes.py_object]
    found: List[Tuple[str, str, int, int]] = []
    for name, module in list(sys.modules.items()):
        file = vars(module).get("__file__") if type(module) is ModuleType else None
        if not isinstance(file, str) or not file.endswith((".so", ".abi3.so")):
            continue
        definition = python.PyModule_GetDef(module)
        state = python.PyModule_GetState(module)
        if definition and state:
            size = ctypes.c_ssize_t.from_address(definition + _SIZE_AT).value
            if size > 0:
                found.append((file, _NAME + name, state, size))
    yield from found
