"""Does one task, whatever happens: every way it can end becomes an `Outcome`. Used by all executors."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.digitise import Stages, finish_documents, read_ahead, read_sources
from pipeline.errors import MissingToolError, ProblemCode, UnusableInputError
from pipeline.logs import at_file
from pipeline.records import SourcePages, SourceRecord, Watch, failed_document, problem_of
from pipeline.run.cache import ReadingCache
from pipeline.run.storage.archives import local_copy
from pipeline.run.tasks import Assist, Assisted, Beat, Outcome, Task
from pipeline.run.workers.outcomes import out_of_memory, outcome_of
from pipeline.schema import Document, Problem
from pipeline.store.ledger import FileStamp, suffix_of
from pipeline.values import Page, PageProblem, TextSource

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a worker needs for any task: the loaded stages and the cache of reading (None: no cache)."""

    stages: Stages
    cache: ReadingCache | None = None


def work(task: Task, workshop: Workshop, beat: Callable[[Beat], None] = lambda _beat: None) -> Outcome:
    """The outcome of `task`. Raises only MissingToolError: without its tools no other file would fare better."""
    watch = Watch(
        on_stage=lambda stage: beat(Beat(stage)),
        on_page=lambda number, count: beat(Beat("reading", number, count)),
    )
    source = SourceRecord(task.relative, task.sha256, task.stamp.bytes)
    known = workshop.cache.images.hits if workshop.cache else 0
    with at_file(task.relative):
        outcome = _outcome(task, source, workshop, watch)
    found = workshop.cache.images.hits - known if workshop.cache else 0
    return replace(outcome, pages_cached=found)


def _outcome(task: Task, source: SourceRecord, workshop: Workshop, watch: Watch) -> Outcome:
    """What became of `task`, failed or not."""
    try:
        documents, cached = _digitise(task, source, workshop, watch)
        return replace(outcome_of(task, next(documents), watch, documents), reading_cached=cached)
    except MissingToolError:
        raise
    except UnusableInputError as error:
        problem = problem_of(error)
    except MemoryError:
        problem = out_of_memory()
    except Exception as error:
        log.exception("the file could not be worked on")
        problem = _internal_error(error)
    return outcome_of(task, failed_document(source, [problem]), watch)


def assist(part: Assist, workshop: Workshop, beat: Callable[[Beat], None] = lambda _beat: None) -> Assisted:
    """Read some pages of a document into the cache for the worker that has the document.

    Never raises: whatever is wrong with a page or the file, that worker meets it too, and reports it.
    """
    watch = Watch(on_page=lambda number, count: beat(Beat("reading", number, count)))
    if workshop.cache is None:
        return Assisted(part, 0)
    images = workshop.cache.images
    before = images.kept
    with (
        suppress(Exception),
        at_file(part.task.relative),
        local_copy(part.task, workshop.stages.settings.intake) as path,
    ):
        _check_unchanged(part.task)
        read_ahead(path, workshop.stages, watch, (part.first, part.last), images)
    return Assisted(part, images.kept - before, watch.cpu_seconds)


def _digitise(task: Task, source: SourceRecord, workshop: Workshop, watch: Watch) -> tuple[Iterator[Document], bool]:
    """The documents of `task`, made as they are asked for, and whether their reading came from the cache."""
    suffix = suffix_of(task.relative)
    reading = workshop.cache.get(task.sha256, suffix) if workshop.cache and not task.skip_pages else None
    cached = reading is not None
    if reading is None:
        with local_copy(task, workshop.stages.settings.intake) as path:
            _check_unchanged(task)
            reading = _read(path, task, workshop, watch)
            _check_unchanged(task)
        if workshop.cache:
            workshop.cache.put(task.sha256, suffix, reading)
    reading = replace(reading, names=task.names if task.more else ())
    return finish_documents(reading, source, workshop.stages, watch), cached


def _read(path: Path, task: Task, workshop: Workshop, watch: Watch) -> SourcePages:
    """Read all pages but those given up before; what a killed OCR process spoilt is read once more.

    The pages that a killed worker had finished are found by their images, with the same result.
    """
    stages = workshop.stages
    kept = workshop.cache.images if workshop.cache else None
    paths = (path, *task.paths[1:])
    reading = read_sources(paths, stages, watch, wanted=lambda n: n not in task.skip_pages, kept=kept)
    spoilt = {page.number for page in reading.pages if any(p.code == ProblemCode.OCR_FAILED for p in page.problems)}
    if spoilt:
        again = {p.number: p for p in read_sources(paths, stages, watch, wanted=spoilt.__contains__, kept=kept).pages}
        reading = replace(reading, pages=tuple(again.get(page.number, page) for page in reading.pages))
    if task.skip_pages:
        reading = replace(reading, pages=tuple(_with_given_up(reading.pages, task.skip_pages)))
    return reading


def _with_given_up(pages: Iterable[Page], numbers: Iterable[int]) -> Iterator[Page]:
    message = "Reading this page took longer than the time limit; the page was given up."
    given_up = [
        Page(number, TextSource.OCR, problems=(PageProblem(ProblemCode.OCR_TIMEOUT, message, number),))
        for number in numbers
    ]
    yield from sorted([*pages, *given_up], key=lambda page: page.number)


def _check_unchanged(task: Task) -> None:
    """Raise UnusableInputError when the file is no longer the one whose digest the task carries."""
    if task.url is not None or task.packed is not None:
        return  # a copy of ours, which nobody else writes to
    try:
        same = FileStamp.of_all(task.paths) == task.stamp
    except OSError as error:
        raise UnusableInputError(
            ProblemCode.UNREADABLE_FILE,
            f"The file could be listed but not read: {error.strerror or error}.",
            remedy="It is tried again on the next run.",
        ) from error
    if not same:
        raise UnusableInputError(
            ProblemCode.CHANGED_WHILE_READ,
            "The file changed while it was read.",
            remedy="It is read again on the next run; do not write to the archive meanwhile.",
        )


def _internal_error(error: Exception) -> Problem:
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return Problem(
        code=ProblemCode.INTERNAL_ERROR,
        message=f"sohoa stumbled over this file ({type(error).__name__} at {place}). Please report it.",
    )
