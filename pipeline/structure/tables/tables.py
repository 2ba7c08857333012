"""Tables: rows of text with ' | ' between cells, and table objects with the box of every cell.

Reading (or DOCX, or a Markdown dump) says which cell of which table a printed line belongs to. A table that a page
break cuts in two is one table; a head row that is printed again on the next page belongs to it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from rapidfuzz import fuzz

from pipeline.schema import FieldValue, Table
from pipeline.structure.lines.model import Node, Paragraph, Piece, Row, location_of, with_ids
from pipeline.structure.lines.paragraphs import is_finished, is_open
from pipeline.values import Box
from pipeline.vietnamese.administrative.matching import skeleton, starts_lower

_SAME_HEAD = 90.0  # likeness of a head row printed again on the next page, OCR differences allowed
_BESIDE = 0.5  # of the lower one's height that two lines, or a line and a cell, of one row share
_NEXT_LINE = 0.45  # line heights between the lines of one cell at most; a rule needs more room
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
    """Whether a line belongs to the table row begun: by its cell, or, where reading parted them, by where it stands.

    A head row's "STT" stands beside a cell of two lines, a tilted row's cells beside their neighbours; a cell's last
    line stands close under the one before and beside lines of the row.
    """
    last, cell = current[-1], row.line.cell
    if cell is None or last.line.cell is None or last.page != row.page or last.line.cell[0] != cell[0]:
        return False
    if last.line.cell[1] == cell[1]:
        return True
    cells = _by_column(current)
    neighbours = [column for column in (_next_below(cells, cell[2]), _next_above(cells, cell[2])) if column is not None]
    if cell[2] not in cells:
        return all(_beside(_outline(cells[column]), row.line.box) for column in neighbours)
    above = cells[cell[2]][-1]
    return _is_next_line(above, row) and any(
        _beside(other.line.box, row.line.box) for column in neighbours for other in cells[column]
    )


def _next_below(cells: Iterable[int], column: int) -> int | None:
    return max((other for other in cells if other < column), default=None)


def _next_above(cells: Iterable[int], column: int) -> int | None:
    return min((other for other in cells if other > column), default=None)


def _beside(first: Box | None, second: Box | None) -> bool:
    """Whether two boxes share half the height of the lower one."""
    if first is None or second is None:
        return False
    _, shared = first.overlap(second)
    return shared >= _BESIDE * min(first.height, second.height)


def _is_next_line(above: Row, row: Row) -> bool:
    """Whether a line goes on with the cell's line above it: close under it, in mid-sentence."""
    if above.line.box is None or row.line.box is None:
        return False
    space = row.line.box.top - above.line.box.bottom
    room = _NEXT_LINE * row.line.box.height
    return -room <= space <= room and starts_lower(row.text) and not is_finished(above.text)


def whole_rows(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """`paragraphs` with the two parts of each table row that a page break cut in two joined."""
    result: list[Paragraph] = []
    for paragraph in paragraphs:
        at = _cut_row(result, paragraph)
        if at is None:
            result.append(paragraph)
        else:
            cut = result[at]
            rows = [piece.row for part in (cut, paragraph) for piece in part.pieces]
            result[at] = replace(table_row(rows), table_row=cut.table_row)
    return result


def _cut_row(before: Sequence[Paragraph], rest: Paragraph) -> int | None:
    """Which of the paragraphs before is the row whose `rest` stands at the top of the next page; None for no row.

    The rest has no number though the table's rows have one, fills only cells that the row fills, and goes on in
    mid-sentence in each. A head row that is printed again may stand between.
    """
    if rest.table_row is None or not before or before[-1].table_row is None:
        return None
    page = rest.pieces[0].row.page
    at = len(before) - 1
    if _is_head_again(before, at) and before[at].pieces[0].row.page == page:
        at -= 1
    table = [row for row in before if row.table_row is not None and before[at].table_row is not None]
    same = [row for row in table if row.table_row[0] == before[at].table_row[0]]  # type: ignore[index]
    if before[at].pieces[-1].row.page != page - 1 or len(same) < 2:
        return None
    cut, more = _cells(before[at]), _cells(rest)
    if 0 in more or not all(0 in _cells(row) for row in same[1:]) or not more.keys() <= cut.keys():
        return None
    goes_on = all(
        not is_finished(_text(cut[column])) and (starts_lower(_text(lines)) or is_open(_text(cut[column])))
        for column, lines in more.items()
    )
    return at if goes_on else None


def _is_head_again(rows: Sequence[Paragraph], at: int) -> bool:
    """Whether the row at `at` is the head of a table that ended before it."""
    row = rows[at].table_row
    heads = [other for other in rows[:at] if other.table_row is not None and other.table_row[1] == 0]
    return row is not None and row[1] == 0 and bool(heads) and _is_same_row(_cells(heads[-1]), _cells(rows[at]))


def find_tables(nodes: Sequence[Node]) -> list[Table]:
    """The tables of a section tree in reading order, each with the id of its section."""
    tables: list[Table] = []
    for identity, node in with_ids(nodes):
        parts = _tables_of(node.paragraphs)
        tables.extend(_as_table(identity, part) for part in parts if sum(map(len, part.rows)) > 1)
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
            joined[-1].rows.extend(part.rows[_rows_again(joined[-1], part) :])
            joined[-1].identity = part.identity
        else:
            joined.append(part)
    return joined


def _rows_again(first: _Part, second: _Part) -> int:
    """How many rows of the head of `first` are printed again over `second`; a head's second row has no number cell."""
    again = 0
    for one, other in zip(first.rows, second.rows, strict=False):
        if not _is_same_row(one, other) or (again > 0 and (0 in one or 0 in other)):
            break
        again += 1
    return again


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
    cut = {row.page for lines in first.rows[-1].values() for row in lines}  # a row with its end on the next page
    if start != (last if len(cut) > 1 else last + 1):
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
    return _by_column([piece.row for piece in paragraph.pieces])


def _by_column(rows: Iterable[Row]) -> dict[int, list[Row]]:
    cells: dict[int, list[Row]] = {}
    for row in rows:
        cells.setdefault(_column(row), []).append(row)
    return cells


def _as_table(section: str, part: _Part) -> Table:
    place = location_of(part.lines).field(None)
    width = part.columns
    return Table(
        section=section,
        page=place.page,
        bbox=place.bbox,
        rows=[[_as_cell(row.get(column, [])) for column in range(width)] for row in part.rows],
    )


def _as_cell(lines: Sequence[Row]) -> FieldValue:
    """A cell as a field; a cell with nothing in it has the value ''."""
    return location_of(lines).field(_text(lines))


def _text(lines: Sequence[Row]) -> str:
    return " ".join(row.text for row in lines)


def _column(row: Row) -> int:
    return row.line.cell[2] if row.line.cell else 0
