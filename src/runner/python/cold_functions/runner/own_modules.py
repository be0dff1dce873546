"""Lets the runner import what it needs late, whatever the bundle's modules are called."""

from __future__ import annotations

import os
import sys

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Dict, List

_own_places = [os.path.join(place, "") for place in sys.path]


class OwnModules:
    """While it is entered, imports see only what was there when the runner started.

    Neither a traceback.py in the bundle nor one that the simulation has imported takes the place of Python's. Importing
    at the start instead would make every task pay for what few need.
    """

    def __init__(self) -> None:
        self._path: List[str] = []
        self._hidden: Dict[str, ModuleType] = {}

    def __enter__(self) -> None:
        self._path = sys.path[:]
        sys.path[:] = [place for place in sys.path if isinstance(place, str) and os.path.join(place, "") in _own_places]
        self._hidden = {name: module for name, module in list(sys.modules.items()) if not _is_own(module)}
        for name in self._hidden:
            del sys.modules[name]

    def __exit__(self, *_: object) -> None:
        sys.path[:] = self._path
        sys.modules.update(self._hidden)


def _is_own(module: ModuleType) -> bool:
    file = vars(module).get("__file__") if isinstance(module, type(sys)) else None
    return not isinstance(file, str) or file.startswith(tuple(_own_places))
