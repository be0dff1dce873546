"""Says which Python this environment has, what is installed in it, and whether it is whole. Standard library only, runs on 3.9.

Run as `python -I -S environment_state.py [--settle]` by its interpreter it prints, as its last line, one JSON object (state_of.py).
With --settle the times of all these files become whole seconds.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from state_of import settled_in, sizes_in, state_of
from this_environment import prefix

print()
print(json.dumps(state_of(prefix(), sys.executable, settled_in if "--settle" in sys.argv[1:] else sizes_in)))
