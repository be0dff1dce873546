"""Unpacks what was made of a bundle in an environment elsewhere, for this one. Standard library only, runs on 3.9.

Run as `python -I -S unpack_folder.py FOLDER BUNDLE` by the interpreter of the environment, it reads from its standard input (arriving.py) the tar that
pack_folder.py made and makes FOLDER, which must not exist; files that were as they had been pushed come from BUNDLE.
Where this environment is in another place than that one was, its path is replaced in files of text. As its last line it prints one JSON
object
    refused     why it is not taken, the end of a sentence that begins with the archive; null when it is unpacked
Nothing outside of FOLDER is ever written: links are made last, and none may lead out of it.
"""

import json
import os
import platform
import re
import shutil
import sys
import sysconfig
import tarfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import this_environment
from arriving import AT_ONCE, Refused, arriving

# tarfile copies what is left of a block at each read: with larger ones that is most of its work.
BLOCK = 32 * 1024

# Bytes of a path and of each of its parts.
LONGEST_PATH, LONGEST_PART = 1024, 255
# A shorter one fits in any case.
SHORT_NAME = 60
# Characters of what is said, which may name somebody else's file.
LONGEST_REASON = 500


def main():
    folder, bundle = sys.argv[1:]
    refused = None
    try:
        os.mkdir(folder)
        packed = arriving()
        with tarfile.open(fileobj=packed, mode="r|", bufsize=BLOCK) as tar:
            members = iter(tar)
            moved = read_about(tar, next(members, None))
            unpack(tar, members, folder, bundle, moved)
        while packed.some(AT_ONCE):  # what follows its end belongs to its digest
            pass
    except Refused as error:
        refused = str(error)[:LONGEST_REASON]
    except (tarfile.TarError, EOFError, ValueError, OverflowError, RecursionError) as error:
        refused = ("is not a whole tar (%s)" % error)[:LONGEST_REASON]
    print()
    print(json.dumps({"refused": refused}))


def read_about(tar, member):
    """Where the environment was, unless it is there here too."""
    if member is None or member.name != "folder.json" or not member.isreg() or member.size > AT_ONCE:
        raise Refused("is not a packed folder")
    try:
        about = json.loads(tar.extractfile(member).read())
        soabi, libc, prefix, base, form = (about[name] for name in ("soabi", "libc", "prefix", "base", "format"))
        name, version = libc
    except (ValueError, KeyError, TypeError):
        raise Refused("is not a packed folder")
    if form != 1 or not isinstance(prefix, str) or len(prefix) < 2:
        raise Refused("is of a form that is not known here")
    here = sysconfig.get_config_var("SOABI")
    if soabi != here:
        raise Refused("is for another Python (%s, here it is %s)" % (soabi, here))
    here_name, here_version = platform.libc_ver()
    if name != here_name or numbers(version) > numbers(here_version):
        raise Refused(
            "was made with %s %s, and here is %s %s" % (name, version, here_name or "another C library", here_version)
        )
    own = this_environment.prefix()
    if prefix == own:
        return None
    if prefix == base:  # as short as /usr: it may stand anywhere
        raise Refused("was made with the Python in %s, here it is in %s" % (prefix, own))
    return prefix.encode()


def must_fit(name):
    """What the file system of another machine took, this one's may not: told here, and not by a failure half-way."""
    if len(os.fsencode(name)) > LONGEST_PATH or any(len(os.fsencode(part)) > LONGEST_PART for part in name.split("/")):
        raise Refused("has a path in it that is too long: %s..." % name[:60])


def numbers(version):
    return [int(text) for text in re.findall(r"\d+", str(version))]


def unpack(tar, members, folder, bundle, moved):
    links, times = [], []
    for member in members:
        parts = member.name.split("/")
        if any(part in ("", ".", "..") for part in parts) or "\0" in member.name:
            raise Refused("has a path in it that leads elsewhere: %s" % member.name)
        if len(member.name) > SHORT_NAME:
            must_fit(member.name)
        path = os.path.join(folder, *parts)
        try:
            os.makedirs(path if member.isdir() else os.path.dirname(path), exist_ok=True)
            if member.isreg():
                write(tar, member, path, os.path.join(bundle, *parts[1:]), moved)
            elif member.issym():
                links.append((path, member.linkname))
                continue
            elif not member.isdir():
                raise Refused("has something else than a file in it: %s" % member.name)
        except (FileExistsError, NotADirectoryError):
            raise Refused("has a path in it twice: %s" % member.name)
        times.append((path, nanoseconds(member)))
    try:
        for path, target in links:
            os.symlink(target, path)
    except FileExistsError:
        raise Refused("has a path in it twice: %s" % path)
    except OSError as error:
        raise Refused("has a link in it that cannot be made: %s" % error)
    root = os.path.realpath(folder) + os.sep
    for path, target in links:
        if os.path.isabs(target) or not (os.path.realpath(path) + os.sep).startswith(root):
            os.unlink(path)
            raise Refused("has a link in it that leads elsewhere: %s" % target)
    # Those of folders after all that is made in them.
    for path, time in reversed(times):
        os.utime(path, ns=(time, time))


def nanoseconds(member):
    whole, _, rest = str(member.pax_headers.get("mtime", member.mtime)).partition(".")
    return int(whole) * 10**9 + int((rest + "0" * 9)[:9])


def write(tar, member, path, pushed, moved):
    mode = 0o755 if member.mode & 0o100 else 0o644
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb") as file:
        if member.pax_headers.get("MODELOPS.pushed") == "1":
            try:
                with open(os.open(pushed, os.O_RDONLY | os.O_NOFOLLOW), "rb") as source:
                    shutil.copyfileobj(source, file, AT_ONCE)
            except OSError as error:
                raise Refused("has a file of another bundle in it: %s (%s)" % (member.name, error))
            return
        source = tar.extractfile(member)
        if moved is None:
            shutil.copyfileobj(source, file, AT_ONCE)
        else:
            file.write(mended(source.read(), member.name, moved))


def mended(content, name, moved):
    if moved not in content:
        return content
    if b"\0" in content:
        raise Refused("names the place of its environment in what is compiled, and here it is elsewhere: %s" % name)
    return content.replace(moved, this_environment.prefix().encode())


main()
