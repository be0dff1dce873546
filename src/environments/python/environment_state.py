"""Says which Python this environment has, what is installed in it, and whether it is whole. Standard library only, runs on 3.9.

Run as `python -I -S environment_state.py [--settle]` by its interpreter it prints, as its last line, one JSON object
    python          what probe-python.ts asks any interpreter
    soabi           what the names of compiled modules end with, or empty
    distributions   {name: version}, as the metadata have them
    direct          whether some of it came from an address or a path (PEP 610)
    damaged         at most ten paths, relative to site-packages, that are missing or of another size than RECORD says
With --settle the times of all these files become whole seconds, as they are in a packed environment: caches of compiled code that are made
here fit there, too. Only sizes are compared, and only below site-packages: bytecode is written later, and scripts are changed when they are moved. Nothing of what is installed is run.
"""

import csv
import json
import os
import sys
import sysconfig

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from this_environment import site_packages

MOST = 10
SETTLES = "--settle" in sys.argv[1:]


def main():
    distributions = {}
    damaged = []
    direct = False
    for folder in site_packages():
        for name in sorted(os.listdir(folder)):
            if name.endswith(".dist-info"):
                distribution, _, version = name[: -len(".dist-info")].rpartition("-")
                distributions[distribution] = version
                direct = direct or os.path.exists(os.path.join(folder, name, "direct_url.json"))
                damaged += damaged_files(folder, name)
    print()
    print(
        json.dumps(
            {
                "python": python(),
                "soabi": sysconfig.get_config_var("SOABI") or "",
                "distributions": distributions,
                "direct": direct,
                "damaged": damaged[:MOST],
            }
        )
    )


def python():
    try:
        libc = os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, OSError, ValueError):
        libc = "musl" if sys.platform.startswith("linux") else ""
    return {
        "executable": sys.executable,
        "version": list(sys.version_info[:3]),
        "platform": sysconfig.get_platform(),
        "prefix": sys.base_prefix,
        "build": sys.version,
        "libc": libc or "",
        "path": sys.path[1:] + site_packages(),
    }


def damaged_files(folder, dist_info):
    record = os.path.join(folder, dist_info, "RECORD")
    try:
        with open(record, newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        return [os.path.join(dist_info, "RECORD")]
    found = []
    for row in rows:
        path, size = row[0], row[2] if len(row) > 2 else ""
        if path.endswith(".pyc") or os.path.isabs(path) or path.startswith(".."):
            continue
        whole = os.path.join(folder, path)
        try:
            facts = os.stat(whole)
            if SETTLES:
                os.utime(whole, (int(facts.st_mtime), int(facts.st_mtime)))
        except OSError:
            found.append(path)
            continue
        if size and int(size) != facts.st_size:
            found.append(path)
    return found


main()
