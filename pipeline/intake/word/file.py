"""Word files as pages of ready lines: paragraphs, tables, lists with their numbers, text boxes, notes, page headers.

A paragraph is a `Line`, for the file does not say where it is broken; a line break inside it begins another `Line`
with `gap_before` 0. Pages are what Word last rendered, and explicit breaks. Tracked insertions are text, deletions
are not. Nothing that the file refers to outside itself is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO
from xml.etree.ElementTree import Element

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.images.file import picture_page, picture_size
from pipeline.intake.kinds import IMAGE_KINDS, Kind, OpenFile, signed_kind
from pipeline.intake.lost_letters import letters_lost
from pipeline.intake.package import Package
from pipeline.intake.text_columns import mark_columns
from pipeline.intake.word.body import BodyReader
from pipeline.intake.word.chunks import Chunks
from pipeline.intake.word.convert_doc import converted
from pipeline.intake.word.headers import page_parts, running_text
from pipeline.intake.word.html import html_as_docx
from pipeline.intake.word.left_out import left_out
from pipeline.intake.word.legacy_fonts import encodings_in_use
from pipeline.intake.word.lines import PageBuilder, WordPage, tidy
from pipeline.intake.word.ooxml import W, attribute
from pipeline.intake.word.part import DocumentPart, open_main_part
from pipeline.language.legacy_encodings import LegacyEncoding
from pipeline.language.source_text import as_written
from pipeline.settings import IntakeSettings
from pipeline.values import Line, MarkKind, PageInput, PageMark, PageProblem, TextSource

# A heading or a file name may stand over a pasted scan; a logo or a seal in a written document is no scan.
_LETTERS_BESIDE_SCANS = 120
_LEAST_SHEET_PIXELS = 700


def open_word(source: OpenFile) -> AbstractContextManager[WordFile]:
    """Open a DOCX file. Raises UnusableInputError: DAMAGED_FILE, EMPTY_FILE, TOO_MANY_BYTES."""
    return nullcontext(read_word(source.file, Kind.DOCX, source.settings))


@contextmanager
def open_converted(source: OpenFile) -> Iterator[WordFile]:
    """Open a Word file of another kind as the DOCX that LibreOffice makes of it. Raises as `converted`."""
    kind = Kind(source.media_type)
    with converted(source.file, kind, source.settings) as file:
        yield read_word(file, kind, source.settings)


def open_html(source: OpenFile) -> AbstractContextManager[WordFile]:
    """Open a web page that Word saved, also as MHTML. Raises UnusableInputError: EMPTY_FILE, TOO_MANY_BYTES."""
    data = source.file.read(source.settings.max_xml_bytes + 1)
    if len(data) > source.settings.max_xml_bytes:
        raise UnusableInputError(
            ProblemCode.TOO_MANY_BYTES,
            f"The web page has more than {source.settings.max_xml_bytes:,} bytes; it was not read.",
            remedy="Open it in Word and save it as DOCX.",
        )
    return nullcontext(read_word(html_as_docx(data), Kind.WORD_HTML, source.settings))


@dataclass(frozen=True, slots=True)
class WordFile:
    """A Word file, read whole; its text is small beside its pictures, which are not unpacked.

    `media_type` is what the source file is: an old Word file comes here converted. `scans` are the parts of a file
    that is scans pasted into Word: those are its pages.
    """

    media_type: str
    package: Package
    settings: IntakeSettings
    written: tuple[PageInput, ...]
    scans: tuple[tuple[str, Kind], ...]
    problems: tuple[PageProblem, ...]

    @property
    def page_count(self) -> int:
        """All pages, also those beyond the limit."""
        return len(self.written) + len(self.scans)

    def pages(self) -> Iterator[PageInput]:
        """A `PageInput` with ready lines for each page, then one for each scanned page, up to the limit of pages."""
        yield from self.written[: self.settings.max_pages]
        for at, (part, kind) in enumerate(self.scans, start=len(self.written) + 1):
            if at > self.settings.max_pages:
                break
            yield picture_page(partial(self.package.picture, part), kind, at, self.settings)


def read_word(file: BinaryIO, kind: Kind, settings: IntakeSettings) -> WordFile:
    """The open DOCX `file`, whose source is of `kind`. Raises UnusableInputError as `open_word`."""
    package = Package(file, settings)
    part = open_main_part(package)
    pages, problems, old_text = _read(part, settings, frozenset())
    in_use = encodings_in_use(old_text)
    if in_use:
        pages, problems, _ = _read(part, settings, in_use)
    before, (pages, lost) = pages, _as_written(pages)
    if not in_use:
        problems = [*problems, *left_out(part.body, (line.raw for page in before for line in page.lines))]
    if lost:
        problems = [*problems, letters_lost(lost)]
    scans = _scans(part, pages)
    shows_text = any(page.lines for page in pages)
    if not scans and not shows_text:
        raise UnusableInputError(ProblemCode.EMPTY_FILE, "The Word file holds no text and no scanned page.")
    written = tuple(_inputs(part, pages)) if shows_text or not scans else ()
    return WordFile(kind.value, package, settings, written, scans, tuple(problems))


def _read(
    part: DocumentPart, settings: IntakeSettings, in_use: frozenset[LegacyEncoding]
) -> tuple[list[WordPage], list[PageProblem], dict[str, list[str]]]:
    """The pages in the making, what is wrong, and the text by font."""
    builder = PageBuilder()
    chunks = Chunks(part, settings)
    reader = BodyReader(part.styles, part.numbering(), builder, chunks.open, in_use)
    parts = page_parts(part)
    for root in parts.letterhead:
        reader.blocks(root)
    reader.blocks(part.body)
    for root in parts.closing:
        reader.blocks(root)
    pages = builder.finished()
    pages[0].running.extend(filter(None, map(running_text, parts.running)))
    return pages, chunks.problems, reader.old_text


def _as_written(pages: Sequence[WordPage]) -> tuple[list[WordPage], int]:
    """The pages with what an encoding did to all of their text undone, and in how many words letters are lost."""
    found = as_written(_joined(line for page in pages for line in page.lines))
    if not found.undone:
        return list(pages), found.lost
    shown = as_written(_joined(line for page in pages for line in page.shown))
    raws, seen = iter(found.text.split("\n")), iter(shown.text.split("\n"))
    return [
        replace(
            page,
            lines=[_rewritten(line, next(raws)) for line in page.lines],
            shown=[_rewritten(line, next(seen)) for line in page.shown],
        )
        for page in pages
    ], found.lost


def _joined(lines: Iterable[Line]) -> str:
    return "\n".join(line.raw.replace("\n", " ") for line in lines)


def _rewritten(line: Line, raw: str) -> Line:
    return replace(line, raw=raw, text=tidy(raw))


def _inputs(part: DocumentPart, pages: Sequence[WordPage]) -> Iterator[PageInput]:
    notes = _notes(part.part("footnotes.xml"), "footnote") | _notes(part.part("endnotes.xml"), "endnote")
    for number, page in enumerate(pages, start=1):
        marks = [PageMark(MarkKind.FOOTNOTE, text=notes[note]) for note in page.footnotes if notes.get(note)]
        marks += [PageMark(MarkKind.RUNNING_HEAD, text=text) for text in page.running]
        lines = tuple(mark_columns(page.lines, page.shown))
        yield PageInput(number, lines=lines, source=TextSource.DOCX, marks=tuple(marks), fonts=tuple(page.fonts))


def _notes(root: Element | None, kind: str) -> dict[str, str]:
    """The text of each footnote by its id, of an endnote by 'endnote:' and its id."""
    if root is None:
        return {}
    before = "endnote:" if kind == "endnote" else ""
    return {
        before + (attribute(node, "id") or ""): " ".join("".join(t.text or "" for t in node.iter(W + "t")).split())
        for node in root.findall(W + kind)
    }


def _scans(part: DocumentPart, pages: Sequence[WordPage]) -> tuple[tuple[str, Kind], ...]:
    """The pictures of a document that are scanned pages: large, upright or lying sheets in a file with little text."""
    named = [name for page in pages for name in page.pictures]
    letters = sum(len(line.text) for page in pages for line in page.lines)
    if not named or letters > _LETTERS_BESIDE_SCANS * len(named):
        return ()
    found = []
    for name in named:
        target = part.targets.get(name, "")
        kind = signed_kind(part.package.head(target)) if target in part.package else None
        if kind in IMAGE_KINDS and kind is not None and _is_sheet(part.package, target, kind):
            found.append((target, kind))
    return tuple(found)


def _is_sheet(package: Package, part: str, kind: Kind) -> bool:
    width, height = picture_size(package.picture(part), kind)
    return min(width, height) >= _LEAST_SHEET_PIXELS and max(width, height) <= 2.2 * min(width, height)
