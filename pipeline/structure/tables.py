"""Tables: rows of text with ' | ' between cells, and table objects with the box of every cell.

Reading (or DOCX, or a Markdown dump) says which cell of which table a printed line belongs to. A table that a page
break cuts in two is one table; a head row that is printed again on the next page belongs to it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz import fuzz

from pipeline.schema import FieldValue, Table
from pipeline.structure.matching import skeleton
from pipeline.structure.model import Node, Paragraph, Piece, Row, place_of, with_ids
from pipeline.values import Box

_SAME_HEAD = 90.0  # likeness of a head row printed again on the next page, OCR differences allowed
_BESIDE = 0.7  # of the taller line's height that two lines of one row share
_SAME_EDGES = 0.04  # of the table's width: how far the sides of two halves may lie apart


def table_row(rows: Sequence[Row]) -> Paragraph:
    """A table's row as a paragraph: lines of a cell joined with a space, cells with ' | ', an empty cell as nothing.

    `rows` are the printed lines of one table row, at least one, each with its cell. Empty cells at the end are left
    out; those before a filled one keep their place ("1 |  | Ghi chú").
    """
    ordered = sorted(rows, key=_column)
    text = ""
    pieces: list[Piece] = []
    column = 0
    for position, row in enumerate(ordered):
        steps = _column(row) - column
        text += " | " * steps if steps else (" " if position else "")
        pieces.append(Piece(row, len(text), len(text) + len(row.text)))
        text += row.text
        column = _column(row)
    cell = rows[0].line.cell
    assert cell is not None
    return Paragraph(text, tuple(pieces), (rows[0].page * 1000 + cell[0], cell[1]))


def is_same_row(current: Sequence[Row], row: Row) -> bool:
    """Whether a line belongs to the table row begun: by its cell, or on a tilted page by standing beside its cells."""
    last, cell = current[-1], row.line.cell
    if cell is None or last.line.cell is None or last.page != row.page or last.line.cell[0] != cell[0]:
        return False
    if last.line.cell[1] == cell[1]:
        return True
    columns = {_column(other) for other in current}
    return cell[2] not in columns and all(_beside(other.line.box, row.line.box) for other in current)


def _beside(first: Box | None, second: Box | None) -> bool:
    """Whether two boxes share most of their height."""
    if first is None or second is None:
        return False
    shared = min(first.bottom, second.bottom) - max(first.top, second.top)
    return shared >= _BESIDE * max(first.height, second.height)


def find_tables(nodes: Sequence[Node]) -> list[Table]:
    """The tables of a section tree in reading order, each with the id of its section."""
    tables: list[Table] = []
    for identity, node in with_ids(nodes):
        tables.extend(_as_table(identity, part) for part in _tables_of(node.paragraphs))
    return tables


@dataclass(slots=True)
class _Part:
    """The rows of a table: cells by column, each with its printed lines."""

    identity: int
    rows: list[dict[int, list[Row]]] = field(default_factory=list)

    @property
    def columns(self) -> int:
        return max((max(row) + 1 for row in self.rows if row), default=0)

    @property
    def lines(self) -> Iterator[Row]:
        for row in self.rows:
            for lines in row.values():
                yield from lines


def _tables_of(paragraphs: Sequence[Paragraph]) -> list[_Part]:
    parts: list[_Part] = []
    touching = False  # whether nothing but table rows came since the last one
    for paragraph in paragraphs:
        if paragraph.table_row is None:
            touching = False
            continue
        if not touching or parts[-1].identity != paragraph.table_row[0]:
            part = _Part(paragraph.table_row[0])
            parts.append(part)
        parts[-1].rows.append(_cells(paragraph))
        touching = True
    return _joined(parts, paragraphs)


def _joined(parts: Sequence[_Part], paragraphs: Sequence[Paragraph]) -> list[_Part]:
    joined: list[_Part] = []
    following = _followers(paragraphs)
    for part in parts:
        if joined and (joined[-1].identity, part.identity) in following and _goes_on(joined[-1], part):
            head = joined[-1].rows[0]
            rows = part.rows[1:] if _is_same_row(head, part.rows[0]) else part.rows
            joined[-1].rows.extend(rows)
            joined[-1].identity = part.identity
        else:
            joined.append(part)
    return joined


def _followers(paragraphs: Sequence[Paragraph]) -> set[tuple[int, int]]:
    """Pairs of tables with no other text between them."""
    pairs = set()
    for first, second in pairwise(paragraphs):
        if first.table_row is not None and second.table_row is not None and first.table_row[0] != second.table_row[0]:
            pairs.add((first.table_row[0], second.table_row[0]))
    return pairs


def _goes_on(first: _Part, second: _Part) -> bool:
    """Whether `second`, on the next page, is the rest of `first`: as many columns, or the same sides."""
    last, start = max(row.page for row in first.lines), min(row.page for row in second.lines)
    if start != last + 1:
        return False
    if first.columns == second.columns or _is_same_row(first.rows[0], second.rows[0]):
        return True
    above, below = _outline(row for row in first.lines if row.page == last), _outline(second.lines)
    if above is None or below is None:
        return False
    room = _SAME_EDGES * max(above.width, below.width)
    return abs(above.left - below.left) <= room and abs(above.right - below.right) <= room


def _outline(rows: Iterable[Row]) -> Box | None:
    boxes = [row.line.box for row in rows if row.line.box is not None]
    return Box.around(boxes) if boxes else None


def _is_same_row(first: dict[int, list[Row]], second: dict[int, list[Row]]) -> bool:
    left, right = (skeleton(" ".join(_text(row.get(column, [])) for column in sorted(row))) for row in (first, second))
    return bool(left) and fuzz.ratio(left, right) >= _SAME_HEAD


def _cells(paragraph: Paragraph) -> dict[int, list[Row]]:
    cells: dict[int, list[Row]] = {}
    for piece in paragraph.pieces:
        cells.setdefault(_column(piece.row), []).append(piece.row)
    return cells


def _as_table(section: str, part: _Part) -> Table:
    place = place_of(part.lines).field(None)
    width = part.columns
    return Table(
        section=section,
        page=place.page,
        bbox=place.bbox,
        rows=[[_as_cell(row.get(column, [])) for column in range(width)] for row in part.rows],
    )


def _as_cell(lines: Sequence[Row]) -> FieldValue:
    """A cell as a field; a cell with nothing in it has the value ''."""
    return place_of(lines).field(_text(lines))


def _text(lines: Sequence[Row]) -> str:
    return " ".join(row.text for row in lines)


def _column(row: Row) -> int:
    return row.line.cell[2] if row.line.cell else 0
