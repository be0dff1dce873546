"""Packs what was made of a bundle in this environment into one file, so that it can be unpacked elsewhere. Standard library only, runs on 3.9.

Run as `python -I -S pack_folder.py REQUEST` by the interpreter of the environment, with one argument of JSON
    {"file": what is made, "root": a folder, "names": those in it that are packed, "bundle": folder of the bundle as it was pushed}
it writes a tar. Its first member is `folder.json`
    format    1
    soabi     which extension modules this Python takes
    libc      [name, version] of the C library, empty texts when it does not say
    prefix    where the environment is
    base      where the Python is that it was made with
Then come folders, files and links, with their times to the nanosecond: caches of compiled code tell by them whether they fit. A file below
`bundle` that is as it was pushed is packed without its content. As its last line it prints one JSON object
    problem    why it cannot be packed, or null
"""

import filecmp
import io
import json
import os
import platform
import stat
import sys
import sysconfig
import tarfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from this_environment import prefix


def main():
    request = json.loads(sys.argv[1])
    about = {
        "format": 1,
        "soabi": sysconfig.get_config_var("SOABI"),
        "libc": list(platform.libc_ver()),
        "prefix": prefix(),
        "base": sys.base_prefix,
    }
    problem = None
    with tarfile.open(request["file"], mode="x", format=tarfile.PAX_FORMAT) as tar:
        text = json.dumps(about).encode()
        member = tarfile.TarInfo("folder.json")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
        for path in paths(request["root"], request["names"]):
            problem = problem or add(tar, request, path)
    print()
    print(json.dumps({"problem": problem}))


def paths(root, names):
    for name in names:
        yield name
        for folder, folders, files in os.walk(os.path.join(root, name)):
            folders.sort()
            for each in sorted(folders + files):
                yield os.path.relpath(os.path.join(folder, each), root)


def add(tar, request, path):
    real = os.path.join(request["root"], path)
    facts = os.lstat(real)
    member = tarfile.TarInfo(path)
    member.mode = 0o755 if facts.st_mode & 0o100 else 0o644
    # As text, which has the whole of it.
    member.pax_headers["mtime"] = "%d.%09d" % divmod(facts.st_mtime_ns, 10**9)
    if stat.S_ISDIR(facts.st_mode):
        member.type = tarfile.DIRTYPE
        tar.addfile(member)
    elif stat.S_ISLNK(facts.st_mode):
        member.type = tarfile.SYMTYPE
        member.linkname = os.readlink(real)
        if not is_inside(os.path.realpath(real), os.path.realpath(request["root"])):
            return "%s leads out of it" % path
        tar.addfile(member)
    elif stat.S_ISREG(facts.st_mode):
        first, _, below = path.partition(os.sep)
        if first == "bundle" and is_as_pushed(real, os.path.join(request["bundle"], below)):
            member.pax_headers["MODELOPS.pushed"] = "1"
            tar.addfile(member)
        else:
            with open(real, "rb") as file:
                member.size = os.fstat(file.fileno()).st_size
                tar.addfile(member, file)
    return None


def is_inside(path, root):
    return path.startswith(root + os.sep)


def is_as_pushed(path, pushed):
    try:
        return stat.S_ISREG(os.lstat(pushed).st_mode) and filecmp.cmp(path, pushed, shallow=False)
    except OSError:
        return False


main()
