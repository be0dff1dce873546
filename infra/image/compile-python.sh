#!/bin/sh
# Compiles folders to bytecode, for every Python that is installed.
# compile-python.sh <folder>…
set -eu

for python in "${PYTHONS:-/opt/python/bin}"/python3.*; do
  "$python" -m compileall -q -f --invalidation-mode unchecked-hash "$@"
done
