"""DOCX files as pages of ready lines: paragraphs, tables, lists with their numbers, text boxes, footnotes.

A paragraph is a `Line`, for the file does not say where it is broken; a line break inside it begins another `Line`
with `gap_before` 0. Pages are what Word last rendered, and explicit breaks. Tracked insertions are text, deletions
are not. Nothing that the file refers to outside itself is opened.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import BinaryIO
from xml.etree.ElementTree import Element

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.images.file import picture_page, picture_size
from pipeline.intake.kinds import IMAGE_KINDS, Kind, Source, signed_kind
from pipeline.intake.package import Package, damaged
from pipeline.intake.text_columns import mark_columns
from pipeline.intake.word.lines import PageBuilder, Place, WordPage
from pipeline.intake.word.list_numbers import Numbering, read_numbering
from pipeline.intake.word.ooxml import MC, W, attribute, integer, to_transitional
from pipeline.intake.word.runs import paragraph_pieces
from pipeline.intake.word.styles import Look, Styles, read_styles, style_numbers
from pipeline.settings import IntakeSettings
from pipeline.values import MarkKind, PageInput, PageMark, PageProblem, TextSource

_TRANSPARENT = frozenset(W + name for name in ("sdtContent", "customXml", "ins", "moveTo", "smartTag", "sdt"))
# A heading or a file name may stand over a pasted scan; a logo or a seal in a written document is no scan.
_LETTERS_BESIDE_SCANS = 120
_LEAST_SHEET_PIXELS = 700
_DOCUMENT_TYPES = ("/officeDocument",)


def open_word(source: Source) -> AbstractContextManager[DocxFile]:
    """Open a DOCX file. Raises UnusableInputError: DAMAGED_FILE, EMPTY_FILE, TOO_MANY_BYTES."""
    return nullcontext(DocxFile(source.file, Kind.DOCX, source.settings))


class DocxFile:
    """A DOCX file, read whole; its text is small beside its pictures, which are not unpacked.

    `media_type` is what the source file is: an old Word file comes here converted. A file that is scans pasted into
    Word has those as its pages.
    """

    def __init__(self, file: BinaryIO, kind: Kind, settings: IntakeSettings) -> None:
        self.media_type = kind.value
        self._settings = settings
        self._package = Package(file, settings)
        self._pages, self._scans = _read(self._package)
        if not self._scans and not any(page.lines for page in self._pages):
            raise UnusableInputError(ProblemCode.EMPTY_FILE, "The Word file holds no text and no scanned page.")
        self.page_count = len(self._pages) + len(self._scans)
        self.problems: tuple[PageProblem, ...] = ()

    def pages(self) -> Iterator[PageInput]:
        """A `PageInput` with ready lines for each page, then one for each scanned page, up to the limit of pages."""
        yield from self._pages[: self._settings.max_pages]
        for at, (part, kind) in enumerate(self._scans, start=len(self._pages) + 1):
            if at > self._settings.max_pages:
                break
            yield picture_page(partial(self._package.picture, part), kind, at, self._settings)


def _read(package: Package) -> tuple[tuple[PageInput, ...], tuple[tuple[str, Kind], ...]]:
    """The pages with text, and the parts that are scanned pages, with their kinds."""
    main = _main_part(package)
    root = package.xml(main)
    body = to_transitional(root).find(W + "body") if root is not None else None
    if body is None:
        raise damaged("it has no text part")
    folder = main.rsplit("/", 1)[0] + "/" if "/" in main else ""
    styles_root = _transitional(package.xml(folder + "styles.xml"))
    numbering = read_numbering(_transitional(package.xml(folder + "numbering.xml")), style_numbers(styles_root))
    reader = _BodyReader(read_styles(styles_root), numbering)
    reader.blocks(body)
    notes = _footnotes(_transitional(package.xml(folder + "footnotes.xml")))
    written = reader.builder.finished()
    scans = _scans(package, main, written)
    if scans and not any(page.lines for page in written):
        return (), scans
    pages = []
    for number, page in enumerate(written, start=1):
        marks = tuple(PageMark(MarkKind.FOOTNOTE, text=notes[note]) for note in page.footnotes if notes.get(note))
        lines = tuple(mark_columns(page.lines, page.shown))
        pages.append(PageInput(number, lines=lines, source=TextSource.DOCX, marks=marks, fonts=tuple(page.fonts)))
    return tuple(pages), scans


def _scans(package: Package, main: str, pages: Sequence[WordPage]) -> tuple[tuple[str, Kind], ...]:
    """The pictures of a document that are scanned pages: large, upright or lying sheets in a file with little text."""
    named = [name for page in pages for name in page.pictures]
    letters = sum(len(line.text) for page in pages for line in page.lines)
    if not named or letters > _LETTERS_BESIDE_SCANS * len(named):
        return ()
    folder, _, file_name = main.rpartition("/")
    relations = package.xml(f"{folder}/_rels/{file_name}.rels")
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join(folder, relation.get("Target") or ""))
        for relation in (relations if relations is not None else ())
        if relation.get("TargetMode") != "External"
    }
    found = []
    for name in named:
        part = targets.get(name, "")
        kind = signed_kind(package.head(part)) if part in package else None
        if kind in IMAGE_KINDS and kind is not None and _is_sheet(package, part, kind):
            found.append((part, kind))
    return tuple(found)


def _is_sheet(package: Package, part: str, kind: Kind) -> bool:
    width, height = picture_size(package.picture(part), kind)
    return min(width, height) >= _LEAST_SHEET_PIXELS and max(width, height) <= 2.2 * min(width, height)


def _transitional(root: Element | None) -> Element | None:
    return None if root is None else to_transitional(root)


def _main_part(package: Package) -> str:
    """The name of the main part: word/document.xml, unless the package says otherwise."""
    if "word/document.xml" in package:
        return "word/document.xml"
    relations = package.xml("_rels/.rels")
    for relation in relations if relations is not None else ():
        if (relation.get("Type") or "").endswith(_DOCUMENT_TYPES) and relation.get("TargetMode") != "External":
            return (relation.get("Target") or "").lstrip("/")
    raise damaged("it has no text part")


def _footnotes(root: Element | None) -> dict[str, str]:
    """The text of each footnote by its id."""
    if root is None:
        return {}
    return {
        attribute(node, "id") or "": " ".join("".join(t.text or "" for t in node.iter(W + "t")).split())
        for node in root.findall(W + "footnote")
    }


class _BodyReader:
    """Walks block-level elements and feeds their lines to a `PageBuilder`."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self._styles, self._numbering = styles, numbering
        self.builder = PageBuilder()

    def blocks(self, parent: Element, cell: tuple[int, int] | None = None) -> None:
        """All blocks in `parent`; `cell` is (row, column) when it is a table cell."""
        for node in parent:
            if node.tag == W + "p":
                self._paragraph(node, cell)
            elif node.tag == W + "tbl":
                if cell is None:
                    self._table(node)
                else:
                    self._inner_table(node, cell)
            elif node.tag == MC + "AlternateContent":
                chosen = node.find(MC + "Choice")
                chosen = chosen if chosen is not None else node.find(MC + "Fallback")
                if chosen is not None:
                    self.blocks(chosen, cell)
            elif node.tag in _TRANSPARENT:
                self.blocks(node, cell)

    def _paragraph(self, node: Element, cell: tuple[int, int] | None) -> None:
        properties = node.find(W + "pPr")
        look = self._styles.paragraph(properties)
        if look.page_break_before and cell is None:
            self.builder.page_break(rendered=False)
        label = self._label(look)
        pieces = paragraph_pieces(node, self._styles, look)
        indent = (look.left or self._list_indent(look)) + max(0, look.first_line or 0)
        place = Place(bool(look.centred), max(0, indent), look.stops or (), cell)
        self.builder.paragraph(pieces, label, place)
        for box in pieces.boxes:
            self.blocks(box, cell)
        if cell is None and properties is not None and _ends_section_on_page(properties):
            self.builder.page_break(rendered=False)

    def _label(self, look: Look) -> str:
        if look.number is None or look.number[0] == "0":
            return ""
        number_id, level = look.number
        if level is None:
            level = self._numbering.level_of_style(number_id, look.number_style or "")
        return self._numbering.next_label(number_id, level)

    def _list_indent(self, look: Look) -> int:
        return self._numbering.indent(look.number[0], look.number[1] or 0) if look.number else 0

    def _table(self, table: Element) -> None:
        self.builder.begin_table()
        for row_number, row in enumerate(_rows(table)):
            column = _skipped(row, "gridBefore")
            for cell in _cells(row):
                self.blocks(cell, (row_number, column))
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                column += max(1, integer(attribute(span, "val"), 1)) if span is not None else 1
        self.builder.end_table()

    def _inner_table(self, table: Element, cell: tuple[int, int]) -> None:
        """A table inside a cell: its text belongs to that cell, row by row."""
        for row in _rows(table):
            for inner in _cells(row):
                self.blocks(inner, cell)


def _rows(table: Element) -> Iterator[Element]:
    for node in table:
        if node.tag == W + "tr":
            if node.find(f"{W}trPr/{W}del") is None:
                yield node
        elif node.tag in _TRANSPARENT:
            yield from _rows(node)


def _cells(row: Element) -> Iterator[Element]:
    for node in row:
        if node.tag == W + "tc":
            yield node
        elif node.tag in _TRANSPARENT:
            yield from _cells(node)


def _skipped(row: Element, name: str) -> int:
    node = row.find(f"{W}trPr/{W}{name}")
    return max(0, min(100, integer(attribute(node, "val"), 0))) if node is not None else 0


def _ends_section_on_page(properties: Element) -> bool:
    section = properties.find(W + "sectPr")
    if section is None:
        return False
    kind = section.find(W + "type")
    return kind is None or (attribute(kind, "val") or "nextPage") not in ("continuous", "nextColumn")
