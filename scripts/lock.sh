#!/bin/sh
# Renews the locks from pyproject.toml, for every platform, with hashes and without addresses.
set -eu

cd "$(dirname "$0")/.."
command -v uv >/dev/null 2>&1 || { echo "Renewing the locks needs uv." >&2; exit 1; }
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
        --no-emit-index-url --no-header "$@"
}
compile pyproject.toml -o requirements/run.txt
compile pyproject.toml --extra planner -o requirements/planner.txt
compile pyproject.toml --group dev -o requirements/dev.txt
.venv/bin/python scripts/check_files.py
