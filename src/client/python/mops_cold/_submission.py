"""Writes down a job and its runs, and sends messages, as `mops-cold submit`, `retry` and `cancel` do."""

from __future__ import annotations

import getpass
import gzip
import hashlib
import math
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from . import _paths, _reading
from ._storage import AT_ONCE, Storage
from ._version import __version__
from .errors import InvalidTask, JobExists, MopsColdError, SubmissionStopped
from .tasks import Comparison, TaskLine, compact_json

#: Largest body that travels in the queue itself, in bytes of UTF-8.
_LARGEST_BODY = 48 * 1024
#: Most messages of a run that are sent here; of more the app sends all, as its queue has room for them.
MOST_SENT_HERE = 500
#: Of packed lines: to read one costs what its member costs.
_LINES_OF_MEMBER, _CHARACTERS_OF_MEMBER = 1_000, 1_000_000

#: Azure's limit for a message as it stands in the XML of the request, less its envelope.
_LARGEST_ENCODED = 64 * 1024 - 256
# Of a body that stands in a blob: a worker reads it whole.
_LARGEST_STORED = 16 * 1024 * 1024

Progress = Callable[[int, int], None]

#: What of its manifest makes the messages of a run: limits in place of those of its tasks, and after how many failures it stops.
TERMS = ("no_cache", "timeout_seconds", "memory_bytes", "stop_after_failures", "stop_set_after_failures")
LIMITS = TERMS[1:3]


@dataclass(frozen=True)
class Run:
    """A run of a job that is to be sent."""

    job_id: str
    run: str
    lines: Sequence[TaskLine]
    #: Whether these are not all tasks of the job.
    retry: bool = False
    #: What the manifest of the run says of each of its tasks: fields of every message, of those in TERMS.
    terms: Mapping[str, Any] = field(default_factory=dict)
    #: Among runs whose messages the app sends, higher ones come first.
    priority: float = 0


def submit(
    storage: Storage,
    run: Run,
    *,
    cold: bool,
    source: str,
    progress: Progress,
    comparison: Comparison | None = None,
) -> int:
    """Writes down a job and a run of it, and sends its messages. Returns how many.

    Raises JobExists when there is one of its name with other tasks, SubmissionStopped in the middle.
    """
    storage.make()
    by = whoever()
    manifest = {
        "job_id": run.job_id,
        "created_at": now(),
        "bundle_refs": list(dict.fromkeys(line.message["bundle_ref"] for line in run.lines)),
        "task_count": len(run.lines),
        **({"executor": "cold"} if cold else {}),
        **({"submitted_by": by} if by else {}),
        **(comparison.to_manifest() if comparison else {}),
        "tool_version": __version__,
        "source": source,
    }
    packed = _record_job(storage, run, manifest)
    return send_run(storage, run, progress, packed)


def send_run(storage: Storage, run: Run, progress: Progress, packed: Mapping[str, Any] | None = None) -> int:
    """Opens a run of a job that is written down, and sends its messages; of one that is there, those of tasks that have not ended.

    Where there are more than 500, one message asks the app to send them, and goes on asking where it is there already.
    packed: where its lines lie already. Returns how many there are to be sent, here or by the app.
    """
    opened = _reading.run_manifest(storage, run.job_id, run.run)
    to_send = list(run.lines)
    terms = dict(run.terms)
    by_app = opened is None and len(to_send) > MOST_SENT_HERE
    if opened is None:
        manifest = {
            "run": run.run,
            **terms,
            "submitted_at": now(),
            "messages": len(to_send),
            **({"tasks": len(to_send)} if run.retry else {}),
            **({"sent_by": "app"} if by_app else {}),
        }
        if run.retry:
            ids = "".join(f"{line.task_id}\n" for line in to_send)
            path = _paths.run_tasks(run.job_id, run.run)
            storage.create_once(path, gzip.compress(ids.encode("ascii"), mtime=0), "application/gzip")
        # Before its manifest: where that says that the app sends the messages, no expansion means that all are sent.
        if by_app:
            _open_expansion(storage, run, packed)
        storage.create_once(
            _paths.run(run.job_id, run.run), compact_json(manifest).encode("utf-8"), "application/json"
        )
    else:
        terms = {name: opened[name] for name in TERMS if name in opened}
        if any(terms.get(name) != value for name, value in run.terms.items()):
            raise InvalidTask(
                f"Cannot go on with the run {run.run} under other terms than those it was opened with ({compact_json(terms)}): leave "
                "them out, or send a new run."
            )
        chosen = _reading.run_tasks(storage, run.job_id, run.run) if "tasks" in opened else None
        if opened.get("sent_by") == "app":
            _hand_over(storage, run)
            return int(opened["messages"])
        ended = {one.task_id for one in _reading.list_outcomes(storage, run.job_id, run.run)}
        to_send = [
            line
            for line in to_send
            if line.task_id not in ended and (chosen is None or line.task_id in chosen)
        ]
    if by_app:
        _hand_over(storage, run)
        return len(to_send)
    return _send(storage, run, to_send, terms, progress)


def cancel(storage: Storage, job_id: str, runs: Iterable[str], tasks: Sequence[str] | None) -> None:
    """Has tasks end that have not, or all tasks when none is named, in all of these runs."""
    by = whoever()
    cancellation = {"tasks": tasks, **({"cancelled_by": by} if by else {}), "cancelled_at": now()}
    text = compact_json(cancellation).encode("utf-8")
    for run in runs:
        storage.create_once(_paths.cancellation(job_id, run, new_run_id()), text, "application/json")


def message(line: TaskLine, run: str, traceparent: str, terms: Mapping[str, Any]) -> str:
    """What is sent for a task in a run."""
    return queue_text({**line.message, "run": run, **terms, "traceparent": traceparent})


def queue_text(message: Mapping[str, Any]) -> str:
    """JSON with nothing in it that the XML of the queue cannot carry, or changes."""
    return re.sub(
        r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]",
        lambda found: f"\\u{ord(found[0]):04x}",
        compact_json(message),
    )


def send(storage: Storage, text: str) -> None:
    """Sends a message; one that is too large for the queue as a reference to a blob."""
    body = text.encode("utf-8")
    escaped = sum(text.count(character) for character in "&<>\"'")  # entities of up to 6 bytes
    if len(body) > _LARGEST_BODY or len(body) + 5 * escaped > _LARGEST_ENCODED:
        if len(body) > _LARGEST_STORED:
            raise InvalidTask(
                f"Cannot send a task whose message has {len(body)} bytes: it must have at most {_LARGEST_STORED}. "
                "Put what is large into the bundle."
            )
        name = _paths.body(hashlib.sha256(body).hexdigest())
        storage.create_once(name, body, "application/json")
        text = compact_json({"body_ref": name})
    storage.send(text)


def run_terms(
    lines: Sequence[TaskLine],
    *,
    cache: bool = True,
    timeout: float | None = None,
    memory: int | None = None,
    stop_after_failures: float | None = None,
    stop_set_after_failures: int | None = None,
) -> dict[str, Any]:
    """Terms of a run as a person gives them. Raises InvalidTask."""
    if timeout is not None and not timeout > 0:
        raise InvalidTask(f"Cannot use the timeout {timeout}: it must be a number of seconds above 0.")
    terms = {
        "no_cache": None if cache else True,
        "timeout_seconds": timeout,
        "memory_bytes": _count("memory", memory),
        "stop_after_failures": _failures(stop_after_failures, len(lines)),
        "stop_set_after_failures": _count("stop_set_after_failures", stop_set_after_failures),
    }
    return {name: value for name, value in terms.items() if value is not None}


def _failures(given: float | None, tasks: int) -> int | None:
    """A share, as a float between 0 and 1, is one of all tasks: the first ones to end, which may be few, decide nothing."""
    if isinstance(given, float) and 0 < given < 1:
        return max(1, math.ceil(given * tasks - 1e-9))
    return _count("stop_after_failures", given)


def _count(what: str, given: float | None) -> int | None:
    if given is None or (isinstance(given, int) and not isinstance(given, bool) and given >= 1):
        return given
    share = ", or a share between 0 and 1" if what == "stop_after_failures" else ""
    raise InvalidTask(f"Cannot use {what}={given!r}: it must be a whole number, at least 1{share}.")


def new_run_id() -> str:
    """As in `20261124T031500123Z-3f9a`: runs sort by the time when they were opened, to the millisecond."""
    return f"{re.sub('[-:.]', '', now())}-{secrets.token_hex(2)}"


def new_traceparent() -> str:
    """A W3C traceparent of a new trace; whether anything is recorded is for the app to say."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def now() -> str:
    """In ISO 8601, UTC, to the millisecond."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def whoever() -> str | None:
    """Who submits, as this machine calls them; None for a user without a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return None


def _send(
    storage: Storage, run: Run, lines: Sequence[TaskLine], terms: Mapping[str, Any], progress: Progress
) -> int:
    traceparent = new_traceparent()
    sent = 0
    waiting = iter(lines)
    pending: set[Future[None]] = set()
    executor = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mops-cold-send")
    try:
        while True:
            while len(pending) < AT_ONCE and (line := next(waiting, None)) is not None:
                pending.add(executor.submit(send, storage, message(line, run.run, traceparent, terms)))
            if not pending:
                return sent
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
                sent += 1
            progress(sent, len(lines))
    except BaseException as error:
        # Those under way are still sent, and no others.
        done, _ = wait(pending)
        sent += sum(future.exception() is None for future in done)
        how = _goes_on_with(run)
        said = f" {error}" if isinstance(error, Exception) else ""
        stopped = f"Sent {sent} of {len(lines)} messages of job {run.job_id}, run {run.run}.{said} To send the rest, call it again with {how}."
        if isinstance(error, KeyboardInterrupt):
            raise KeyboardInterrupt(stopped) from None
        raise SubmissionStopped(stopped) from error
    finally:
        executor.shutdown()


def _hand_over(storage: Storage, run: Run) -> None:
    """Asks the app to send the messages of a run. Where it sends them already, that has no effect."""
    try:
        storage.ask(compact_json({"expand": {"job_id": run.job_id, "run": run.run}}))
    except MopsColdError as error:
        raise SubmissionStopped(
            f"Wrote down job {run.job_id}, run {run.run}, and could not ask the app to send its messages. {error} "
            f"To ask it, call it again with {_goes_on_with(run)}."
        ) from error


def _goes_on_with(run: Run) -> str:
    return f'run="{run.run}"' if run.retry else f'job_id="{run.job_id}", run="{run.run}"'


def _open_expansion(storage: Storage, run: Run, packed: Mapping[str, Any] | None) -> None:
    """Writes down that the app is to send the messages of a run. One that is written down already stays."""
    if packed is None:
        content, members = pack_lines(run.lines)
        # Of an attempt that was interrupted others may lie there, which the members would not fit.
        path = _paths.run_lines(run.job_id, run.run, new_run_id())
        storage.create_once(path, content, "application/gzip")
        packed = {"path": path, "members": members}
    expansion = {
        "job_id": run.job_id,
        "run": run.run,
        "lines": packed,
        "end": len(run.lines),
        "sent": 0,
        "again": [],
        "priority": run.priority,
        "served_at": "",
        "traceparent": new_traceparent(),
        "terms": run.terms,
    }
    storage.create_once(
        _paths.expansion(run.job_id, run.run),
        compact_json(expansion).encode("utf-8"),
        "application/json",
        {"priority": compact_json(run.priority)},
    )


def pack_lines(lines: Iterable[TaskLine]) -> tuple[bytes, list[tuple[int, int]]]:
    """Tasks as JSON lines in gzip, in members that can be read one by one; of each how many lines and bytes it has."""
    parts: list[bytes] = []
    members: list[tuple[int, int]] = []
    text: list[str] = []
    characters = 0

    def end_member() -> None:
        nonlocal characters
        parts.append(gzip.compress("".join(text).encode("utf-8"), mtime=0))
        members.append((len(text), len(parts[-1])))
        text.clear()
        characters = 0

    for line in lines:
        text.append(f"{line.to_json()}\n")
        characters += len(text[-1])
        if len(text) >= _LINES_OF_MEMBER or characters >= _CHARACTERS_OF_MEMBER:
            end_member()
    if text:
        end_member()
    return b"".join(parts), members


def _record_job(storage: Storage, run: Run, manifest: object) -> Mapping[str, Any] | None:
    """Where its tasks lie, when the job is new."""
    path = _paths.tasks(run.job_id)
    content, members = pack_lines(run.lines)
    created = storage.create_once(path, content, "application/gzip")
    if not created:
        _must_be_the_same(storage, run)
    storage.create_once(_paths.job(run.job_id), compact_json(manifest).encode("utf-8"), "application/json")
    return {"path": path, "members": members} if created else None


def _must_be_the_same(storage: Storage, run: Run) -> None:
    def identity(line: TaskLine) -> str:
        said = line.message
        return compact_json(
            [
                line.result_key,
                said.get("executor"),
                *(said.get(name) for name in LIMITS),
                said.get("replicate_set"),
            ]
        )

    there = [identity(line) for line in _reading.read_tasks(storage, run.job_id)]
    if sorted(there) == sorted(map(identity, run.lines)):
        return
    raise JobExists(
        f"Cannot use the job id {run.job_id}: there is a job of this name with other tasks ({len(there)}), or with other limits, "
        "other targets or another demand for cold execution. Choose another job_id, or give the same tasks to run them again."
    )
