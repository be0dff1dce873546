"""Locks and semaphores that an import made with multiprocessing for spawn or forkserver, the latter Python 3.14's default. Linux.

They have a name, by which every task of a template would find the same, and Python has started a process that removes it in
the end. Without its name such a semaphore is memory like any other, of which each task gets its own. Only children that are
neither forked nor the template's own would need it, and fail without it.
"""

from __future__ import annotations

import gc
import os
import sys

from .. import process_tree

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Optional


def _loaded(name: str) -> Optional[ModuleType]:
    return sys.modules.get(f"multiprocessing.{name}")


def take_names_away() -> None:
    """And ends the process that removes them, where it has nothing else to remove."""
    util, synchronize, tracking = _loaded("util"), _loaded("synchronize"), _loaded("resource_tracker")
    if not (util and synchronize and tracking):
        return
    for finalizer in list(util._finalizer_registry.values()):
        if finalizer._callback is synchronize.SemLock._cleanup:
            finalizer()
    tracker = tracking._resource_tracker
    # Whatever else holds its pipe would have it wait for ever.
    alone = set(process_tree.descendants_of(os.getpid())) == {tracker._pid}
    if alone and not _shares_named_memory():
        tracker._stop()


def _shares_named_memory() -> bool:
    shared_memory = _loaded("shared_memory")
    return shared_memory is not None and any(isinstance(found, shared_memory.SharedMemory) for found in gc.get_objects())
