"""Which line of a bundle left what forbids to fork. For a check of the bundle alone: it makes an import slower."""

from __future__ import annotations

import os
import sys

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Dict, List, Optional, Set, Tuple

    _Line = Tuple[str, int]

_LONGEST_LINE = 80
# Before one line: in a long loop, what the later rounds leave may be told of its first line.
_MOST_LOOKS = 50
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# By event of Python's auditing: which of its arguments is the path that comes to be.
_MAKES = {"os.mkdir": 0, "os.symlink": 1, "os.link": 1, "os.rename": 1}


class ImportTrace:
    """While it is entered, looks after each line that the bundle's modules execute as they are imported.

    What a line calls counts as its own, but for what other modules of the bundle do, which have lines themselves.
    """

    def __init__(self, bundle: str, look: Callable[[], Set[str]]) -> None:
        """`look` tells what is left by now."""
        self._bundle = os.path.join(bundle, "")
        self._look = look
        self._left: Set[str] = set()
        self._lines: List[_Line] = []
        self._looks: Dict[_Line, int] = {}
        self._culprits: Dict[str, _Line] = {}
        self._tracing = False

    def __enter__(self) -> ImportTrace:
        self._left = self._look()
        self._tracing = True
        sys.addaudithook(self._on_event)
        sys.settrace(self._on_call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        self._tracing = False

    def line_of(self, left: str) -> str:
        """As in ``models/sir.py, line 3 (`import polars`)``; empty where no line of the bundle did it."""
        line = self._culprits.get(left)
        return "" if line is None else _said(self._bundle, line)

    def written(self) -> Dict[str, str]:
        """The lines that have written files, by the paths of these beside the bundle's folder."""
        root = os.path.dirname(os.path.dirname(self._bundle))
        return {
            os.path.relpath(path, root): self.line_of(path)
            for path in self._culprits
            if path.startswith(os.path.join(root, ""))
        }

    def _on_call(self, frame: FrameType, event: str, _: Any) -> Optional[Callable[..., Any]]:
        code = frame.f_code
        if code.co_name != "<module>" or not code.co_filename.startswith(self._bundle):
            return None
        self._blame()
        self._lines.append((code.co_filename, frame.f_lineno))
        return self._on_line

    def _on_line(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
        line = (frame.f_code.co_filename, frame.f_lineno)
        if event == "line":
            looks = self._looks[line] = self._looks.get(line, 0) + 1
            if looks <= _MOST_LOOKS:
                self._blame()
            self._lines[-1] = line
        elif event == "return":
            self._blame()
            self._lines.pop()
        return self._on_line

    def _blame(self) -> None:
        left = self._look()
        if self._lines:
            self._culprits.update(dict.fromkeys(left - self._left, self._lines[-1]))
        self._left = left

    def _on_event(self, event: str, arguments: Tuple[Any, ...]) -> None:
        """Cannot be taken back: from the end on it does nothing."""
        if not self._tracing or not self._lines:
            return
        if event == "open":
            path, _, flags = arguments
            if not isinstance(flags, int) or not flags & _WRITES:
                return
        elif event in _MAKES:
            path = arguments[_MAKES[event]]
        else:
            return
        if isinstance(path, (str, bytes, os.PathLike)):
            self._culprits[os.path.abspath(os.fsdecode(path))] = self._lines[-1]


def _said(bundle: str, line: _Line) -> str:
    file, number = line
    try:
        with open(file, encoding="utf-8", errors="replace") as source:
            text = source.read().split("\n")[number - 1].strip()
    except (OSError, IndexError):
        text = ""
    shown = text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}…"
    return f"{os.path.relpath(file, bundle)}, line {number}" + (f" (`{shown}`)" if shown else "")
