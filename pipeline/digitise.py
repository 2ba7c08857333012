"""One source file through all stages: intake, reading, restoration, structure → the contract's document."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.evidence.settle import concluded, with_inner_evidence
from pipeline.intake import open_source
from pipeline.logs import at_file
from pipeline.reading import PageMemory, Reader
from pipeline.records import SourcePages, SourceRecord, Watch, doc_id, own_step
from pipeline.restoration import Restorer, swallowed, told, warm_restorer
from pipeline.schema import (
    Document,
    JoinedFile,
    LineEdit,
    LineWord,
    Mark,
    PageLine,
    PageRecord,
    Problem,
    ProvenanceStep,
    Source,
    Status,
)
from pipeline.settings import ReadingSettings, RestorationSettings, Settings
from pipeline.structure import Structure, build_structure, with_corrections
from pipeline.structure.parts import Part, split_documents
from pipeline.values import Box, Line, Page, PageInput, PageMark, PageProblem, TextSource
from pipeline.word_places import word_places

log = logging.getLogger(__name__)

# These tell the reader something but nothing of the document is missing because of them.
_HARMLESS = frozenset(
    {
        ProblemCode.WRONG_EXTENSION,
        ProblemCode.SEVERAL_DOCUMENTS,
        ProblemCode.NO_LETTERHEAD,
        ProblemCode.CONTINUES_ELSEWHERE,
        ProblemCode.LOW_CONFIDENCE,
        ProblemCode.TEXT_RESTORED,
        ProblemCode.NUMBER_UNREADABLE,
        ProblemCode.NUMBER_CONTRADICTED,
        ProblemCode.REVIEW_CONFLICT,
        ProblemCode.DATE_PARTIAL,
        ProblemCode.FIELD_UNREADABLE,
        ProblemCode.FIELD_MISSING,
    }
)


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages with their models loaded; made once a process."""

    settings: Settings
    reader: Reader
    restorer: Restorer

    @staticmethod
    def load(settings: Settings) -> Stages:
        """Load models and find tools; what this process, or the one it was forked from, has loaded serves again.

        Raises MissingToolError.
        """
        reader, restorer = _models(settings.reading, settings.restoration)
        return Stages(settings, reader, restorer.knowing(settings.office.names))


@lru_cache(maxsize=1)
def _models(reading: ReadingSettings, restoration: RestorationSettings) -> tuple[Reader, Restorer]:
    return Reader(reading), warm_restorer(restoration)


def digitise(path: Path, source: SourceRecord, stages: Stages, watch: Watch | None = None) -> Document:
    """The first document of one source file. Raises UnusableInputError when nothing can be had of it."""
    return next(digitise_all(path, source, stages, watch))


def digitise_all(path: Path, source: SourceRecord, stages: Stages, watch: Watch | None = None) -> Iterator[Document]:
    """The documents in one source file, mostly one. Raises UnusableInputError when nothing can be had of it."""
    watch = watch or Watch()
    with at_file(source.path):
        yield from finish_documents(read_source(path, stages, watch), source, stages, watch)


def digitise_pages(path: Path, source: SourceRecord, stages: Stages, wanted: Callable[[int], bool]) -> Document:
    """Only the pages of a file whose number is `wanted`: their lines, and what went wrong with them and the file.

    Header, sections and all else that takes the whole document stay empty. Raises as `digitise`.
    """
    with at_file(source.path):
        read = read_source(path, stages, Watch(), wanted)
        pages = stages.restorer.restore_pages(read.pages)
        structure = build_structure(pages)
        shown = tuple(with_corrections(pages, structure.corrections))
        read = replace(read, pages=shown, problems=(*read.problems, *told(shown)))
        return _assemble(read, source, Structure(marks=structure.marks))


def read_source(
    path: Path,
    stages: Stages,
    watch: Watch,
    wanted: Callable[[int], bool] | None = None,
    kept: PageMemory | None = None,
) -> SourcePages:
    """Intake and reading: `path` as pages of lines; of those pages only whose number is `wanted`.

    Pictures that `kept` knows are not recognised again. Raises UnusableInputError when nothing can be had.
    """
    with watch.stage("reading"), open_source(path, stages.settings.intake) as opened:
        inputs = _announced(opened.pages(), opened.page_count, watch, wanted)
        pages = tuple(stages.reader.read(inputs, kept, watch.observer))
        log.info("%s, %s pages, %d read", opened.media_type, opened.page_count or "unknown", len(pages))
        # Intake adds to its problems while it reads: what was cut off is known only at the end.
        return SourcePages(opened.media_type, opened.page_count, pages, tuple(opened.problems))


def read_sources(
    paths: Sequence[Path],
    stages: Stages,
    watch: Watch,
    wanted: Callable[[int], bool] | None = None,
    kept: PageMemory | None = None,
) -> SourcePages:
    """As `read_source`, for files that hold the pages of one document, in order: pages count on from file to file."""
    if len(paths) == 1:
        return read_source(paths[0], stages, watch, wanted, kept)
    pages: list[Page] = []
    problems: list[PageProblem] = []
    counts: list[int] = []
    failures: list[UnusableInputError] = []
    media_type = ""
    for path in paths:
        before = sum(counts)
        try:
            own = read_source(path, stages, watch, wanted and partial(_wanted_behind, wanted, before), kept)
        except UnusableInputError as error:
            page = Page(1, TextSource.OCR, problems=(PageProblem(error.code, f"{path.name}: {error}", 1),))
            own = SourcePages("", 1, (page,))
            failures.append(error)
        media_type = media_type or own.media_type
        counts.append(max(own.page_count or 0, len(own.pages)))
        pages += [_moved(page, before) for page in own.pages]
        problems += [_problem_moved(problem, before) for problem in own.problems]
    if len(failures) == len(paths):
        raise failures[0]
    return SourcePages(media_type, sum(counts), tuple(pages), tuple(problems), counts=tuple(counts))


def _wanted_behind(wanted: Callable[[int], bool], before: int, number: int) -> bool:
    return wanted(before + number)


def _moved(page: Page, before: int) -> Page:
    problems = tuple(_problem_moved(problem, before) for problem in page.problems)
    return replace(page, number=before + page.number, problems=problems)


def _problem_moved(problem: PageProblem, before: int) -> PageProblem:
    return replace(problem, page=before + problem.page) if problem.page else problem


def read_ahead(path: Path, stages: Stages, watch: Watch, span: tuple[int, int], kept: PageMemory) -> None:
    """Read the pages from the first to the last of `span` for what `kept` then knows. Raises as `read_source`."""
    first, last = span
    with watch.stage("reading"), open_source(path, stages.settings.intake) as opened:
        wanted = islice(opened.pages(), first - 1, last)
        for _page in stages.reader.read(_announced(wanted, opened.page_count, watch, None), kept):
            pass


def _announced(
    pages: Iterable[PageInput], count: int | None, watch: Watch, wanted: Callable[[int], bool] | None
) -> Iterator[PageInput]:
    for page in pages:
        if wanted is None or wanted(page.number):
            watch.on_page(page.number, count)
            yield page


def finish_document(reading: SourcePages, source: SourceRecord, stages: Stages, watch: Watch) -> Document:
    """Restoration and structure: pages as read → the first document among them."""
    return next(finish_documents(reading, source, stages, watch))


def finish_documents(reading: SourcePages, source: SourceRecord, stages: Stages, watch: Watch) -> Iterator[Document]:
    """Restoration and structure: pages as read → the documents among them, made one at a time."""
    watch.observer.pages("reading", reading.pages)
    with watch.stage("restoration"):
        pages = stages.restorer.restore_pages(reading.pages)
        watch.observer.pages("restoration", pages)
        lost = swallowed(reading.pages, pages)
    with watch.stage("structure"):
        parts = split_documents(pages)
    for part in parts:
        own_pages = {page.number for page in part.pages}
        problems = [*(reading.problems if part.number == 1 else ()), *told(part.pages)]
        problems += [problem for problem in lost if problem.page in own_pages]
        if part.number == 1 and part.count > 1:
            problems.append(_several(parts))
        own = replace(source, part=part.number)
        yield _finished(replace(reading, problems=tuple(problems)), part, own, stages, watch)


def _several(parts: Sequence[Part]) -> PageProblem:
    begin = ", ".join(str(part.pages[0].number) for part in parts[1:])
    return PageProblem(
        ProblemCode.SEVERAL_DOCUMENTS,
        f"The file holds {len(parts)} documents; this is the first, the others begin on page {begin}.",
    )


def _finished(reading: SourcePages, part: Part, source: SourceRecord, stages: Stages, watch: Watch) -> Document:
    """One of the documents of a file; `reading` holds the problems that it is to name."""
    with watch.stage("structure"):
        structure = build_structure(part.body, office=stages.settings.office)
        pages = with_corrections(part.pages, structure.corrections)
        watch.observer.pages("structure", pages)
        problems = (*reading.problems, *_lacking(structure, pages))
        reading = replace(reading, pages=tuple(pages), problems=problems)
        document = _with_part(_assemble(reading, source, structure), part)
        document = concluded(with_inner_evidence(document, pages), stages.settings.evidence.given_from)
    for problem in document.problems:
        log.info("%s, page %s: %s", problem.code, problem.page or "none", problem.message)
    log.info("%s, seconds by stage: %s", document.status, {name: round(s, 2) for name, s in watch.wall_seconds.items()})
    return document


def _lacking(structure: Structure, pages: Sequence[Page]) -> Iterator[PageProblem]:
    """Whether printed pages are no whole document: they begin without a letterhead, or end without a closing."""
    printed = [page for page in pages if page.width and any(line.text.strip() for line in page.lines)]
    if not printed:
        return
    header = structure.header
    headed = any((header.number, header.issuing_body, header.document_type, header.date))
    if not headed:
        message = "There is no letterhead: the pages may belong to a document that begins in another file."
        yield PageProblem(ProblemCode.NO_LETTERHEAD, message, printed[0].number)
    elif header.document_type and not structure.signers and not structure.recipients:
        message = "There is neither a signer nor a list of recipients: the document may go on in another file."
        yield PageProblem(ProblemCode.CONTINUES_ELSEWHERE, message, printed[-1].number)


def _with_part(document: Document, part: Part) -> Document:
    """`document` with what was decided of the papers in its file."""
    update: dict[str, object] = {"attachments": list(part.attachments)}
    if part.count > 1:
        placed = {"part": part.number, "parts": part.count, "part_reason": part.reason or None}
        update["source"] = document.source.model_copy(update=placed)
    return document.model_copy(update=update)


def _assemble(reading: SourcePages, source: SourceRecord, structure: Structure) -> Document:
    problems = [_problem(problem) for problem in reading.problems]
    problems += [_problem(problem, page.number) for page in reading.pages for problem in page.problems]
    problems += structure.problems
    return Document(
        doc_id=doc_id(source),
        source=Source(
            path=source.path,
            sha256=source.sha256,
            bytes=source.bytes,
            media_type=reading.media_type,
            page_count=reading.page_count,
            files=list(_files_of(reading)),
        ),
        status=_status(reading.pages, problems),
        problems=problems,
        header=structure.header,
        preamble=structure.preamble,
        sections=structure.sections,
        recipients=structure.recipients,
        signer=structure.signer,
        signers=structure.signers,
        citations=structure.citations,
        entities=structure.entities,
        tables=structure.tables,
        plan=structure.plan,
        pages=[_page_record(page, structure.marks.get(page.number, page.marks)) for page in reading.pages],
        provenance=_provenance(reading.pages),
    )


def _files_of(reading: SourcePages) -> Iterator[JoinedFile]:
    """The files that hold a document's pages, where there are several."""
    first = 1
    for name, count in zip(reading.names, reading.counts, strict=False):
        yield JoinedFile(path=name, first_page=first, last_page=first + count - 1)
        first += count


def _problem(problem: PageProblem, page: int | None = None) -> Problem:
    return Problem(code=problem.code, message=problem.message, page=problem.page or page)


def _status(pages: Iterable[Page], problems: Iterable[Problem]) -> Status:
    harmful = [problem for problem in problems if problem.code not in _HARMLESS]
    if not harmful:
        return Status.OK
    return Status.PARTIAL if any(line.text.strip() for page in pages for line in page.lines) else Status.FAILED


def _page_record(page: Page, marks: Iterable[PageMark]) -> PageRecord:
    return PageRecord(
        number=page.number,
        width=page.width,
        height=page.height,
        text_source=page.source,
        quality={name: round(value, 4) for name, value in page.quality.items()},
        lines=[_page_line(line) for line in page.lines],
        marks=[
            Mark(kind=mark.kind, text=mark.text, bbox=_bbox(mark.box), confidence=_confidence(mark.confidence))
            for mark in marks
        ],
    )


def _page_line(line: Line) -> PageLine:
    return PageLine(
        text=line.text,
        raw=line.raw,
        bbox=_bbox(line.box),
        confidence=_confidence(line.sureness),
        edits=[
            LineEdit(
                start=edit.start,
                end=edit.end,
                read=edit.read,
                text=edit.text,
                confidence=_confidence(edit.confidence),
                by=edit.by,
            )
            for edit in line.edits
        ],
        words=[
            LineWord(bbox=place.box.as_list(), confidence=_confidence(place.confidence)) for place in word_places(line)
        ],
    )


def _bbox(box: Box | None) -> list[int] | None:
    return box.as_list() if box else None


def _confidence(value: float | None) -> float | None:
    return None if value is None else round(min(1.0, max(0.0, value)), 4)


def _provenance(pages: Iterable[Page]) -> list[ProvenanceStep]:
    """Each step once, with the pages it was done on; null for all of them."""
    all_pages = list(pages)
    done: dict[str, ProvenanceStep] = {}
    for page in all_pages:
        for step in page.steps:
            made = ProvenanceStep(
                step=step.step, tool=step.tool, version=step.version, settings=step.settings, pages=[page.number]
            )
            key = made.model_copy(update={"pages": None}).model_dump_json()
            known = done.get(key)
            done[key] = (
                made if known is None else known.model_copy(update={"pages": [*(known.pages or []), page.number]})
            )
    everywhere = {page.number for page in all_pages}
    steps = [
        step.model_copy(update={"pages": None}) if set(step.pages or []) == everywhere else step
        for step in done.values()
    ]
    return [*steps, own_step()]
