"""Where everything about jobs and results lies. The app writes and reads the same names."""

from __future__ import annotations

import re
from urllib.parse import quote

CANCELLATIONS = "cancellations/"


def job(job_id: str) -> str:
    return f"jobs/{job_id}/job.json"


def tasks(job_id: str) -> str:
    return f"jobs/{job_id}/tasks.jsonl.gz"


def runs(job_id: str) -> str:
    return f"jobs/{job_id}/runs/"


def run(job_id: str, run_id: str) -> str:
    return f"{runs(job_id)}{run_id}/run.json"


def run_tasks(job_id: str, run_id: str) -> str:
    """Ids of the tasks of a run that has not all of its job, a line each."""
    return f"{runs(job_id)}{run_id}/tasks.txt.gz"


def run_lines(job_id: str, run_id: str, name: str) -> str:
    """The lines of a run whose messages the app sends, where they are not those of the job's own file."""
    return f"{runs(job_id)}{run_id}/lines/{name}.jsonl.gz"


def expansion(job_id: str, run_id: str) -> str:
    """How far the app is in sending the messages of a run."""
    return f"expansions/{job_id}/{run_id}.json"


def progress(job_id: str, run_id: str) -> str:
    """What each instance has done for a run."""
    return f"{runs(job_id)}{run_id}/progress/"


def left_out(job_id: str, run_id: str) -> str:
    """The rest of a run that was cancelled before its messages were sent."""
    return f"{runs(job_id)}{run_id}/left-out.json"


def outcomes(job_id: str, run_id: str | None) -> str:
    """Of all runs where none is named; then other blobs stand between them."""
    return runs(job_id) if run_id is None else f"{runs(job_id)}{run_id}/outcomes/"


def aggregations(job_id: str, run_id: str) -> str:
    """Records of how comparisons with targets ended."""
    return f"{runs(job_id)}{run_id}/aggregations/"


def outcome(job_id: str, run_id: str, task_id: str) -> str:
    return f"{outcomes(job_id, run_id)}{task_id}.json"


def cancellation(job_id: str, run_id: str, name: str) -> str:
    return f"{CANCELLATIONS}{job_id}/{run_id}/{name}.json"


def body(sha256: str) -> str:
    return f"bodies/{sha256}"


def artifact(result_key: str, attempt: str, name: str) -> str:
    return f"sims/{result_key[:2]}/{result_key}/attempts/{attempt}/{artifact_name(name)}"


def artifact_name(name: str) -> str:
    """An output's name as one segment of a blob's name."""
    encoded = quote(name, safe="").replace("~", "%7E")
    return encoded.replace(".", "%2E") if re.fullmatch(r"\.+", encoded) else encoded


def reference(text: str) -> tuple[str, str]:
    """Container and blob of `azure://<container>/<blob>`."""
    match = re.fullmatch(r"azure://([^/]+)/(.+)", text, re.DOTALL)
    if match is None:
        raise ValueError(f'Cannot follow the reference "{text}": it must be azure://<container>/<blob name>.')
    return match[1], match[2]


def result_name(reference_of: str) -> str:
    """What requests call a stored result that a record refers to: its key, and for a further one of it the name of its file."""
    match = re.search(r"/([0-9a-f]{32})/(?:result|results/([0-9a-f]{32}))\.json$", reference_of)
    if match is None:
        raise ValueError(f'Cannot tell which result "{reference_of}" is: it names no result.json.')
    return match[1] if match[2] is None else f"{match[1]}/{match[2]}"
