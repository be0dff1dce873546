"""Which line of a bundle left what forbids to fork. For a check of the bundle alone."""

from __future__ import annotations

import ast
import builtins
import os
import sys
from importlib.machinery import SourceFileLoader

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Callable, Dict, List, Optional, Set, Tuple

    _Line = Tuple[str, int]

_LONGEST_LINE = 80
# Before one line: in a long loop, what the later rounds leave may be told of its first line.
_MOST_LOOKS = 50
_NOTE = "__modelops_line__"
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# By event of Python's auditing: which of its arguments is the path that comes to be.
_MAKES = {"os.mkdir": 0, "os.symlink": 1, "os.link": 1, "os.rename": 1}


class ImportTrace:
    """While it is entered, looks before each statement that a module of the bundle executes as it is imported.

    The modules are compiled with a note before each of their own statements, so that what they call runs as fast as ever. What
    a statement calls counts as its own, but for what other modules of the bundle do, which have lines themselves.
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
        setattr(builtins, _NOTE, self._on_line)
        usual = SourceFileLoader.get_code

        def get_code(loader: SourceFileLoader, name: str) -> Optional[CodeType]:
            path = loader.get_filename(name)
            return self._compiled(loader, path) if path.startswith(self._bundle) else usual(loader, name)

        setattr(SourceFileLoader, "get_code", get_code)
        return self

    def __exit__(self, *_: object) -> None:
        # It is inherited, and seen again.
        delattr(SourceFileLoader, "get_code")
        setattr(builtins, _NOTE, lambda *_: None)
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

    def _compiled(self, loader: SourceFileLoader, path: str) -> CodeType:
        tree = ast.parse(loader.get_data(path), path)
        _note_lines(tree, path)
        return compile(tree, path, "exec", dont_inherit=True)

    def _on_line(self, file: str, number: int) -> None:
        """`number` is 0 at the end of a module."""
        line = (file, number)
        looks = self._looks[line] = self._looks.get(line, 0) + 1
        if looks <= _MOST_LOOKS:
            self._blame()
        if any(file == other for other, _ in self._lines):
            # What has been imported meanwhile is over, also where it failed.
            while self._lines.pop()[0] != file:
                pass
        if number:
            self._lines.append(line)

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


def _note_lines(module: ast.Module, path: str) -> None:
    """Before each statement of a module, those in its loops and conditions too, and at its end."""
    _note_block(module, path, _beginning(module))
    module.body.append(ast.copy_location(_note(path, 0), module.body[-1]) if module.body else _note(path, 0))
    ast.fix_missing_locations(module)


def _beginning(module: ast.Module) -> int:
    """The docstring and what it imports of the future stay its first statements."""
    for index, statement in enumerate(module.body):
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_text and not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            return index
    return len(module.body)


def _note_block(of: ast.AST, path: str, begin: int = 0) -> None:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(of, name, None)
        if not isinstance(block, list):
            continue
        noted = block[:begin]
        for statement in block[begin:]:
            # An `elif` is a statement in the `else` of another: its note makes no difference there.
            noted += [ast.copy_location(_note(path, statement.lineno), statement), statement]
            if isinstance(statement, (ast.If, ast.For, ast.While, ast.With, ast.Try)):
                _note_block(statement, path)
        setattr(of, name, noted)
    for handler in getattr(of, "handlers", []):
        _note_block(handler, path)


def _note(path: str, number: int) -> ast.stmt:
    return ast.Expr(ast.Call(ast.Name(_NOTE, ast.Load()), [ast.Constant(path), ast.Constant(number)], []))


def _said(bundle: str, line: _Line) -> str:
    file, number = line
    try:
        with open(file, encoding="utf-8", errors="replace") as source:
            text = source.read().split("\n")[number - 1].strip()
    except (OSError, IndexError):
        text = ""
    shown = text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}…"
    return f"{os.path.relpath(file, bundle)}, line {number}" + (f" (`{shown}`)" if shown else "")
