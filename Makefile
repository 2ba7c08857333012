# `make ingest` and `make test` work on a fresh Debian or Ubuntu with nothing but python3 and make; `make help` lists all.
ARCHIVE ?= corpus/archive
# By default the sample archive goes to corpus/out, an archive of one's own to corpus/out-<its name>: never into one.
OUT ?= $(shell case "$(patsubst %/,%,$(ARCHIVE))" in (corpus/archive) echo corpus/out ;; \
	(*) echo "corpus/out-$$(basename "$(ARCHIVE)")" ;; esac)
JOBS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)

SHELL = /bin/sh
BIN = .venv/bin
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-test setup-bench setup-models ingest test lint rehearsal bench bench-corpus bench-faults bench-hostile bench-letterhead bench-reading bench-restoration bench-scale bench-search bench-sweep models recogniser schema serve clean setup-web

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

setup: ## install what is missing: system packages where it may, .venv, sohoa
	@sh scripts/setup.sh run

setup-web:
	@sh scripts/setup.sh web

setup-test:
	@sh scripts/setup.sh test

setup-bench:
	@sh scripts/setup.sh bench

setup-models:
	@sh scripts/setup.sh models

ingest: setup ## ingest ARCHIVE=dir (default: the sample archive) into OUT=dir with JOBS=n processes
	@$(BIN)/sohoa ingest "$(ARCHIVE)" --out "$(OUT)" --jobs $(JOBS); code=$$?; \
	if [ $$code = 0 ] || [ $$code = 4 ]; then \
		echo "The results are in $(OUT): documents/ (JSON), text/, corpus.sqlite, report.html and report.json."; \
		[ "$(OUT)" != corpus/out ] || { \
			echo "How right they are:  $(BIN)/sohoa evaluate corpus/gold corpus/out"; \
			echo "Your own plans:  make ingest ARCHIVE=/path/to/your/plans OUT=/path/to/results"; }; \
	fi >&2; exit $$code

test: setup-test ## the whole test suite; PYTEST_ARGS="-m 'not slow'" for a part of it
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(PYTEST_ARGS)

lint: setup-test ## ruff, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

rehearsal: ## both README commands on a clean root of this system's release, as root; REHEARSE="--help" says what else
	@python3 scripts/rehearsal.py $(REHEARSE)

bench: bench-corpus bench-reading bench-letterhead bench-restoration bench-scale bench-faults bench-hostile ## all benchmarks, for hours; each writes its report to bench-out/

bench-corpus: setup ## the sample archive against its gold, with every miss, in bench-out/
	@mkdir -p bench-out && rm -rf bench-out/corpus
	@$(BIN)/sohoa ingest corpus/archive --out bench-out/corpus --jobs $(JOBS)
	@$(BIN)/sohoa evaluate corpus/gold bench-out/corpus | tee bench-out/corpus.txt

# Pages of real text are printed and read once (a quarter of an hour); without ../shared the sample plans alone are used.
bench-faults: setup-test ## fifty batches killed at random moments; nothing may be lost
	@$(BIN)/python -m pipeline.bench.faults --rounds 50

bench-scale: setup-bench ## speed, memory and disk of whole batches, OCRmyPDF and the machine's own ceiling beside them
	@$(BIN)/python -m pipeline.bench.scale --out bench-out/scale.json

bench-restoration: setup-bench ## restoration beside other restorers, with cost, errors and plot, in bench-out/
	@if [ -d ../shared ] && [ ! -f bench-out/sets/garble-labelled.tsv ]; then \
		$(BIN)/python -m pipeline.training.evaluation_sets --out bench-out/sets && \
		$(BIN)/python -m pipeline.training.garble_set --sets bench-out/sets --out bench-out/sets/garble-labelled.tsv; fi
	@$(BIN)/python -m pipeline.bench.restoration_bench --sets corpus/evaluation bench-out/sets --out bench-out

bench-reading: setup-bench ## reading beside plain Tesseract, OCRmyPDF and trueocr, by document and condition, in bench-out/
	@$(BIN)/python -m pipeline.bench.reading_bench --out bench-out

bench-letterhead: setup-bench ## numbers and dates on the labelled letterheads of ../shared, with every miss as a picture, in bench-out/
	@$(BIN)/python -m pipeline.bench.letterhead_bench --out bench-out

bench-search: setup ## how well and how fast a corpus is searched: judged queries, and ROWS=1000000 sections, in bench-out/
	@$(BIN)/python -m pipeline.bench.search_bench --out bench-out/search.json --rows $(or $(ROWS),1000000)

bench-sweep: setup ## which numbers of STAGE=structure (reading, restoration) matter: each a fifth lower and higher, its effect printed
	@mkdir -p bench-out
	@$(BIN)/python -m pipeline.bench.sweep $(or $(STAGE),structure) | tee bench-out/sweep-$(or $(STAGE),structure).md

bench-hostile: setup-test ## 400 malformed files and known attacks: each through intake within hard limits, and all as one batch
	@$(BIN)/python -m tests.intake.fuzzing bench-out/hostile --count 400 --from corpus/archive \
		--report bench-out/hostile.json
	@$(BIN)/python -m tests.run.hostile --count 400 --report bench-out/hostile-batch.json

models: setup-models ## retrain what lies in models/ from ../shared/text
	@$(BIN)/python -m pipeline.training

recogniser: setup-models ## train the line recogniser anew on two cores (three hours; goes on where it was stopped), LINES=n of them
	@$(BIN)/python -m pipeline.training.recogniser all $(if $(LINES),--lines $(LINES))

schema: setup ## write docs/document.schema.json anew from pipeline/schema.py
	@$(BIN)/python scripts/write_schema.py docs/document.schema.json

serve: setup-web ## search, read and correct a corpus in the browser: OUT=dir, PORT=n
	@[ -f "$(OUT)/ledger.sqlite" ] || { echo "There is no corpus in $(OUT) yet: make ingest" >&2; exit 1; }
	@$(BIN)/sohoa serve --corpus "$(OUT)" --port $(or $(PORT),8080)

clean: ## remove what was built; models and results of other archives stay
	rm -rf .venv build dist bench-out corpus/out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
