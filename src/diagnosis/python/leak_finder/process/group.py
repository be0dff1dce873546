"""One kind of state that a process has: read by names, and put back."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple


class Group:
    """Values can be compared and have a short repr; what is None was not there."""

    # Begins its keys: process:<prefix>, or process:<prefix>:<name>.
    prefix = ""
    restorable = True

    def read(self) -> Dict[str, Any]:
        """The name is empty where there is only one."""
        raise NotImplementedError

    def keep(self, name: str) -> Any:
        """What `put` needs; before the tasks that change it."""
        return self.read().get(name)

    def shown(self, before: Any, after: Any) -> Tuple[Optional[str], Optional[str]]:
        """Two values of one name as they are told, on pages that people send around; null where there is none."""
        return _shown(before), _shown(after)

    def put(self, name: str, kept: Any) -> None:
        """Raises LookupError where it cannot be put back."""
        raise LookupError("it cannot be put back")


def _shown(value: Any) -> Optional[str]:
    return None if value is None else repr(value)
