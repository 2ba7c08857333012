"""From an engine's lines to the page's lines in reading order, with region, gap, indent and page marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.reading.columns import TwoColumns, cut_at_motto, find_closing, find_letterhead
from pipeline.reading.engines.base import EngineLine
from pipeline.reading.fragments import (
    Fragment,
    fragment,
    join_close,
    line_height,
    rows_of,
    split_lines,
    typical_pitch,
)
from pipeline.values import Line, MarkKind, PageMark, Region

# A page number stands in the outer strip of the page, apart from the text.
_MARGIN_STRIP = 0.09
_PAGE_NUMBER = re.compile(r"^[-–—\s|.]*\d{1,3}(\s*/\s*\d{1,3})?[-–—\s|.]*$")


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines in reading order, and what was set aside."""

    lines: tuple[Line, ...]
    marks: tuple[PageMark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Column:
    """Fragments that are read one after the other, with the edges that indents are measured from."""

    region: Region
    rows: tuple[tuple[Fragment, ...], ...]


def arrange(lines: Iterable[EngineLine], width: int, height: int) -> Layout:
    """Arrange a page's lines; `width` and `height` are the page image's pixels."""
    all_lines = list(lines)
    if not all_lines:
        return Layout(())
    unit = line_height(all_lines)
    rows = [cut_at_motto(join_close(row, unit)) for row in rows_of(split_lines(all_lines, unit))]
    rows, marks = take_page_numbers(rows, height)
    ordered: list[Line] = []
    for column in _columns(rows, width, height):
        ordered += _lines_of(column, unit)
    return Layout(tuple(ordered), tuple(marks))


def take_page_numbers(rows: Sequence[Sequence[Fragment]], height: int) -> tuple[list[list[Fragment]], list[PageMark]]:
    """Take the page number out of the first and the last row of the page."""
    kept = [list(row) for row in rows]
    marks: list[PageMark] = []
    for at in (0, -1):
        if not kept or len(kept[at]) != 1:
            continue
        piece = kept[at][0]
        outside = piece.box.bottom < _MARGIN_STRIP * height or piece.box.top > (1 - _MARGIN_STRIP) * height
        if _PAGE_NUMBER.match(piece.text) and (outside or _stands_apart(kept, at)):
            marks.append(PageMark(MarkKind.PAGE_NUMBER, piece.box, piece.text, piece.confidence))
            del kept[at]
    return kept, marks


def _stands_apart(rows: Sequence[Sequence[Fragment]], at: int) -> bool:
    """Whether the first or last row is farther from its neighbour than the others are from each other."""
    if len(rows) < 4:
        return False
    middles = [row[0].middle for row in rows]
    steps = sorted(b - a for a, b in pairwise(middles))
    own = middles[1] - middles[0] if at == 0 else middles[-1] - middles[-2]
    return own > 1.5 * steps[len(steps) // 2]


def _columns(rows: list[list[Fragment]], width: int, height: int) -> list[_Column]:
    """The page's columns in reading order: letterhead left and right, body, closing left and right, the rest."""
    columns: list[_Column] = []
    head = find_letterhead(rows, width, height)
    if head:
        columns += _halves(rows, head, Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT)
        rows = rows[head.last :]
    closing = find_closing(rows, width)
    body = rows[: closing.first] if closing else rows
    columns.append(_Column(Region.BODY, tuple((_whole(row),) for row in body)))
    if closing:
        columns += _halves(rows, closing, Region.CLOSING_LEFT, Region.CLOSING_RIGHT)
        columns.append(_Column(Region.BODY, tuple((_whole(row),) for row in rows[closing.last :])))
    return columns


def _whole(row: Sequence[Fragment]) -> Fragment:
    return row[0] if len(row) == 1 else fragment(word for piece in row for word in piece.words)


def _halves(rows: Sequence[Sequence[Fragment]], where: TwoColumns, left: Region, right: Region) -> list[_Column]:
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
    before: Fragment | None = None
    for piece in pieces:
        step = piece.baseline - before.baseline if before else pitch
        lines.append(
            Line(
                text=piece.text,
                raw=piece.text,
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


def _centred(piece: Fragment, left: float, right: float, letter_width: float) -> bool:
    """Whether a line stands in the middle of its column with room on both sides."""
    room_left, room_right = piece.box.left - left, right - piece.box.right
    room = min(room_left, room_right)
    return room > 2 * letter_width and abs(room_left - room_right) < max(3 * letter_width, 0.25 * room)
