#!/bin/sh
# Installs Python interpreters by uv, each as python<major>.<minor> in UV_PYTHON_BIN_DIR; the first one also as python3.
# install-pythons.sh <version>…
set -eu

if [ $# -eq 0 ]; then
  echo 'Cannot install Python: no version is given. Set PYTHON_VERSIONS, as in "3.12 3.11".' >&2
  exit 2
fi
uv python install "$@"

minor=$(printf '%s' "$1" | cut -d . -f 1-2)
ln -sf "python$minor" "$UV_PYTHON_BIN_DIR/python3"
"$UV_PYTHON_BIN_DIR/python3" --version
