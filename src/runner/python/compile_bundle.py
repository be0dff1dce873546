"""Compiles a bundle's Python files to bytecode, so that no process that imports them has to. Standard library only.

Started as `python -I compile_bundle.py <bundle> <folder>` with the interpreter that will import them. What belongs at
`<bundle>/a/__pycache__/b.<tag>.pyc` is written to `<folder>/a/__pycache__/b.<tag>.pyc`, checked against its source by hash,
whatever the source's time is. Files that the bundle brings itself, or that do not compile, are left out. Nothing is run.
"""

import os
import py_compile
import sys
from importlib.util import cache_from_source


def main(bundle: str, folder: str) -> None:
    for place, folders, files in os.walk(bundle):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
        for name in files:
            source = os.path.join(place, name)
            if name.endswith(".py") and not os.path.islink(source):
                compile_one(source, os.path.join(folder, os.path.relpath(source, bundle)))


def compile_one(source: str, place: str) -> None:
    if os.path.exists(cache_from_source(source)):
        return
    try:
        py_compile.compile(
            source,
            cache_from_source(place),
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH,
        )
    except (py_compile.PyCompileError, OSError, ValueError, RecursionError, MemoryError):
        pass  # whoever imports it is told


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
