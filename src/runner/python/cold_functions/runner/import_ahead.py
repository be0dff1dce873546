"""Imports what tasks will import besides their wire function, before there is a task."""

from __future__ import annotations

import os

from .own_modules import OwnModules

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional


def import_ahead(bundle: str, paths: List[str]) -> None:
    """`paths` are dotted: a module of the bundle, perhaps with the name of something in it.

    What an import raises is left for the task: it meets it again, and tells it.
    """
    with OwnModules():
        import importlib
    for path in paths:
        module = _module_in(bundle, path)
        if module is None:
            continue
        try:
            importlib.import_module(module)
        except BaseException:  # SystemExit, too: no task has asked for this import
            continue


def _module_in(bundle: str, path: str) -> Optional[str]:
    """The longest beginning of a path that is a module of the bundle."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        for place in (bundle, os.path.join(bundle, "src")):
            file = os.path.join(place, *parts[:length])
            if os.path.isfile(file + ".py") or os.path.isfile(os.path.join(file, "__init__.py")):
                return ".".join(parts[:length])
    return None
