"""`python -u -m runner --task-json <json>`: one task, and one JSON document on standard output.

How ModelOps' own cold runner works, for comparison: outputs travel as base64 inside the document, and what a
simulation prints goes to standard error. The task is `{"bundle", "entrypoint", "params", "seed"}`.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import importlib
import json
import os
import sys


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--task-json", required=True)
    task = json.loads(parser.parse_args().task_json)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            outputs = run(task)
    except Exception as error:
        import traceback

        traceback.print_exc()
        json.dump({"_fatal_error": {"type": type(error).__name__, "error": str(error)}}, sys.stdout)
        return 1
    json.dump({"outputs": {name: encoded(value) for name, value in outputs.items()}}, sys.stdout)
    return 0


def run(task):
    os.chdir(task["bundle"])
    sys.path.insert(0, task["bundle"])
    wire = importlib.import_module("mops_cold_bench_wire").wire
    return wire(task["entrypoint"], task["params"], task["seed"])


def encoded(value):
    data = value if isinstance(value, bytes) else (value if isinstance(value, str) else json.dumps(value)).encode()
    return {
        "size": len(data),
        "checksum": hashlib.blake2b(data, digest_size=32).hexdigest(),
        "inline": base64.b64encode(data).decode(),
    }


if __name__ == "__main__":
    sys.exit(main())
