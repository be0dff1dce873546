"""Where numba keeps what it compiles is settled when a function is decorated: in a template, before there is a task."""

from __future__ import annotations

import gc
import os
import sys

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, List, Tuple

_NUMBA = "numba.core.caching"


def caches_of_the_import() -> List[Any]:
    """Numba's objects that know where its caches are. To be called before `gc.freeze`, which hides them."""
    if _NUMBA not in sys.modules:
        return []
    return [found for found in gc.get_objects() if getattr(type(found), "__module__", None) == _NUMBA]


def take_own_caches(caches: Iterable[Any], moves: Iterable[Tuple[str, str]]) -> None:
    """In a forked process: they are read and written in its own folders, not in those of its template.

    `moves` are pairs of a folder of the template and the one that this process has instead.
    """
    for cache in caches:
        known = getattr(cache, "__dict__", {})
        for name, path in list(known.items()):
            for former, own in moves:
                if isinstance(path, str) and path.startswith(os.path.join(former, "")):
                    known[name] = own + path[len(former) :]
