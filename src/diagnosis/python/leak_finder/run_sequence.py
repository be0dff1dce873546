"""Reads the request, runs its tasks in order, and writes a line about each."""

from __future__ import annotations

import json
import os
import signal
import sys
from shutil import rmtree
from time import monotonic
from typing import Any, Callable, Dict, List, Optional, Tuple
from urllib.parse import quote

from cold_functions.runner.collect_outputs import InvalidResult, collect_outputs
from cold_functions.runner.declared_failure import declared_failure
from cold_functions.runner.describe_error import describe_error
from cold_functions.runner.find_wire import find_wire
from cold_functions.runner.known_cause import known_cause
from cold_functions.runner.rare_collection import RareCollection
from cold_functions.runner.serve_forks import flush_output

Wire = Callable[[str, Dict[str, Any], int], Any]

_LEAST_SECONDS, _TIMES_AS_LONG = 20.0, 20
# A simulation may replace it.
_dumps = json.dumps
# Of a bundle that says nothing of its wire function.
_NOTHING_DECLARED: Dict[str, Any] = {"named": None, "entry_points": [], "distributions": [], "installed": False}


def run_sequence(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        request = json.load(file)
    outputs = os.path.abspath(request["outputs"])
    os.makedirs(outputs, exist_ok=True)
    sequence = _Sequence(request)
    with open(os.path.join(outputs, "events.jsonl"), "w", encoding="utf-8") as events:
        watched = _Watched(request, [events.fileno()])
        watched.begin(sequence)
        for index, task in enumerate(request["tasks"]):
            more = watched.before(index)
            begun = monotonic()
            outcome, names = sequence.run(task, os.path.join(outputs, str(index)))
            seconds = monotonic() - begun
            watched.longest = max(watched.longest, seconds)
            event = {"task": index, "outcome": outcome, "outputs": names, "seconds": seconds}
            events.write(_dumps({**event, **more, **watched.after(index)}) + "\n")
            events.flush()
    if request.get("restore"):
        # What was put back by force is not to be taken down in an orderly way.
        flush_output()
        os._exit(0)


def limit_time(longest: float) -> None:
    """Ends this process when it takes much longer than a task so far: what is put back may send it in circles for ever."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, max(_LEAST_SECONDS, _TIMES_AS_LONG * longest))


class _Watched:
    """What is looked at between tasks: nothing, unless the request asks for it."""

    def __init__(self, request: Dict[str, Any], own: List[int]) -> None:
        """`own`: descriptors of this program."""
        self._restore: List[Dict[str, Any]] = request.get("restore") or []
        self._tells = bool(request.get("watch"))
        self._watch: Optional[Any] = None
        if self._tells or self._restore:
            from .watch import Watch

            folders = {"bundle": request["bundle"]}
            for name in ("HOME", "TMPDIR"):
                if os.environ.get(name):
                    folders[name] = os.environ[name]
            self._watch = Watch(request.get("roots") or [request["bundle"]], folders, own)
        self._last: Any = None
        # Seconds of a task so far.
        self.longest = 0.0
        self._kept: Dict[int, Any] = {}

    def begin(self, sequence: "_Sequence") -> None:
        if self._watch:
            # What the import leaves is there in every process.
            sequence.import_ahead()
            self._take(0)

    def before(self, index: int) -> Dict[str, Any]:
        failed: Dict[str, str] = {}
        for each in self._restore:
            if each["before"] == index and each["changes"] and self._watch:
                limit_time(self.longest)
                failed.update(self._watch.restore(self._kept[each["from"]], each["changes"]))
        return {"not_restored": failed} if failed else {}

    def after(self, index: int) -> Dict[str, Any]:
        if not self._watch:
            return {}
        before = self._last
        after = self._take(index + 1)
        if not self._tells:
            return {}
        return {"changes": self._watch.changes(before, after), "unseen": self._watch.unseen}

    def _take(self, index: int) -> Any:
        keep = {key for each in self._restore if each["from"] == index for key in each["changes"]}
        if self._watch and (self._tells or keep):
            self._last = self._watch.take(self._last, keep)
            if keep:
                self._kept[index] = self._last
        return self._last


class _Sequence:
    """The bundle, imported once."""

    def __init__(self, request: Dict[str, Any]) -> None:
        self._bundle: str = request["bundle"]
        self._declared = request.get("wire") or _NOTHING_DECLARED
        self._entrypoint: str = request["entrypoint"]
        # As they were given: the simulation may change its environment.
        self._own_folders = [self._bundle, *[os.environ[name] for name in ("HOME", "TMPDIR") if os.environ.get(name)]]
        self._wire: Optional[Wire] = None

    def run(self, task: Dict[str, Any], folder: str) -> Tuple[Dict[str, Any], List[str]]:
        """The outcome and the names of its outputs, which are then in `folder`."""
        try:
            if self._wire is None:
                self._wire = self._import()
            result = self._wire(self._entrypoint, task["params"], task["seed"])
            failure = declared_failure(result)
            if failure:
                return _raised({"type": failure.pop("error_type"), **failure}), []
            os.makedirs(_unnamed(folder))
            artifacts = collect_outputs(result, None, _unnamed(folder), self._own_folders)
            return {"kind": "completed"}, _name_files(artifacts, folder)
        except InvalidResult as error:
            return _raised(_described(error, self._bundle)), _name_files(error.written, folder)
        except BaseException as error:  # whatever a simulation raises is its outcome
            return _raised(_described(error, self._bundle)), []

    def import_ahead(self) -> None:
        """Before the first task, which meets again what this raises."""
        try:
            self._wire = self._import()
        except BaseException:
            pass

    def _import(self) -> Wire:
        os.chdir(self._bundle)
        others = [place for place in sys.path if place != self._bundle]
        sys.path[:] = others + [self._bundle] if self._declared["installed"] else [self._bundle] + others
        with RareCollection():
            wire: Wire = find_wire(self._bundle, self._declared)[0]
        return wire


def _unnamed(folder: str) -> str:
    return folder + ".unnamed"


def _name_files(artifacts: List[Dict[str, Any]], folder: str) -> List[str]:
    os.makedirs(folder)
    for artifact in artifacts:
        os.rename(os.path.join(_unnamed(folder), artifact["file"]), os.path.join(folder, _encoded(artifact["name"])))
    # What was begun and has failed.
    rmtree(_unnamed(folder))
    return [artifact["name"] for artifact in artifacts]


def _encoded(name: str) -> str:
    """As src/contracts/result/artifact-name.ts has it."""
    encoded = quote(name, safe="").replace("~", "%7E")
    return encoded if encoded.strip(".") else encoded.replace(".", "%2E")


def _raised(error: Dict[str, str]) -> Dict[str, Any]:
    return {"kind": "raised", "error": error}


def _described(error: BaseException, bundle: str) -> Dict[str, str]:
    told = describe_error(error)
    cause = known_cause(error, bundle)
    message = f"{told['message'].rstrip('.')}. {cause}" if cause else told["message"]
    return {"type": told["error_type"], "message": message, "traceback": told["traceback"]}
