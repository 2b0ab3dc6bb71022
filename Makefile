# Every target sets itself up: all that a fresh machine needs is make and Python 3.11 or newer.
# uv does the installing; where it is not at hand, it is put into the project's own .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo dev test check lint types format lock bench chaos clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Placet needs Python 3.11 or newer: make PYTHON=python3.11 ..."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@uv=$$(command -v uv || echo $(BIN)/uv); \
	  VIRTUAL_ENV=$(VENV) $$uv pip install --quiet --require-hashes -r requirements.lock && \
	  VIRTUAL_ENV=$(VENV) $$uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## the main job told as a story, on the embedded Temporal server and commercetools sandbox
	@$(BIN)/placet demo --exit

dev: $(READY) ## everything up and staying up: Temporal and its UI, sandbox, worker, edge
	@$(BIN)/placet dev

test: $(READY) ## all tests: the quick ones first, then those that start and kill processes
	@$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile --ignore tests/workflows
	@$(BIN)/python -m pytest -m "not slow" tests/workflows
	@$(BIN)/python -m pytest -m slow

check: lint types test ## lint, types and tests

lint: $(READY) ## ruff: rules and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY) ## mypy, strict
	@$(BIN)/mypy

format: $(READY) ## put the code into its form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY) ## what Placet costs next to bare Temporal, measured on this machine; some minutes
	@$(BIN)/python -m benchmarks

bench-quick: $(READY) ## the same in small: less than two minutes
	@$(BIN)/python -m benchmarks --quick

chaos: $(READY) ## 300 orders while everything breaks; SEED=7 repeats one, SEEDS=1-10 runs several, CHAOS_ORDERS=40 is less
	@$(BIN)/python -m tests.chaos $(if $(SEEDS),--seeds $(SEEDS)) $(if $(SEED),--seed $(SEED))

lock: $(READY) ## compile requirements.lock anew from pyproject.toml
	@uv=$$(command -v uv || echo $(BIN)/uv); \
	  $$uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-annotate --no-header --extra dev pyproject.toml -o requirements.lock

clean: ## forget the environment and what running left behind
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis
