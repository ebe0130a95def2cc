# Two commands are enough for most people: `make run` and `make test`. Both set up what is missing, and only that:
# each stamp lies inside the folder it speaks for, so a deleted folder is simply made again.

PYTHON ?= python3
BIN := .venv/bin
SOURCES := $(shell find static -path static/build -prune -o -type f -print)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint fmt bench soak lighthouse lock

help:  ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.demo static/build/.built  ## Start the demonstration: web, worker and a local mail catcher
	@exec $(BIN)/flask --app wsgi demo

test: lint static/build/.built  ## Check style, types and contracts, then pass every test on both databases
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/pytest --numprocesses auto --dist worksteal

lint: .venv/.dev  ## Check style, types and who may import whom
	@$(BIN)/ruff check --quiet --output-format=concise .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

fmt: .venv/.dev  ## Put the code in the house style
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

bench: .venv/.dev static/build/.built  ## Measure, and print the figures as JSON
	@$(BIN)/python -m tests.bench

soak: .venv/.dev static/build/.built  ## Run the tests that take minutes
	@$(BIN)/pytest -m soak --timeout 1800

lighthouse: .venv/.dev static/build/.built tests/lighthouse/node_modules/.installed  ## Have public pages marked by Lighthouse
	@$(BIN)/python -m tests.lighthouse

# The machine's own pip settings are set aside, so that nothing local gets into a lock that everybody shares.
COMPILE = env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null PYTHONWARNINGS=ignore \
	CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(if $(UPGRADE),--upgrade)

lock: .venv/.dev  ## Pin what pyproject.toml asks for, with hashes (UPGRADE=1: the newest of everything)
	@$(COMPILE) --output-file requirements/base.txt pyproject.toml
	@$(COMPILE) --constraint requirements/base.txt --extra demo --output-file requirements/demo.txt pyproject.toml
	@$(COMPILE) --constraint requirements/demo.txt --extra demo --extra dev --output-file requirements/dev.txt pyproject.toml

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install it, or name yours: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) --version). Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; exit 1; }

# pip is told to keep quiet twice: once leaves a warning for every package where a machine lists a folder that is empty.
.venv/.demo: requirements/demo.txt | .venv/bin/python
	@echo "Installing the product's Python packages" >&2
	@$(BIN)/python -m pip install -qq --require-hashes -r $<
	@touch $@

.venv/.dev: requirements/dev.txt | .venv/bin/python
	@echo "Installing the product's Python packages, and those for testing it" >&2
	@$(BIN)/python -m pip install -qq --require-hashes -r $<
	@touch $@ .venv/.demo

node_modules/.installed: package.json package-lock.json
	@node --eval 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || { \
		echo "Node 20 or newer is needed to build the pages' style; this machine has: $$(node --version 2>/dev/null || echo none)"; exit 1; }
	@echo "Installing the pages' packages" >&2
	@npm ci --no-progress --no-update-notifier --loglevel=error >/dev/null
	@touch $@

tests/lighthouse/node_modules/.installed: tests/lighthouse/package.json tests/lighthouse/package-lock.json
	@echo "Installing Lighthouse" >&2
	@npm ci --prefix tests/lighthouse --no-progress --no-update-notifier --loglevel=error --ignore-scripts >/dev/null
	@touch $@

static/build/.built: node_modules/.installed $(SOURCES)
	@echo "Building the pages' style" >&2
	@npm run --silent build
	@touch $@
