"""Files that a wire function returns: by path, in a folder, or open."""

from __future__ import annotations

import os
import stat

from ..collect_outputs import CHUNK_BYTES, InvalidResult
from .first_line import first_line

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Tuple

    from .sink import Sink

_MOST_FILES = 100_000
# A link that took the place of a file after it was looked at is not followed, and a pipe keeps nobody waiting.
_SAFELY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | os.O_CLOEXEC
_KINDS = (
    (stat.S_ISDIR, "a link to a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def inside_task(name: str, path: str, own_folders: List[str]) -> str:
    """Where a path leads, links followed. Raises InvalidResult when that is nowhere, or outside the task's folders."""
    try:
        real = os.path.realpath(path)
        os.lstat(real)
    except (OSError, ValueError) as error:
        raise InvalidResult(f"The output {name!r} is the path {path!r}, which leads nowhere: {first_line(error)}.") from error
    own = [os.path.realpath(folder) for folder in own_folders]
    if not any(real == folder or real.startswith(os.path.join(folder, "")) for folder in own):
        raise InvalidResult(
            f"The output {name!r} is the path {path!r}, which leads to {real!r}, outside the task's folders. Write the file "
            "below the working directory, HOME or TMPDIR, or return its bytes."
        )
    return real


def files_of_folder(name: str, folder: str) -> Iterator[Tuple[str, str]]:
    """Name of the output and path of everything in a folder but its folders, in the order of their names."""

    def fail(error: OSError) -> None:
        raise InvalidResult(f"The output {name!r} is a folder that cannot be listed: {first_line(error)}.") from error

    found: List[str] = []
    for place, folders, files in os.walk(folder, onerror=fail):
        links = [entry for entry in folders if os.path.islink(os.path.join(place, entry))]
        found += [os.path.relpath(os.path.join(place, entry), folder) for entry in files + links]
        if len(found) > _MOST_FILES:
            raise InvalidResult(
                f"The output {name!r} is a folder of more than {_MOST_FILES} files. Return one file instead, for example what "
                "shutil.make_archive makes of it."
            )
    if not found:
        raise InvalidResult(f"The output {name!r} is the folder {folder!r}, in which there is no file.")
    for relative in sorted(found):
        yield f"{name}/{relative.replace(os.sep, '/')}", os.path.join(folder, relative)


def copy_path(name: str, path: str, sink: Sink) -> None:
    """`path` leads through no link. Raises InvalidResult unless it is a plain file that stays as it is."""
    try:
        must_be_file(name, os.lstat(path))
        file = os.open(path, _SAFELY)
    except OSError as error:
        raise InvalidResult(f"The output {name!r} is a file that cannot be read: {first_line(error)}.") from error
    try:
        copy_file(name, file, sink)
        now = os.lstat(path) if os.path.lexists(path) else None
        if now is None or (now.st_dev, now.st_ino) != _which(file):
            raise _changed(name)
    finally:
        os.close(file)


def copy_file(name: str, file: int, sink: Sink) -> None:
    """From its start, wherever its position is, in constant memory."""
    before = os.fstat(file)
    must_be_file(name, before)
    at = 0
    while True:
        try:
            chunk = os.pread(file, CHUNK_BYTES, at)
        except OSError as error:
            raise InvalidResult(f"The output {name!r} is a file that cannot be read: {first_line(error)}.") from error
        if not chunk:
            break
        sink.write(chunk)
        at += len(chunk)
        # One that grows as fast as it is read would have no end.
        if at > before.st_size:
            raise _changed(name)
    after = os.fstat(file)
    if at != before.st_size or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise _changed(name)


def _changed(name: str) -> InvalidResult:
    return InvalidResult(
        f"The output {name!r} is a file that changed while it was stored. End what writes it before the wire function returns."
    )


def must_be_file(name: str, found: os.stat_result) -> None:
    for is_kind, kind in _KINDS:
        if is_kind(found.st_mode):
            raise InvalidResult(f"The output {name!r} is {kind}, not a file. Return pathlib.Path of a file instead.")


def _which(file: int) -> Tuple[int, int]:
    found = os.fstat(file)
    return found.st_dev, found.st_ino
