"""From an engine's lines to the page's lines in reading order, with region, gap, indent and page marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.reading.engines.base import EngineLine
from pipeline.reading.layout.letterhead_columns import TwoColumns, cut_at_motto, find_closing, find_letterhead
from pipeline.reading.layout.ruled_tables import Table
from pipeline.reading.layout.text_segments import (
    WIDE_GAP,
    Segment,
    gap,
    join_close,
    line_height,
    rows_of,
    segment,
    split_lines,
    typical_pitch,
)
from pipeline.values import Box, Line, MarkKind, PageMark, Region
from pipeline.vietnamese.administrative.look_alikes import as_lone_figures

# A page number stands in the outer strip of the page, apart from the text.
_MARGIN_STRIP = 0.09
_PAGE_NUMBER = re.compile(r"^[-–—\s|.]*\d{1,3}(\s*/\s*\d{1,3})?[-–—\s|.]*$")

# Two A4 pages side by side are 1.41 times as wide as high; each holds some lines.
_SPREAD_SHAPE, _SPREAD_LINES = 1.2, 6
# A page with at least so many lines may stand beside one with lines that fill this part of its width.
_SHORT_PAGE, _FULL_LINE = 2, 0.7
_HEAD = (Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT)


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines in reading order, and what was set aside."""

    lines: tuple[Line, ...]
    marks: tuple[PageMark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Column:
    """Segments that are read one after the other, with the edges that indents are measured from."""

    region: Region
    rows: tuple[tuple[Segment, ...], ...]


def arrange(lines: Iterable[EngineLine], width: int, height: int, tables: Sequence[Table] = ()) -> Layout:
    """Arrange a page's lines; `width` and `height` are the page image's pixels, `tables` its ruled tables.

    Two pages side by side on one picture are arranged one after the other.
    """
    all_lines = list(lines)
    if not all_lines:
        return Layout(())
    if _is_spread(all_lines, width, height, tables):
        middle = width // 2
        left = _arranged([line for line in all_lines if line.box.left < middle], middle, height, ())
        beyond = [line.moved(-middle) for line in all_lines if line.box.left >= middle]
        right = _moved(_arranged(beyond, width - middle, height, ()), middle)
        return Layout((*left.lines, *right.lines), (*left.marks, *right.marks))
    return _arranged(all_lines, width, height, tables)


def _is_spread(lines: Sequence[EngineLine], width: int, height: int, tables: Sequence[Table]) -> bool:
    """Whether a wide picture shows two pages: text on both halves, many lines each, none across the middle."""
    if width < _SPREAD_SHAPE * height or tables:
        return False
    middle, gutter = width / 2, 0.015 * width
    if any(line.box.left < middle + gutter and line.box.right > middle - gutter for line in lines):
        return False
    halves = [[line for line in lines if (line.box.left >= middle) == second] for second in (False, True)]
    fewer, more = sorted(halves, key=len)
    if len(fewer) >= _SPREAD_LINES:
        return True
    # A page that ends early, beside one whose lines run from margin to margin.
    full = sum(line.box.width > _FULL_LINE * middle for line in more)
    return len(fewer) >= _SHORT_PAGE and full >= _SPREAD_LINES


def _moved(layout: Layout, by: int) -> Layout:
    """A layout so many pixels farther right."""
    lines = tuple(
        replace(
            line,
            box=line.box.moved(by) if line.box else None,
            words=tuple(word.moved(by) for word in line.words),
        )
        for line in layout.lines
    )
    marks = tuple(replace(mark, box=mark.box.moved(by) if mark.box else None) for mark in layout.marks)
    return Layout(lines, marks)


def _arranged(all_lines: Sequence[EngineLine], width: int, height: int, tables: Sequence[Table]) -> Layout:
    if not all_lines:
        return Layout(())
    unit = line_height(all_lines)
    pieces = split_lines(all_lines, unit)
    tabled, outside = _by_table(pieces, tables)
    rows = [cut_at_motto(join_close(row, unit)) for row in rows_of(outside)]
    rows, marks = take_page_numbers(rows, height)
    cells = [_cell_lines(number, table, tabled[number], unit) for number, table in enumerate(tables)]
    ordered: list[Line] = []
    for column in _columns(rows, (width, height), tables[0].box.top if tables else height, unit):
        ordered += _lines_of(column, unit)
    return Layout(tuple(_with_tables(ordered, tables, cells)), tuple(marks))


def _by_table(pieces: Iterable[Segment], tables: Sequence[Table]) -> tuple[list[list[Segment]], list[Segment]]:
    """The segments of each table, cut at its rules, and those outside."""
    tabled: list[list[Segment]] = [[] for _ in tables]
    outside: list[Segment] = []
    for piece in pieces:
        for number, table in enumerate(tables):
            if table.holds(piece.box):
                tabled[number] += table.divided(piece.words)
                break
        else:
            outside.append(piece)
    return tabled, outside


def _cell_lines(number: int, table: Table, pieces: Sequence[Segment], unit: float) -> list[Line]:
    """A table's lines: row by row, cells from left to right, a line for each printed line of a cell."""
    cells: dict[tuple[int, int], list[Segment]] = {}
    for piece in pieces:
        cells.setdefault(table.cell_at(piece.centre, piece.middle), []).append(piece)
    lines: list[Line] = []
    for row, column in sorted(cells):
        inside = _Column(Region.TABLE, tuple((_whole(r),) for r in rows_of(cells[row, column])))
        lines += [replace(line, cell=(number, row, column)) for line in _lines_of(inside, unit)]
    return lines


def _with_tables(lines: Sequence[Line], tables: Sequence[Table], cells: Sequence[Sequence[Line]]) -> list[Line]:
    """The lines of the text with each table's put in where it stands: before the first line of the body below it."""
    ordered = list(lines)
    for table, inside in reversed(list(zip(tables, cells, strict=True))):
        below = [
            at
            for at, line in enumerate(ordered)
            if line.box and line.region not in _HEAD and line.box.centre[1] > table.box.top
        ]
        at = below[0] if below else len(ordered)
        ordered[at:at] = inside
    return ordered


def take_page_numbers(rows: Sequence[Sequence[Segment]], height: int) -> tuple[list[list[Segment]], list[PageMark]]:
    """Take the page number out of the first and the last row of the page."""
    kept = [list(row) for row in rows]
    marks: list[PageMark] = []
    for at in (0, -1) if kept else ():
        if not kept:
            break
        # Beside a running head the number stands at one end of the row.
        number = next((piece for piece in (*kept[at][:1], *kept[at][-1:]) if _PAGE_NUMBER.match(piece.text)), None)
        alone = kept[at][0] if len(kept[at]) == 1 else None
        text = number.text if number else ""
        if number is None and alone is not None and _in_margin(alone.box, height):
            text = as_lone_figures(alone.text.replace(" ", ""))
            number = alone if _PAGE_NUMBER.match(text) else None
        if number is None:
            continue
        if _in_margin(number.box, height) or (alone is not None and _stands_apart(kept, at)):
            marks.append(PageMark(MarkKind.PAGE_NUMBER, number.box, text, number.confidence))
            kept[at] = [piece for piece in kept[at] if piece is not number]
            if not kept[at]:
                del kept[at]
    return kept, marks


def _in_margin(box: Box, height: int) -> bool:
    return box.bottom < _MARGIN_STRIP * height or box.top > (1 - _MARGIN_STRIP) * height


def _stands_apart(rows: Sequence[Sequence[Segment]], at: int) -> bool:
    """Whether the first or last row is farther from its neighbour than the others are from each other."""
    if len(rows) < 4:
        return False
    middles = [row[0].middle for row in rows]
    steps = sorted(b - a for a, b in pairwise(middles))
    own = middles[1] - middles[0] if at == 0 else middles[-1] - middles[-2]
    return own > 1.5 * steps[len(steps) // 2]


def _columns(rows: list[list[Segment]], size: tuple[int, int], first_table: int, unit: float) -> list[_Column]:
    """The page's columns in reading order: letterhead left and right, body, closing left and right, the rest."""
    width, height = size
    columns: list[_Column] = []
    above = [row for row in rows if row[0].box.top < first_table]
    head, above = find_letterhead(above, width, height, unit)
    if head:
        rows = [*above[: head.last], *rows[head.last :]]
        columns += _halves(rows, head, Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT)
        rows = rows[head.last :]
    closing, rows = find_closing(rows, width, unit)
    body = rows[: closing.first] if closing else rows
    columns.append(_Column(Region.BODY, tuple((_whole(row),) for row in body)))
    if closing:
        columns += _halves(rows, closing, Region.CLOSING_LEFT, Region.CLOSING_RIGHT)
        columns.append(_Column(Region.BODY, tuple((_whole(row),) for row in rows[closing.last :])))
    return columns


def _whole(row: Sequence[Segment]) -> Segment:
    return row[0] if len(row) == 1 else segment(word for piece in row for word in piece.words)


def _halves(rows: Sequence[Sequence[Segment]], where: TwoColumns, left: Region, right: Region) -> list[_Column]:
    zone = rows[where.first : where.last]
    halves = []
    for region, belongs in ((left, True), (right, False)):
        pieces = [p for row in zone for p in row if (p.centre < where.boundary) == belongs]
        halves.append(_Column(region, tuple((_whole(row),) for row in rows_of(pieces))))
    return halves


def _lines_of(column: _Column, unit: float) -> list[Line]:
    pieces = [row[0] for row in column.rows]
    if not pieces:
        return []
    lefts = sorted(p.box.left for p in pieces)
    left = lefts[len(lefts) // 10]
    right = sorted(p.box.right for p in pieces)[-1 - len(pieces) // 10]
    letters = sum(len(p.text) for p in pieces)
    letter_width = max(1.0, sum(p.box.width for p in pieces) / max(1, letters))
    pitch = typical_pitch([p.baseline for p in pieces], unit)
    lines: list[Line] = []
    before: Segment | None = None
    for piece in pieces:
        step = piece.baseline - before.baseline if before else pitch
        lines.append(
            Line(
                text=piece.text,
                # In a cell justified lines have wide gaps; its columns are the table's.
                raw=piece.text if column.region is Region.TABLE else _spaced(piece, unit),
                box=piece.box,
                confidence=round(piece.confidence, 4),
                words=piece.words,
                region=column.region,
                gap_before=round(max(0.0, (step - pitch) / unit), 2),
                indent=round(max(0.0, (piece.box.left - left) / letter_width), 1),
                centred=_centred(piece, left, right, letter_width),
            )
        )
        before = piece
    return lines


def _spaced(piece: Segment, unit: float) -> str:
    """The words with wide gaps kept as four spaces: two signers side by side, a number at the margin."""
    text = piece.words[0].text
    for before, word in pairwise(piece.words):
        text += ("    " if gap(before, word) > WIDE_GAP * unit else " ") + word.text
    return text


def _centred(piece: Segment, left: float, right: float, letter_width: float) -> bool:
    """Whether a line stands in the middle of its column with room on both sides."""
    room_left, room_right = piece.box.left - left, right - piece.box.right
    room = min(room_left, room_right)
    return room > 2 * letter_width and abs(room_left - room_right) < max(3 * letter_width, 0.25 * room)
