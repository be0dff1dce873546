"""All state of this process that outlives a task: kept at one moment, compared with another, put back."""

from __future__ import annotations

from typing import AbstractSet, Any, Dict, List, NamedTuple, Optional, Sequence

from .native.memory import Memory
from .native.native_state import NativeMoment, NativeState
from .process.process_state import ProcessMoment, ProcessState
from .python.python_state import PythonMoment, PythonState


class Moment(NamedTuple):
    native: Optional[NativeMoment]
    python: PythonMoment
    process: ProcessMoment


class Watch:
    def __init__(self, roots: Sequence[str], folders: Dict[str, str], own: Sequence[int]) -> None:
        """
        `roots`: the bundle's folder, then others whose shared objects are looked into; `folders`: those that a task has for
        itself, by label; `own`: descriptors of this program.
        """
        # What could not be looked into, as sentences.
        self.unseen: List[str] = []
        self._native: Optional[NativeState] = None
        memory: Optional[Memory] = None
        try:
            memory = Memory()
            self._native = NativeState(memory, roots)
        except (OSError, AttributeError, ValueError) as error:
            self.unseen.append(
                f"Variables of shared objects cannot be looked into here, which needs Linux and /proc: {error}."
            )
        self._python = PythonState(roots)
        mine = [*own, *([memory.descriptor] if memory else [])]
        self._process = ProcessState(folders, mine, memory)
        self.unseen += self._process.unseen

    def take(self, former: Optional[Moment], keep: AbstractSet[str]) -> Moment:
        """`keep`: keys of what is to be put back to this moment."""
        process = self._process.take({key for key in keep if key.startswith("process:")})
        native = self._native.take(former.native if former else None) if self._native else None
        return Moment(native, self._python.take({key for key in keep if key.startswith("python:")}), process)

    def changes(self, before: Moment, after: Moment) -> List[Dict[str, Any]]:
        found: List[Dict[str, Any]] = []
        if self._native and before.native and after.native:
            found += self._native.changes(before.native, after.native)
        found += self._python.changes(before.python, after.python)
        found += self._process.changes(before.process, after.process)
        return sorted([{**each, "of_bundle": self._is_of_bundle(each)} for each in found], key=_is_of_library)

    def _is_of_bundle(self, change: Dict[str, Any]) -> bool:
        if change["library"] is not None:
            return self._native is not None and self._native.is_of_bundle(change)
        return change["kind"] == "python" and self._python.is_of_bundle(change["module"])

    def restore(self, moment: Moment, keys: Sequence[str]) -> Dict[str, str]:
        """Why some could not be put back, by key."""
        failed: Dict[str, str] = {}
        for key in keys:
            try:
                self._restore(moment, key)
            except Exception as error:  # whatever a simulation has made of it
                failed[key] = str(error) or type(error).__name__
        return failed

    def _restore(self, moment: Moment, key: str) -> None:
        if key.startswith("python:"):
            self._python.restore(moment.python, key)
        elif key.startswith("process:"):
            self._process.restore(moment.process, key)
        elif self._native and moment.native:
            self._native.restore(moment.native, key)
        else:
            raise LookupError("memory cannot be written here")


def _is_of_library(change: Dict[str, Any]) -> bool:
    """What libraries keep is mostly theirs, and dangerous to put back."""
    return not change["of_bundle"] and change["kind"] != "process"
