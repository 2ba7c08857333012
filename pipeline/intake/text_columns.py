"""Two-column heads and feet of a document that are kept as tables, or as text set apart by tabs and blanks.

A clerk sets the letterhead (issuing body left, quốc hiệu right) and the closing (nơi nhận left, signer right) as a
borderless table of two columns, or by hand with tabs and blanks. Told by their words, their lines get the region
that geometry gives on a scan, the left column before the right one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pipeline.values import Line, Region
from pipeline.vietnamese.administrative.dates import DATE_LINE
from pipeline.vietnamese.administrative.document_numbers import with_kept_hyphens
from pipeline.vietnamese.administrative.labels import AUTHORITY, holds_motto, opens_addressees, opens_recipients
from pipeline.vietnamese.folding import flat, fold
from pipeline.vietnamese.unicode import clean

_UNION = re.compile(r"^doan (tncs|thanh nien cong san) ho chi minh")
_POST = re.compile(
    r"^(pho )?(chu tich|giam doc|bi thu|truong|hieu truong|chanh|cuc truong|thu truong)\b|\(da ky\)|^xac nhan"
)
# A letterhead has the bodies, the number, at times a subject under it; a longer table is a table.
_MOST_HEAD_ROWS = 6
_WIDE_GAP = re.compile(r"\t+[ \t]*| {4,}")
# Where the letterhead of a text set by hand must have begun and ended, in lines.
_HEAD_LINES = 12
_CLOSING_LINES = 20
# So many lines of one column alone may stand between rows of both.
_LONE_LINES = 3


def mark_columns(lines: Sequence[Line], shown: Sequence[Line] | None = None) -> list[Line]:
    """`lines` with the letterhead and the closing in their regions, whether they were tables or set by hand.

    `shown` are the same lines with blanks for their tabs, where it is known how far those reach.
    """
    return _tables(_set_by_hand(lines, lines if shown is None else shown))


def _tables(lines: Sequence[Line]) -> list[Line]:
    result: list[Line] = []
    at = 0
    while at < len(lines):
        cell = lines[at].cell
        if cell is None:
            result.append(lines[at])
            at += 1
            continue
        end = at
        while end < len(lines) and (other := lines[end].cell) is not None and other[0] == cell[0]:
            end += 1
        result.extend(_table(lines[at:end]))
        at = end
    return result


def _table(cells: Sequence[Line]) -> list[Line]:
    """A table's lines; its first rows may be the letterhead, its last ones the closing (Word joins such tables)."""
    rows: dict[int, list[Line]] = {}
    for line in cells:
        if line.cell is not None:
            rows.setdefault(line.cell[1], []).append(line)
    numbers = sorted(rows)
    head = _head_length([rows[number] for number in numbers])
    foot = _recipients_row([rows[number] for number in numbers], head)
    if foot < len(numbers):
        while foot > head and _signs_alone(rows[numbers[foot - 1]]):
            foot -= 1
    elif head < len(numbers) and _is_closing(rows[numbers[-1]], alone=len(numbers) - head == 1):
        foot -= 1
        while foot > head and len(numbers) - foot < 3 and _is_closing(rows[numbers[foot - 1]], alone=False):
            foot -= 1
    return [
        *_columns([rows[number] for number in numbers[:head]], Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT),
        *(line for number in numbers[head:foot] for line in rows[number]),
        *_columns([rows[number] for number in numbers[foot:]], Region.CLOSING_LEFT, Region.CLOSING_RIGHT),
    ]


def _recipients_row(rows: Sequence[Sequence[Line]], head: int) -> int:
    """Where the closing of a table begins that has a row for each of its lines; the number of rows when it has none."""
    for at in range(head, len(rows)):
        if (
            opens_recipients(rows[at][0].text)
            and len(rows) - at <= _CLOSING_LINES
            and not any(map(_is_wide, rows[at:]))
        ):
            beside = [
                line for row in rows[max(head, at - 1) :] for line in row if line.cell is not None and line.cell[2]
            ]
            return at if any(_signs(line.text) for line in beside) else len(rows)
    return len(rows)


def _signs_alone(row: Sequence[Line]) -> bool:
    """True for a row that holds a signer's authority or position and nothing else."""
    columns = {line.cell[2] for line in row if line.cell is not None}
    return len(columns) == 1 and 0 not in columns and _signs(row[0].text)


def _head_length(rows: Sequence[Sequence[Line]]) -> int:
    """How many of a table's first rows are the letterhead: those up to the row of place and date, or number."""
    if not rows or _is_wide(rows[0]) or not any(holds_motto(line.text) for line in rows[0]):
        return 0
    if len(rows) <= _MOST_HEAD_ROWS and not any(_is_wide(row) for row in rows):
        return next((at for at, row in enumerate(rows) if at > 0 and _is_closing(row, alone=False)), len(rows))
    return next((at for at, row in enumerate(rows) if at > 0 and _is_wide(row)), 1)


def _is_wide(row: Sequence[Line]) -> bool:
    """True for a row of more than two filled cells."""
    return len({line.cell[2] for line in row if line.cell is not None}) > 2


def _is_closing(row: Sequence[Line], *, alone: bool) -> bool:
    """True for a row with the recipients on the left, or (a table of its own) a signer on the right of nothing."""
    if _is_wide(row):
        return False
    columns = sorted({line.cell[2] for line in row if line.cell is not None})
    first = [line.text for line in row if line.cell is not None and line.cell[2] == columns[0]]
    if opens_recipients(first[0]) or opens_addressees(first[0]):
        return opens_recipients(first[0])
    last = [line.text for line in row if line.cell is not None and line.cell[2] == columns[-1]]
    return alone and any(map(_signs, last)) and not any(len(text) > 80 for text in first + last)


def _columns(rows: Sequence[Sequence[Line]], left: Region, right: Region) -> Iterator[Line]:
    cells = [line for row in rows for line in row]
    # A cell that stands alone in the first column of the grid is the left one, whatever its number.
    for line in cells:
        if line.cell is not None and line.cell[2] == 0:
            yield replace(line, region=left, cell=None)
    for line in cells:
        if line.cell is not None and line.cell[2] > 0:
            yield replace(line, region=right, cell=None)


def _set_by_hand(lines: Sequence[Line], shown: Sequence[Line]) -> list[Line]:
    """Lines whose two halves stand apart by tabs or many blanks, near the motto or the recipients, as two columns."""
    head = _block(shown, range(min(_HEAD_LINES, len(shown))), _is_head_row, most_gap=0)
    foot = _block(shown, range(max(0, len(shown) - 40), len(shown)), _is_foot_row, most_gap=12)
    result = list(lines)
    for block, regions in ((foot, _FOOT), (head, _HEAD)):
        if block is not None and not (regions == _FOOT and head is not None and block.start < head.stop):
            part = slice(block.start, block.stop)
            result[part] = _halves(lines[part], shown[part], regions)
    return result


_HEAD = (Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT)
_FOOT = (Region.CLOSING_LEFT, Region.CLOSING_RIGHT)


def _split(line: Line) -> tuple[str, str, int] | None:
    """(left half, right half, where the right one begins) of a body line with one wide gap inside, else None."""
    if line.region is not Region.BODY or line.cell is not None:
        return None
    raw = line.raw.rstrip()
    start = len(raw) - len(raw.lstrip())
    gaps = list(_WIDE_GAP.finditer(raw, start))
    if len(gaps) != 1:
        return None
    return raw[start : gaps[0].start()], raw[gaps[0].end() :], gaps[0].end()


def _is_head_row(line: Line) -> bool:
    halves = _split(line)
    return halves is not None and heads_right(halves[1])


def heads_right(text: str) -> bool:
    """True for what heads the right column: a motto, the union's name, the place and date."""
    dated = DATE_LINE.search(flat(text))
    placed = dated is not None and text[: dated.start()].rstrip().endswith(",")
    return placed or holds_motto(text) or _UNION.search(fold(text)) is not None


def _signs(text: str) -> bool:
    """True for a line of a signature: an authority or a post, or that it was signed."""
    return AUTHORITY.match(text.strip()) is not None or _POST.search(fold(text).strip()) is not None


def _is_foot_row(line: Line) -> bool:
    halves = _split(line)
    if halves is None:
        return False
    label, title = halves[0], halves[1]
    if not (opens_recipients(label) or opens_addressees(label)):
        return False
    return _signs(title) or (title.isupper() and opens_recipients(label))


def _block(lines: Sequence[Line], within: range, is_anchor: Callable[[Line], bool], most_gap: float) -> range | None:
    """The stretch of lines around an anchor row that are set in two halves, or stand under one of them."""
    anchors = [at for at in within if is_anchor(lines[at])]
    if not anchors:
        return None
    start, stop, anchor = anchors[0], anchors[-1] + 1, lines[anchors[0]]
    while stop < len(lines) and (
        _has_both(lines[stop], anchor)
        or (_stands_right(lines[stop], anchor) and lines[stop].gap_before <= most_gap)
        or (most_gap > 0 and lines[stop].indent < 4 and _has_halves_after(lines, stop, anchors[0]))
        or (most_gap == 0 and _stands_left(lines, stop, anchors[0]))
    ):
        stop += 1
    while start > 0 and (_has_both(lines[start - 1], anchor) or _signs_above(lines[start - 1], anchor)):
        start -= 1
    return range(start, stop)


def _stands_right(line: Line, anchor: Line) -> bool:
    """True for a line that begins under the right half of `anchor`."""
    halves = _split(anchor)
    return halves is not None and line.region is Region.BODY and line.indent >= max(12, 0.6 * halves[2])


def _has_both(line: Line, anchor: Line) -> bool:
    """True for a line with two halves of which the right one begins about where `anchor`'s does."""
    halves, others = _split(line), _split(anchor)
    if halves is None or others is None:
        return False
    return "\t" in line.raw or halves[2] >= 0.4 * others[2]  # a tab in a text file leads nobody knows where


def _stands_left(lines: Sequence[Line], at: int, anchor: int) -> bool:
    """True for a short line that ends before the right half begins (a body's second line, a row of stars), between
    rows of both halves."""
    line, halves = lines[at], _split(lines[anchor])
    if halves is None or line.region is not Region.BODY or line.cell is not None or line.centred:
        return False
    follows = any(_has_both(other, lines[anchor]) for other in lines[at + 1 : at + 1 + _LONE_LINES])
    return follows and line.indent + len(line.text) < halves[2] and not _stands_right(line, lines[anchor])


def _signs_above(line: Line, anchor: Line) -> bool:
    """True for the signer's first line over his column, when the recipients' label stands a line lower."""
    return _is_foot_row(anchor) and _stands_right(line, anchor) and _signs(line.text)


def _has_halves_after(lines: Sequence[Line], at: int, anchor: int) -> bool:
    """True when a line of halves, or one that stands right, still follows within the closing."""
    return any(
        _split(line) is not None or _stands_right(line, lines[anchor]) for line in lines[at + 1 : at + _CLOSING_LINES]
    )


def _halves(lines: Sequence[Line], shown: Sequence[Line], regions: tuple[Region, Region]) -> list[Line]:
    left: list[Line] = []
    right: list[Line] = []
    begins = min(halves[2] for halves in map(_split, shown) if halves is not None)
    for line, seen in zip(lines, shown, strict=True):
        halves = _split(seen)
        if halves is None:
            on_the_right = seen.indent >= max(12, 0.6 * begins)
            (right if on_the_right else left).append(replace(line, region=regions[on_the_right], indent=0.0))
            continue
        for text, column, region in ((halves[0], left, regions[0]), (halves[1], right, regions[1])):
            column.append(
                replace(
                    line, text=clean(with_kept_hyphens(" ".join(text.split()))), raw=text, region=region, indent=0.0
                )
            )
    return left + right
