# `make run` and `make test` need make and Python 3.11 or newer; the first of them makes the environment in VENV.
# Tests run in one process a core; WORKERS=0 keeps them in one. Say more to the command behind a target with ARGS:  make run ARGS="--seed 7"

VENV ?= .venv
UV ?= uv
CASE ?= china-nev
WORKERS ?= auto
ARGS ?=

UNIVERSAL = --universal --fork-strategy fewest --python-version 3.11
REPEATABLE = --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make requirements"
PIN = $(UV) pip compile --quiet $(UNIVERSAL) $(REPEATABLE) $(ARGS) pyproject.toml requirements/build.in

export VENV
unexport PYTHONHOME PYTHONPATH

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test bench clean requirements

help:  ## Show this list
	@echo 'Targets:'
	@sed -n 's/^\([a-z]*\):  ## \(.*\)/  make \1	\2/p' Makefile
	@echo 'For example:'
	@echo '  make run ARGS="--seed 7"                  options of `shidian run`'
	@echo '  make run CASE=toy                         another case'
	@echo '  make test ARGS="tests/test_cases.py -x"   options of pytest'
	@echo '  make test PYTHON=python3.12               the interpreter to make the environment with'

run:  ## Rehearse the case china-nev and write its report
	@sh tools/environment.sh run
	@"$(VENV)/bin/shidian" run $(CASE) $(ARGS)

test:  ## Run the tests, but for those marked slow
	@sh tools/environment.sh test
	@"$(VENV)/bin/python" -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

bench:  ## Run the benchmarks, one after another
	@sh tools/environment.sh bench
	@set -e; for each in benchmarks/bench_*.py; do \
	  [ -e "$$each" ] || { echo 'There is no benchmarks/bench_*.py yet.'; continue; }; \
	  echo "== $$each"; "$(VENV)/bin/python" "$$each" $(ARGS); done

requirements:  ## Write the pinned requirements anew (needs uv)
	@command -v "$(UV)" >/dev/null || { echo 'make requirements needs uv; install it, or name it: make requirements UV=path/to/uv' >&2; exit 1; }
	@$(PIN) --output-file requirements/run.txt >/dev/null
	@$(PIN) --extra test --constraint requirements/run.txt --output-file requirements/test.txt >/dev/null
	@$(PIN) --extra bench --constraint requirements/test.txt --output-file requirements/bench.txt >/dev/null

clean:  ## Remove the environment and all that was built or cached here; runs/ stays
	@rm -rf "$(VENV)" build dist .pytest_cache .hypothesis
	@find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
