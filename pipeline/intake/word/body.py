"""Walks the blocks of a Word document and feeds their lines to a `PageBuilder`: paragraphs, tables, lists, parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from pipeline.intake.text_columns import heads_right
from pipeline.intake.word.lines import PageBuilder, ParagraphPlace
from pipeline.intake.word.list_numbers import Numbering
from pipeline.intake.word.ooxml import MC, R, W, attribute, integer
from pipeline.intake.word.runs import Pieces, Run, is_placeholder, paragraph_pieces
from pipeline.intake.word.styles import Look, Styles
from pipeline.language.legacy_encodings import LegacyEncoding
from pipeline.vietnamese.folding import fold

_TRANSPARENT = frozenset(W + name for name in ("sdtContent", "customXml", "ins", "moveTo", "smartTag"))
_LABEL = re.compile(r"^so\s*[:.]")

OpenChunk = Callable[[str, "BodyReader"], None]


class BodyReader:
    """Reads blocks into `builder`; `open_chunk` reads the part with an id into it, a document of its own.

    `old_text` is what is set in each font, for whoever has to tell in which encodings the document is.
    """

    def __init__(
        self,
        styles: Styles,
        numbering: Numbering,
        builder: PageBuilder,
        open_chunk: OpenChunk,
        in_use: frozenset[LegacyEncoding],
    ) -> None:
        self._styles, self._numbering = styles, numbering
        self._open_chunk = open_chunk
        self._carried: list[Pieces | None] = [None]  # what the next paragraph of each open container goes on from
        self.builder = builder
        self.in_use = in_use
        self.old_text: dict[str, list[str]] = {}

    def blocks(self, parent: Element, cell: tuple[int, int] | None = None) -> None:
        """All blocks in `parent`; `cell` is (row, column) when it is a table cell."""
        self._carried.append(None)
        self._blocks(parent, cell)
        left = self._carried.pop()
        if left is not None:
            self._flow(left, Look(), "", cell)

    def _blocks(self, parent: Element, cell: tuple[int, int] | None) -> None:
        for node in parent:
            if node.tag == W + "p":
                self._paragraph(node, cell)
            elif node.tag == W + "tbl":
                if cell is None:
                    self._table(node)
                else:
                    self._inner_table(node, cell)
            elif node.tag == W + "altChunk":
                self._open_chunk(node.get(R + "id") or "", self)
            elif node.tag == MC + "AlternateContent":
                chosen = node.find(MC + "Choice")
                chosen = chosen if chosen is not None else node.find(MC + "Fallback")
                if chosen is not None:
                    self._blocks(chosen, cell)
            elif node.tag in _TRANSPARENT or (node.tag == W + "sdt" and not is_placeholder(node)):
                self._blocks(node, cell)

    def _paragraph(self, node: Element, cell: tuple[int, int] | None) -> None:
        properties = node.find(W + "pPr")
        look = self._styles.paragraph(properties)
        pieces = paragraph_pieces(node, self._styles, look, self.in_use)
        for piece in pieces.content:
            if isinstance(piece, Run) and piece.font:
                self.old_text.setdefault(piece.font, []).append(piece.text)
        begun, self._carried[-1] = self._carried[-1], None
        if begun is not None:
            pieces = begun.followed_by(pieces)
        if pieces.is_empty() and (pieces.deletions or _mark_is_deleted(properties)):
            return  # what a tracked change took away whole has no number either
        if _mark_is_deleted(properties):
            self._carried[-1] = pieces  # its end is deleted: the next paragraph goes on in it
            return
        if look.page_break_before and cell is None:
            self.builder.page_break(rendered=False)
        self._flow(pieces, look, self._label(look), cell)
        if cell is None and properties is not None and _ends_section_on_page(properties):
            self.builder.page_break(rendered=False)

    def _flow(self, pieces: Pieces, look: Look, label: str, cell: tuple[int, int] | None) -> None:
        """Add a paragraph and the text boxes that hang on it: a letterhead in them stands above."""
        heads = [box for box in pieces.boxes if cell is None and _is_letterhead(box)]
        for box in heads:
            self.blocks(box, cell)
        indent = (look.left or self._list_indent(look)) + max(0, look.first_line or 0)
        place = ParagraphPlace(bool(look.centred), max(0, indent), look.stops or (), cell)
        self.builder.paragraph(pieces, label, place)
        for box in pieces.boxes:
            if not any(box is head for head in heads):
                self.blocks(box, cell)

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
        rows = [(row, list(_cells(row))) for row in _rows(table)]
        if len(rows) == 1 and len(rows[0][1]) == 1:
            self.blocks(rows[0][1][0])  # a frame around text, or around the tables of a page
            return
        self.builder.begin_table()
        for row_number, (row, cells) in enumerate(rows):
            column = _skipped(row, "gridBefore")
            for cell in cells:
                self.blocks(cell, (row_number, column))
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                column += max(1, integer(attribute(span, "val"), 1)) if span is not None else 1
        self.builder.end_table()

    def _inner_table(self, table: Element, cell: tuple[int, int]) -> None:
        """A table inside a cell: its text belongs to that cell, row by row."""
        for row in _rows(table):
            for inner in _cells(row):
                self.blocks(inner, cell)


def _mark_is_deleted(properties: Element | None) -> bool:
    """Whether a tracked change deleted the end of the paragraph, or moved the paragraph away."""
    mark = properties.find(W + "rPr") if properties is not None else None
    return mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None)


def _is_letterhead(box: Element) -> bool:
    lines = ("".join(text.text or "" for text in node.iter(W + "t")).strip() for node in box.iter(W + "p"))
    return any(heads_right(line) or _LABEL.search(fold(line)) for line in lines)


def _rows(table: Element) -> Iterator[Element]:
    for node in table:
        if node.tag == W + "tr":
            if node.find(f"{W}trPr/{W}del") is None:
                yield node
        elif node.tag in _TRANSPARENT or node.tag == W + "sdt":
            yield from _rows(node)


def _cells(row: Element) -> Iterator[Element]:
    for node in row:
        if node.tag == W + "tc":
            if node.find(f"{W}tcPr/{W}cellDel") is None:
                yield node
        elif node.tag in _TRANSPARENT or node.tag == W + "sdt":
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
