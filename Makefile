# make figures | test | verify | report | paper | bench | mutants | docs | lint    (first use makes .venv)
# Options: TIER=quick|full  BACKEND=auto|numpy|cupy  JOBS=N  SEED=N  STORE=DIR  FORCE=1; figures, test: TOPIC=T
# figures: TOPIC=T/PICTURE  PANEL=a  WIDTH=column|page

PYTHON ?= python3
TIER ?= quick
BACKEND ?= auto
SEED ?= 0
STORE ?= results
JOBS ?=
TOPIC ?=
PANEL ?=
WIDTH ?=
VENV := .venv
STAMP := $(VENV)/.installed
RUN := $(VENV)/bin/python
OPTIONS = --tier $(TIER) --backend $(BACKEND) --seed $(SEED) --store $(STORE) $(if $(JOBS),--jobs $(JOBS))

# One process a core, tests of one file in the same; of a topic: its tests, its doctests, and what holds for each claim.
TESTS = -n $(if $(filter 1,$(JOBS)),0,$(or $(JOBS),logical)) --dist loadfile $(if $(TOPIC),--topic $(TOPIC) tests/claims \
  $(wildcard $(foreach room,theory sims claims figures overparam/measures,$(room)/$(TOPIC) $(room)/$(TOPIC).py) \
  tests/*/test_$(TOPIC).py tests/*/test_$(TOPIC)_*.py))

# One BLAS thread a process: more would change the last bit, and processes already use the cores.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: figures test test-full cores verify report paper readme bench mutants docs lint lock clean

figures: $(STAMP)
	@$(RUN) -m overparam figures $(TOPIC) $(OPTIONS) $(if $(PANEL),--panel $(PANEL)) $(if $(WIDTH),--width $(WIDTH)) \
	  $(if $(FORCE),--force)

test: $(STAMP)
	@$(RUN) -m pytest $(TESTS)

test-full: $(STAMP)
	@$(RUN) -m pytest $(TESTS) -m slow

# Claims that are not statistical, under three kinds of processor.
cores: $(STAMP)
	@$(RUN) -m benchmarks.cores $(TOPIC) --types $(or $(TYPES),3) --seeds $(or $(SEEDS),1) $(if $(JOBS),--jobs $(JOBS))

verify: $(STAMP)
	@$(RUN) -m overparam verify $(OPTIONS)

report: $(STAMP)
	@$(RUN) -m overparam report $(OPTIONS)

paper: $(STAMP)
	@$(RUN) -m paper $(OPTIONS)

readme: figures
	@$(RUN) -m paper.readme $(OPTIONS)

bench: $(STAMP)
	@$(RUN) -m benchmarks

# Planted bugs in theory/ (an hour on two cores the first time; afterwards only what changed).
mutants: $(STAMP)
	@$(RUN) -m pip install --quiet --constraint constraints.txt --editable '.[mutation]'
	@nice $(VENV)/bin/mutmut run $(if $(JOBS),--max-children $(JOBS))
	@$(RUN) -m benchmarks.mutants

docs: $(STAMP)
	@$(RUN) -m docs

lint: $(STAMP)
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

# The versions that were tested together, without URLs or hashes (needs uv).
lock: $(STAMP)
	uv pip compile --universal --extra dev --extra cluster --extra parquet --extra docs --extra mutation --no-header --no-annotate --python-version 3.11 --output-file constraints.txt pyproject.toml

clean:
	rm -rf results paper/generated docs/api

$(STAMP): pyproject.toml constraints.txt
	@echo "making the environment in $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { \
	  $(PYTHON) -m pip install --quiet --target .boot virtualenv && PYTHONPATH=.boot $(PYTHON) -m virtualenv --quiet $(VENV); }
	@if command -v uv >/dev/null 2>&1; then \
	  uv pip install --quiet --python $(RUN) --constraint constraints.txt --editable '.[dev]'; \
	else \
	  $(RUN) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'; fi
	@touch $@
