# `make` alone tells what can be made. All set-up is scripts/setup's: it needs Python 3.11 or later.
.DEFAULT_GOAL := help
.PHONY: help run test check evaluate bench demo up crash celery compose-smoke past dag-docs screenshots lock env clean product server dev soak
export PYTHON
BIN := .venv/bin
ARGS ?=
TESTS ?= tests
WORKERS ?= 2

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' Makefile

run: product ## start the program: migrate, import the starting feeds, poll until Ctrl-C (ARGS=--once returns)
	@exec $(BIN)/clusterwatch run --starting-feeds $(ARGS)

test: dev ## all tests (TESTS=tests/test_x.py for one file)
	@exec $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS) $(ARGS)

check: dev ## style, types, floors and the tests that open no ledger, in about a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -n $(WORKERS)
	$(BIN)/mypy -n $(WORKERS) dags/*.py deploy/plugins/*.py
	$(BIN)/lint-imports
	scripts/check-deploy
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --hypothesis-profile=quick -m "not shared and not airflow and not slow and not ledger" --durations=0 --durations-min=5 $(ARGS)

evaluate: product ## precision and recall on the newsroom, and on ../shared where it is
	@for gold in tests/newsroom/gold.jsonl ../shared/gold/seeds.json ../shared/corpus/gold.jsonl; do \
		if [ -f $$gold ]; then echo "== $$gold"; $(BIN)/clusterwatch evaluate $$gold $(ARGS) || exit; fi; done

bench: dev ## every benchmark in benchmarks/, one after the other
	@set -e; for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file; done

soak: dev ## made-up feeds in all moods on loopback, measured and judged: 100, or thousands (ARGS="--feeds 10000")
	@exec $(BIN)/python benchmarks/soak $(ARGS)

demo: product ## the made-up newsroom, from its feeds to alerts on this console, within a minute
	@exec $(BIN)/clusterwatch demo $(ARGS)

up: server ## the program under Apache Airflow, on this machine, until Ctrl-C
	@exec $(BIN)/clusterwatch airflow up --starting-feeds $(ARGS)

crash: dev ## kill the process at twenty-five points of the journey: no alert may be lost or told twice
	$(BIN)/pytest tests/test_crash.py -v $(ARGS)

celery: dev ## a Celery worker killed in the middle of the newsroom, on real Redis and PostgreSQL: minutes
	CLUSTERWATCH_CELERY=1 $(BIN)/pytest tests/test_celery.py -v -s $(ARGS)

compose-smoke: dev ## docker-compose.yml brought up for real, and down again (ARGS=--stand-ins: without a registry)
	@exec $(BIN)/python scripts/compose_smoke.py $(ARGS)

screenshots: dev ## the mail and the Slack message as pictures in docs/screenshots (needs Chromium)
	@exec $(BIN)/python scripts/screenshots.py

past: dev ## the newsroom's ten weeks by airflow backfill, in each direction and twice: one ledger, no alert
	CLUSTERWATCH_PAST=1 $(BIN)/pytest tests/test_airflow_past.py -v $(ARGS)

dag-docs: dev ## docs/dags.md anew, from the DAGs themselves
	@exec $(BIN)/python scripts/dag_docs.py $(ARGS)

lock: dev ## resolve the dependencies anew (ARGS=--upgrade takes newer ones)
	scripts/lock $(ARGS)

env: ## write .env with fresh secrets, for docker-compose.yml; an existing one gets what it lacks
	@scripts/make-env

clean: ## take away .venv and all caches; databases and settings stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

product server dev:
	@scripts/setup $@
