#!/bin/sh
# Installs the packages of a requirements.txt into the Python that tasks use, with their bytecode: nothing writes there later.
# install-packages.sh <requirements.txt>
set -eu

if ! grep -Eq '^[[:space:]]*[^#[:space:]]' "$1"; then
  echo 'No packages are asked for.'
  exit 0
fi
python=$UV_PYTHON_BIN_DIR/python3
# This Python is the image's own, and says that it is managed by uv, which it is. Bytecode is not checked by time: copying changes that.
PYC_INVALIDATION_MODE=UNCHECKED_HASH uv pip install --python "$python" --break-system-packages --compile-bytecode \
  --requirement "$1"
uv pip check --python "$python"
