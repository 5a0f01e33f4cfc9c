# One command each for set-up, demo, tests, lint and docs. `make` alone lists them.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.setup-done
PEERS := $(VENV)/.peers-done
MANIFESTS := pyproject.toml constraints.txt $(wildcard plugins/*/pyproject.toml)
PACKAGES := -e '.[dev,docs]' $(patsubst %/pyproject.toml,-e %,$(wildcard plugins/*/pyproject.toml))

# The newest Python that is known to work, else whatever python3 is, if it is new enough and can make a venv.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; \
	done)

JOBS ?= 2
ARGS ?=
# What is tested on both pairs of store and bus. Left out is what is about one process alone, which is marked
# `embedded`, and what has a server of its own on either pair, such as the tests of the bus.
ON_BOTH := tests/contract/store tests/invariants tests/scenarios tests/unit/flow tests/integration

# What is tested with a real mail server.
MAIL := plugins/email_smtp/tests/test_real_mail.py tests/acceptance/test_bounce_becomes_letter.py
# What is tested with a real SMS gateway.
SMS := plugins/sms/tests/test_real_kannel.py tests/acceptance/test_shipped_by_text.py
# What is tested with a real SFTP server.
SFTP := tests/contract/placing plugins/hot_folder

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-scaled lint format docs bench bench-search bench-bounces bench-folder test-mail test-sms test-sftp chaos constraints clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv with PrintHub, its plugins and every tool (does nothing when up to date)

$(STAMP): $(MANIFESTS)
	@if [ ! -x $(BIN)/pip ]; then \
		if [ -z "$(PYTHON)" ]; then \
			echo "PrintHub needs Python 3.11 or newer, with its venv module (on Debian: python3-venv)." >&2; \
			echo "Found: $$(python3 --version 2>&1 || true). Install one, or name it: make setup PYTHON=/path/to/python3.x" >&2; \
			exit 1; \
		fi; \
		echo "Making $(VENV) with $(PYTHON)"; \
		"$(PYTHON)" -m venv $(VENV) || exit 1; \
	fi
	@echo "Installing PrintHub, its plugins and the tools into $(VENV)"
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt $(PACKAGES)
	@touch $@

demo: setup ## Watch orders go through a hub into two simulated MISs
	$(BIN)/printhub demo

test: setup ## Run all tests; ARGS="-k words" for some, JOBS=4 for more at a time
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-mail: setup ## Run what needs Postfix and Dovecot; as root on Debian it installs them
	@if ! { command -v postfix && command -v dovecot; } > /dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		echo "Installing Postfix and Dovecot, without setting them up"; \
		echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
			postfix dovecot-imapd > /dev/null || exit 1; \
	fi
	$(BIN)/pytest $(MAIL) $(ARGS)

test-sms: setup ## Run what needs Kannel; as root on Debian it installs it
	@if ! { command -v bearerbox && [ -x /usr/lib/kannel/test/fakesmsc ]; } > /dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		echo "Installing Kannel and its fake network, without setting them up"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
			kannel kannel-extras > /dev/null || exit 1; \
	fi
	$(BIN)/pytest $(SMS) $(ARGS)

test-sftp: setup ## Run what needs an OpenSSH server; as root on Debian it installs it
	@if ! { [ -x /usr/sbin/sshd ] && command -v ssh-keygen; } > /dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		echo "Installing the OpenSSH server; the tests start one of their own"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
			openssh-server openssh-client > /dev/null || exit 1; \
	fi
	$(BIN)/pytest $(SFTP) $(ARGS)

test-scaled: setup ## Run what holds on either pair on PostgreSQL and RabbitMQ (PRINTHUB_TEST_POSTGRES, PRINTHUB_TEST_AMQP)
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --pair scaled $(ON_BOTH) $(ARGS)

lint: setup ## Check style, types, the floors and the declared dependencies
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src
	for plugin in plugins/*/; do (cd $$plugin && $(CURDIR)/$(BIN)/deptry src) || exit 1; done

format: setup ## Format the code and repair what ruff can repair
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: setup ## Build the documentation into docs/_build/html
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

bench: $(PEERS) ## Measure the engine beside its peers; ARGS="--short" for a minute, "--only embedded" for a part
	$(BIN)/python -m bench.engine $(ARGS)

$(PEERS): $(STAMP)
	@echo "Installing what the hub is measured beside into $(VENV)"
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt -e '.[bench]'
	@touch $@

bench-search: setup ## Measure searches and rates at 1,000,000 jobs; ARGS="--jobs 20000 --plans" for a short check
	$(BIN)/python -m bench.search $(ARGS)

bench-bounces: setup ## Measure how bounces are read, beside the peers (PRINTHUB_BOUNCES names the folder of real mails)
	$(BIN)/python -m bench.bounces $(ARGS)

bench-folder: setup ## Place 10,000 files under the eyes of a watcher, killed now and then; ARGS="--placements 500" for a short run
	$(BIN)/python -m bench.folder $(ARGS)

chaos: setup ## Kill hubs under load and check what is left; ARGS=--short for every failpoint once
	$(BIN)/python -m chaos $(ARGS)

constraints: ## Rewrite constraints.txt with the newest versions that the pyproject files admit
	rm -rf build/constraints
	"$(PYTHON)" -m venv build/constraints
	build/constraints/bin/python -m pip install --quiet $(PACKAGES) -e '.[bench]'
	echo '# Written by `make constraints`: the versions that PrintHub is developed and tested with.' > constraints.txt
	build/constraints/bin/python -m pip freeze --exclude-editable >> constraints.txt
	rm -rf build/constraints

clean: ## Remove what was built or cached (.venv stays; remove that by hand)
	rm -rf build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage
	find src plugins tests docs -name __pycache__ -type d -prune -exec rm -rf {} +
