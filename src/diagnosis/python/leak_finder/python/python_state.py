"""Python variables of the bundle's modules in depth, of all others who they are bound to: kept, compared and put back."""

from __future__ import annotations

import os
import reprlib
import sys
from types import BuiltinFunctionType, FunctionType, GeneratorType, ModuleType
from typing import Any, Callable, Container, Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..change import change
from .contents import renewed
from .object_graph import ObjectGraph, keep
from .variables import Variable, variables_of

_OURS = ("leak_finder", "cold_functions", "__main__", "__mp_main__")
_MISSING = object()
_IMMUTABLE = (type(None), bool, int, float, complex, str, bytes)
# Containers of other modules are looked into when they are no larger.
_SMALL = 200


class Seen(NamedTuple):
    fingerprint: bytes
    text: str
    restorable: bool


class PythonMoment(NamedTuple):
    # By module and name.
    variables: Dict[Tuple[str, str], Seen]
    shallow: Dict[str, Dict[str, Any]]
    modules: Set[str]
    # For those that are asked for, what puts them back.
    kept: Dict[str, Callable[[], Any]]


class PythonState:
    def __init__(self, roots: Sequence[str]) -> None:
        self._bundle = os.path.join(os.path.realpath(roots[0]), "")
        self._written = os.path.join(roots[0], "")
        self._brought = tuple(os.path.join(root, "") for root in roots[1:])
        self._is_below: Dict[str, bool] = {}
        self._shown = reprlib.Repr()
        self._shown.maxstring = self._shown.maxother = 120

    def take(self, keys: Set[str]) -> PythonMoment:
        deep = self._own_modules()
        variables = self._variables(deep)
        bound = {id(variable.value) for _, variable in variables}
        seen: Dict[Tuple[str, str], Seen] = {}
        kept: Dict[str, Callable[[], Any]] = {}
        for module, variable in variables:
            place = (module, variable.name)
            # A function's own variables are told of by their own names.
            is_function = isinstance(variable.value, FunctionType)
            mark = b"%d" % id(variable.value) if is_function else ObjectGraph(bound).fingerprint(variable.value)
            seen[place] = Seen(mark, self._text(variable.value), not isinstance(variable.value, GeneratorType))
            if _key(*place) in keys:
                kept[_key(*place)] = _keeper(variable, bound)
        names = {module.__name__ for module in deep}
        for key in keys:
            put = None if any(key.startswith(_key(name, "")) for name in names) else self._keep_shallow(key)
            if put:
                kept[key] = put
        return PythonMoment(seen, self._shallow(names), names, kept)

    def changes(self, before: PythonMoment, after: PythonMoment) -> Iterator[Dict[str, Any]]:
        for name in sorted(after.modules - before.modules):
            yield change("python", f"python:{name}", None, "imported", True, module=name)
        for place, now in after.variables.items():
            module, name = place
            if module not in before.modules:
                continue
            former = before.variables.get(place)
            if former is None or former.fingerprint != now.fingerprint:
                texts = (former and former.text, now.text)
                yield change("python", _key(*place), *texts, now.restorable, module=module, name=name)
        for place, former in before.variables.items():
            if place not in after.variables and place[0] in after.modules:
                yield change("python", _key(*place), former.text, None, True, module=place[0], name=place[1])
        yield from self._shallow_changes(before.shallow, after.shallow)

    def restore(self, moment: PythonMoment, key: str) -> None:
        """Raises LookupError where it cannot be put back."""
        if key in moment.kept:
            moment.kept[key]()
            return
        name = key[len("python:") :]
        if name in sys.modules and name not in moment.modules:
            # Imported since: the next task imports it anew.
            del sys.modules[name]
            return
        for module in self._own_modules():
            for variable in variables_of(module):
                if _key(module.__name__, variable.name) == key:
                    _unbind(variable)
                    return
        raise LookupError("there is no such variable")

    def is_of_bundle(self, module: str) -> bool:
        return self._is_own(module, sys.modules.get(module))

    def _own_modules(self) -> List[ModuleType]:
        """Those of the bundle; what imports others comes after them, so that each value is told of where it was made."""
        found = [module for name, module in list(sys.modules.items()) if self._is_own(name, module)]
        return found[::-1]

    def _is_own(self, name: str, module: Any) -> bool:
        if not isinstance(module, ModuleType) or name.partition(".")[0] in _OURS or module.__name__ != name:
            return False
        file = vars(module).get("__file__")
        if not isinstance(file, str):
            return False
        if file not in self._is_below:
            self._is_below[file] = file.startswith(self._written) or os.path.realpath(file).startswith(self._bundle)
        return self._is_below[file]

    def _variables(self, modules: List[ModuleType]) -> List[Tuple[str, Variable]]:
        found: List[Tuple[str, Variable]] = []
        owned: Set[int] = set()
        for module in modules:
            own: Set[int] = set()
            for variable in variables_of(module):
                # What another module has imported from it is told of once.
                if id(variable.value) in owned and not isinstance(variable.value, _IMMUTABLE):
                    continue
                own.add(id(variable.value))
                found.append((module.__name__, variable))
            owned |= own
        return found

    def _shallow(self, deep: Set[str]) -> Dict[str, Dict[str, Any]]:
        found: Dict[str, Dict[str, Any]] = {}
        for name, module in list(sys.modules.items()):
            if name in deep or name.partition(".")[0] in _OURS or not isinstance(module, ModuleType):
                continue
            file = vars(module).get("__file__")
            # Python's own have caches that everybody fills.
            brought = isinstance(file, str) and file.startswith(self._brought)
            found[name] = {
                variable: _shallow_mark(value, brought)
                for variable, value in list(vars(module).items())
                if not variable.startswith("__") and not isinstance(value, ModuleType)
            }
        return found

    def _shallow_changes(self, before: Dict[str, Any], after: Dict[str, Any]) -> Iterator[Dict[str, Any]]:
        for module, now in after.items():
            former = before.get(module)
            if former is None or former == now:
                continue
            for name, mark in now.items():
                if name in former and former[name] != mark:
                    text = self._text(getattr(sys.modules[module], name, None))
                    yield change(
                        "python", _key(module, name), _shown(former[name]), text, True, module=module, name=name
                    )

    def _keep_shallow(self, key: str) -> Optional[Callable[[], Any]]:
        module_name, _, name = key[len("python:") :].rpartition(".")
        module = sys.modules.get(module_name)
        if not isinstance(module, ModuleType) or name not in vars(module):
            return None
        owner, value = module, vars(module)[name]
        put_back = keep(value, ()) if isinstance(value, (dict, list, set)) else None

        def put() -> None:
            setattr(owner, name, value)
            if put_back:
                put_back()

        return put

    def _text(self, value: Any) -> str:
        """Short, and by no code of the value's own where it is an object of the bundle."""
        kind = type(value)
        if hasattr(value, "cache_info") and hasattr(value, "__wrapped__"):
            return str(value.cache_info())
        if hasattr(kind, "_reset_overloads"):
            return f"compiled for {[str(each) for each in value.signatures]}"
        if kind.__flags__ & (1 << 9) and isinstance(getattr(value, "__dict__", None), dict):
            return f"<{kind.__qualname__} {self._plain(vars(value))}>"
        return self._plain(value)

    def _plain(self, value: Any) -> str:
        try:
            return self._shown.repr(value)
        except Exception:  # of a value in it
            return f"<{type(value).__qualname__}>"


def _keeper(variable: Variable, elsewhere: Container[int]) -> Callable[[], Any]:
    put_back = None if isinstance(variable.value, FunctionType) else keep(variable.value, elsewhere)
    again = renewed(variable.value)

    def put() -> None:
        variable.put(again() if again else variable.value)
        if put_back:
            put_back()

    return put


def _unbind(variable: Variable) -> None:
    """It was not there."""
    put: Any = variable.put
    if put.func is setattr:
        delattr(*put.args)
    elif isinstance(getattr(put.func, "__self__", None), dict):
        del put.func.__self__[put.args[0]]
    else:
        raise LookupError("it cannot be taken away")


def _key(module: str, name: str) -> str:
    return f"python:{module}.{name}"


def _shallow_mark(value: Any, deeper: bool) -> Any:
    if isinstance(value, _IMMUTABLE):
        return value if value == value else None
    if isinstance(value, (FunctionType, BuiltinFunctionType, type)):
        return id(value)
    if deeper and type(value) in (dict, list, set) and len(value) <= _SMALL:
        items = value.items() if type(value) is dict else value
        return (id(value), [_leaf(item) for item in list(items)])
    return id(value)


def _leaf(value: Any) -> Any:
    if type(value) is tuple and len(value) == 2:
        return (_leaf(value[0]), _leaf(value[1]))
    return value if isinstance(value, _IMMUTABLE) else id(value)


def _shown(mark: Any) -> Optional[str]:
    return repr(mark) if isinstance(mark, _IMMUTABLE) else None
