# Every target sets itself up: Python 3.11 or newer, git and make are all that is needed.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

.PHONY: demo test lint bench prove kill engines engines-small duckdb-versions docs clean

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Litmus needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/litmus demo

test: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/litmus lint wb6 eu27
	$(BIN)/litmus lint src/litmus/regimes/wb-digital src/litmus/regimes/instruments src/litmus/regimes/toolbox

# The whole proof: about a million completions. `make test` runs a slice of it.
prove: $(STAMP)
	$(BIN)/python tests/prove.py 20500 60

# Writers of a store killed at random moments, and what is left looked at; a control that must be damaged.
kill: $(STAMP)
	$(BIN)/python tests/kill.py --kills 220

# Every .sql file on PostgreSQL, ClickHouse and Spark, row by row against DuckDB, at 200,000 rows a table.
engines: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[postgres,clickhouse,spark]'
	$(BIN)/litmus engines --compare

# The same on small tables, without Spark, whose start alone takes longer than the others' work.
engines-small: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[postgres,clickhouse]'
	$(BIN)/pytest -m 'postgres or clickhouse' -rs tests/test_engine.py

# The rooms that rest on DuckDB, on the oldest version that pyproject.toml allows; `make test` has the newest.
duckdb-versions: $(STAMP)
	$(PYTHON) -m venv .venv/oldest
	.venv/oldest/bin/pip install --quiet --disable-pip-version-check -e '.[dev]' 'duckdb==1.5.*'
	.venv/oldest/bin/pytest tests/test_store.py tests/test_bulk.py tests/test_engine.py tests/test_engine_lint.py tests/test_imports.py

bench: $(STAMP)
	$(BIN)/python bench/run.py

# Pages that are made from the schema; tests fail when they are stale.
docs: $(STAMP)
	$(BIN)/litmus schema facts > docs/facts.md
	$(BIN)/litmus schema clause-schema > docs/clause.schema.json
	$(BIN)/litmus essay --markdown > docs/essay.md
	$(BIN)/litmus instruments --markdown > docs/instruments-catalogue.md
	$(BIN)/litmus toolbox --markdown > docs/toolbox-table.md
	$(BIN)/python -c 'from litmus.procurement.tables import dictionary; print(dictionary(), end="")' > docs/procurement-tables.md
	$(BIN)/python tests/test_cases.py
	$(BIN)/python tests/notebook_page.py
	$(BIN)/python tests/test_cli.py > docs/cli.md

clean:
	rm -rf .venv
