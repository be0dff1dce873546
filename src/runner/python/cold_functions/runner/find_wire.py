"""Finds a bundle's wire function: the entry point that counts, what the metadata names, wire.py."""

from __future__ import annotations

import os
import sys

from .load_function import WireNotFound, load_function

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Tuple

_GROUP = "modelops.wire"


def find_wire(bundle: str, declared: Dict[str, Any]) -> Tuple[Callable[..., Any], Dict[str, Optional[str]]]:
    """Imports it; returns it with {"function", "distribution", "version"}, the latter two null for the bundle itself.

    `declared` is what the bundle says, as in the contract in runner.py.
    Raises WireNotFound, or whatever the bundle's own code raises.
    """
    named = declared["named"]
    points = _entry_points(bundle, declared)
    # As in ModelOps, one that counts comes before what the bundle names; where several compete, that decides.
    if len(points) == 1:
        point = points[0]
        found = {"function": point["value"], "distribution": point["distribution"], "version": point["version"]}
    elif named:
        found = _of_bundle(named)
    elif points:
        raise WireNotFound(
            f"There are several entry points of the group {_GROUP}, exactly one is wanted: {_listed(points)}. Name the one "
            "to run as wire below [tool.modelops] in the bundle's pyproject.toml, or in its .modelops/manifest.json."
        )
    elif os.path.exists(os.path.join(bundle, "wire.py")):
        found = _of_bundle("wire.py:wire")
    else:
        raise WireNotFound(
            "The bundle names no wire function: add a wire.py with a function wire, name one as wire in "
            ".modelops/manifest.json or below [tool.modelops] in pyproject.toml, or declare an entry point of the group "
            f"{_GROUP} in pyproject.toml. One that is installed counts only when the bundle declares its distribution."
        )
    return load_function(bundle, found["function"], declared["installed"]), found


def _of_bundle(function: str) -> Dict[str, Optional[str]]:
    return {"function": function, "distribution": None, "version": None}


def _entry_points(bundle: str, declared: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Those that count, one for each function: what the bundle's project declares, what is installed in the bundle
    itself, and what is installed of the distributions that it declares."""
    points = list(declared["entry_points"])
    # Of its own project, what stands in the bundle is newer than what is installed.
    seen = {normalised(point["distribution"]) for point in points}
    distributions = set(declared["distributions"])
    for place in sys.path if distributions else [bundle]:
        try:
            entries = sorted(os.listdir(place))
        except (OSError, TypeError):
            continue
        for entry in entries:
            if not entry.endswith((".dist-info", ".egg-info")):
                continue
            name = normalised(entry.rpartition(".")[0].partition("-")[0])
            if name not in seen and (place == bundle or name in distributions):
                seen.add(name)
                points += _points_of(os.path.join(place, entry))
    return list({point["value"]: point for point in reversed(points)}.values())[::-1]


def _points_of(folder: str) -> List[Dict[str, Any]]:
    """By hand: importing importlib.metadata costs more than a lean model."""
    found = []
    section = ""
    for line in _lines(os.path.join(folder, "entry_points.txt")):
        line = line.strip()
        name, equals, value = line.partition("=")
        if line.startswith("["):
            section = line[1:-1].strip()
        elif equals and section == _GROUP and line[0] not in "#;":
            found.append({"name": name.strip(), "value": value.partition("[")[0].strip(), **_identity(folder)})
    return found


def _identity(folder: str) -> Dict[str, Optional[str]]:
    headers: Dict[str, str] = {}
    for line in _lines(os.path.join(folder, "METADATA")) or _lines(os.path.join(folder, "PKG-INFO")):
        if not line.strip():
            break
        name, _, value = line.partition(":")
        headers.setdefault(name.lower(), value.strip())
    of_folder = os.path.basename(folder).rpartition(".")[0].partition("-")[0]
    return {"distribution": headers.get("name") or of_folder, "version": headers.get("version")}


def _lines(path: str) -> List[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except OSError:
        return []


def normalised(name: str) -> str:
    """The one spelling of a distribution's name (PEP 503)."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


def _listed(points: List[Dict[str, Any]]) -> str:
    by_distribution: Dict[str, List[str]] = {}
    for point in points:
        of = f"{point['distribution']} {point['version'] or ''}".strip()
        by_distribution.setdefault(of, []).append(f"{point['name']} = {point['value']}")
    return "; ".join(f"{', '.join(sorted(named))} (of {of})" for of, named in sorted(by_distribution.items()))
