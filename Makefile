# Commands of the project; `make` alone lists them.
.POSIX:
.SUFFIXES:

BIN = .venv/bin

.PHONY: help run planner test test-scaled bench doctor lint lock vendor clean

help:
	@echo 'make run          start the program on this machine'
	@echo 'make planner      add the solver that proves timetables and groups it proposes'
	@echo 'make doctor       check this machine'
	@echo 'make test         run every test, on SQLite'
	@echo 'make test-scaled  run every test, on PostgreSQL and Redis'
	@echo 'make bench        measure speed and memory beside peers'
	@echo 'make lint         run every linter'
	@echo 'make lock         renew the locks in requirements/ (maintainers; needs uv)'
	@echo 'make vendor       renew trainingmgr/static/vendor (maintainers; needs npm)'
	@echo 'make clean        remove .venv and caches; instance/ stays'

run:
	@sh scripts/setup.sh run
	@exec $(BIN)/python -m trainingmgr serve --demo

planner:
	@sh scripts/setup.sh planner

doctor:
	@sh scripts/setup.sh run
	@$(BIN)/python -m trainingmgr doctor

test:
	@sh scripts/setup.sh dev
	@sh scripts/test.sh

test-scaled:
	@sh scripts/setup.sh dev
	@$(BIN)/python scripts/test_scaled.py

bench:
	@sh scripts/setup.sh dev
	@$(BIN)/python -m bench

lint:
	@sh scripts/setup.sh dev
	@sh scripts/lint.sh

lock:
	@sh scripts/lock.sh

vendor:
	@sh scripts/vendor.sh

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build
