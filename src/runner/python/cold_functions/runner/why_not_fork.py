"""Says why a template cannot be forked, and which lines of its bundle are to blame."""

from __future__ import annotations

from .fork_safety import leftovers, list_names, settle

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Set, Tuple

    from .import_trace import ImportTrace


def why_not_fork(own_descriptors: Set[int], bundle: str, trace: Optional[ImportTrace]) -> Tuple[str, List[str]]:
    """What the import has left that forbids it, as the rest of a sentence, and the lines that left it as far as they were traced;
    empty when nothing does."""
    settle()
    for clause, names in leftovers(own_descriptors, bundle):
        if names:
            listed = list_names([name for name in names.values() if name])
            lines = [line for line in dict.fromkeys(map(trace.line_of, names)) if line] if trace else []
            return f"{clause} ({listed})" if listed else clause, lines
    return "", []
