# Every command sets itself up (see .ci/setup): Python 3.11 or newer and make are enough.

WORKERS ?= 2
ONLY ?=
PYTEST = .venv/bin/python -m pytest -n $(WORKERS) --dist worksteal

MUTATION = test-output/mutation/venv
IN_PROCESS = $(addprefix tests/,app backup bridge calls cli demo domain gateways jobs kiosk language law leads monitor passes record store web witness)

LOCK = .venv/bin/uv pip compile --quiet --system-certs --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate $(if $(UPGRADE),--upgrade) pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help run test check bench soak mutation coverage lock sbom clean ready-to-run ready-to-test

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ready-to-run ## a working demonstration: prints its addresses and logins
	.venv/bin/kezdesu run

test: ready-to-test ## everything, on SQLite and PostgreSQL, browser included; ONLY=tests/domain for a part
	$(PYTEST) $(ONLY)

check: ready-to-test ## style, types, templates, import directions, stale migrations and translations
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/lint-imports --no-logo
	.venv/bin/kezdesu migrate --check
	.venv/bin/python -m service.language.check

bench: ready-to-test ## figures as one JSON object; ONLY=gate for one subject
	.venv/bin/kezdesu bench $(ONLY)

soak: ready-to-test ## the tests again, with many more random examples and rounds; ONLY=tests/crash for a part
	KEZDESU_SOAK=1 $(PYTEST) $(ONLY)

mutation: ready-to-test ## which changes of the rules no test notices (docs/mutation.md); ONLY=queue for a part
	.venv/bin/uv venv --quiet --allow-existing --python .venv/bin/python $(MUTATION)
	.venv/bin/uv pip install --quiet --system-certs --require-hashes --python $(MUTATION)/bin/python -r tests/mutation/requirements.lock
	@echo "$$PWD"/.venv/lib/python3.*/site-packages >"$$(echo $(MUTATION)/lib/python3.*/site-packages)/kezdesu.pth"
	nice -n 19 $(MUTATION)/bin/python -m tests.mutation $(ONLY)

coverage: ready-to-test ## which lines and branches the tests in this process reach (docs/mutation.md); ONLY=tests/record for a part
	rm -f test-output/.coverage test-output/.coverage.*
	COVERAGE_FILE=test-output/.coverage nice -n 19 $(PYTEST) --cov --cov-branch --cov-report= \
		-k "not postgresql" $(or $(ONLY),$(IN_PROCESS))
	COVERAGE_FILE=test-output/.coverage .venv/bin/python -m tests.mutation.coverage

lock: ready-to-test ## write both hashed locks after a change in pyproject.toml; UPGRADE=1 for newer versions
	$(LOCK) --extra postgres --extra kiosk --extra bridge --group setup --output-file requirements.lock
	$(LOCK) --extra dev --group setup --constraint requirements.lock --output-file tests/requirements.lock

sbom: ## the parts of the product as CycloneDX JSON, from the lock: make -s sbom >sbom.json
	@$(or $(PYTHON),python3) .ci/sbom

clean: ## remove what can be made again (never the data in .kezdesu)
	rm -rf .venv test-output build dist .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find service kiosk firmware_bridge tests -name __pycache__ -type d -prune -exec rm -rf {} +

ready-to-run:
	@.ci/setup run

ready-to-test:
	@.ci/setup test
