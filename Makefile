# One door: `make up` is the main job, `make test` is everything a change must pass.
STACK ?= dev
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup up preview destroy example test format lint types arrows tests docs bench lock

help: ## Say what there is.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready ## Make the virtual environment with locked dependencies and the package.

.venv/ready: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old: Python 3.11 or newer is needed; name one with make PYTHON=..."; exit 1; }
	@echo "Setting up .venv with locked dependencies ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

up: setup example ## The main job: preview and apply STACK (dev, staging, production).
	@scripts/stack up $(STACK)

preview: setup example ## Show what `make up` would do to STACK; nothing happens.
	@scripts/stack preview $(STACK)

destroy: setup example ## Remove everything that STACK made.
	@scripts/stack destroy $(STACK)

example: .example/tenants/.git ## Make the example's second repository, which another team would own.

.example/tenants/.git:
	@rm -rf .example/tenants && mkdir -p .example && cp -r stacks/tenants .example/tenants
	@cd .example/tenants && git init --quiet --initial-branch=main . && git add . \
		&& git -c user.name=tenants -c user.email=tenants@example.com commit --quiet -m "Tenants"

test: setup lint types arrows tests ## Check format, lint, types, import contracts and behaviour.

format: setup ## Put the code into its canonical form.
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

lint: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: setup
	@$(BIN)/mypy

arrows: setup
	@$(BIN)/lint-imports

tests: setup
	@$(BIN)/pytest -n 2 --dist loadgroup

docs: setup ## Write docs/reference from the code.
	@$(BIN)/python docs/generate.py

bench: setup ## Measure the figures the design promises, as ratios in one run.
	@$(BIN)/python -m benchmarks

lock: ## Lock the newest versions that pyproject.toml allows (needs uv).
	@uv pip compile -q pyproject.toml --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements.txt
	@uv pip compile -q pyproject.toml --upgrade --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-dev.txt
