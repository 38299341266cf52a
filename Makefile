# Every step lives here; .ci/run calls the same targets. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
ifneq ($(UV),)
INSTALL := $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python
else
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
SECONDS ?= 0
SEEDS ?= 3

.PHONY: help setup demo test fast check faults fuzz audit image bench lock clean
help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@# Five processes start at once: compiling first spares seconds where Python may not write what it compiled.
	$(BIN)/python -m compileall -q crawler dateline storage workers
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.dev
	$(INSTALL) --require-hashes -r requirements-bench.lock
	@touch $@

setup: $(VENV)/.dev  ## make .venv with everything that running and testing need

demo: $(VENV)/.run  ## the daemon against a simulated web on this machine (SECONDS=60: stop by itself)
	$(BIN)/dateline demo $(if $(filter-out 0,$(SECONDS)),--seconds $(SECONDS))

test: $(VENV)/.dev  ## all tests: units, contracts, end to end, with real PostgreSQL and Valkey
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not faults" tests

fast: $(VENV)/.dev  ## the tests that take under two minutes
	$(BIN)/python -m pytest -n 2 -m "not slow and not faults" tests

check: $(VENV)/.dev  ## lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

faults: $(VENV)/.dev  ## every fault in a running daemon, in SEEDS=3 worlds each; then the tests that kill single parts
	$(BIN)/python -m pytest -n 2 -m "slow or faults" --seeds $(SEEDS) tests/faults tests/end_to_end
	$(BIN)/python -m pytest -n 2 -m slow tests/dateline tests/workers tests/storage

fuzz: $(VENV)/.dev  ## mutated bytes into every reader, SECONDS=60 each; what breaks one is kept as a case
	$(INSTALL) "atheris>=3.0"
	$(BIN)/python -m tests.fuzz --seconds $(if $(filter-out 0,$(SECONDS)),$(SECONDS),60)

audit: $(VENV)/.dev  ## known holes in the locked dependencies; says so when no advisory service answers
	$(BIN)/python -m tests.audit

image:  ## build the Dockerfile without Docker and run it; exit code 77 where that can't be done
	.ci/image

bench: $(VENV)/.bench  ## what benchmarks/ needs beside the tests' packages

lock: $(VENV)/.dev  ## resolve the dependencies anew
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(COMPILE) pyproject.toml --extra dev --extra bench --constraint requirements-dev.lock --output-file requirements-bench.lock

clean:  ## remove what building and running left
	rm -rf $(VENV) build var .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
