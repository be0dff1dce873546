"""What stands behind an error of a simulation that looks like something else, and what to do."""

from __future__ import annotations

import os

from ..covers import cover_over

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional


def known_cause(error: BaseException, bundle: str) -> str:
    """A sentence to follow the error's message; empty when there is none."""
    if isinstance(error, ModuleNotFoundError):
        return _in_source(error.name, bundle)
    if isinstance(error, PermissionError):
        return _linked(error.filename, bundle) or _out_of_reach(error.filename)
    return _carriage_return(_started(error)) or _covered(error)


def _in_source(name: Optional[str], bundle: str) -> str:
    top = (name or "").partition(".")[0]
    source = os.path.join(bundle, "src", top)
    if not top or not (os.path.isdir(source) or os.path.isfile(source + ".py")):
        return ""
    return (
        f"It lies in src of the bundle, which is not on sys.path: move the file of the wire function to src too and name it "
        f'(wire = "src/wire.py:wire"), or let it begin with '
        f'sys.path.insert(0, os.path.join(os.path.dirname(__file__), "src")).'
    )


def _linked(path: Any, bundle: str) -> str:
    """Large files of a bundle, and all where there are many, are not the task's own but links to those that all tasks have."""
    try:
        real = os.path.realpath(path)
        others = os.stat(real).st_uid != os.geteuid()
    except (OSError, TypeError, ValueError):
        return ""
    if not others or not real.startswith(os.path.join(os.path.realpath(bundle), "")):
        return ""
    return (
        "It is a file of the bundle that all tasks share, so it cannot be written to in place: write a new file and put it there by "
        "os.replace, or remove it first."
    )


def _out_of_reach(path: Any) -> str:
    """Nothing else of the machine is a simulation's that has a user of its own."""
    if os.environ.get("LOGNAME") != "simulation" or not isinstance(path, (str, bytes)):
        return ""
    return f"That is closed to the simulation's user: {_open_to_it}."


def _covered(error: BaseException) -> str:
    """What is in a folder that is closed to others seems not to be there."""
    path = getattr(error, "filename", None)
    folder = cover_over(path) if isinstance(error, OSError) and isinstance(path, (str, bytes)) else ""
    return folder and f"{folder} is closed to the simulation's user: {_open_to_it}, or let others in (chmod o+x {folder})."


_open_to_it = "put what it reads into the bundle, write to its working folder, HOME or TMPDIR"


def _started(error: BaseException) -> Any:
    """The program that could not be started: the system says of a script without an interpreter that it is not there."""
    if isinstance(error, OSError):
        return error.filename
    command = getattr(error, "cmd", None)
    if getattr(error, "returncode", None) not in (126, 127) or not command:
        return None
    return command.split()[0] if isinstance(command, str) else command[0]


def _carriage_return(program: Any) -> str:
    try:
        with open(program, "rb") as script:
            first = script.readline(256)
    except (OSError, TypeError, ValueError):
        return ""
    if not (first.startswith(b"#!") and first.endswith(b"\r\n")):
        return ""
    return (
        f"{os.fsdecode(program)} has line ends of Windows (CRLF), so the interpreter in its first line is not found: "
        f"save it with line ends of Unix (dos2unix, or in .gitattributes: * text eol=lf)."
    )
