"""Says what is installed for a bundle in this interpreter. Standard library only, runs on 3.9; imports nothing of either.

Run as `python -I installed_distributions.py REQUEST` with one argument of JSON
    {"bundle": its folder, "requires_of": [names]}
it prints, as its last line, one JSON object
    environment     the 11 variables of environment markers (PEP 508)
    distributions   version by name, of all on the bundle's folder and then sys.path, as the runner's imports find them:
                    the first of a name counts
    requires        Requires-Dist by name, of the distributions in `requires_of` and of those which these require with
                    extras
Names are normalised (PEP 503). A distribution without a readable name and version is passed over, as pip does.
"""

import importlib.metadata
import json
import os
import platform
import re
import sys


def main():
    request = json.loads(sys.argv[1])
    found = distributions([request["bundle"], *sys.path])
    print()
    print(
        json.dumps(
            {
                "environment": marker_environment(),
                "distributions": {name: version for name, (version, _) in found.items()},
                "requires": requires(request["requires_of"], found),
            }
        )
    )


def distributions(path):
    found = {}
    for distribution in importlib.metadata.distributions(path=path):
        try:
            name, version = distribution.metadata["Name"], distribution.metadata["Version"]
        except Exception:  # not UTF-8, not there: what it raises depends on the version of Python
            continue
        if name and version:
            found.setdefault(normalised(name), (version.strip(), distribution))
    return found


def requires(names, found):
    texts = {}
    waiting = [normalised(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in texts or name not in found:
            continue
        texts[name] = list(found[name][1].requires or [])
        with_extras = (re.match(r"\s*([A-Za-z0-9._-]+)\s*\[", text) for text in texts[name])
        waiting.extend(normalised(match[1]) for match in with_extras if match)
    return texts


def normalised(name):
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def marker_environment():
    python_full_version = platform.python_version()
    if python_full_version.endswith("+"):  # built from a checkout of Python: no version by itself
        python_full_version += "local"
    return {
        "os_name": os.name,
        "sys_platform": sys.platform,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "python_full_version": python_full_version,
        "implementation_name": sys.implementation.name,
        "implementation_version": implementation_version(sys.implementation.version),
    }


def implementation_version(info):
    version = f"{info.major}.{info.minor}.{info.micro}"
    return version if info.releaselevel == "final" else f"{version}{info.releaselevel[0]}{info.serial}"


main()
