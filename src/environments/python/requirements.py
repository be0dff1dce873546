"""Reads requirements (PEP 508) as pip does, and compares them. Runs on 3.9 with the standard library and the `packaging` that pip
brings along: of this interpreter, of the one that a virtual environment was made with, or as ensurepip would install it.

Run as `python -I requirements.py` it reads one JSON object from its standard input and prints another one as its last line. It is asked
    {"ask": "installed", "bundle": its folder, "requirements": [texts], "constraints": [texts], "lock": LOCK or null}
        satisfied   texts without markers
        problems    [{"requirement": text, "installed": version, absent where there is none}]
        unchecked   texts of what cannot be compared
    {"ask": "locked", "lock": LOCK}
        needed      [[normalised name, version or null]] of all that the lock has for this interpreter
        unchecked   texts of what cannot be followed
    {"ask": "outgrown", "requirements": [texts], "locked_for": [{"name", "extras", "specifier", absent where there is none}]}
        added       a requirement that is not among those of the lock, or null
        removed     one of the lock that is not required any more, or null
LOCK is {"root": name, "packages": [{"name", "version", "dependencies": [EDGE], "extras": {name: [EDGE]}}]}, EDGE {"name", "version",
"marker", "extras"}; versions and markers may be absent. What is installed is what the runner's imports find: in the bundle's folder,
then on sys.path, the first of a name; one without a readable name and version is passed over, as pip does. Where there is no
`packaging`, the answer is {"trouble": why}.
"""

import collections
import functools
import glob
import json
import os
import re
import site
import sys

# To pip, such a name is a file.
ARCHIVE = re.compile(r"\.(whl|zip|tar|tar\.\w+|t[gbxl]z)$", re.IGNORECASE)


class Requirements:
    def __init__(self, packaging):
        self.parse, self.marker, self.specifier_class, self.specifiers, self.canonical = packaging

    def read(self, text):
        """None for what is no requirement by name."""
        try:
            requirement = self.parse(text)
        except ValueError:
            return None
        if ARCHIVE.search(requirement.name):
            return None
        # Before 22, packaging had another class for what is no specifier.
        if any(type(each) is not self.specifier_class for each in requirement.specifier):
            return None
        return requirement

    @functools.lru_cache(maxsize=None)
    def holds(self, marker, extra=""):
        """Whether a marker applies; None when that cannot be told."""
        try:
            return self.marker(marker).evaluate({"extra": extra})
        except (ValueError, LookupError):
            return None

    def satisfies(self, version, specifiers):
        try:
            return specifiers.contains(version, prereleases=True)
        except ValueError:  # it is no version, which satisfies nothing but its own text
            return all(each.operator == "===" and each.version.lower() == version.lower() for each in specifiers)


def installed(request, requirements):
    """What is declared, compared with what is installed."""
    found = distributions([request["bundle"], *sys.path])
    satisfied, problems, unchecked = {}, {}, {}
    visited = set()

    def applicable(texts):
        for text in texts:
            requirement = requirements.read(text)
            applies = requirement and (not requirement.marker or requirements.holds(str(requirement.marker)))
            if applies is None:
                unchecked[text.strip()] = True
            elif applies:
                yield written(text), canonical(requirement.name), requirement.extras, requirement.specifier

    def check(text, name, extras, specifiers):
        version, distribution = found.get(name, (None, None))
        if version is not None and requirements.satisfies(version, specifiers):
            satisfied[text] = True
        else:
            problems[text] = version
        for extra in sorted(map(canonical, extras)):
            check_extra(name, extra, distribution)

    def check_extra(name, extra, distribution):
        """What the distribution itself says that it needs for it."""
        whole = "%s[%s]" % (name, extra)
        if whole in visited or distribution is None:
            return
        visited.add(whole)
        spellings = [each for each in distribution.metadata.get_all("Provides-Extra") or [] if canonical(each) == extra]
        for text in distribution.requires or []:
            requirement = requirements.read(text)
            marker = requirement and requirement.marker and str(requirement.marker)
            if requirement is None or (marker and requirements.holds(marker) is None):
                unchecked["%s (for %s)" % (text.strip(), whole)] = True
            elif marker and not requirements.holds(marker):
                if any(requirements.holds(marker, each) for each in [extra, *spellings]):
                    text = "%s (for %s)" % (written(text), whole)
                    check(text, canonical(requirement.name), requirement.extras, requirement.specifier)

    canonical = requirements.canonical
    required = list(applicable(request["requirements"]))
    if request["lock"]:
        of_lock = locked({"lock": request["lock"]}, requirements)
        unchecked.update((text, True) for text in of_lock["unchecked"])
        for name, version in of_lock["needed"]:
            exactly = "" if version is None else "==" + version
            required.append((name + exactly, name, [], requirements.specifiers(exactly)))
    names = {name for _, name, _, _ in required}
    narrowing = [each for each in applicable(request["constraints"]) if each[1] in names]
    for each in required + narrowing:
        check(*each)
    return {
        "satisfied": list(satisfied),
        "problems": [
            {"requirement": text} if version is None else {"requirement": text, "installed": version}
            for text, version in problems.items()
        ],
        "unchecked": list(unchecked),
    }


def distributions(path):
    import importlib.metadata  # as long to load as all the rest

    found = {}
    for distribution in importlib.metadata.distributions(path=path):
        try:
            name, version = distribution.metadata["Name"], distribution.metadata["Version"]
        except Exception:  # not UTF-8, not there: what it raises depends on the version of Python
            continue
        if name and version:
            # As packaging has it, which may not be loaded before sys.path is looked through.
            found.setdefault(re.sub(r"[-_.]+", "-", name.strip()).lower(), (version.strip(), distribution))
    return found


def written(text):
    """A requirement without its marker and address."""
    return re.sub(r"[\s()]+", "", re.split(r"[;@]", text, maxsplit=1)[0])


def locked(request, requirements):
    """What the root of a uv.lock needs, and what that needs. By hand: nothing but uv reads this file, and there may be none."""
    lock, canonical = request["lock"], requirements.canonical
    packages = collections.defaultdict(list)
    for package in lock["packages"]:
        packages[canonical(package["name"])].append(package)
    root = canonical(lock["root"])
    needed, unchecked, visited = {}, [], set()
    waiting = collections.deque([{"name": root, "extras": []}])
    while waiting:
        edge = waiting.popleft()
        applies = "marker" not in edge or requirements.holds(edge["marker"])
        if applies is None:
            unchecked.append("%s ; %s" % (edge["name"], edge["marker"]))
        if not applies:
            continue
        name, version = canonical(edge["name"]), edge.get("version")
        found = [each for each in packages[name] if version in (None, each.get("version"))]
        if len({each.get("version") for each in found}) > 1:
            unchecked.append("%s (several versions are locked)" % edge["name"])
            continue
        if found:
            version = found[0].get("version")
        if name != root:
            needed[name, version] = True
        wanted = set(map(canonical, edge["extras"]))
        for at, each in enumerate(found):
            edges = {"": each["dependencies"]}
            edges.update((extra, below) for extra, below in each["extras"].items() if canonical(extra) in wanted)
            for extra, below in edges.items():
                if (name, version, at, extra) not in visited:
                    visited.add((name, version, at, extra))
                    waiting.extend(below)
    return {"needed": list(needed), "unchecked": unchecked}


def outgrown(request, requirements):
    """Whether a lock was made for other requirements than those of its project now."""
    read = ((text, requirements.read(text)) for text in request["requirements"])
    required = [(text, requirement) for text, requirement in read if requirement]

    def is_same(locked, required):
        if requirements.canonical(locked["name"]) != requirements.canonical(required.name):
            return False
        if "specifier" not in locked:
            return True
        if set(map(requirements.canonical, locked["extras"])) != set(map(requirements.canonical, required.extras)):
            return False
        return requirements.specifiers(locked["specifier"]) == required.specifier

    locked_for = request["locked_for"]
    added = [written(text) for text, each in required if not any(is_same(locked, each) for locked in locked_for)]
    removed = [
        locked["name"] + locked.get("specifier", "")
        for locked in locked_for
        if not any(is_same(locked, each) for _, each in required)
    ]
    return {"added": added[0] if added else None, "removed": removed[0] if removed else None}


def load_packaging():
    path = list(sys.path)
    for place in [None, *site.getsitepackages([sys.base_prefix]), *bundled()]:
        # At the end: nothing of another place comes before what is here.
        sys.path[:] = path + [place] * (place is not None)
        try:
            from pip._vendor.packaging.markers import Marker
            from pip._vendor.packaging.requirements import Requirement
            from pip._vendor.packaging.specifiers import Specifier, SpecifierSet
            from pip._vendor.packaging.utils import canonicalize_name
        except ImportError:
            continue
        finally:
            sys.path[:] = path
        return Requirement, Marker, Specifier, SpecifierSet, canonicalize_name
    return None


def bundled():
    """The wheels of pip that ensurepip takes, the newest of a folder first."""
    try:
        import ensurepip
    except ImportError:  # Debian has it in a package of its own
        return []
    folders = [getattr(ensurepip, "_WHEEL_PKG_DIR", None), os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")]
    return [wheel for folder in folders if folder for wheel in sorted(glob.glob(os.path.join(folder, "pip-*.whl")))[::-1]]


def main():
    request = json.load(sys.stdin.buffer)
    packaging = load_packaging()
    if packaging is None:
        answer = {"trouble": "it has neither pip nor ensurepip"}
    else:
        ask = {"installed": installed, "locked": locked, "outgrown": outgrown}[request["ask"]]
        answer = ask(request, Requirements(packaging))
    print()
    print(json.dumps(answer))


main()
