# `make run` starts the product, `make test` tests it. Both do all the set-up they need.
SHELL := bash
.SHELLFLAGS := -euc
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

# The first Python that is 3.11 or newer and really starts (a version manager's shim may not).
find_python = for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; exit; }; done
PYTHON ?= $(shell $(find_python))
ifeq ($(PYTHON),)
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),run)),)
$(error Python 3.11 or newer is missing: install it, or name it: make PYTHON=/path/to/python3)
endif
endif
PY := .venv/bin/python
TOOLS := $(PYTHON) -I ncii/dev/tools.py
PIP_INSTALL := $(PY) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes
UNREACHED := { echo "make: the packages could not be installed: see above. Is the network there? Then run it again." >&2; exit 1; }

APPS := cases hashes matching ncii partners
HASHER := package.json $(shell find hashes/assembly hashes/static/hashes/worker -type f)
STATIC := $(shell find $(APPS) -path '*/static/*' -type f 2>/dev/null)
CATALOGUES := $(shell find ncii/locale -name '*.po' 2>/dev/null)

.PHONY: help run test lint access pictures bench chaos faults drill containers load fuzz build messages licences sbom \
	advisories lock clean

run: build ## start everything on SQLite, and a demo partner
	@exec $(PY) -m ncii.dev.run

test: build .venv/.dev ## every test, on SQLite and on PostgreSQL with Redis; ARGS=… goes to pytest
	@$(TOOLS) chromium firefox postgres redis
	@exec $(PY) -m ncii.dev.run_tests $(ARGS)

lint: build .venv/.dev ## every check of the code, the templates, the catalogues and the settings
	@$(TOOLS) xgettext compose
	@exec $(PY) -m ncii.dev.lint

bench: build .venv/.dev ## every measurement, on PostgreSQL and Redis; ARGS=word for some
	@$(TOOLS) postgres redis
	@exec $(PY) -m ncii.dev.bench $(ARGS)

chaos: build .venv/.dev ## kill everything at random for a minute, and lose nothing; ARGS="SECONDS WRITERS"
	@$(TOOLS) postgres redis
	@exec $(PY) -m ncii.tests.chaos $(ARGS)

faults: build .venv/.dev ## take away each of the 31 combinations of parts under a person, a platform and staff; fill the disk
	@$(TOOLS) chromium postgres redis
	@EVERY_FAULT=1 exec $(PY) -m pytest ncii/tests/test_faults.py ncii/tests/test_faults_partner.py \
		ncii/tests/test_faults_staff.py -q $(ARGS)

drill: build .venv/.dev ## lose the database, put a backup back, and undo no withdrawal
	@$(TOOLS) postgres redis
	@exec $(PY) -m ncii.tests.drill

containers: build .venv/.dev ## build the image, run docker-compose.yml by the runbook; ARGS="--python IMAGE ..." for other bases
	@$(TOOLS) chromium compose
	@exec $(PY) -m ncii.tests.containers $(ARGS)

load: build .venv/.dev ## 50 people, 20 platforms and 10 staff at once; ARGS="SECONDS"
	@$(TOOLS) postgres redis
	@exec $(PY) -m ncii.tests.load $(ARGS)

fuzz: build .venv/.dev ## made-up requests at the server, mutated files at the hasher; CALLS= SECONDS= ARGS="FILES FORMAT ..."
	@$(TOOLS) chromium postgres redis
	@$(PY) -m ncii.tests.fuzz $(or $(CALLS),100000) $(or $(SECONDS),7200)
	@exec $(PY) -m hashes.fuzz $(ARGS)

access: build .venv/.dev ## axe-core on every page, state, language, size and scheme; ARGS="en fr" for some
	@$(TOOLS) chromium
	@DJANGO_SETTINGS_MODULE=ncii.tests.settings exec $(PY) -m ncii.tests.access_report $(ARGS)

pictures: build .venv/.dev ## every page and state as a picture, to be looked at; ARGS="de tr" for some
	@$(TOOLS) chromium
	@DJANGO_SETTINGS_MODULE=ncii.tests.settings exec $(PY) -m ncii.tests.take_pictures $(ARGS)

help: ## what there is to make
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 13

build: var/.static ## all that is made from the sources: codecs, hasher, translations, static files

messages: .venv/.runtime ## bring the catalogues up to date with the sources
	@$(TOOLS) xgettext
	@$(PY) -m ncii.dev.messages

licences: .venv/.dev node_modules/.installed ## write the list of what the product is made of
	@$(PY) -m ncii.dev.supply licences

sbom: .venv/.dev node_modules/.installed ## print a CycloneDX bill of materials
	@$(PY) -m ncii.dev.supply sbom

advisories: .venv-audit/.installed ## look the locked packages up in the advisory databases
	@$(TOOLS) node npm
	@exec $(PYTHON) -m ncii.dev.advisories $(CURDIR)/.venv-audit/bin/pip-audit

lock: .venv/.dev ## write the locked requirements anew from requirements*.in
	@$(PY) -m ncii.dev.lock

clean: ## remove what make has made; the development database and secrets in var/ stay
	rm -rf .venv .venv-audit node_modules staticfiles hashes/static/hashes/vendor hashes/static/hashes/*.wasm
	rm -rf var/.static var/.messages var/release .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find $(APPS) -name '__pycache__' -prune -exec rm -rf {} +
	find ncii/locale -name '*.mo' -delete 2>/dev/null || true

.venv/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "make: Python 3.11 or newer is missing" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(TOOLS) venv
	@echo "Making the virtual environment"
	@$(PYTHON) -m venv .venv

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "Installing the locked dependencies"
	@$(PIP_INSTALL) -r requirements.txt || $(UNREACHED)
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	@$(TOOLS) c++ headers
	@echo "Installing the locked dependencies of tests and checks"
	@$(PIP_INSTALL) -r requirements-dev.txt || $(UNREACHED)
	@touch $@

.venv-audit/.installed: requirements-audit.txt
	@[ -n "$(PYTHON)" ] || { echo "make: Python 3.11 or newer is missing" >&2; exit 1; }
	@$(PYTHON) -m venv .venv-audit
	@.venv-audit/bin/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes \
		-r requirements-audit.txt
	@touch $@

node_modules/.installed: package-lock.json
	@$(TOOLS) node npm
	@echo "Installing the locked npm packages"
	@npm ci --no-audit --no-fund --progress=false --loglevel=error >/dev/null || $(UNREACHED)
	@touch $@

node_modules/.built: node_modules/.installed $(HASHER)
	@npm run --silent build
	@touch $@

var/.messages: $(CATALOGUES) .venv/.runtime
	@mkdir -p -m 700 var
	@$(PY) -m ncii.dev.compile_messages
	@touch $@

var/.static: $(STATIC) node_modules/.built var/.messages
	@NCII_MODE=development $(PY) manage.py collectstatic --noinput --clear --verbosity 0
	@$(PY) -m ncii.dev.release
	@touch $@
