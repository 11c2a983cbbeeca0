# hybridir: `make help` lists the targets.
PYTHON ?= python3
STUDY ?= quick
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help setup setup-dev test test-browser lint reproduce bench clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: $(VENV)/.installed  ## a virtual environment with pinned versions
setup-dev: $(VENV)/.installed-dev  ## the same, with what tests and lint need

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("hybridir needs Python 3.11 to 3.13; set PYTHON=") if not (3, 11) <= sys.version_info < (3, 14) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "installing hybridir into $(VENV) (a few minutes the first time)"
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(INSTALL) --editable '.[dev]'
	@touch $@

test: setup-dev  ## the tests, on all cores
	$(BIN)/python -m pytest -n auto --dist worksteal

test-browser: setup-dev  ## the report in headless Chromium (apt-get install chromium)
	$(BIN)/python -m pytest tests/browser

lint: setup-dev  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

reproduce: setup  ## the study of sweeps/$(STUDY).yaml, from nothing to its report
	$(BIN)/hybridir sweep sweeps/$(STUDY).yaml $(ARGS)

bench: setup-dev  ## speed against peers, as ratios
	@$(BIN)/python -m benchmarks

clean:  ## remove the environment and caches; runs and results stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
