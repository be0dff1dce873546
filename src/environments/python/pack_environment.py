"""Packs this environment into one file, so that it can be unpacked elsewhere. Standard library only, runs on 3.9.

Run as `python -I -S pack_environment.py FILE ABOUT` by its interpreter, with a JSON object to put in, it writes FILE, a
tar. Its first member is `environment.json`, ABOUT and
    format      2
    soabi       which extension modules this Python takes
    libc        [name, version] of the C library, empty texts when it does not say
    folder      where the environment was: scripts name it
Then come its files, each as a regular file: what is only this machine's (its pyvenv.cfg, interpreter, activate) is left out, and is
made anew where it is unpacked. As its last line it prints one JSON object
    files       how many there are
    bytes       how much they are
    problem     why it cannot be packed, or null
"""

import io
import json
import os
import platform
import sys
import sysconfig
import tarfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from this_environment import prefix

OWN = {"pyvenv.cfg", "lib64", "cold-functions.json", "environment.json", ".lock", ".gitignore", "CACHEDIR.TAG"}


def main():
    target, about = sys.argv[1], json.loads(sys.argv[2])
    root = prefix()
    about.update(format=2, soabi=sysconfig.get_config_var("SOABI"), libc=list(platform.libc_ver()), folder=root)
    files = total = 0
    problem = None
    # Without records of PAX, each member is its header and its content, which is quick to read.
    with tarfile.open(target, mode="x", format=tarfile.GNU_FORMAT) as tar:
        add(tar, "environment.json", io.BytesIO(json.dumps(about).encode()), 0, 0o644)
        for path in paths(root):
            real = os.path.realpath(os.path.join(root, path))
            if not real.startswith(os.path.realpath(root) + os.sep):
                problem = "%s leads out of it, to %s" % (path, real)
                break
            with open(real, "rb") as file:
                stat = os.stat(real)
                add(tar, path, file, int(stat.st_mtime), 0o755 if stat.st_mode & 0o100 else 0o644)
            files += 1
            total += stat.st_size
    print()
    print(json.dumps({"files": files, "bytes": total, "problem": problem}))


def add(tar, name, file, mtime, mode):
    info = tarfile.TarInfo(name)
    info.size = file.seek(0, os.SEEK_END)
    file.seek(0)
    info.mtime = mtime
    info.mode = mode
    tar.addfile(info, file)


def paths(root):
    for folder, names, files in os.walk(root):
        names.sort()
        for name in sorted(files):
            path = os.path.relpath(os.path.join(folder, name), root)
            if not is_own(path) and not is_unfinished(folder, name):
                yield path


def is_own(path):
    first, _, rest = path.partition(os.sep)
    return first in OWN or (first == "bin" and rest.lower().startswith(("python", "activate", "deactivate")))


def is_unfinished(folder, name):
    """Bytecode that is just being written has a name of its own until it is whole."""
    return os.path.basename(folder) == "__pycache__" and not name.endswith(".pyc") and ".pyc." in name


main()
