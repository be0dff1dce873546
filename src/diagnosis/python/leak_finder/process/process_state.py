"""All groups of process state: kept, compared and put back."""

from __future__ import annotations

import sys
from typing import Any, Callable, Collection, Dict, Iterator, List, NamedTuple, Optional, Set

from ..change import change
from ..native.memory import Memory
from .c_library import FloatingPoint, Generators, Getopt, Locale, Scanner
from .group import Group
from .interpreter import Decimal, Interpreter, NumpyState, PythonSignals, RandomModule, Threads, TorchState, Warnings
from .system import Descriptors, Environment, Files, Limits, TimeZone, WorkingDirectory


class ProcessMoment(NamedTuple):
    values: Dict[str, Any]
    kept: Dict[str, Any]


class ProcessState:
    """
    `folders`: those that a task has for itself, by label; `own`: descriptors of this program; `memory`: null where it cannot
    be read.
    """

    def __init__(self, folders: Dict[str, str], own: Collection[int], memory: Optional[Memory]) -> None:
        self.unseen: List[str] = []
        makers: List[Callable[[], Group]] = [WorkingDirectory, Environment, TimeZone, Limits, Locale, FloatingPoint]
        makers += [
            Generators,
            Getopt,
            Interpreter,
            Warnings,
            PythonSignals,
            Threads,
            RandomModule,
            NumpyState,
            TorchState,
        ]
        makers += [Decimal, lambda: Descriptors(own), lambda: Files(folders)]
        if memory and sys.platform == "linux":
            makers.append(lambda: Scanner(memory))
        self._groups: List[Group] = []
        for make in makers:
            try:
                group = make()
                group.read()
            except (OSError, AttributeError, ValueError) as error:
                self.unseen.append(f"Part of the process's state cannot be read here: {error}.")
            else:
                self._groups.append(group)

    def take(self, keys: Set[str]) -> ProcessMoment:
        values: Dict[str, Any] = {}
        for group in self._groups:
            try:
                values.update({_key(group, name): value for name, value in group.read().items()})
            except Exception:  # whatever the simulation has made of what is asked
                continue
        kept = {}
        for key in keys:
            for group in self._groups_of(key):
                kept[key] = group.keep(_name(group, key))
        return ProcessMoment(values, kept)

    def changes(self, before: ProcessMoment, after: ProcessMoment) -> Iterator[Dict[str, Any]]:
        for key in sorted({*before.values, *after.values}):
            old, new = before.values.get(key), after.values.get(key)
            if old != new:
                groups = self._groups_of(key)
                restorable = all(group.restorable for group in groups)
                name = key[len("process:") :]
                shown = (groups[0] if groups else Group()).shown(old, new)
                yield change("process", key, shown[0], shown[1], restorable, name=name)

    def restore(self, moment: ProcessMoment, key: str) -> None:
        """Raises LookupError or OSError where it cannot be put back."""
        for group in self._groups_of(key):
            group.put(_name(group, key), moment.kept.get(key))
            return
        raise LookupError("there is no such state")

    def _groups_of(self, key: str) -> List[Group]:
        mine = [
            group
            for group in self._groups
            if key == f"process:{group.prefix}" or key.startswith(f"process:{group.prefix}:")
        ]
        return [group for group in mine if len(mine) == 1 or _name(group, key) in group.read()]


def _key(group: Group, name: str) -> str:
    return f"process:{group.prefix}:{name}" if name else f"process:{group.prefix}"


def _name(group: Group, key: str) -> str:
    return key[len(f"process:{group.prefix}") :].lstrip(":")
