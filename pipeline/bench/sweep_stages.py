"""The benchmark of each stage that a sweep runs hundreds of times: its inputs worked out once and kept, minutes in all.

Structure gets restored pages, reading its engine's answers. What is kept is found by the source and the settings before
the stage; code is not asked, so that inputs stay the same while the stage is worked on. Remove the folder to have
them made anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from rapidfuzz import fuzz

from pipeline.bench.reading_bench import transcripts
from pipeline.bench.reading_engines import Picture, ScanPage
from pipeline.bench.reading_pages import CONDITIONS, make_page, plan_paragraphs
from pipeline.bench.recorded import recorded
from pipeline.bench.restoration import SetPage, read_set, score_page
from pipeline.digitise import Stages, finish_document, read_source
from pipeline.intake import open_source
from pipeline.intake.text.dump_pages import page_lines
from pipeline.measure.fields import compare_document
from pipeline.measure.text import order_free_wer
from pipeline.reading import Reader
from pipeline.reading.engines.table import choose_engine
from pipeline.records import SourcePages, SourceRecord, Watch
from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import IntakeSettings, ReadingSettings, RestorationSettings, Settings
from pipeline.store.atomic import write_atomic
from pipeline.values import Page, PageInput, TextSource

ARCHIVE, GOLD, SOURCES = Path("corpus/archive"), Path("corpus/gold"), Path("corpus/sources")
UNSEEN = Path("tests/structure/first_contact")
SHARED = Path("../shared")
SETS = Path("corpus/evaluation")
_KINDS = (".pdf", ".txt")
_SAME_TEXT = 80  # of 100: how alike a page's truth is to its document's gold; others are below 60


@dataclass(frozen=True)
class Made:
    """What a stage made of a document: how much of it is right (0..1), and a digest of all of it."""

    right: float
    digest: str


Cases = dict[str, Callable[[], Made]]
"""Document → the stage's work on it, done anew with each call."""


def structure_cases(kept: Path) -> Cases:
    """All behind restoration, on the restored pages of every document with gold, and of dumps of the sample plans."""
    stages = Stages.load(Settings())
    done = replace(stages, restorer=cast("Restorer", _Restored()))

    def made(name: str, read: SourcePages, gold: dict[str, Any]) -> Made:
        document = finish_document(read, SourceRecord(name, "", 0), done, Watch())
        found = document.model_dump(mode="json", exclude={"pages", "provenance"})
        right = compare_document(gold, found).overall() or 0.0
        return Made(right, _digest(json.dumps(found, ensure_ascii=False)))

    read = [(name, _read_and_restored(source, stages, kept), gold) for name, source, gold in _sources()]
    read += [(name, _restored_dump(pages, stages, kept), gold) for name, pages, gold in _dumps()]
    return {name: partial(made, name, pages, gold) for name, pages, gold in read}


class _Restored:
    """Stands for the restorer where pages are restored already."""

    def restore_pages(self, pages: Sequence[Page]) -> list[Page]:
        """The same pages."""
        return list(pages)


def restoration_cases(_kept: Path) -> Cases:
    """Restoration on the sample plans as three engines read them."""
    restorer = load_restorer(RestorationSettings())

    def made(page: SetPage) -> Made:
        lines = [line.text for line in restorer.restore_lines(page.observed)]
        score = score_page(page, lines).after
        return Made(1 - score.errors / max(1, score.total), _digest("\n".join(lines)))

    pages = [(path.stem, page) for path in sorted(SETS.glob("*.tsv")) for page in read_set(path)]
    return {f"{name} {number}": partial(made, page) for number, (name, page) in enumerate(pages)}


def reading_cases(kept: Path) -> Cases:
    """Reading of a rendered page in each condition, and of the transcribed scans if they are here."""
    settings = ReadingSettings()
    reader = Reader(settings, engine=recorded(choose_engine(settings), kept / "engines"))

    def made(pages: Sequence[PageInput], truth: str) -> Made:
        read = list(reader.read(pages))
        text = "\n".join(line.text for page in read for line in page.lines)
        return Made(1 - order_free_wer(truth, text).rate, _digest(repr(read)))

    paragraphs = plan_paragraphs(SOURCES)
    printed = {condition: make_page(condition, 0, paragraphs) for condition in CONDITIONS}
    cases: Cases = {
        name: partial(made, [ScanPage.of_pixels(page.image).page], page.truth) for name, page in printed.items()
    }
    for scan in transcripts(SHARED / "scans"):
        with open_source(scan.path, IntakeSettings()) as opened:
            pages = [_loaded(page) for page in opened.pages() if page.number in scan.pages]
        cases[scan.name] = partial(made, pages, scan.truth)
    return cases


def _loaded(page: PageInput) -> PageInput:
    """The page with its picture in memory: the file is closed when it is read."""
    return page if page.image is None else replace(page, image=Picture(page.image.load(), page.image.dpi))


STAGES: dict[str, Callable[[Path], Cases]] = {
    "structure": structure_cases,
    "restoration": restoration_cases,
    "reading": reading_cases,
}


def _sources() -> Iterator[tuple[str, Path, dict[str, Any]]]:
    """(name, source, gold): the sample archive, documents nothing was tuned on, and what lies in ../shared."""
    pairs = [(ARCHIVE / gold.relative_to(GOLD).with_suffix(""), gold) for gold in GOLD.rglob("*.json")]
    pairs += [(path, path.with_name(f"{path.name}.json")) for path in UNSEEN.iterdir() if path.suffix in _KINDS]
    for gold in (SHARED / "structure").glob("seed*.json"):
        pairs += [(source, gold) for source in (SHARED / "seeds").glob(f"{gold.stem.removeprefix('seed')}_*.txt")]
    for source, gold in sorted(pairs):
        if source.is_file():
            yield source.name, source, json.loads(gold.read_text("utf-8"))


def _dumps() -> Iterator[tuple[str, list[tuple[str, ...]], dict[str, Any]]]:
    """(name, the lines of each page as an engine read them, gold) of the sample plans in each set and condition."""
    golds = {path: path.with_suffix(".txt").read_text("utf-8") for path in sorted(GOLD.rglob("*.json"))}
    for path in sorted(SETS.glob("*.tsv")):
        documents: dict[tuple[str, str], list[SetPage]] = {}
        for page in read_set(path):
            documents.setdefault((page.condition, page.name.partition(".")[0]), []).append(page)
        for (condition, number), pages in documents.items():
            truth = "\n".join(line for page in pages for line in page.truth)
            alike = {gold: fuzz.partial_ratio(truth[:400], text) for gold, text in golds.items()}
            gold = max(alike, key=lambda path: alike[path])
            if alike[gold] > _SAME_TEXT:
                name = f"{path.stem} {condition} {number}"
                yield name, [page.observed for page in pages], json.loads(gold.read_text("utf-8"))


def _restored_dump(pages: Sequence[Sequence[str]], stages: Stages, kept: Path) -> SourcePages:
    key = _digest(*("\n".join(page) for page in pages), stages.settings.restoration.digest())

    def make() -> SourcePages:
        inputs = [PageInput(n, lines=page_lines("\n".join(page), markdown=False)) for n, page in enumerate(pages, 1)]
        read = [Page(one.number, TextSource.TEXT_FILE, lines=one.lines) for one in inputs]
        return SourcePages("text/plain", len(pages), tuple(stages.restorer.restore_pages(read)))

    return _kept(kept / "restored" / key, make)


def _read_and_restored(source: Path, stages: Stages, kept: Path) -> SourcePages:
    content = hashlib.sha256(source.read_bytes()).hexdigest()
    before = (stages.settings.intake, stages.settings.reading, stages.settings.restoration)
    key = _digest(content, source.suffix, *(section.digest() for section in before))

    def make() -> SourcePages:
        read = read_source(source, stages, Watch())
        return replace(read, pages=tuple(stages.restorer.restore_pages(read.pages)))

    return _kept(kept / "restored" / key, make)


def _kept(path: Path, make: Callable[[], SourcePages]) -> SourcePages:
    adapter = TypeAdapter(SourcePages)
    if path.is_file():
        with suppress(ValidationError):  # kept by a version whose pages had other fields
            return adapter.validate_json(path.read_bytes())
    made = make()
    write_atomic(path, adapter.dump_json(made), durable=False)
    return made


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
