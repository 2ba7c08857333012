"""The values structure works with: rows, paragraphs that know where each of their characters stands, nodes, the result.

A `Row` is a printed line with its place in the document. A `Paragraph` is what rows were joined to, and its pieces say
which characters came from which row; so every field, node and typed value can name its page, box and confidence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.edits import Correction
from pipeline.schema import Citation, Entity, FieldValue, Header, PlanValues, Problem, Section, Signer, Table
from pipeline.structure.lines.confidence import calibrated, restored_rightly
from pipeline.values import Box, Line, LineId, PageMark, Region

_LEAST = 1e-4  # chances of 0 are taken for this


@dataclass(frozen=True, slots=True)
class Row:
    """A printed line in its document: `number` counts lines over all pages, `text` is cleaned of layout signs.

    `page_break` is true for the first body line of a page other than the first; `title_hint` for a line that a
    Markdown dump marks as a heading; `centred` for a line with clear margins on both sides;
    `indent` is the distance from the running text's left edge in character widths (leading spaces in a dump);
    `recognised` says that an engine read it from a picture, now or before it was dumped.
    """

    number: int
    page: int
    text: str
    line: Line
    page_break: bool = False
    title_hint: bool = False
    centred: bool = False
    indent: float = 0.0
    recognised: bool = False

    def chances(self, first: int = 0, last: int | None = None) -> tuple[float, ...]:
        """How sure restoration is of each word in the characters `first`..`last`; empty where it had none to weigh."""
        sure, words = self.line.sure, self.text.split()
        if not sure or words != self.line.text.split()[: len(words)]:
            return sure  # signs of layout were among them: all words of the line have to do
        before = len(self.text[:first].split())
        if first > 0 and not any(map(str.isspace, self.text[first - 1 : first + 1])):
            before -= 1  # cut within a word
        return sure[before : len(self.text[:last].split())]

    @property
    def region(self) -> Region:
        """The part of the page the line belongs to."""
        return self.line.region


@dataclass(frozen=True, slots=True)
class Location:
    """Where something stands: page, box and confidence, each None where the source does not tell.

    `confidence` is the engine's; `mended` says that restoration changed one of the lines, or that the value was put
    right here; `sure` is the chance that a word here was restored rightly, on the geometric mean of all of them.
    """

    page: int | None = None
    box: Box | None = None
    confidence: float | None = None
    mended: bool = False
    sure: float | None = None

    def field(self, value: str | None) -> FieldValue:
        """`value` as a contract field that stands here, with the probability that it is right to the letter."""
        chances = []
        if self.confidence is not None:
            chances.append(calibrated(self.confidence, len(value or ""), mended=self.mended))
        if self.sure is not None:
            chances.append(restored_rightly(self.sure, len((value or "").split())))
        confidence = round(min(chances), 4) if chances else None
        return FieldValue(
            value=value, page=self.page, bbox=self.box.as_list() if self.box else None, confidence=confidence
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """The characters `start`..`end` of a paragraph that came from one row, from its character `offset` on."""

    row: Row
    start: int
    end: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text joined from one row or several; `pieces` are in order and cover the text but for the joining spaces.

    `table_row` is (table number in the document, row number) for a row of a table, its cells joined by ' | '.
    """

    text: str
    pieces: tuple[Piece, ...] = ()
    table_row: tuple[int, int] | None = None

    def cut(self, start: int, end: int | None = None) -> Paragraph:
        """The paragraph between two offsets, stripped of blanks at both ends."""
        stop = len(self.text) if end is None else end
        text = self.text[start:stop]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        stop = start + len(text)
        pieces = tuple(
            Piece(
                piece.row,
                max(piece.start, start) - start,
                min(piece.end, stop) - start,
                piece.offset + max(0, start - piece.start),
            )
            for piece in self.pieces
            if piece.end > start and piece.start < stop
        )
        return Paragraph(text, pieces, self.table_row)

    def place(self, start: int = 0, end: int | None = None) -> Location:
        """Where the characters `start`..`end` stand: the page they begin on, the box around them on that page."""
        stop = len(self.text) if end is None else end
        inside = [piece for piece in self.pieces if piece.end > start and piece.start < max(stop, start + 1)]
        rows = [piece.row for piece in inside]
        whole = location_of(rows)
        boxes = [_box_within(piece, start, stop) for piece in inside if piece.row.page == whole.page]
        known = [box for box in boxes if box is not None]
        chances = [chance for piece in inside for chance in piece.row.chances(*_within(piece, start, stop))]
        box = Box.around(known) if known else None
        return replace(whole, box=box, sure=_mean_chance(chances))


def _within(piece: Piece, start: int, stop: int) -> tuple[int, int]:
    """The characters of the piece's row that the characters `start`..`stop` of a paragraph are."""
    offset = piece.offset - piece.start
    return max(piece.start, start) + offset, min(piece.end, stop) + offset


def _mean_chance(chances: Sequence[float]) -> float | None:
    """The geometric mean, as many of which make up the chance that all words are right; None where none is known."""
    if not chances:
        return None
    return math.exp(math.fsum(math.log(max(chance, _LEAST)) for chance in chances) / len(chances))


def _box_within(piece: Piece, start: int, stop: int) -> Box | None:
    """The box of the characters `start`..`stop` of a paragraph as far as they lie in `piece`.

    Exact where the row's words still are the engine's words one for one, otherwise by the share of the row's length.
    """
    box, text = piece.row.line.box, piece.row.text
    if box is None or not text:
        return box
    first, last = _within(piece, start, stop)
    if first <= 0 and last >= len(text):
        return box
    words = piece.row.line.words
    before, through = len(text[: max(0, first)].split()), len(text[:last].split())
    if len(words) == len(text.split()) and through > before:
        known = [word.box for word in words[before:through] if word.box is not None]
        if known:
            return Box.around(known)
    scale = box.width / len(text)
    return Box(box.left + int(first * scale), box.top, min(box.right, box.left + int(last * scale) + 1), box.bottom)


def location_of(rows: Iterable[Row]) -> Location:
    """The place of some rows: first page, box around the rows of that page, mean confidence by length."""
    all_rows = list(rows)
    if not all_rows:
        return Location()
    page = all_rows[0].page
    boxes = [row.line.box for row in all_rows if row.line.box is not None and row.page == page]
    weighted = [(row.line.confidence, len(row.text) + 1) for row in all_rows if row.line.confidence is not None]
    total = sum(weight for _, weight in weighted)
    confidence = sum(value * weight for value, weight in weighted) / total if total else None
    mended = any(not edit.is_of_reading for row in all_rows for edit in row.line.edits)
    sure = _mean_chance([chance for row in all_rows for chance in row.chances()])
    return Location(page, Box.around(boxes) if boxes else None, confidence, mended, sure)


@dataclass(frozen=True, slots=True)
class Node:
    """A section before it becomes the contract's `Section`; `paragraphs` are the lines of its `text`."""

    number: str | None = None
    heading: str | None = None
    roles: tuple[str, ...] = ()  # `Role`, or one that a package adds
    paragraphs: tuple[Paragraph, ...] = ()
    children: tuple[Node, ...] = ()
    place: Location = Location()
    printed: str = ""  # the marker as it stood on the page, sign included
    heading_printed: str | None = None  # the heading as it stood there, where that differs from `heading`
    start: int = 0  # row number the node begins at

    @property
    def text(self) -> str:
        """The section's text: its paragraphs, one a line."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs)

    def locate(self, start: int, end: int) -> Location:
        """Where the characters `start`..`end` of `text` stand."""
        offset = 0
        for paragraph in self.paragraphs:
            length = len(paragraph.text)
            if start <= offset + length:
                return paragraph.place(start - offset, max(start, min(end, offset + length)) - offset)
            offset += length + 1
        return self.place


@dataclass(frozen=True, slots=True)
class LineEnd:
    """A row whose last sign was misread: what it was read as and what it is, "" for a speck.

    Where `read` is the whole row it is nothing but what a seal left.
    """

    row: Row
    read: str
    sign: str


@dataclass(frozen=True, slots=True)
class LineCorrection:
    """A correction of a line of the pages; it counts the characters of the line's text as restoration left it."""

    line: LineId
    correction: Correction


@dataclass(frozen=True, slots=True)
class Structure:
    """What `build_structure` found; the attributes named like `schema.Document`'s go there as they are.

    `marks` are the page marks by page number, those that came with the pages and those found among the lines.
    `nodes` is the tree that `sections` was written from, in the same order and shape. `corrections` are what was put
    right in the pages' lines, which `with_corrections` makes there.
    """

    header: Header = field(default_factory=Header)
    preamble: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    recipients: list[FieldValue] = field(default_factory=list)
    signers: list[Signer] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    plan: PlanValues | None = None
    problems: list[Problem] = field(default_factory=list)
    marks: dict[int, tuple[PageMark, ...]] = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    corrections: tuple[LineCorrection, ...] = ()

    @property
    def signer(self) -> Signer | None:
        """The first signer."""
        return self.signers[0] if self.signers else None


def with_ids(nodes: Sequence[Node], prefix: str = "") -> Iterable[tuple[str, Node]]:
    """Every node of the tree with its section id, in reading order."""
    for position, node in enumerate(nodes, start=1):
        identity = f"{prefix}{position}"
        yield identity, node
        yield from with_ids(node.children, f"{identity}.")


def to_sections(nodes: Sequence[Node], prefix: str = "") -> list[Section]:
    """The contract's sections of a tree."""
    sections = []
    for position, node in enumerate(nodes, start=1):
        identity = f"{prefix}{position}"
        place = node.place.field(node.heading or (node.paragraphs[0].text if node.paragraphs else node.number))
        sections.append(
            Section(
                id=identity,
                number=node.number,
                heading=node.heading,
                roles=list(node.roles),
                text=node.text,
                page=place.page,
                bbox=place.bbox,
                confidence=place.confidence,
                children=to_sections(node.children, f"{identity}."),
            )
        )
    return sections
