"""Whether a wire function can be called as a task calls it."""

from __future__ import annotations

from .own_modules import OwnModules

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List

_GIVEN = 3


class WrongSignature(Exception):
    """The wire function cannot be called with entrypoint, parameters and seed."""


def why_not_called(wire: Callable[..., Any]) -> str:
    """One sentence; empty when it can be called, or when it does not tell its signature, as what is written in C."""
    with OwnModules():
        import inspect
    try:
        # Not that of a function which a decorator wraps: what is called is the wrapper.
        signature = inspect.signature(wire, follow_wrapped=False)
    except Exception:  # besides TypeError and ValueError whatever an annotation raises, which Python 3.14 evaluates
        return ""
    positional: List[str] = []
    reasons: List[str] = []
    takes_any = False
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            takes_any = True
        elif parameter.kind is parameter.KEYWORD_ONLY:
            if parameter.default is parameter.empty:
                reasons.append(f"{name} is keyword-only")
        elif parameter.kind is not parameter.VAR_KEYWORD:
            positional.append(name)
            if len(positional) > _GIVEN and parameter.default is parameter.empty:
                reasons.append(f"{name} is required, and tasks do not give it")
    if len(positional) < _GIVEN and not takes_any:
        reasons.insert(0, f"it takes {len(positional)} of the {_GIVEN} arguments that tasks give by position")
    if not reasons:
        return ""
    name = getattr(wire, "__name__", type(wire).__name__)
    plain = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    shown = signature.replace(parameters=plain, return_annotation=signature.empty)
    return (
        f"The wire function {name}{shown} cannot be called with (entrypoint, params, seed): {'; '.join(reasons)}. "
        f"Define it as {name}(entrypoint, params, seed)."
    )
