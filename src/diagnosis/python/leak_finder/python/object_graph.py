"""A value with all that is reached from it: told from what it was before, and put back in place."""

from __future__ import annotations

import marshal
from hashlib import blake2b
from typing import Any, Callable, Container, Dict, List

from .contents import PutBack, contents_of, digest

# Enough for what models keep; a larger one is looked at only so far.
_MOST_VALUES = 200_000
_DEEPEST = 60
# Of more values than this, those that Python's marshal takes are looked at by it.
_MANY = 64
_WITHOUT_REFERENCES = 2


class ObjectGraph:
    """`elsewhere`: ids of objects that are variables of their own, which are told of there."""

    def __init__(self, elsewhere: Container[int]) -> None:
        self._elsewhere = elsewhere
        self._seen: Dict[int, int] = {}
        # While their ids are in use.
        self._alive: List[Any] = []

    def fingerprint(self, value: Any) -> bytes:
        return self._digest(value, 0, True)

    def _digest(self, value: Any, depth: int, is_first: bool = False) -> bytes:
        number = self._seen.get(id(value))
        if number is not None:
            return b"%d" % number
        if depth > _DEEPEST or len(self._seen) > _MOST_VALUES or (not is_first and id(value) in self._elsewhere):
            return b"at %d" % id(value)
        if type(value) in (list, tuple, dict) and len(value) > _MANY:
            try:
                return marshal.dumps(value, _WITHOUT_REFERENCES)
            except ValueError:
                pass
        contents = contents_of(value)
        if contents.inner or contents.keep:
            self._seen[id(value)] = len(self._seen)
            self._alive.append(value)
        parts = [self._digest(each, depth + 1) for each in contents.inner]
        if contents.unordered:
            parts.sort()
        state = blake2b(f"{type(value).__name__} {contents.mark}".encode("utf-8", "surrogatepass"), digest_size=16)
        for part in parts:
            state.update(part if len(part) <= 16 else digest(part).encode())
        return state.digest()


def keep(value: Any, elsewhere: Container[int]) -> PutBack:
    """Gives every object that is reached from it its present contents back: the same objects, wherever they are known."""
    kept: List[Callable[[], Any]] = []
    seen: Dict[int, Any] = {}
    waiting = [value]
    while waiting and len(seen) < _MOST_VALUES:
        each = waiting.pop()
        if id(each) in seen or (each is not value and id(each) in elsewhere):
            continue
        seen[id(each)] = each
        contents = contents_of(each)
        if contents.keep:
            kept.append(contents.keep())
        waiting += contents.inner

    def put_back() -> None:
        for one in kept:
            one()

    return put_back
