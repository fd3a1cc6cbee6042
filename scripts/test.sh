#!/bin/sh
# Every test, on SQLite unless TEST_DATABASE_URL and TEST_QUEUE_URL say otherwise.
set -eu

cd "$(dirname "$0")/.."
sh scripts/tools.sh
exec .venv/bin/python -m pytest --quiet -n "${TEST_PROCESSES:-2}" --dist worksteal "$@"
