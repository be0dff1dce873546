"""What is known of an environment, as one object of JSON. Standard library only, runs on 3.9.

    python          what probe-python.ts asks any interpreter
    soabi           what the names of compiled modules end with, or empty
    distributions   {name: version}, as the metadata have them
    direct          whether some of it came from an address or a path (PEP 610)
    damaged         at most ten paths, relative to site-packages, that are missing or of another size than RECORD says

Only sizes are compared, and only below site-packages: bytecode is written later, and scripts are changed when they are moved. Nothing of what is
installed is run.
"""

import csv
import os
import sys
import sysconfig

from this_environment import site_packages

MOST = 10
# Takes a while the first time.
SOABI = sysconfig.get_config_var("SOABI") or ""


def state_of(prefix, executable, look_in):
    """`executable` is of this Python. `look_in` makes of a folder what tells how large a file in it is, and raises OSError where there is none."""
    distributions = {}
    damaged = []
    direct = False
    for folder in site_packages(prefix):
        size_of = look_in(folder)
        for name in sorted(os.listdir(folder)):
            if name.endswith(".dist-info"):
                distribution, _, version = name[: -len(".dist-info")].rpartition("-")
                distributions[distribution] = version
                direct = direct or os.path.exists(os.path.join(folder, name, "direct_url.json"))
                damaged += damaged_files(folder, name, size_of)
    return {
        "python": python(prefix, executable),
        "soabi": SOABI,
        "distributions": distributions,
        "direct": direct,
        "damaged": damaged[:MOST],
    }


def sizes_in(folder, settle=False):
    # From there the way to thousands of files is shorter.
    there = os.open(folder, os.O_RDONLY)

    def size_of(path):
        facts = os.stat(path, dir_fd=there)
        if settle:
            os.utime(path, (int(facts.st_mtime), int(facts.st_mtime)), dir_fd=there)
        return facts.st_size

    return size_of


def settled_in(folder):
    """The same, of files whose times become whole seconds, as they are in a packed environment: caches of compiled code that are made here fit
    there, too."""
    return sizes_in(folder, settle=True)


def python(prefix, executable):
    try:
        libc = os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, OSError, ValueError):
        libc = "musl" if sys.platform.startswith("linux") else ""
    return {
        "executable": executable,
        "version": list(sys.version_info[:3]),
        "platform": sysconfig.get_platform(),
        "prefix": sys.base_prefix,
        "build": sys.version,
        "libc": libc or "",
        # Without the folder of this script.
        "path": sys.path[1:] + site_packages(prefix),
    }


def damaged_files(folder, dist_info, size_of):
    record = os.path.join(folder, dist_info, "RECORD")
    try:
        with open(record, newline="", encoding="utf-8") as file:
            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error):
        return [os.path.join(dist_info, "RECORD")]
    found = []
    for row in rows:
        path, size = row[0], row[2] if len(row) > 2 else ""
        if path.endswith(".pyc") or os.path.isabs(path) or path.startswith(".."):
            continue
        try:
            there = size_of(path)
        except (OSError, ValueError):  # no path of this system's
            found.append(path)
            continue
        if size and size != str(there):
            found.append(path)
    return found
