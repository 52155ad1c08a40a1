# Everything that is done with Puls. Each target prepares what it needs: on a fresh Debian machine with make,
# Python >= 3.11 (with venv), Java >= 17 and Maven, `make demo` and `make test` work in a fresh clone.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test check verify prove mutations bench screenshots up down run letters bad-record contracts format
.PHONY: style types arrows units venv jars chromium

python := .venv/bin/python
lock := $(python) -m uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	--no-emit-find-links
export PYTHONPATH :=

help: ## these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: venv jars ## two whole months on the stepped clock, live, then the console stays open (EXIT=1 SEED=2 PATIENTS=20000 FAULTS=1 KILLS=1 COPIES=2)
	@$(python) -m deploy.demo $(if $(EXIT),--exit) $(if $(SEED),--seed $(SEED)) $(if $(PATIENTS),--patients $(PATIENTS)) $(if $(FAULTS),--faults) $(if $(KILLS),--kills) $(if $(COPIES),--copies $(COPIES))

test: check verify jars chromium ## everything a change must pass: check, verify and all tests, on real servers
	$(python) -m pytest tests --ignore tests/unit --ignore tests/house --numprocesses 2 --no-loadscope-reorder

check: venv ## format, lint, types, arrows, unit and house tests: under a minute
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target style types arrows units

style:
	$(python) -m ruff format --check
	$(python) -m ruff check

types:
	$(python) -m pyright

arrows:
	$(python) -c 'from importlinter.cli import lint_imports_command as lint; lint()'

units:
	$(python) -m pytest $(wildcard tests/unit tests/house)

format: venv ## puts the code in the house's form
	$(python) -m ruff format
	$(python) -m ruff check --fix

verify: venv ## the generated files are what a fresh run makes, no released contract is broken, migrations are safe
	$(python) -m deploy.contracts verify
	$(python) -m deploy.grafana verify
	.venv/bin/squawk services/*/migrations/*.sql shared/runtime/migrations/*.sql

contracts: venv ## writes the generated files of contracts/ anew
	$(python) -m deploy.contracts write

.PHONY: dashboard locks env

dashboard: venv ## writes Grafana's dashboard anew from the services' metrics
	$(python) -m deploy.grafana write

locks: venv ## writes the lists of packages anew: of everything, and of what goes into images
	$(lock) pyproject.toml --group dev --universal --output-file requirements.lock
	$(lock) pyproject.toml --universal --no-annotate --constraint requirements.lock --output-file deploy/services.lock
	$(lock) --group migrate --universal --no-annotate --constraint requirements.lock --output-file deploy/migrate.lock

env: venv ## makes .env for docker compose: new keys and passwords, and what the operator fills in
	@$(python) -m deploy.compose.environment

prove: venv jars ## takes each mechanism out in a copy of the tree and shows that its test then fails (only=relay)
	$(python) -m tests.prove $(only)

mutations: venv jars ## what is wrong with a running system, a line each, touches nobody and is mended (only=register)
	$(python) -m tests.mutations $(if $(only),--only "$(only)") $(if $(PATIENTS),--patients $(PATIENTS))

bench: venv jars ## measures what the system takes, row by row, beside the machine's floor; writes docs/bench.md (only=karens)
	@$(python) -m tests.bench $(only)

screenshots: venv jars chromium ## takes the pictures of the README anew, from a small month of its own
	@$(python) -m deploy.demo.screenshots

up: venv jars ## the stack in real time, in the background (PORTS=18000 is the first of its ports; COPIES=2 of each service)
	@$(python) -m deploy.local up $(if $(PORTS),--ports $(PORTS)) $(if $(COPIES),--copies $(COPIES))

down: venv ## ends what `make up` started; its data stay
	@$(python) -m deploy.local down

run: venv jars ## one service of the running stack in the foreground: make run s=karens
	@$(python) -m deploy.local run $(or $(s),$(error Say which service: make run s=karens))

letters: venv ## the newest letters of the running stack, and where their links lead here (MANY=10)
	@$(python) -m deploy.sandbox.letters $(if $(MANY),--many $(MANY))

bad-record: venv ## publishes a record that nobody can read, to see it set aside
	@$(python) -m deploy.sandbox.bad_record

venv chromium:
	@deploy/local/prepare $@

jars: venv
	@deploy/local/prepare $@
