"""One kind of state that a process has: read by names, and put back."""

from __future__ import annotations

from typing import Any, Dict


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

    def put(self, name: str, kept: Any) -> None:
        """Raises LookupError where it cannot be put back."""
        raise LookupError("it cannot be put back")
