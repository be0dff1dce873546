"""Unpacks an environment that was packed elsewhere, for this Python. Standard library only, runs on 3.9.

Run as `python -I unpack_environment.py FOLDER FINAL` by the interpreter that it is for, it reads from its standard input the tar that
pack_environment.py made and makes FOLDER, which must not exist: an environment of this Python with the
packed files in it. FINAL is the path that scripts name, where FOLDER will be in the end. As its last line it prints one JSON object
    about       what environment.json says
    refused     why it is not taken, the end of a sentence that begins with the archive; null when it is unpacked
Nothing but regular files below FOLDER is ever written, and none twice.
"""

import json
import os
import platform
import re
import sys
import sysconfig
import tarfile
import venv

AT_ONCE = 1024 * 1024
BLOCK = tarfile.BLOCKSIZE
LONGEST_NAME = 4096

# Bytes of a path and of each of its parts.
LONGEST_PATH, LONGEST_PART = 1024, 255
# A shorter one fits in any case.
SHORT_NAME = 60
# Characters of what is said, which may name somebody else's file.
LONGEST_REASON = 500


class Refused(Exception):
    pass


def main():
    folder, final = sys.argv[1:]
    about, refused = None, None
    try:
        with open(0, "rb", buffering=AT_ONCE) as packed:
            members = members_of(packed)
            about = read_about(packed, next(members, None))
            venv.EnvBuilder(symlinks=True).create(folder)
            folders = set()
            for member in members:
                write(packed, member, folder, about, final, folders)
            while packed.read(AT_ONCE):  # what follows its end belongs to its digest
                pass
    except Refused as error:
        refused = str(error)[:LONGEST_REASON]
    except (tarfile.TarError, EOFError, ValueError, OverflowError, RecursionError) as error:
        refused = ("is not a whole tar (%s)" % error)[:LONGEST_REASON]
    print()
    print(json.dumps({"about": about, "refused": refused}))


def members_of(packed):
    """Each is to be read before the next one. Half of the time that tarfile takes to walk through thousands: one header each, no seeking."""
    name = None
    while True:
        block = packed.read(BLOCK)
        if not block:
            raise EOFError("it has no end")
        if not block.strip(b"\0"):
            return
        member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        if member.size < 0:
            raise EOFError("a size below zero")
        if member.type == tarfile.GNUTYPE_LONGNAME and member.size <= LONGEST_NAME:
            name = read_all(packed, member).rstrip(b"\0").decode("utf-8", "surrogateescape")
        else:
            member.name, name = name or member.name, None
            yield member
        packed.read(-member.size % BLOCK)


def read_all(packed, member):
    content = packed.read(member.size)
    if len(content) < member.size:
        raise EOFError(member.name)
    return content


def is_file(member):
    return member.type in (tarfile.REGTYPE, tarfile.AREGTYPE)


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
    if len(os.fsencode(name)) > LONGEST_PATH or any(len(os.fsencode(part)) > LONGEST_PART for part in name.split("/")):
        raise Refused("has a path in it that is too long: %s..." % name[:60])


def numbers(version):
    return [int(text) for text in re.findall(r"\d+", str(version))]


def write(packed, member, folder, about, final, folders):
    """Few calls of the system for each file: there are thousands."""
    parent, _, _ = member.name.rpartition("/")
    if not is_file(member):
        raise Refused("has something else than a file in it: %s" % member.name)
    if len(member.name) > SHORT_NAME:
        must_fit(member.name)
    if parent not in folders:
        make_folder(folder, parent, folders)
    if member.name.rpartition("/")[2] in ("", ".", "..") or "\0" in member.name:
        raise Refused("has a path in it that leads elsewhere: %s" % member.name)
    mode = 0o755 if member.mode & 0o100 else 0o644
    try:
        file = os.open(folder + "/" + member.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    except FileExistsError:
        raise Refused("has a file in it twice, or one that belongs to this machine: %s" % member.name)
    try:
        if parent == "bin":
            # Scripts name the interpreter, which is elsewhere now.
            write_all(file, read_all(packed, member).replace(about["folder"].encode(), final.encode()))
        else:
            left = member.size
            while left > 0:
                chunk = packed.read(min(left, AT_ONCE))
                if not chunk:
                    raise EOFError(member.name)
                write_all(file, chunk)
                left -= len(chunk)
        os.utime(file, (member.mtime, member.mtime))
    finally:
        os.close(file)


def make_folder(folder, parent, folders):
    parts = parent.split("/") if parent else []
    if any(part in ("", ".", "..") for part in parts) or "\0" in parent:
        raise Refused("has a path in it that leads elsewhere: %s" % parent)
    if parts and parts[0] == "lib64":
        raise Refused("has a path in it that leads through a link: %s" % parent)
    try:
        os.makedirs(os.path.join(folder, *parts), exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise Refused("has a file in it that is a folder, too: %s" % parent)
    folders.add(parent)


def write_all(file, data):
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


main()
