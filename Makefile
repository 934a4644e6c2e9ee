# Each target works alone on a fresh machine with make and Python 3.11 or newer.
# The tests read real data from SKCLF_DATA and NLTK_DATA where these are set.

PYTHON ?= python3

# For make demo; the environment's variables of these names mean something else.
DATA =
MINUTES = 10
TEXT = text
TARGET = target
SEP =
ENCODING =

GALLERY = 1  # whether make docs runs the examples, which takes minutes
spelt = skclf docs examples benchmarks *.md  # tests misspell on purpose

# Two processes, each of which needs 3 GB: nets of one file share what is compiled.
# One that ends before its time is not started again: pytest-xdist may wait for it for ever.
in-parallel = -n 2 --dist loadfile --max-worker-restart 0

comma = ,
quoted = '$(subst ','\'',$(1))'
demo-options = $(if $(DATA),--data $(call quoted,$(DATA)) \
	--text $(call quoted,$(TEXT)) --target $(call quoted,$(TARGET)) \
	$(if $(SEP),--sep $(call quoted,$(SEP))) \
	$(if $(ENCODING),--encoding $(call quoted,$(ENCODING))))

.DEFAULT_GOAL := help
.PHONY: help install demo test lint test-fast test-slow test-oldest test-serve test-cluster \
	test-tracking test-encoders coverage docs spelling fuzz clean

# Nets and whole systems are not among them: a minute or two.
fast-packages = category datasets embed features sequence text
fast-tests = $(addprefix tests/,$(fast-packages)) $(addprefix skclf/,$(fast-packages)) \
	$(addprefix tests/test_,$(addsuffix .py,cache containers foreign lower_bounds no_rows \
	once structure testing texts_are_data true_messages validation))

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

install: .venv/installed  ## Install skclf and its tools into .venv

demo: .venv/installed  ## Run the example; also DATA=file.csv TEXT= TARGET= SEP= ENCODING=
	@.venv/bin/python examples/disaster_tweets.py $(demo-options)

test: lint  ## Check the style and run the tests, but for the slow ones
	@.venv/bin/python -m pytest $(in-parallel) -m "not slow"

test-fast: lint  ## Check the style and test what needs no net, in a minute or two
	@.venv/bin/python -m pytest $(in-parallel) -m "not slow" $(fast-tests)

test-slow: .venv/installed  ## Run the slow tests: whole systems, processes, searches
	@.venv/bin/python -m pytest $(in-parallel) -m slow

lint: .venv/installed  ## Check the style
	@.venv/bin/python -m ruff check
	@.venv/bin/python -m ruff format --check

test-oldest: .venv-oldest/installed  ## Run all tests on the oldest dependencies
	@.venv-oldest/bin/python -m pytest $(in-parallel)
	@SKCLF_ACCELERATION=0 .venv-oldest/bin/python -m pytest $(in-parallel) tests/models

test-serve: .venv/installed .venv-serve/installed  ## Test serving without TensorFlow
	@SKCLF_SERVE_PYTHON=.venv-serve/bin/python .venv/bin/python -m pytest \
		tests/deploy/test_to_onnx.py -k without_tensorflow

test-cluster: .venv-cluster/installed  ## Test searches and scoring on Dask and Ray
	@.venv-cluster/bin/python -m pytest tests/cluster

test-tracking: .venv-tracking/installed  ## Test MLflow, which brings many packages
	@.venv-tracking/bin/python -m pytest tests/test_mlflow.py

test-encoders: .venv/installed  ## Test real weights: SKCLF_ENCODER=FOLDER
	@.venv/bin/python -m pytest -rs tests/embed/test_real_encoder.py

coverage: .venv/installed  ## Say which lines the tests run
	@.venv/bin/python -m pytest $(in-parallel) --cov=skclf --cov-report=term:skip-covered

docs: .venv/installed  ## Build the site in docs/_build/html; GALLERY=0 runs no example
	@.venv/bin/python -m sphinx -W --keep-going -q -b html \
		-D plot_gallery=$(GALLERY) docs docs/_build/html

spelling: .venv/installed  ## Look for misspelt words
	@.venv/bin/python -m codespell_lib $(spelt)

fuzz: .venv/installed  ## Look for faults with ever other inputs; MINUTES=10
	@end=$$(($$(date +%s) + 60 * $(MINUTES))); seed=1; \
	while [ $$(date +%s) -lt $$end ]; do \
		SKCLF_FUZZ_SEED=$$seed .venv/bin/python -m pytest --hypothesis-seed=$$seed \
			tests/test_fuzz.py tests/deploy/test_hostile_files.py || exit 1; \
		seed=$$((seed + 1)); \
	done

clean:  ## Remove the environments and all caches
	@rm -rf .venv .venv-oldest .venv-serve .venv-cluster .venv-tracking
	@rm -rf .pytest_cache .ruff_cache build dist *.egg-info
	@rm -rf docs/_build docs/api docs/examples docs/sg_execution_times.rst
	@find . -name __pycache__ -prune -exec rm -rf {} +

# An environment is stale when the list of dependencies is newer than its stamp.
.venv/installed: pyproject.toml
	$(call install-into,.venv,,$(comma)docs)

.venv-oldest/installed: pyproject.toml tests/oldest.txt
	$(call install-into,.venv-oldest,-c tests/oldest.txt,)

.venv-serve/installed: pyproject.toml
	@$(PYTHON) -m venv .venv-serve
	@.venv-serve/bin/python -m pip install -qq -e '.[runtime]'
	@.venv-serve/bin/python -m pip check
	@touch $@

.venv-cluster/installed: pyproject.toml
	$(call install-into,.venv-cluster,,$(comma)cluster)

.venv-tracking/installed: pyproject.toml
	@$(PYTHON) -m venv .venv-tracking
	@.venv-tracking/bin/python -m pip install -qq -e '.[nets,onnx,plot]' pytest 'mlflow>=3.17'
	@touch $@

define install-into
@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else \
	"skclf needs Python 3.11 or newer, got %d.%d. Name one: make PYTHON=..." % v[:2])'
@echo "Installing skclf into $(1): about 3 GB, some minutes ..."
@$(PYTHON) -m venv $(1)
@$(1)/bin/python -m pip install -qq $(2) -e '.[all,dev$(3)]'
@touch $(1)/installed
endef
