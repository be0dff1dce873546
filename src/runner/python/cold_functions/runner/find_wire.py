"""Finds a bundle's wire function: an installed entry point, what the metadata names, wire.py."""

from __future__ import annotations

import os
import sys

from .own_modules import OwnModules

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

_GROUP = "modelops.wire"


class WireNotFound(Exception):
    """There is no wire function, or more than one, or what is named is none."""


def find_wire(bundle: str, spec: Optional[str]) -> Callable[..., Any]:
    """Imports it. `spec` is what the bundle's metadata names, if anything.

    Raises WireNotFound, or whatever the bundle's own code raises.
    """
    installed = _installed_wire()
    if installed:
        return installed
    if spec:
        return _load(bundle, spec)
    if os.path.exists(os.path.join(bundle, "wire.py")):
        return _from_file(os.path.join(bundle, "wire.py"), "wire", "wire.py:wire")
    raise WireNotFound(
        "The bundle names no wire function: install an entry point of the group modelops.wire, name one as wire in "
        ".modelops/manifest.json or below [tool.modelops] in pyproject.toml, or add a wire.py with a function wire."
    )


def _installed_wire() -> Optional[Callable[..., Any]]:
    # Most environments have none, and importlib.metadata costs more than a look at the files.
    if not any(_declares_wire(place) for place in sys.path):
        return None
    with OwnModules():
        import importlib.metadata
    found: Any = importlib.metadata.entry_points()
    group = found.select(group=_GROUP) if hasattr(found, "select") else found.get(_GROUP, [])
    points = {(point.name, point.value): point for point in group}
    if len(points) > 1:
        named = ", ".join(sorted(f"{name} = {value}" for name, value in points))
        raise WireNotFound(f"There are several entry points of the group {_GROUP}, exactly one is wanted: {named}.")
    for (_, value), point in points.items():
        return _callable(point.load(), value)
    return None


def _declares_wire(place: str) -> bool:
    try:
        names = os.listdir(place or ".")
    except OSError:
        return False
    for name in names:
        if name.endswith((".dist-info", ".egg-info")):
            try:
                with open(os.path.join(place, name, "entry_points.txt"), "rb") as file:
                    if _GROUP.encode() in file.read():
                        return True
            except OSError:
                continue
    return False


def _load(bundle: str, spec: str) -> Callable[..., Any]:
    if ":" not in spec:
        raise WireNotFound(f"Invalid wire spec {spec!r}: expected 'module:function' or 'path.py:function'.")
    module_name, _, function = spec.partition(":")
    if module_name.endswith(".py") or "/" in module_name:
        return _from_file(os.path.join(bundle, module_name), function, spec)
    try:
        with OwnModules():
            import importlib
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and f"{module_name}.".startswith(f"{error.name}."):
            raise WireNotFound(f"The module of the wire spec {spec!r} is not in the bundle: {error}.") from error
        raise
    return _callable(getattr(module, function, None), spec)


def _from_file(path: str, function: str, spec: str) -> Callable[..., Any]:
    if not os.path.isfile(path):
        raise WireNotFound(f"The file of the wire spec {spec!r} is not in the bundle.")
    with OwnModules():
        from importlib.machinery import ModuleSpec, SourceFileLoader
    name = "bundle_wire"
    loader = SourceFileLoader(name, path)
    module = type(sys)(name)
    module.__file__ = path
    module.__loader__ = loader
    module.__spec__ = ModuleSpec(name, loader, origin=path)
    # Registered as an import would do: dataclasses and pickle look their module up there.
    sys.modules[name] = module
    loader.exec_module(module)
    return _callable(getattr(module, function, None), spec)


def _callable(found: Any, spec: str) -> Callable[..., Any]:
    if not callable(found):
        raise WireNotFound(f"The wire function {spec!r} is not a function: found {_kind(found)}.")
    return found


def _kind(found: Any) -> str:
    return "nothing" if found is None else type(found).__name__
