# Each target sets up the environment itself if it has to. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
REFERENCE := .venv-reference
MOSTLY := .venv-mostly
TABDDPM := .venv-tabddpm
TABFAIRGDT := .venv-tabfairgdt
SUPPLY := .venv-supply

.DEFAULT_GOAL := help
.PHONY: help setup app demo test test-slow gpu-check docs reference anchors mostly tabddpm tabfairgdt screenshots wheel format supply lock sbom licences scan

help:
	@echo "make setup       install everything into $(VENV) (once; again only when the pins change)"
	@echo "make demo        run the whole loop on the demo table; then open runs/demo/report.html"
	@echo "make app         open the app in a browser"
	@echo "make test        style, types, architecture, tests: what a change must pass"
	@echo "make test-slow   the tests that take minutes"
	@echo "make gpu-check   train, sample and audit on a CUDA GPU and compare it with the CPU (ten minutes)"
	@echo "make docs        the documentation site, in docs/_build/html"
	@echo "make reference   a second environment with SDMetrics, which tests compare figures with (once)"
	@echo "make anchors     environments of other generators, for the benchmarks: mostly, tabddpm, tabfairgdt (once; gigabytes)"
	@echo "make screenshots pictures of every page in docs/screenshots (needs Chromium; takes minutes)"
	@echo "make wheel       the wheel that others install, in dist/"
	@echo "make format      rewrite the source in the project's style"
	@echo "make lock        every package with its hashes, in requirements.lock and requirements-image.lock (minutes; needs the index)"
	@echo "make sbom        what $(VENV) holds as CycloneDX, in dist/sbom.json"
	@echo "make licences    the licences of all that, in dist/licences.md"
	@echo "make scan        known vulnerabilities of all that, in dist/scan.json (needs a database on the network)"

setup: $(STAMP)

$(STAMP): pyproject.toml setup.py constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Evenhand needs Python 3.11 or later; '$(PYTHON)' is older or missing. Try: make setup PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt -e '.[dev]'
	@touch $@

app: $(STAMP)
	$(BIN)/evenhand app

demo: $(STAMP)
	$(BIN)/evenhand demo --out runs/demo

test: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadfile -m 'not slow' --timeout 600 --doctest-modules

test-slow: $(STAMP)
	$(BIN)/python -m pytest -m slow

# A machine with a GPU may have its own torch and no network, so nothing is installed: without $(VENV), $(PYTHON) runs it.
gpu-check:
	$(if $(wildcard $(BIN)/python),$(BIN)/python,$(PYTHON)) -m core.benchmarks.gpu_check

# -W: a broken link or an unknown name fails the build. The tutorial in Python runs in it.
docs: $(VENV)/.docs
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html."

$(VENV)/.docs: $(STAMP)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt -e '.[docs]'
	@touch $@

# SDMetrics needs an older pandas, so it cannot share the environment.
reference: $(REFERENCE)/.installed

$(REFERENCE)/.installed: constraints-reference.txt
	$(PYTHON) -m venv $(REFERENCE)
	$(REFERENCE)/bin/python -m pip install --disable-pip-version-check --quiet -c constraints-reference.txt sdmetrics
	@touch $@

# Generators of others, each in an environment of its own, because their pins differ from ours and from each other.
anchors: mostly tabddpm tabfairgdt

# The engine pins an older psutil. torch comes first, so that its wish is already met and the CPU build stays.
mostly: $(MOSTLY)/.installed

$(MOSTLY)/.installed: constraints-mostly.txt
	$(PYTHON) -m venv $(MOSTLY)
	$(MOSTLY)/bin/python -m pip install --disable-pip-version-check --quiet -c constraints-mostly.txt torch
	$(MOSTLY)/bin/python -m pip install --disable-pip-version-check --quiet -c constraints-mostly.txt mostlyai-engine
	$(MOSTLY)/bin/python -m pip uninstall --quiet --yes torchvision torchaudio # of other torch builds, and not needed
	@touch $@

tabddpm: $(TABDDPM)/.installed

$(TABDDPM)/.installed: constraints-tabddpm.txt
	$(PYTHON) -m venv $(TABDDPM)
	$(TABDDPM)/bin/python -m pip install --disable-pip-version-check --quiet -c constraints-tabddpm.txt torch
	$(TABDDPM)/bin/python -m pip install --disable-pip-version-check --quiet -c constraints-tabddpm.txt tabeval
	@touch $@

tabfairgdt: $(TABFAIRGDT)/.installed

$(TABFAIRGDT)/.installed: constraints-tabfairgdt.txt
	$(PYTHON) -m venv $(TABFAIRGDT)
	$(TABFAIRGDT)/bin/python -m pip install --disable-pip-version-check --quiet -c constraints-tabfairgdt.txt tabfairgdt pyarrow
	@touch $@

screenshots: $(STAMP)
	$(BIN)/python -m tests.browser.screenshots

wheel: $(STAMP)
	$(BIN)/python -m pip wheel --disable-pip-version-check --quiet --no-deps --wheel-dir dist .

# What the tools read lies in $(VENV); they run elsewhere, so that they are not in the lists.
supply: $(SUPPLY)/.installed

$(SUPPLY)/.installed: constraints-supply.txt
	$(PYTHON) -m venv $(SUPPLY)
	$(SUPPLY)/bin/python -m pip install --disable-pip-version-check --quiet -r constraints-supply.txt
	@touch $@

# No address of an index gets into the files, so they hold for each that serves the same packages. Wheels of this machine
# would, with hashes that nobody else has: what pip is told about them does not count, but an index in PIP_INDEX_URL does.
COMPILE := PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= PIP_CONSTRAINT= \
  $(SUPPLY)/bin/python -m piptools compile --quiet --generate-hashes --strip-extras --unsafe-package evenhand --no-header \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options -c constraints.txt

lock: supply
	$(COMPILE) --extra dev --extra docs --output-file requirements.lock pyproject.toml
	$(COMPILE) -c requirements.lock --extra login --extra pdf --output-file requirements-image.lock pyproject.toml

sbom: $(STAMP) supply
	@mkdir -p dist
	$(SUPPLY)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o dist/sbom.json $(BIN)/python

licences: $(STAMP) supply
	@mkdir -p dist
	$(SUPPLY)/bin/pip-licenses --python $(BIN)/python --with-urls --format markdown --output-file dist/licences.md

# Without a database the tool skips every package or ends without a file; that may not pass for a clean scan.
scan: $(STAMP) supply
	@mkdir -p dist && rm -f dist/scan.json
	@$(SUPPLY)/bin/pip-audit --progress-spinner off --skip-editable --format json --output dist/scan.json \
	  --path "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"; code=$$?; \
	found=$$(grep -c '"vulns"' dist/scan.json 2>/dev/null); \
	if test "$${found:-0}" = 0; then \
	  echo "Nothing was scanned: no database of vulnerabilities was reached. Run this where the network has one." >&2; exit 2; \
	fi; exit $$code

format: $(STAMP)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
