"""Tries out what a bundle's tasks name, without running any of it."""

from __future__ import annotations

import os
import sys

from .describe_error import shorten
from .own_modules import OwnModules
from .wire_signature import why_not_called

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional

_REASON_CHARACTERS = 2000
_Module = type(sys)


def check_names(wire: Callable[..., Any], bundle: str, check: Dict[str, List[str]]) -> Dict[str, Any]:
    """The output `preflight`: why the wire function cannot be called, and for each name whether it can be imported.

    An entrypoint means what the wire function makes of it. Where its first part is no module of the bundle, nothing can be
    said; where it is a package, the rest must be there too; of a model in one file the second part of the name, which every
    entrypoint has, may be the wire function's own. A target is always a function in a module.
    """
    return {
        "preflight": {
            "wire_problem": shorten(why_not_called(wire), _REASON_CHARACTERS),
            "entrypoints": [_check(name, bundle, False) for name in check["entrypoints"]],
            "targets": [_check(name, bundle, True) for name in check["targets"]],
        }
    }


def _check(name: str, bundle: str, is_target: bool) -> Dict[str, Optional[str]]:
    path, _, member = name.partition(":")
    parts = path.partition("/")[0].split(".")
    try:
        if not is_target and not _is_of_bundle(parts[0], bundle):
            why = f"there is no module {parts[0]} in the bundle: only its wire function knows what this means"
            return _said(name, "unknown", why)
        found = _resolve(parts)
        if member:
            found = _member(found, member, path)
    except _Missing as missing:
        is_one_file = len(parts) + bool(member) == 2 and not is_target and not hasattr(sys.modules[parts[0]], "__path__")
        return _said(name, "found", "") if is_one_file else _said(name, "missing", str(missing))
    except ModuleNotFoundError as error:
        # One of the bundle's own is missing on every machine.
        own = _is_of_bundle((error.name or "").partition(".")[0], bundle)
        return _said(name, "missing", f"{type(error).__name__}: {error}", None if own else error.name)
    except SystemExit as error:
        return _said(name, "missing", f"importing it exits with {error.code}")
    except BaseException as error:  # whatever its import raises is what a task would meet
        return _said(name, "missing", f"{type(error).__name__}: {error}")
    if is_target and not callable(found):
        return _said(name, "missing", f"{member} is {type(found).__name__}, not a function")
    return _said(name, "found", "")


class _Missing(Exception):
    """A part of a name is not where the parts before it lead."""


def _is_of_bundle(module: str, bundle: str) -> bool:
    """A folder of data that has the same name is no module; one that has modules somewhere below is."""
    for place in (bundle, os.path.join(bundle, "src")):
        if os.path.isfile(os.path.join(place, f"{module}.py")):
            return True
        for _, _, names in os.walk(os.path.join(place, module)):
            if any(name.endswith((".py", ".so")) for name in names):
                return True
    return False


def _resolve(parts: List[str]) -> Any:
    """Imports as far as there are modules, then goes on by attribute."""
    with OwnModules():
        import importlib
    found: Any = None
    module = ""
    for part in parts:
        longer = f"{module}.{part}" if module else part
        # What a package itself calls so comes before a module of that name, as it does wherever it is imported.
        given = getattr(found, part, None)
        if found is None or (isinstance(found, _Module) and (given is None or isinstance(given, _Module))):
            try:
                found = importlib.import_module(longer)
                module = longer
                continue
            except ModuleNotFoundError as error:
                # Something that it imports is missing, or what it would be part of is no package.
                if error.name != longer and not str(error).endswith("is not a package"):
                    raise
                if found is None:
                    raise
        found = _member(found, part, module)
    return found


def _member(of: Any, name: str, where: str) -> Any:
    if not hasattr(of, name):
        raise _Missing(f"there is no {name} in {where}")
    return getattr(of, name)


def _said(name: str, state: str, reason: str, missing: Optional[str] = None) -> Dict[str, Optional[str]]:
    return {
        "name": name,
        "state": state,
        "reason": shorten(reason, _REASON_CHARACTERS),
        "missing_module": missing,
    }
