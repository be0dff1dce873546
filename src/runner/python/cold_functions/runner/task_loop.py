"""The runner's life: says who it is, then runs each task it is given. The contract is in runner.py."""

from __future__ import annotations

import gc
import os
import sys
from errno import EBADF
from time import monotonic

from .collect_outputs import Infrastructure, InvalidResult, collect_outputs, keep_outputs
from .declared_failure import declared_failure
from .describe_error import describe_error
from .find_wire import find_wire
from .json_line import json_line
from .known_cause import known_cause
from .own_modules import OwnModules
from ..frames import next_frame
from ..process_identity import identity_of
from .rare_collection import RareCollection
from .written_stacks import write_stacks

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO, Callable, Dict, List, Mapping, Optional

    from .own_files import OwnFiles

    Wire = Callable[[str, Dict[str, Any], int], Any]

_open = open
_CONTROL = 3
_FORKS = 4
# As the worker knows it (src/runner/report/control-closed.ts).
_CONTROL_CLOSED = 179


class _Loaded:
    """What this process has imported, and from where."""

    def __init__(self) -> None:
        self.bundle = ""
        self.wire: Optional[Wire] = None
        # Its name, and the distribution that it came from.
        self.found: Dict[str, Optional[str]] = {}
        # In a forked process: with what its template was started. It has its wire function already, from a place that
        # was not its own.
        self.template_env: Optional[Dict[str, str]] = None
        # Of libraries that its template has imported, and that know its template's folders.
        self.caches: List[Any] = []
        # In one whose template holds files open to be written.
        self.files: Optional[OwnFiles] = None
        # As they were given: the simulation may change its environment.
        self.folders = _folders_in(os.environ)

    def own_folders(self) -> List[str]:
        """In which a task has its files."""
        return [self.bundle, *self.folders]


def run_tasks() -> None:
    write_stacks(_CONTROL)
    _introduce()
    _run_each(_open_tasks(), _Loaded())
    # Python leaves as ever (atexit, destructors), but for a search of all that is still alive for cycles: with numpy and
    # pandas a third of what such a process costs besides its task.
    gc.freeze()


def _introduce() -> None:
    os.set_inheritable(_CONTROL, False)
    _tell({"type": "ready", "identity": identity_of(os.getpid()), "nonce": os.urandom(16).hex(), "python": _version()})


def _open_tasks() -> BinaryIO:
    return _open(_keep_tasks_private(), "rb")


def _run_each(tasks: BinaryIO, loaded: _Loaded) -> None:
    me = os.getpid()
    ordinal = 0
    # To the end of the stream, which is None.
    for said in iter(lambda: next_frame(tasks), None):
        if "template" in said:
            return _run_forked(tasks, said["template"], loaded)
        if "prepare" in said:
            _prepare(said["prepare"], loaded)
            if os.getpid() != me:
                os._exit(0)
            continue
        ordinal += 1
        done = _run_task(said, ordinal, loaded)
        if os.getpid() != me:
            # The simulation forked and let the child return: the child's answer is not the simulation's.
            os._exit(0)
        _tell({"type": "done", "ordinal": ordinal, **done})


def _run_forked(tasks: BinaryIO, place: Dict[str, Any], loaded: _Loaded) -> None:
    """Never returns: the template serves, and each of its children leaves at once, as forked processes do."""
    me = os.getpid()
    # Before the import, which may replace what they need.
    from .fork_safety import leftovers, open_descriptors
    from .own_caches import caches_of_the_import
    from .own_files import OwnFiles
    from .serve_forks import flush_output, serve_forks
    from .why_not_fork import why_not_fork
    from .write_override import give_up_write_override

    os.set_inheritable(_FORKS, False)
    begun = monotonic()
    template_env = dict(os.environ)
    try:
        give_up_write_override()
        cannot_fork = ""
    except OSError as error:
        cannot_fork = f"cannot be kept, as root, from writing to files that all tasks would see ({error})"
    own = {0, 1, 2, _CONTROL, _FORKS, tasks.fileno()}
    bundle = place["bundle"]
    trace = None
    if place["trace"]:
        from .import_trace import ImportTrace

        trace = ImportTrace(bundle, lambda: {each for _, names in leftovers(own, bundle) for each in names})
        with trace:
            _enter_early(place, loaded)
    else:
        _enter_early(place, loaded)
    if os.getpid() != me:
        os._exit(0)
    lines: List[str] = []
    if not cannot_fork:
        cannot_fork, lines = why_not_fork(own, bundle, trace)
    files = OwnFiles(open_descriptors(own), bundle)
    found = {"cannot_fork": cannot_fork, "lines": lines, "written_by": trace.written() if trace else {}}
    _tell({**_prepared(begun), **found, "opened": files.paths()})
    if cannot_fork:
        os._exit(0)
    loaded.caches = caches_of_the_import()
    loaded.files = files
    serve_forks(_FORKS, own)
    tasks.close()
    _introduce()
    loaded.template_env = template_env
    try:
        _run_each(_open_tasks(), loaded)
        code = 0
    except SystemExit as error:
        code = _exit_code(error)
    flush_output()
    os._exit(code)


def _exit_code(error: SystemExit) -> int:
    """As Python has it."""
    if error.code is None or isinstance(error.code, int):
        return (error.code or 0) & 0xFF
    print(error.code, file=sys.stderr)
    return 1


def _keep_tasks_private() -> int:
    """A simulation that reads its standard input finds it empty, instead of taking the next task."""
    private = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return private


def _prepare(place: Dict[str, Any], loaded: _Loaded) -> None:
    """Whatever the import raises, the task is to meet it in a process of its own: this one ends."""
    begun = monotonic()
    _enter_early(place, loaded)
    _tell(_prepared(begun))


def _prepared(begun: float) -> Dict[str, Any]:
    nothing = {"cannot_fork": "", "lines": [], "written_by": {}, "opened": []}
    return {"type": "prepared", "import_ms": (monotonic() - begun) * 1000, **nothing}


def _enter_early(place: Dict[str, Any], loaded: _Loaded) -> None:
    from .import_ahead import import_ahead

    _enter_bundle({**place, "env": None}, loaded, 1)
    _wire_of(place, loaded)
    with RareCollection():
        import_ahead(place["bundle"], place["imports"])


def _run_task(task: Dict[str, Any], ordinal: int, loaded: _Loaded) -> Dict[str, Any]:
    times = {"import_ms": 0.0, "simulate_ms": 0.0, "write_ms": 0.0}
    begun = monotonic()
    me = os.getpid()
    importing = True
    try:
        if "unreadable" in task:
            raise ValueError(task["unreadable"])
        _enter_bundle(task, loaded, ordinal)
        asked = task["aggregate"]
        if asked:
            with OwnModules():
                from .aggregate import aggregate, find_target
            with RareCollection():
                wire = find_target(task["bundle"], asked["target"])
            loaded.found = {"function": asked["target"], "distribution": None, "version": None}
        else:
            wire = _wire_of(task, loaded)
        importing = False
        times["import_ms"] = (monotonic() - begun) * 1000
        _say_in_log("Target" if asked else "Wire function", loaded.found)
        _tell({"type": "entered", "ordinal": ordinal, "import_ms": times["import_ms"], "wire": loaded.found})
        begun = monotonic()
        try:
            if task["check"]:
                from .check_names import check_names

                result = check_names(wire, task["bundle"], task["check"])
            elif asked:
                result = aggregate(wire, asked)
            else:
                result = _call(wire, task)
        finally:
            times["simulate_ms"] = (monotonic() - begun) * 1000
        if os.getpid() != me:
            return {}
        failure = None if asked else declared_failure(result)
        if failure:
            kept = keep_outputs(result, task["artifacts"], loaded.own_folders())
            return {**_done("simulation-failed", times, failure), "artifacts": kept}
        begun = monotonic()
        try:
            artifacts = collect_outputs(result, task["outputs"], task["artifacts"], loaded.own_folders())
        finally:
            times["write_ms"] = (monotonic() - begun) * 1000
        return {**_done("succeeded", times, None), "artifacts": artifacts}
    except SystemExit:
        raise
    except BaseException as error:  # whatever it raises is its own failure, and is told
        done = _done(_status_of(error, importing), times, _describe(error, loaded.bundle))
        return {**done, "artifacts": error.written} if isinstance(error, InvalidResult) else done


def _call(wire: Wire, task: Dict[str, Any]) -> Any:
    try:
        return wire(task["entrypoint"], task["params"], task["seed"])
    except TypeError as error:
        if error.__traceback__ and error.__traceback__.tb_next is None:
            # Raised by the call itself: nothing of the simulation has run.
            from .wire_signature import WrongSignature, why_not_called

            why = why_not_called(wire)
            if why:
                raise WrongSignature(why) from None
        raise


def _enter_bundle(task: Dict[str, Any], loaded: _Loaded, ordinal: int) -> None:
    bundle = task["bundle"]
    if task["env"] is not None:
        _set_environment(task["env"], loaded.template_env)
        loaded.folders = _folders_in(task["env"])
    if loaded.files is not None:
        _open_own_files(loaded.files, bundle)
        loaded.files = None
    entered = bundle == loaded.bundle
    # Where the import itself has gone, the first task finds itself too.
    if not entered or ordinal > 1:
        os.chdir(bundle)
    if not entered:
        if loaded.bundle and loaded.template_env is None:
            # For what its own tasks leave only a process of executor `direct` comes here.
            from .leave_bundle import leave_bundle

            leave_bundle(loaded.bundle)
            loaded.wire = None
        if loaded.caches and loaded.template_env is not None:
            from .own_caches import take_own_caches

            homes = (loaded.template_env["HOME"], task["env"]["HOME"])
            take_own_caches(loaded.caches, [(loaded.bundle, bundle), homes])
        others = [_moved(place, loaded.bundle, bundle) for place in sys.path if place != loaded.bundle]
        # Its folder has the sources of an installed bundle, which would hide what was compiled of them.
        sys.path[:] = others + [bundle] if task["wire"]["installed"] else [bundle] + others
        loaded.bundle = bundle


def _wire_of(task: Dict[str, Any], loaded: _Loaded) -> Wire:
    wire = loaded.wire
    if wire is None:
        with RareCollection():
            wire, loaded.found = find_wire(loaded.bundle, task["wire"])
        loaded.wire = wire
    return wire


def _open_own_files(files: OwnFiles, bundle: str) -> None:
    try:
        files.take(bundle)
    except OSError as error:
        raise Infrastructure(f"a file that the import holds open cannot be opened for the task: {error}") from error


def _folders_in(env: Mapping[str, str]) -> List[str]:
    return [env[name] for name in ("HOME", "TMPDIR") if env.get(name)]


def _moved(place: Any, former: str, bundle: str) -> Any:
    """A forked process has its folders of the bundle in a place that was not its template's."""
    below = os.path.join(former, "")
    if former and isinstance(place, str) and place.startswith(below):
        return os.path.join(bundle, place[len(below) :])
    return place


def _say_in_log(what: str, found: Dict[str, Optional[str]]) -> None:
    of = f"{found['distribution']} {found['version'] or ''}".strip() if found["distribution"] else "the bundle"
    try:
        os.write(1, f"{what}: {found['function']} of {of}\n".encode("utf-8", "backslashreplace"))
    except OSError:
        pass  # its import has closed the log


def _set_environment(env: Dict[str, str], template_env: Optional[Dict[str, str]]) -> None:
    before = os.environ.get("TMPDIR")
    if template_env is None:
        os.environ.clear()
        os.environ.update(env)
    else:
        # What the import has set stays, as it would in a process that was started for the task.
        for name, value in env.items():
            if os.environ.get(name) == template_env.get(name) != value:
                os.environ[name] = value
    tempfile = sys.modules.get("tempfile")
    if tempfile and tempfile.tempdir == before:
        tempfile.tempdir = None  # it remembers the place of whoever imported it


def _describe(error: BaseException, bundle: str) -> Dict[str, str]:
    told = describe_error(error)
    cause = known_cause(error, bundle)
    return {**told, "message": f"{told['message'].rstrip('.')}. {cause}"} if cause else told


def _status_of(error: BaseException, importing: bool) -> str:
    if isinstance(error, MemoryError):
        return "out-of-memory"
    if isinstance(error, InvalidResult):
        return "invalid-result"
    if isinstance(error, Infrastructure):
        return "infrastructure"
    if importing and isinstance(error, ModuleNotFoundError):
        return "environment-failed"
    return "simulation-failed"


def _done(status: str, times: Dict[str, float], error: Optional[Dict[str, str]]) -> Dict[str, Any]:
    return {"status": status, "error": error, "artifacts": [], **times}


def _tell(message: Dict[str, Any]) -> None:
    # What a simulation may have left there without an end is not to take this line along.
    data = memoryview(b"\n" + json_line(message).encode() + b"\n")
    try:
        while data:
            data = data[os.write(_CONTROL, data) :]
    except OSError as error:
        if error.errno != EBADF:
            raise
        # At once: what Python does at its end fails over closed descriptors, too, and would change the code.
        from .serve_forks import flush_output

        flush_output()
        os._exit(_CONTROL_CLOSED)


def _version() -> str:
    return ".".join(str(part) for part in sys.version_info[:3])
