"""Calls a wire function as its author would, without the product: plain.py PARAMETERS SEED, in the folder of the bundle."""

import json
import sys

sys.path.insert(0, "")
from wire import wire

answer = wire("models.bench/baseline", json.loads(sys.argv[1]), int(sys.argv[2]))
# One write, so that answers of processes that run side by side stay whole.
sys.stdout.write(json.dumps(answer) + "\n")
