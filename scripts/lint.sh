#!/bin/sh
# Every linter, in the order of how soon each knows. Stops at the first that complains.
set -eu

cd "$(dirname "$0")/.."
. scripts/_step.sh
bin=.venv/bin

step "ruff check" $bin/ruff check
step "ruff format" $bin/ruff format --check
step "committed files" $bin/python scripts/check_files.py
step "texts in both languages" $bin/python scripts/translations.py --check
step "import contracts" $bin/lint-imports
step "djlint" $bin/djlint templates --lint --quiet
step "bandit" $bin/bandit --configfile pyproject.toml --recursive --quiet trainingmgr
step "mypy strict" $bin/mypy
