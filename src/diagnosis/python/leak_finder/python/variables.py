"""The places in which modules keep values from one call to the next."""

from __future__ import annotations

import functools
from types import FunctionType, ModuleType
from typing import Any, Callable, Dict, Iterator, NamedTuple, Set

# Which every module has.
_OF_EVERY_MODULE = set(
    "__name__ __doc__ __package__ __loader__ __spec__ __path__ __file__ __cached__ __builtins__ __warningregistry__ "
    "__annotations__ __annotate__ __conditional_annotations__ __test__ __pyx_capi__".split()
)
_OF_EVERY_CLASS = set(
    "__module__ __qualname__ __dict__ __weakref__ __doc__ __mro__ __slots__ __annotations__ __annotate__ __annotate_func__ "
    "__annotations_cache__ __static_attributes__ __firstlineno__ __parameters__ __orig_bases__ __abstractmethods__ _abc_impl "
    "__dataclass_fields__ __dataclass_params__ __match_args__ __hash__".split()
)
_Cache = type(functools.lru_cache(maxsize=1)(lambda: None))


class Variable(NamedTuple):
    # With the name of what it belongs to: `Model.count`, `simulate(history=)`, `simulate[calls]` of a closure.
    name: str
    value: Any
    # Binds another value.
    put: Callable[[Any], Any]


def variables_of(module: ModuleType) -> Iterator[Variable]:
    """Also those in its functions and classes."""
    seen: Set[int] = set()
    for name, value in list(vars(module).items()):
        if name not in _OF_EVERY_MODULE and not isinstance(value, ModuleType):
            yield from _at(module.__name__, name, value, _setter(module, name), seen)


def _at(module: str, name: str, value: Any, put: Callable[[Any], Any], seen: Set[int]) -> Iterator[Variable]:
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    yield Variable(name, value, put)
    if id(value) in seen:
        return
    if isinstance(value, property):
        seen.add(id(value))
        for accessor in (value.fget, value.fset, value.fdel):
            if isinstance(accessor, FunctionType):
                yield from _of_function(module, name, accessor, seen)
    elif isinstance(value, _Cache):
        seen.add(id(value))
        yield from _of_function(module, name, value.__wrapped__, seen)
    elif isinstance(value, FunctionType):
        yield from _of_function(module, name, value, seen)
    elif isinstance(value, type) and value.__module__ == module:
        seen.add(id(value))
        for attribute, held in list(vars(value).items()):
            if attribute not in _OF_EVERY_CLASS:
                yield from _at(module, f"{name}.{attribute}", held, _setter(value, attribute), seen)


def _of_function(module: str, name: str, function: Any, seen: Set[int]) -> Iterator[Variable]:
    if not isinstance(function, FunctionType) or function.__module__ != module or id(function) in seen:
        return
    seen.add(id(function))
    arguments = function.__code__.co_varnames[: function.__code__.co_argcount]
    defaults = function.__defaults__ or ()
    for index, default in enumerate(defaults):
        put = functools.partial(_put_default, function, index)
        yield Variable(f"{name}({arguments[len(arguments) - len(defaults) + index]}=)", default, put)
    keywords: Dict[str, Any] = function.__kwdefaults__ or {}
    for argument, default in list(keywords.items()):
        yield Variable(f"{name}({argument}=)", default, functools.partial(keywords.__setitem__, argument))
    for variable, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        try:
            held = cell.cell_contents
        except ValueError:
            continue
        yield from _at(module, f"{name}[{variable}]", held, _setter(cell, "cell_contents"), seen)
    for attribute, held in list(function.__dict__.items()):
        if attribute != "__wrapped__":
            yield Variable(f"{name}.{attribute}", held, functools.partial(function.__dict__.__setitem__, attribute))
        else:
            yield from _of_function(module, name, held, seen)


def _put_default(function: Any, index: int, value: Any) -> None:
    defaults = list(function.__defaults__)
    defaults[index] = value
    function.__defaults__ = tuple(defaults)


def _setter(owner: Any, name: str) -> Callable[[Any], Any]:
    return functools.partial(setattr, owner, name)
