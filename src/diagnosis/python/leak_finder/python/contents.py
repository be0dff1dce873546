"""What is in a value: what tells it from others, the values in it, and how it gets its present contents back."""

from __future__ import annotations

import ctypes
import functools
import itertools
import random
import sys
from array import array
from ast import literal_eval
from collections import deque
from hashlib import blake2b
from types import CellType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import Any, Callable, Dict, List, NamedTuple, Optional

PutBack = Callable[[], Any]


class Contents(NamedTuple):
    # Tells it from other values of its type, but for the values in it.
    mark: str
    inner: List[Any]
    # Keeps its contents as they are, and gives what puts them back; null where nothing can change or be put back.
    keep: Optional[Callable[[], PutBack]] = None
    # Whether the values in it have no order.
    unordered: bool = False


_Cache = type(functools.lru_cache(maxsize=1)(lambda: None))
_Count = itertools.count
_CTYPES = (ctypes.Structure, ctypes.Union, ctypes.Array, ctypes._SimpleCData)


def contents_of(value: Any) -> Contents:
    """Runs no code of the value's own."""
    kind = type(value)
    known = _KNOWN.get(kind)
    if known:
        return known(value)
    for base, of_base in _BASES:
        if isinstance(value, base):
            return _with_attributes(value, of_base(value))
    if isinstance(value, _CTYPES):
        return _of_ctypes(value)
    if hasattr(kind, "_reset_overloads"):
        return _of_numba(value)
    of_numpy = _of_numpy(value)
    if of_numpy:
        return of_numpy
    # A library's object remembers which functions were asked for.
    if isinstance(value, (type, ModuleType, ctypes.CDLL)):
        return Contents(_identity(value), [])
    return _with_attributes(value, None)


def _with_attributes(value: Any, base: Optional[Contents]) -> Contents:
    """An object of a class: its attributes, in a dict or in slots; of what has neither, who it is."""
    attributes = getattr(value, "__dict__", None)
    slots = _slots_of(type(value))
    if not isinstance(attributes, dict):
        attributes = None
    if attributes is None and not slots:
        return base or Contents(_identity(value), [])
    held = {name: getattr(value, name) for name in slots if _is_set(value, name)}
    inner = [held, *([attributes] if attributes is not None else []), *(base.inner if base else [])]

    def keep() -> PutBack:
        of_base = base.keep() if base and base.keep else None

        def put_back() -> None:
            for name in slots:
                if name in held:
                    object.__setattr__(value, name, held[name])
                elif _is_set(value, name):
                    object.__delattr__(value, name)
            if of_base:
                of_base()

        return put_back

    return Contents(f"{_type_name(value)} {base.mark if base else ''}", inner, keep, bool(base and base.unordered))


def _slots_of(kind: type) -> List[str]:
    found: List[str] = []
    for base in kind.__mro__:
        slots = vars(base).get("__slots__", ())
        # Only those of Python classes: what is written in C may do anything when it is asked.
        if base.__module__ != "builtins" and base.__flags__ & _HEAP_TYPE:
            found += [slots] if isinstance(slots, str) else [name for name in slots if isinstance(name, str)]
    return [name for name in found if name not in ("__dict__", "__weakref__") and not name.startswith("__")]


_HEAP_TYPE = 1 << 9


def _is_set(value: Any, name: str) -> bool:
    try:
        object.__getattribute__(value, name)
    except AttributeError:
        return False
    return True


def _of_dict(value: Any) -> Contents:
    inner = [part for pair in list(dict.items(value)) for part in pair]

    def keep() -> PutBack:
        kept = dict(dict.items(value))

        def put_back() -> None:
            dict.clear(value)
            dict.update(value, kept)

        return put_back

    return Contents(f"dict {len(inner)}", inner, keep)


def _of_list(value: Any) -> Contents:
    inner = list.copy(value)
    return Contents(f"list {len(inner)}", inner, lambda: lambda: list.__setitem__(value, slice(None), inner))


def _of_tuple(value: Any) -> Contents:
    return Contents(f"tuple {len(value)}", list(tuple.__iter__(value)))


def _of_set(value: Any) -> Contents:
    inner = list(set.__iter__(value))

    def put_back() -> None:
        set.clear(value)
        set.update(value, inner)

    return Contents(f"set {len(inner)}", inner, lambda: put_back, unordered=True)


def _of_frozenset(value: Any) -> Contents:
    return Contents(f"frozenset {len(value)}", list(frozenset.__iter__(value)), unordered=True)


def _of_deque(value: Any) -> Contents:
    inner = list(deque.__iter__(value))

    def put_back() -> None:
        deque.clear(value)
        deque.extend(value, inner)

    return Contents(f"deque {len(inner)}", inner, lambda: put_back)


def _of_bytearray(value: Any) -> Contents:
    kept = bytes(value)
    return Contents(digest(kept), [], lambda: lambda: bytearray.__setitem__(value, slice(None), kept))


def _of_array(value: Any) -> Contents:
    def keep() -> PutBack:
        kept = array(value.typecode, value)
        return lambda: array.__setitem__(value, slice(None), kept)

    return Contents(f"{value.typecode} {digest(value.tobytes())}", [], keep)


def _of_cell(value: Any) -> Contents:
    try:
        held = value.cell_contents
    except ValueError:
        return Contents("empty", [])
    return Contents("cell", [held], lambda: lambda: setattr(value, "cell_contents", held))


def _of_function(value: Any) -> Contents:
    defaults, kwdefaults = value.__defaults__, value.__kwdefaults__

    def put_back() -> None:
        value.__defaults__, value.__kwdefaults__ = defaults, kwdefaults

    inner = [defaults, kwdefaults, value.__dict__, *(value.__closure__ or ())]
    return Contents(f"{_type_name(value)} {value.__qualname__} {id(value.__code__)}", inner, lambda: put_back)


def _of_cache(value: Any) -> Contents:
    info = value.cache_info()
    # What is in it cannot be put back, but leaving it out changes no answer of a function without a memory of its own.
    return Contents(f"cache {info.misses} {info.currsize}", [], lambda: value.cache_clear)


def _of_method(value: Any) -> Contents:
    return Contents("method", [value.__func__, value.__self__])


def _of_partial(value: Any) -> Contents:
    return Contents("partial", [value.func, value.args, value.keywords])


def _of_generator(value: Any) -> Contents:
    frame = value.gi_frame
    return Contents(f"generator {frame.f_lasti}", [dict(frame.f_locals)]) if frame else Contents("ended generator", [])


def _of_random(value: Any) -> Contents:
    state = random.Random.getstate(value)
    return Contents(digest(repr(state).encode()), [], lambda: lambda: random.Random.setstate(value, state))


def _of_system_random(value: Any) -> Contents:
    return Contents("system", [])


def _of_ctypes(value: Any) -> Contents:
    data = bytes(value)
    return Contents(
        f"{_type_name(value)} {digest(data)}",
        [],
        lambda: lambda: ctypes.memmove(ctypes.addressof(value), data, len(data)),
    )


def _of_numpy(value: Any) -> Optional[Contents]:
    numpy = sys.modules.get("numpy")
    if numpy is None or not hasattr(numpy, "ndarray"):
        return None
    if isinstance(value, numpy.ndarray):
        mark = f"{value.dtype} {value.shape}"
        inner = value.ravel().tolist() if value.dtype.hasobject else []
        if not inner and value.size:
            mark += digest(numpy.ascontiguousarray(value).view("u1").data)
        if not value.flags.writeable:
            return Contents(mark, inner)

        def keep() -> PutBack:
            kept = value.copy()
            return lambda: numpy.copyto(value, kept)

        return Contents(mark, inner, keep)
    if isinstance(value, numpy.generic):
        return Contents(f"{_type_name(value)} {digest(value.tobytes())}", [])
    made = sys.modules.get("numpy.random")
    if made is None:
        return None
    if isinstance(value, made.Generator):
        return Contents("Generator", [value.bit_generator])
    if isinstance(value, made.BitGenerator):
        state = value.state
        return Contents("BitGenerator", [state], lambda: lambda: setattr(value, "state", state))
    if isinstance(value, made.RandomState):
        state = value.get_state(legacy=False)
        return Contents("RandomState", [state], lambda: lambda: value.set_state(state))
    return None


def _of_numba(value: Any) -> Contents:
    """A compiled function has taken in the globals that it found when it was called first."""
    return Contents(f"compiled for {[str(each) for each in value.signatures]}", [], lambda: value._reset_overloads)


def _plain(value: Any) -> Contents:
    return Contents(repr(value), [])


def _of_int(value: Any) -> Contents:
    return Contents(hex(value), [])


def _of_text(value: Any) -> Contents:
    return Contents(value if len(value) < 200 else digest(value.encode("utf-8", "surrogatepass")), [])


def _of_bytes(value: Any) -> Contents:
    return Contents(digest(value), [])


def digest(data: Any) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _identity(value: Any) -> str:
    return f"{_type_name(value)} at {id(value):#x}"


def _type_name(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def _of_count(value: Any) -> Contents:
    return Contents(repr(value), [])


def is_known(value: Any) -> bool:
    """Whether what is in it is told here."""
    return type(value) in _KNOWN or isinstance(value, (type, ModuleType)) or _of_numpy(value) is not None


def renewed(value: Any) -> Optional[Callable[[], Any]]:
    """What makes another one as this is now, for a value that cannot be put back itself."""
    if type(value) is not _Count:
        return None
    counted = literal_eval(repr(value)[len("count") :].replace(")", ",)"))
    return lambda: _Count(*counted)


_KNOWN: Dict[Any, Callable[[Any], Contents]] = {
    type(None): _plain,
    bool: _plain,
    float: _plain,
    complex: _plain,
    range: _plain,
    slice: _plain,
    int: _of_int,
    str: _of_text,
    bytes: _of_bytes,
    dict: _of_dict,
    list: _of_list,
    tuple: _of_tuple,
    set: _of_set,
    frozenset: _of_frozenset,
    deque: _of_deque,
    bytearray: _of_bytearray,
    array: _of_array,
    CellType: _of_cell,
    FunctionType: _of_function,
    MethodType: _of_method,
    functools.partial: _of_partial,
    GeneratorType: _of_generator,
    _Cache: _of_cache,
    _Count: _of_count,
}
_BASES = (
    (random.SystemRandom, _of_system_random),
    (random.Random, _of_random),
    (dict, _of_dict),
    (list, _of_list),
    (tuple, _of_tuple),
    (set, _of_set),
    (frozenset, _of_frozenset),
    (deque, _of_deque),
    (bytearray, _of_bytearray),
    (str, _of_text),
    (bytes, _of_bytes),
    (int, _of_int),
    (float, lambda value: Contents(float.__repr__(value), [])),
)
