"""Asks a build backend (PEP 517) for what it needs, or for a wheel. Standard library only, runs on 3.9.

Run as `python -I build_wheel.py REQUEST` in the folder of the project, by the interpreter of the environment in which the
backend is installed, with one argument of JSON
    {"backend": "module" or "module:object", "path": [folders of the project in which the backend is, before others],
     "into": an existing folder for the wheel, null to ask what the backend needs, "answer": a file}
it writes one JSON object to the file `answer`
    requires   requirements (PEP 508) that the backend has besides those of the project; with `into` null
    wheel      name of the wheel in `into`, and with it
    name       of the distribution, and
    requires   what it requires itself, as its metadata have it
What the backend prints or raises goes where this process prints. Exit code 0 means that there is an answer.
"""

import email
import importlib
import json
import os
import re
import sys
import zipfile


def main():
    request = json.loads(sys.argv[1])
    sys.path[:0] = [os.path.abspath(folder) for folder in request["path"]]
    backend = load(request["backend"], request["path"])
    into = request["into"]
    if into is None:
        hook = getattr(backend, "get_requires_for_build_wheel", None)
        answer = {"requires": list(hook({}) if hook else [])}
    else:
        wheel = backend.build_wheel(into, {})
        answer = {"wheel": wheel, **metadata(os.path.join(into, wheel))}
    with open(request["answer"], "w", encoding="utf-8") as file:
        json.dump(answer, file)


def metadata(wheel):
    with zipfile.ZipFile(wheel) as file:
        (path,) = [name for name in file.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)]
        headers = email.message_from_bytes(file.read(path))
    return {"name": headers["Name"], "requires": headers.get_all("Requires-Dist", [])}


def load(name, path):
    module, _, inside = name.partition(":")
    backend = importlib.import_module(module)
    # As PEP 517 has it: one that is to be in the project must be taken from there.
    if path:
        file = os.path.realpath(getattr(backend, "__file__", None) or "")
        folders = [os.path.join(os.path.realpath(folder), "") for folder in path]
        if not file.startswith(tuple(folders)):
            raise SystemExit(f"error: the build backend {module} is not in backend-path, but at {file}")
    for attribute in inside.split(".") if inside else []:
        backend = getattr(backend, attribute)
    return backend


main()
