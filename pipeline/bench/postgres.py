"""Loading and searching PostgreSQL: `python -m pipeline.bench.postgres postgresql://…/empty [--documents 100000]`.

The documents are those that the text files among the samples give, again and again under other paths, numbers and
subjects. The same go into a corpus.sqlite beside it, and both are asked the same. Prints rows a second and the 95th
percentile of a search.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import quantiles
from typing import Annotated

import asyncpg
import typer

from pipeline.cli.terminal import say
from pipeline.digitise import Stages, digitise
from pipeline.records import SourceRecord
from pipeline.schema import Document, FieldValue, Section
from pipeline.settings import Settings
from pipeline.store.entries import index_entry
from pipeline.store.exports.postgres.load import write_postgres
from pipeline.store.exports.tables import TABLES
from pipeline.store.formats import Export, ExportOutcome, StoredDocument
from pipeline.store.index import CorpusIndex
from pipeline.store.search import search

_SAMPLES = ("2023/kh-vu-mua.txt", "2024/kh-tu-sach-cu.md", "2024/kh-truong-hoc-hanh-phuc.docx")
_QUERIES = (
    *("thi đua", "khen thuong", "kinh phi", '"tu sach"', "tu sach cu", "hoc sinh", "đoàn thanh niên", "đợt 77"),
    *("giay khen tap the", "mua hat", "truong hoc hanh phuc", "bao cao truoc ngay"),
)
_ROUNDS = 5


def generated(templates: Sequence[Document], number: int) -> Document:
    """The document of this number: one of the templates under a path, a number and a subject of its own."""
    of = templates[number % len(templates)]
    path = f"{number // 1000:03}/kh-{number}.md"
    subject = f"{of.header.subject.value if of.header.subject else ''} đợt {number}"
    header = of.header.model_copy(update={"subject": FieldValue(value=subject)})
    sections = [_varied(section, number) for section in of.sections]
    source = of.source.model_copy(update={"path": path})
    digest = hashlib.sha256(path.encode()).hexdigest()
    return of.model_copy(
        update={"doc_id": f"sha256:{digest}", "source": source, "header": header, "sections": sections}
    )


def _varied(section: Section, number: int) -> Section:
    return section.model_copy(update={"text": f"{section.text} Đợt {number}."})


def _stored(templates: Sequence[Document], count: int) -> Iterator[StoredDocument]:
    for number in range(count):
        made = generated(templates, number)
        yield StoredDocument(made.source.path, made.doc_id, partial(_itself, made))


def _itself(document: Document, _outcome: ExportOutcome) -> Document:
    return document


def _p95(ask: Callable[[str], object]) -> float:
    """Milliseconds that 95 of 100 queries take at most, after one round that warms up."""
    for query in _QUERIES:
        ask(query)
    taken = []
    for query in _QUERIES * _ROUNDS:
        began = time.perf_counter()
        ask(query)
        taken.append(1000 * (time.perf_counter() - began))
    return quantiles(taken, n=20)[-1]


def _indexed(templates: Sequence[Document], count: int, corpus: Path) -> None:
    with CorpusIndex(corpus) as index:
        numbers = iter(range(count))
        while batch := list(islice(numbers, 500)):
            with index.transaction():
                for number in batch:
                    index.put(index_entry(generated(templates, number)))


def main(
    address: str,
    documents: Annotated[int, typer.Option()] = 100_000,
    beside: Annotated[bool, typer.Option(help="Make corpus.sqlite of the same documents and ask it too.")] = True,
) -> None:
    """Load, search, print."""
    samples = Path(__file__).parents[2] / "corpus" / "archive"
    stages = Stages.load(Settings())
    templates = [digitise(samples / name, SourceRecord.of(samples / name, name), stages) for name in _SAMPLES]
    export = Export(Path(), None, ExportOutcome(), address, lambda: _stored(templates, documents))
    began = time.perf_counter()
    write_postgres(iter(()), export)
    seconds = time.perf_counter() - began
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(address))
        rows = sum(runner.run(connection.fetchval(f'SELECT count(*) FROM sohoa."{t.name}"')) for t in TABLES)  # noqa: S608
        say(f"{documents} documents, {rows} rows in {seconds:.0f} s: {rows / seconds:.0f} rows/s")
        began = time.perf_counter()
        write_postgres(iter(()), export)
        say(f"again, nothing changed: {time.perf_counter() - began:.1f} s")
        found = _p95(lambda query: runner.run(connection.fetch("SELECT * FROM sohoa.search($1)", query)))
        runner.run(connection.close())
    say(f"search p95, PostgreSQL: {found:.0f} ms")
    if not beside:
        return
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus.sqlite"
        _indexed(templates, documents, corpus)
        say(f"search p95, corpus.sqlite: {_p95(lambda query: search(corpus, query)):.0f} ms")


if __name__ == "__main__":
    typer.run(main)
