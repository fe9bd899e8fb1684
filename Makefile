# Each target sets up what it needs in .venv; nothing is needed but Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test check fix docs pictures bench lock release clean

help:  ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

.venv/run: requirements.lock pyproject.toml
	@echo "Setting up .venv (once; about a minute) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "assuage needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/run requirements-dev.lock
	@echo "Adding the tools for tests and checks ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: .venv/run  ## the main job: one patient, all 17 drugs, a plan, an HTML report
	@$(BIN)/python -m assuage.cli.demo

test: .venv/dev  ## all tests
	@$(BIN)/python -m pytest -n auto

check: .venv/dev  ## format, lint, types, import contracts, sizes, knowledge coherence, docs that run
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright --warnings
	$(BIN)/lint-imports
	$(BIN)/assuage evidence check
	$(BIN)/assuage knowledge check
	$(BIN)/python -m pytest -n auto tests/architecture tests/knowledge tests/docs

fix: .venv/dev  ## format, and mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/dev  ## write docs/reference from the code, and run every example in the docs
	$(BIN)/python -m assuage.cli.reference docs/reference
	$(BIN)/python -m assuage.cli.coverage_reference LIMITATIONS.md
	$(BIN)/python -m pytest -n auto tests/docs

pictures: .venv/dev  ## draw the README's pictures anew (needs Chromium)
	$(BIN)/python docs/images/draw.py

bench: .venv/dev  ## measure speed against the targets
	$(BIN)/python benchmarks/run.py

release: .venv/dev  ## make the evidence release anew from the trial tables
	$(BIN)/assuage evidence release

lock: .venv/dev  ## pin what pyproject.toml asks for, with hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --group build -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:  ## remove what was made
	rm -rf .venv build dist .pytest_cache .ruff_cache
