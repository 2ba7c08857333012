"""How well and how fast a corpus is searched: nDCG@10 and recall on judged queries, times on many sections.

python -m pipeline.bench.search_bench --out bench-out/search.json [--rows 1000000]
"""

from __future__ import annotations

import argparse
import json
import math
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.bench.search_corpus import Made, made_plans, many_entries
from pipeline.store.catalogue import Catalogue
from pipeline.store.entries import index_entry
from pipeline.store.finding import Wanted, find
from pipeline.store.index import CorpusIndex, open_index
from pipeline.store.query import Query
from pipeline.store.ranking import ranked
from pipeline.store.search import Asked, part_rows

_QUERIES = Path(__file__).resolve().parents[2] / "corpus" / "evaluation" / "search-queries.tsv"
_TOP = 10
_ROUNDS = 40  # times that each kind of query is asked, always another one
_A_COMMIT = 200  # documents
Search = Callable[[sqlite3.Connection, str], list[str]]


def judged(lines: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """(query, what a plan has to be about) of the lines of search-queries.tsv."""
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return [(query, dict(part.split("=", 1) for part in about.split(";"))) for query, about in rows]


def grade(made: Made, about: dict[str, str]) -> int:
    """3 for a plan about all of it, 1 for one about the first that lacks one of the others, else 0."""
    lacking = [name for name, value in about.items() if made.about[name] != value]
    if not lacking:
        return 3
    return int(len(lacking) == 1 and len(about) > 2 and lacking[0] != next(iter(about)))


def ndcg(grades: Sequence[int], ideal: Sequence[int]) -> float:
    """Normalised discounted cumulative gain of the first ten."""
    best = _gain(sorted(ideal, reverse=True))
    return _gain(grades) / best if best else 1.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**one - 1) / math.log2(place + 2) for place, one in enumerate(grades[:_TOP]))


def measure_ranking(
    plans: Sequence[Made], queries: Sequence[tuple[str, dict[str, str]]]
) -> dict[str, dict[str, float]]:
    """nDCG@10 and recall of those about all of it (of ten at most) for each way of searching."""
    by_path = {made.about["path"]: made for made in plans}
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus.sqlite"
        with CorpusIndex(corpus) as index, index.transaction():
            for made in plans:
                index.put(index_entry(made.document))
        figures = {}
        for name, search in _ways().items():
            gains, recalls = [], []
            with open_index(corpus) as connection:
                for query, about in queries:
                    grades = [grade(by_path[path], about) for path in search(connection, query)[:_TOP]]
                    ideal = [grade(made, about) for made in plans]
                    gains.append(ndcg(grades, ideal))
                    recalls.append(grades.count(3) / min(_TOP, max(1, ideal.count(3))))
            figures[name] = {
                "ndcg@10": round(statistics.mean(gains), 4),
                "recall@10": round(statistics.mean(recalls), 4),
            }
        return figures


def _ways() -> dict[str, Search]:
    catalogue = Catalogue()

    def as_it_is(connection: sqlite3.Connection, query: str) -> list[str]:
        return [one.path for one in find(connection, catalogue, Wanted(query, count=_TOP)).documents]

    def segmented(connection: sqlite3.Connection, query: str) -> list[str]:
        return as_it_is(connection, _as_words(query))

    def without_letterheads(connection: sqlite3.Connection, query: str) -> list[str]:
        asked = Asked(Query.parse(query))
        rows = ranked(part_rows(connection, asked.match(asked.items)), asked.query)
        return list(dict.fromkeys(row["path"] for row, _ in rows))

    def bm25(connection: sqlite3.Connection, query: str) -> list[str]:
        asked = Asked(Query.parse(query))
        return list(dict.fromkeys(row["path"] for row in part_rows(connection, asked.match(asked.items))))

    return {
        "as it is": as_it_is,
        "words of underthesea as phrases": segmented,
        "sections alone, without letterheads": without_letterheads,
        "bm25 alone": bm25,
    }


def _as_words(query: str) -> str:
    """The query with each word of several syllables in quotes."""
    from underthesea import word_tokenize  # noqa: PLC0415 - half a second of loading, for this way alone

    return " ".join(f'"{word}"' if " " in word else word for word in word_tokenize(query))


def measure_speed(rows: int) -> dict[str, Any]:
    """Rows a second into the index; milliseconds of kinds of queries on it, median and 95th percentile."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus.sqlite"
        parts, seconds = _fill(corpus, rows)
        catalogue = Catalogue()
        with open_index(corpus) as connection:
            started = time.perf_counter()
            catalogue.refresh(connection)
            loaded = time.perf_counter() - started
            times = {name: _times(connection, catalogue, wanted) for name, wanted in _kinds().items()}
        return {
            "rows": parts,
            "rows a second": round(parts / seconds),
            "bytes": corpus.stat().st_size,
            "seconds to load the catalogue": round(loaded, 3),
            "milliseconds": times,
        }


def _fill(corpus: Path, rows: int) -> tuple[int, float]:
    """Parts put in, and the seconds that putting took, without making them."""
    entries, parts, seconds = many_entries(rows), 0, 0.0
    with CorpusIndex(corpus) as index:
        while batch := list(islice(entries, _A_COMMIT)):
            started = time.perf_counter()
            with index.transaction():
                for entry in batch:
                    index.put(entry)
            seconds += time.perf_counter() - started
            parts += sum(len(entry.parts) for entry in batch)
    return parts, seconds


def _kinds() -> dict[str, list[Wanted]]:
    years = [str(year) for year in range(2021, 2026)]
    words = ["hiến máu", "trồng cây", "chuyển đổi", "đuối nước", "khuyến học", "tiêm chủng", "nông thôn", "môi trường"]
    return {
        "two words, filters and facets": [
            Wanted(words[at % 8], (("level", "xa"), ("year", years[at % 5]))) for at in range(_ROUNDS)
        ],
        "two words and facets": [Wanted(words[at % 8]) for at in range(_ROUNDS)],
        "document number": [Wanted(f"{17 * at + 3}/KH-UBND") for at in range(_ROUNDS)],
        "a word that every document has": [Wanted(("kế hoạch", "khen")[at % 2]) for at in range(_ROUNDS)],
        "nothing but filters": [Wanted("", (("year", years[at % 5]),)) for at in range(_ROUNDS)],
    }


def _times(connection: sqlite3.Connection, catalogue: Catalogue, wanted: Sequence[Wanted]) -> dict[str, float]:
    times = []
    for one in wanted:
        started = time.perf_counter()
        find(connection, catalogue, one)
        times.append(1000 * (time.perf_counter() - started))
    return {"p50": round(statistics.median(times), 1), "p95": round(sorted(times)[int(0.95 * len(times))], 1)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, required=True, help="where the figures go, as JSON")
    parser.add_argument("--rows", type=int, default=1_000_000, help="sections of the speed corpus; 0: only ranking")
    chosen = parser.parse_args(arguments)
    queries = judged(_QUERIES.read_text("utf-8").splitlines())
    plans = made_plans()
    figures: dict[str, Any] = {
        "documents": len(plans),
        "queries": len(queries),
        "ranking": measure_ranking(plans, queries),
    }
    if chosen.rows:
        figures["speed"] = measure_speed(chosen.rows)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    sys.stdout.write(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
