# Two targets for people: `make run` and `make test`. Both prepare whatever is missing, and a second
# run finds its stamp files in .venv and goes straight to work.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

venv := .venv
bin := $(venv)/bin
pip := $(bin)/python -m pip --quiet --disable-pip-version-check
config ?= config/demo.toml

# The first of these that is new enough makes the environment; `make PYTHON=... run` to choose.
PYTHON ?= python3 python3.13 python3.12 python3.11

# --no-build-isolation: setuptools is among the locked requirements, so nothing unlocked is fetched.
define install
@echo "installing $(1)"
@$(pip) install --require-hashes --requirement $(1)
@$(pip) --quiet install --no-deps --no-build-isolation --editable .
@touch $@
endef

.PHONY: help run test lock wheels clean system-run system-test pcsc

help: ## Show this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 12

run: system-run $(venv)/run.stamp pcsc $(venv)/catalogues.stamp ## Start the demo branch (config=FILE for another); Ctrl-C ends it
	@trap : INT; $(bin)/kiosk run --config $(config) || { status=$$?; [ $$status -eq 130 ] || exit $$status; }

test: system-run system-test $(venv)/test.stamp pcsc $(venv)/emupos.stamp $(venv)/catalogues.stamp ## Run every check that CI runs
	@scripts/check

system-run:
	@scripts/system-packages run

system-test:
	@scripts/system-packages test

$(venv)/made.stamp:
	@for python in $(PYTHON); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$$python has no venv module: install python3-venv" >&2; exit 1; }; \
	  echo "making $(venv) with $$("$$python" --version)"; \
	  "$$python" -m venv $(venv); \
	  touch $@; exit 0; \
	done; \
	echo "kiosk needs Python 3.11 or newer; tried: $(PYTHON)" >&2; exit 1

$(venv)/run.stamp: $(venv)/made.stamp requirements.txt requirements.in pyproject.toml
	$(call install,requirements.txt)

$(venv)/test.stamp: $(venv)/made.stamp requirements-dev.txt requirements.in pyproject.toml
	$(call install,requirements-dev.txt)

# Reads chip cards. It has no wheel: it is built where swig, a compiler and PC/SC's headers are, so
# that a machine without such a reader needs none of them; its tests are skipped there. What was built
# is not asked for again, what couldn't be is tried again.
pcsc: $(venv)/run.stamp
	@[ $(venv)/pcsc.stamp -nt requirements-pcsc.txt ] || ! command -v swig >/dev/null || \
	  ! command -v cc >/dev/null || [ ! -e /usr/include/PCSC/winscard.h ] || \
	  [ ! -e "$$($(bin)/python -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ] || { \
	  echo "installing requirements-pcsc.txt"; \
	  $(pip) install --no-build-isolation --require-hashes --requirement requirements-pcsc.txt; \
	  touch $(venv)/pcsc.stamp; }

# A printer emulator that doesn't know the product, where a Python 3.13 is at hand; its tests are
# skipped with that reason elsewhere.
PYTHON313 ?= python3.13 $(wildcard $(HOME)/.pyenv/versions/3.13.*/bin/python3.13)

$(venv)/emupos.stamp: $(venv)/made.stamp requirements-emupos.txt
	@for python in $(PYTHON313); do \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  echo "installing requirements-emupos.txt"; \
	  "$$python" -m venv .venv-emupos; \
	  .venv-emupos/bin/python -m pip --quiet --disable-pip-version-check install \
	    --require-hashes --requirement requirements-emupos.txt; \
	  break; \
	done
	@touch $@

# The message catalogues, as soon as there is a script that compiles them.
$(venv)/catalogues.stamp: $(wildcard scripts/catalogues kiosk/locale/*/LC_MESSAGES/*.po)
	@if [ -x scripts/catalogues ]; then PATH="$(CURDIR)/$(bin):$$PATH" scripts/catalogues compile; fi
	@touch $@

# Exact versions and hashes of every file, and no address of any package index.
lock_options := --quiet --no-config --upgrade --generate-hashes --strip-extras --allow-unsafe \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

lock: $(venv)/made.stamp ## Compile requirements*.in to the newest versions
	@$(venv)/bin/python -m venv .venv-lock
	@.venv-lock/bin/pip install --quiet --disable-pip-version-check pip-tools
	@for name in requirements requirements-dev; do \
	  CUSTOM_COMPILE_COMMAND="make lock" \
	    .venv-lock/bin/pip-compile $(lock_options) --output-file $$name.txt $$name.in; \
	done

wheels: $(venv)/run.stamp ## Fetch what scripts/install --wheels needs where there is no network
	@$(pip) download --require-hashes --requirement requirements.txt --dest wheels
	@$(pip) download --no-deps --no-build-isolation --require-hashes \
	  --requirement requirements-pcsc.txt --dest wheels

clean: ## Remove the environment and every cache; var/ stays
	@rm -rf $(venv) .venv-lock .venv-emupos build dist *.egg-info
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis test-results
	@find . -name __pycache__ -prune -exec rm -rf {} +
	@find . -name '*.mo' -delete
