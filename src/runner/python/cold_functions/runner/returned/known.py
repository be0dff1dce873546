"""Whether a value is of a library's class, without importing the library: who made such a value has imported it."""

from __future__ import annotations

import sys

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Tuple


def is_a(value: Any, module: str, *names: str) -> bool:
    # Not by getattr: some modules import what they are asked for.
    loaded = vars(sys.modules[module]) if module in sys.modules else {}
    classes: Tuple[type, ...] = tuple(loaded[name] for name in names if isinstance(loaded.get(name), type))
    return isinstance(value, classes)
