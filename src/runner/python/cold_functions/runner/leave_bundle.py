"""Lets a process forget the bundle of its former task, so that the next one finds its own modules of the same names."""

from __future__ import annotations

import os
import sys

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List


def leave_bundle(bundle: str) -> None:
    """Takes its folders from sys.path and what was imported from them from sys.modules; objects that live on stay."""
    below = os.path.join(bundle, "")

    def is_below(place: object) -> bool:
        return isinstance(place, str) and (place == bundle or place.startswith(below))

    # Before any of them goes: a package without __init__.py looks up its parent to say where it is.
    for name in [name for name, module in list(sys.modules.items()) if any(map(is_below, _places_of(module)))]:
        del sys.modules[name]
    sys.path[:] = [place for place in sys.path if not is_below(place)]
    for place in list(sys.path_importer_cache):
        if is_below(place):
            del sys.path_importer_cache[place]


def _places_of(module: object) -> List[object]:
    if not isinstance(module, type(sys)):
        return []
    known = vars(module)
    try:
        return [known.get("__file__"), *known.get("__path__", ())]
    except Exception:  # whatever a module has put in the place of its path
        return [known.get("__file__")]
