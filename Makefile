# Everything a newcomer needs: `make run` and `make test`. `make help` lists the rest.
# Relative paths and `.venv/bin/python -m ...` only, so that a folder may have spaces.

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 2
ROW ?=

PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check \
	--root-user-action=ignore --no-input --only-binary=:all: --require-hashes
SOURCES := portal news training teams contests members certificates mail content vietnam
LINE := Python 3.11 or later is needed and none was found: install it, or name it, \
	e.g. PYTHON=/opt/python/bin/python3 make run.

export PORT
export PYTHONUNBUFFERED = 1
# One make at a time: targets share .venv and var.
.NOTPARALLEL:
.PHONY: help run test test-quick lint format messages shell bench screenshots clean \
	reset requirements venv venv-dev

help:
	@echo "make run           the portal with demo content at http://127.0.0.1:$(PORT)/"
	@echo "make test          the whole test suite (make test-quick: the fast part)"
	@echo "make lint          style, floors, migrations, production settings, catalogues"
	@echo "make format        format Python and templates"
	@echo "make messages      bring the message catalogues up to date with the code"
	@echo "make shell         a Python shell with the models at hand"
	@echo "make bench         measure (one row: make bench ROW=search)"
	@echo "make screenshots   take the pictures of README.md anew"
	@echo "make requirements  resolve and pin the packages anew"
	@echo "make clean         remove what was built, keep the data"
	@echo "make reset         remove the local database, letters and files too"

run: venv
	@exec $(PY) manage.py up

test: venv-dev
	@$(PY) -m pytest -q -n $(WORKERS) --dist loadgroup

test-quick: venv-dev
	@$(PY) -m pytest -q -n $(WORKERS) --dist loadgroup \
		-m "not slow and not browser and not fault"

lint: venv-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint templates --check --lint
	$(PY) -c "from importlinter.cli import lint_imports_command as go; go(['--no-logo'])"
	@# No database is needed: the one that does not answer is only a warning here.
	DJANGO_SETTINGS_MODULE=portal.settings.test \
		$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@# Values of no meaning: production settings refuse to load without any.
	DJANGO_SETTINGS_MODULE=portal.settings.production \
		SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
		ALLOWED_HOSTS=portal.example.com SITE_URL=https://portal.example.com \
		DATABASE_URL=postgres://portal:none@127.0.0.1/portal EMAIL_URL=smtp://127.0.0.1 \
		REDIS_URL=redis://127.0.0.1/0 CACHE_URL=redis://127.0.0.1/1 \
		$(PY) manage.py check --deploy --fail-level WARNING
	$(PY) -m portal.messages --check
	DJANGO_SETTINGS_MODULE=portal.settings.test $(PY) manage.py data_map --check

format: venv-dev
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .
	$(PY) -m djlint templates --quiet --reformat

messages: venv
	$(PY) -m portal.messages

shell: venv
	@$(PY) -m portal.embedded start >/dev/null
	@$(PY) manage.py shell; $(PY) -m portal.embedded stop >/dev/null

bench: venv-dev
	@$(PY) -m benchmarks $(ROW)

screenshots: venv-dev
	@$(PY) manage.py screenshots

clean:
	@if [ -x $(PY) ]; then $(PY) -m portal.embedded stop --force "$${PORTAL_VAR:-var}/test"; fi
	rm -rf .venv "$${PORTAL_VAR:-var}/test" "$${PORTAL_VAR:-var}/static" \
		.pytest_cache .ruff_cache .import_linter_cache
	find $(SOURCES) tests benchmarks locale \
		\( -name __pycache__ -o -name '*.mo' \) -prune -exec rm -rf {} + 2>/dev/null || true

reset: venv
	@$(PY) -m portal.embedded remove
	rm -rf "$${PORTAL_VAR:-var}"

# Newest versions that the .in files allow, universally for Python 3.11 and later.
requirements: venv-dev
	for set in requirements requirements-dev; do \
		$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --upgrade \
			--generate-hashes --no-header --no-emit-index-url --system-certs \
			$$set.in --output-file $$set.txt || exit 1; \
	done

# The copy of requirements.txt in .venv says what is installed; equal means no pip.
venv: .venv/bin/python
	@cmp -s requirements.txt .venv/requirements.txt || { \
		echo "installing packages (half a minute the first time)"; \
		rm -f .venv/requirements.txt; \
		$(PY) -c 'import pip' 2>/dev/null || $(PY) -m ensurepip >/dev/null; \
		$(PIP) -r requirements.txt && cp requirements.txt .venv/requirements.txt; }

venv-dev: venv
	@cmp -s requirements-dev.txt .venv/requirements-dev.txt || { \
		echo "installing packages for tests"; \
		rm -f .venv/requirements-dev.txt; \
		$(PIP) -r requirements-dev.txt && \
			cp requirements-dev.txt .venv/requirements-dev.txt; }

.venv/bin/python:
	@for python in "$(PYTHON)" python3.13 python3.12 python3.11; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
			echo "$$("$$python" -V) lacks the module venv:" \
				"install the package python3-venv (Debian, Ubuntu: apt install python3-venv)."; \
			exit 1; }; \
		echo "making .venv with $$("$$python" -V)"; \
		rm -rf .venv; \
		"$$python" -m venv .venv || { rm -rf .venv; exit 1; }; \
		exit 0; \
	done; echo "$(LINE)"; exit 1
