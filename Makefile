# Every target sets itself up: from a fresh clone with nothing but python3, make and git, `make test` is enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := .cache/uv/bin/uv

# Some machines switch bytecode off; without it the import of Great Expectations alone takes three times as long.
unexport PYTHONDONTWRITEBYTECODE
# Another project's modules have no place in ours.
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo up down secrets test test-slow lint format bench accuracy fuzz crash reference lock clean

help: ## print the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r target says; do printf '%-16s %s\n' "$$target" "$$says"; done

demo: $(VENV)/.project ## seven states' synthetic deliveries go through the real DAGs; a release is cut and queried, in .demo/
	@$(BIN)/python -m demo

up: $(VENV)/.project ## the Airflow UI on this machine, over what the demo left in .demo/; PORT=8080
	@$(BIN)/python -m demo.server up $(if $(PORT),--port $(PORT))

down: $(VENV)/.project ## stop what `make up` started
	@$(BIN)/python -m demo.server down

secrets: ## write .env with keys and passwords for docker-compose.yml, where there is none yet
	@$(PYTHON) deploy/write_env.py

test: lint ## lint, then every test but the slow ones; ARGS are passed to pytest
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile -m "not slow" $(ARGS)

test-slow: $(VENV)/.project ## the slow tests; ARGS are passed to pytest
	$(BIN)/python -m pytest -m slow $(ARGS)

lint: $(VENV)/.project ## ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/.project ## let ruff mend what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.project ## time and memory of the path against its rivals; ROWS=10000000 for more rows
	$(BIN)/python -m bench $(if $(ROWS),--rows $(ROWS))

accuracy: $(VENV)/.project ## the simulated corpus through the real path, held against the truth; ARGS are passed on
	@$(BIN)/python -m accuracy $(ARGS)

fuzz: $(VENV)/.project ## thousands of damaged files: each is refused, or read as others read it; ARGS="--files 200 --seed 2"
	@$(BIN)/python -m fuzz $(ARGS)

crash: $(VENV)/.project ## receive and publish are killed at any moment: nothing is lost, doubled or seen by half; ARGS="--kills 50"
	@$(BIN)/python -m crash $(ARGS)

reference: $(VENV)/.project ## generate docs/reference/ from the declarations
	$(BIN)/salamat reference

lock: $(UV) ## write requirements.lock from pyproject.toml; UPGRADE=1 takes newer versions
	$(UV) pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	  $(if $(UPGRADE),--upgrade) --quiet --output-file requirements.lock

clean: ## remove the environment, caches and what was built
	rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment, remade from scratch when the lock changes. A stamp that is missing means a set-up that did not finish.
$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo "salamat needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make an environment: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

# The project itself, in place, built by the locked hatchling.
$(VENV)/.project: $(VENV)/.locked pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(UV):
	$(PYTHON) -m venv .cache/uv
	.cache/uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
