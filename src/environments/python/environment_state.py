"""Says which Python this environment has, what is installed in it, and whether it is whole. Standard library only, runs on 3.9.

Run as `python -I -S environment_state.py [--settle]` by its interpreter it prints, as its last line, one JSON object (state_of.py).
With --settle the times of all these files become whole seconds, as they are in a packed environment: caches of compiled code that are made
here fit there, too.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from state_of import state_of
from this_environment import prefix

SETTLES = "--settle" in sys.argv[1:]


def sizes_in(folder):
    # From there the way to thousands of files is shorter.
    there = os.open(folder, os.O_RDONLY)

    def size_of(path):
        facts = os.stat(path, dir_fd=there)
        if SETTLES:
            os.utime(path, (int(facts.st_mtime), int(facts.st_mtime)), dir_fd=there)
        return facts.st_size

    return size_of


print()
print(json.dumps(state_of(prefix(), sys.executable, sizes_in)))
