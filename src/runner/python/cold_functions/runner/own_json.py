"""Python's json for what simulations return, whatever they have done to the module. Loaded when it is needed first."""

from __future__ import annotations

from .own_modules import OwnModules

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Dict

_modules: Dict[str, ModuleType] = {}


def strict_json(value: Any) -> str:
    """Without NaN and infinities, which are Python's own, and which no other reader takes for JSON.

    Raises TypeError, ValueError or RecursionError for what JSON cannot hold.
    """
    text: str = _own("json.encoder").JSONEncoder(allow_nan=False).encode(value)
    return text


def read_json(text: str) -> Any:
    """Raises ValueError or RecursionError."""
    return _own("json.decoder").JSONDecoder().decode(text)


def _own(name: str) -> ModuleType:
    """A copy that no model has seen: many replace `json.dumps`, or what `JSONEncoder` does with what it does not know."""
    if name not in _modules:
        with OwnModules():
            from importlib.util import find_spec, module_from_spec

            spec = find_spec(name)
            assert spec and spec.loader
            _modules[name] = module_from_spec(spec)
            spec.loader.exec_module(_modules[name])
    return _modules[name]
