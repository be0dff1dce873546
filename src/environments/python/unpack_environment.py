"""Unpacks an environment that was packed elsewhere, for this Python. Standard library only, runs on 3.9.

Run as `python -I -S unpack_environment.py FOLDER FINAL` by the interpreter that it is for (what is installed there need not be loaded), it reads from its standard input (arriving.py) the tar that
pack_environment.py made and makes FOLDER, which must not exist: an environment of this Python with the
packed files in it. FINAL is the path that scripts name, where FOLDER will be in the end. As its last line it prints one JSON object
    about       what environment.json says
    state       of the environment (state_of.py), whose files have the sizes that were just written; null when it is not unpacked
    refused     why it is not taken, the end of a sentence that begins with the archive; null when it is unpacked
Nothing but regular files below FOLDER is ever written, and none twice.
"""

import json
import os
import platform
import re
import sys
import sysconfig
import venv

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from arriving import AT_ONCE, Refused, arriving
from state_of import state_of

BLOCK = 512
LONGEST_NAME = 4096
# Types of members: a file, the same in the oldest tars, and the name of the next member where a header has no room for it.
FILE, OLD_FILE, LONG_NAME = b"0", b"\0", b"L"

# Bytes of a path and of each of its parts.
LONGEST_PATH, LONGEST_PART = 1024, 255
# Characters of what is said, which may name somebody else's file.
LONGEST_REASON = 500


def main():
    folder, final = sys.argv[1:]
    about, state, refused = None, None, None
    try:
        packed = arriving()
        members = members_of(packed)
        about = read_about(packed, next(members, None))
        venv.EnvBuilder(symlinks=True).create(folder)
        folders, sizes = Folders(folder), {}
        try:
            for member in members:
                write(packed, member, folders, about, final)
                sizes[folder + "/" + member.name] = member.size
        finally:
            folders.close()
        while packed.some(AT_ONCE):  # what follows its end belongs to its digest
            pass
        interpreter = os.path.join(folder, "bin", "python")
        state = state_of(folder, interpreter, lambda place: lambda path: size_of(os.path.join(place, path), sizes))
    except Refused as error:
        refused = str(error)[:LONGEST_REASON]
    except (EOFError, ValueError, OverflowError, RecursionError) as error:
        refused = ("is not a whole tar (%s)" % error)[:LONGEST_REASON]
    print()
    print(json.dumps({"about": about, "state": state, "refused": refused}), flush=True)


def size_of(path, sizes):
    return sizes[path] if path in sizes else os.stat(path).st_size


class Member:
    def __init__(self, header):
        self.name = text(header[:100])
        self.is_executable = number(header[100:108]) & 0o100
        self.size = number(header[124:136])
        self.mtime = number(header[136:148])
        self.type = header[156:157]
        if self.size < 0:
            raise EOFError("a size below zero")


def text(field):
    return field.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


def number(field):
    """Octal, or in base 256 where it is too large for that."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    return int(field.strip(b"\0 ") or b"0", 8)


def members_of(packed):
    """Each is to be read before the next one. tarfile takes several times as long to walk through thousands."""
    name = None
    while True:
        header = bytes(packed.all(BLOCK))
        if len(header) < BLOCK:
            raise EOFError("it has no end")
        if not header.strip(b"\0"):
            return
        member = Member(header)
        if member.type == LONG_NAME and member.size <= LONGEST_NAME:
            name = text(read_all(packed, member))
        else:
            member.name, name = name or member.name, None
            yield member
        packed.all(-member.size % BLOCK)


def read_all(packed, member):
    content = bytearray()
    while len(content) < member.size:
        content += next_part(packed, member, len(content))
    return content


def next_part(packed, member, done):
    part = packed.some(member.size - done)
    if not part:
        raise EOFError(member.name)
    return part


def is_file(member):
    return member.type in (FILE, OLD_FILE)


def read_about(packed, member):
    if member is None or member.name != "environment.json" or not is_file(member) or member.size > AT_ONCE:
        raise Refused("is not a packed environment")
    try:
        about = json.loads(read_all(packed, member))
        soabi, libc, folder, form = about["soabi"], about["libc"], about["folder"], about["format"]
        name, version = libc
    except (ValueError, KeyError, TypeError):
        raise Refused("is not a packed environment")
    if form != 2 or not isinstance(folder, str) or len(folder) < 2:
        raise Refused("is of a form that is not known here")
    here = sysconfig.get_config_var("SOABI")
    if soabi != here:
        raise Refused("is for another Python (%s, here it is %s)" % (soabi, here))
    here_name, here_version = platform.libc_ver()
    if name != here_name or numbers(version) > numbers(here_version):
        raise Refused(
            "was made with %s %s, and here is %s %s" % (name, version, here_name or "another C library", here_version)
        )
    return about


def must_fit(name):
    """What the file system of another machine took, this one's may not: told here, and not by a failure half-way."""
    path = os.fsencode(name)
    if len(path) > LONGEST_PART and (len(path) > LONGEST_PATH or max(map(len, path.split(b"/"))) > LONGEST_PART):
        raise Refused("has a path in it that is too long: %s..." % name[:60])


def numbers(version):
    return [int(text) for text in re.findall(r"\d+", str(version))]


class Folders:
    """Those that files are written to. The files of one mostly come one after the other: from there the way to each is short."""

    def __init__(self, folder):
        self.folder = folder
        self.made = set()
        self.last, self.there = None, None

    def open(self, parent):
        if parent == self.last:
            return self.there
        if parent not in self.made:
            make_folder(self.folder, parent)
            self.made.add(parent)
        there = os.open(os.path.join(self.folder, parent), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.close()
        self.last, self.there = parent, there
        return there

    def close(self):
        if self.there is not None:
            os.close(self.there)
        self.last, self.there = None, None


def write(packed, member, folders, about, final):
    """Few calls of the system for each file: there are thousands."""
    parent, _, name = member.name.rpartition("/")
    if not is_file(member):
        raise Refused("has something else than a file in it: %s" % member.name)
    must_fit(member.name)
    there = folders.open(parent)
    if name in ("", ".", "..") or "\0" in name:
        raise Refused("has a path in it that leads elsewhere: %s" % member.name)
    mode = 0o755 if member.is_executable else 0o644
    try:
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode, dir_fd=there)
    except FileExistsError:
        raise Refused("has a file in it twice, or one that belongs to this machine: %s" % member.name)
    try:
        if parent == "bin":
            # Scripts name the interpreter, which is elsewhere now.
            write_all(file, read_all(packed, member).replace(about["folder"].encode(), final.encode()))
        else:
            done = 0
            while done < member.size:
                part = next_part(packed, member, done)
                write_all(file, part)
                done += len(part)
        os.utime(file, (member.mtime, member.mtime))
    finally:
        os.close(file)


def make_folder(folder, parent):
    parts = parent.split("/") if parent else []
    if any(part in ("", ".", "..") for part in parts) or "\0" in parent:
        raise Refused("has a path in it that leads elsewhere: %s" % parent)
    if parts and parts[0] == "lib64":
        raise Refused("has a path in it that leads through a link: %s" % parent)
    try:
        os.makedirs(os.path.join(folder, *parts), exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise Refused("has a file in it that is a folder, too: %s" % parent)


def write_all(file, data):
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


main()
os._exit(0)  # at once: there is nothing to tidy up
