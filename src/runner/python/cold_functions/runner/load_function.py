"""Imports a function of a bundle, so that its module has the name by which child processes and plain Python import it."""

from __future__ import annotations

import os
import sys

from .own_modules import OwnModules

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable, List, Optional, Tuple

_PYTHON = os.path.dirname(os.__file__)


class WireNotFound(Exception):
    """There is no wire function, or more than one, or what is named is none."""


def load_function(bundle: str, spec: str, installed: bool = False) -> Callable[..., Any]:
    """`spec` is `module:function`, or `path.py:function` with a path in the bundle; `installed`: the bundle is a project that
    is installed, whose modules come from there.

    Raises WireNotFound, or whatever the bundle's own code raises.
    """
    module_name, colon, function = spec.partition(":")
    if not colon:
        raise WireNotFound(f"Invalid wire spec {spec!r}: expected 'module:function' or 'path.py:function'.")
    if module_name.endswith(".py") or "/" in module_name:
        found: Any = (installed and _installed(bundle, module_name)) or _from_file(bundle, module_name, spec)
    else:
        found = _import(module_name) if installed and _place_of(module_name) else _from_module(bundle, module_name, spec)
    for name in function.strip().split("."):
        found = getattr(found, name, None)
    if not callable(found):
        kind = "nothing" if found is None else type(found).__name__
        raise WireNotFound(f"The wire function {spec!r} is not a function: found {kind}.")
    return found


def _installed(bundle: str, file: str) -> Optional[ModuleType]:
    """What is installed of a file of the bundle, if it is in a package."""
    parts = os.path.normpath(file)[: -len(".py")].split(os.sep)
    name = ".".join(parts[1:] if parts[0] == "src" else parts)
    place = _place_of(name) if "." in name else None
    return _import(name) if place is not None and place != bundle else None


def _place_of(module: str) -> Optional[str]:
    """The first place of sys.path that has something of this name."""
    return next((place for place in sys.path if isinstance(place, str) and _holds(place, module)), None)


def _from_module(bundle: str, name: str, spec: str) -> ModuleType:
    reach_source(bundle, name)
    try:
        return _import(name)
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            raise WireNotFound(f"The module of the wire spec {spec!r} is not in the bundle: {error}.") from error
        raise


def reach_source(bundle: str, module: str) -> None:
    """Puts `src` onto sys.path where it is what has the module."""
    source = os.path.join(bundle, "src")
    if not _holds(bundle, module) and _holds(source, module):
        _add_place(source)


def _holds(place: str, module: str) -> bool:
    folders, _, last = module.rpartition(".")
    try:
        names = os.listdir(os.path.join(place, *folders.split(".")))
    except OSError:
        return False
    return any(name.partition(".")[0] == last for name in names)


def _from_file(bundle: str, file: str, spec: str) -> ModuleType:
    path = os.path.join(bundle, os.path.normpath(file))
    if not os.path.isfile(path):
        raise WireNotFound(f"The file of the wire spec {spec!r} is not in the bundle.")
    place, name = _name_of(bundle, path)
    _add_place(place)
    module = sys.modules.get(name)
    if module is None or getattr(module, "__file__", None) != path:
        module = _execute(name, path)
    return module


def _name_of(bundle: str, path: str) -> Tuple[str, str]:
    """The folder that must be on sys.path, and the name by which the file is imported from there.

    `model/entry.py` is model.entry, and below `src` names begin. What cannot be a part of a package (a name with a dot, a
    folder that is overshadowed by an installed package) has its own folder on the path.
    """
    source = os.path.join(bundle, "src")
    in_source = path.startswith(os.path.join(source, "")) and not os.path.exists(os.path.join(source, "__init__.py"))
    place = source if in_source else bundle
    parts = os.path.relpath(path, place).split(os.sep)
    last = parts.pop()
    stem = last[:-3] if last.endswith(".py") else last
    if parts and "." not in stem:
        _add_place(place)
        if _is_package(place, parts):
            return place, ".".join(parts if stem == "__init__" else [*parts, stem])
    if "." in stem or _is_pythons(stem):
        # Nothing imports it by this name: a module of Python's own that is in use already stays what it is.
        stem = f"bundle_{stem.replace('.', '_')}"
    return os.path.dirname(path), stem


def _is_package(place: str, parts: List[str]) -> bool:
    if any("." in part for part in parts):
        return False
    # A folder without __init__.py gives way to any installed module of its name.
    return os.path.join(place, *parts) in list(getattr(_import(".".join(parts)), "__path__", ()))


def _is_pythons(name: str) -> bool:
    module = sys.modules.get(name)
    if module is None:
        return False
    file = vars(module).get("__file__") if isinstance(module, type(sys)) else None
    if not isinstance(file, str):
        return True
    return file.startswith(os.path.join(_PYTHON, "")) and "site-packages" not in file


def _add_place(place: str) -> None:
    """Behind the bundle itself, which is the first one."""
    if place not in sys.path:
        sys.path.insert(1, place)


def _execute(name: str, path: str) -> ModuleType:
    """As an import would, but for the search: another module of that name, installed or beside it, is not meant."""
    with OwnModules():
        from importlib.machinery import ModuleSpec, SourceFileLoader
    loader = SourceFileLoader(name, path)
    module = type(sys)(name)
    module.__file__ = path
    module.__loader__ = loader
    module.__spec__ = ModuleSpec(name, loader, origin=path)
    module.__package__ = name.rpartition(".")[0]
    # Registered before it is executed: dataclasses and pickle look their module up there.
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    parent, _, last = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], last, module)
    return module


def _import(name: str) -> ModuleType:
    with OwnModules():
        import importlib
    return importlib.import_module(name)
