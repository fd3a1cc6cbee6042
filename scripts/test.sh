#!/bin/sh
# Every test, on SQLite unless TEST_DATABASE_URL and TEST_QUEUE_URL say otherwise.
set -eu

cd "$(dirname "$0")/.."
sh scripts/tools.sh
# The tests start the program many times; without its compiled modules each start costs twice as much.
unset PYTHONDONTWRITEBYTECODE
# One process walks in a browser and mostly waits, so there is one more than the machine has processors.
exec .venv/bin/python -m pytest --quiet -n "${TEST_PROCESSES:-$(($(getconf _NPROCESSORS_ONLN) + 1))}" \
    --no-loadscope-reorder "$@"
