"""Ruled tables of a page with a text layer: the lines that its file draws, joined to whole rules and looked over.

The pieces are exact, so a rule is taken for what it is: borders of tables meet, an underline is as long as the words
above it, a page border or a box around a paragraph holds a single cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.reading.engines.base import EngineLine
from pipeline.reading.layout.ruled_tables import Table, find_tables
from pipeline.reading.layout.text_segments import Segment, rows_of, split_lines
from pipeline.reading.page_image.ruled_lines import Rule, Rules
from pipeline.values import Box, Word
from pipeline.vietnamese.administrative.labels import heads_right_column, is_recipients_label

# All in parts of the page's width. Pieces of a rule touch, or leave a crossing rule's thickness free; pieces of two
# rules lie farther apart. No cell is as low or as narrow as a gap that is bridged. A dot of a dotted border, which may
# belong to a level or to an upright one, is smaller.
_BRIDGED, _ONE_LINE, _DOT = 0.0085, 0.0025, 0.005
# A drawing of more rules than this is a map or a plan.
_MOST_RULES = 400
# An underline ends where its words end, and lies so near under them, in parts of their height.
_ENDS = 0.4
# A letterhead or a closing in a frame has no more rows.
_FRAMED_ROWS = 3
_UNPARTED = 0.34
# Rules that stick out so far over the outermost one stand beside a row or a column that no rule closes.
_STICK_OUT = 0.015


def drawn_rules(pieces: Iterable[Box], lines: Sequence[EngineLine], width: int) -> Rules:
    """The whole rules that thin boxes on a page of `width` pixels make up, without those that underline words.

    None at all where there are more than a table has: a map, a plan.
    """
    level: list[Rule] = []
    upright: list[Rule] = []
    for box in pieces:
        dot = max(box.width, box.height) < _DOT * width
        if dot or box.width >= box.height:
            level.append(Rule((box.top + box.bottom) // 2, box.left, box.right))
        if dot or box.width < box.height:
            upright.append(Rule((box.left + box.right) // 2, box.top, box.bottom))
    horizontal, vertical = _joined(level, width), _joined(upright, width)
    if max(len(horizontal), len(vertical)) > _MOST_RULES:
        return Rules()
    return Rules(tuple(rule for rule in horizontal if not _is_underline(rule, lines)), tuple(vertical))


def drawn_tables(rules: Rules, lines: Sequence[EngineLine], width: int) -> list[Table]:
    """The tables that rules make on a page with a text layer; a letterhead or a closing in a frame is none."""
    words = [word for line in lines for word in line.words]
    tables = [_closed(table, words, width) for table in find_tables(rules, width)]
    return [table for table in tables if _is_table(table, lines)]


def _joined(pieces: Sequence[Rule], width: int) -> list[Rule]:
    """Pieces on one line with no gap between them, made one rule; short ones left out."""
    bridged, one_line = max(3.0, _BRIDGED * width), max(2.0, _ONE_LINE * width)
    joined: list[Rule] = []
    line: list[Rule] = []
    for piece in [*sorted(pieces, key=lambda rule: rule.at), None]:
        if piece is not None and (not line or piece.at - line[0].at <= one_line):
            line.append(piece)
            continue
        joined += _on_one_line(line, bridged)
        line = [piece] if piece is not None else []
    return [rule for rule in joined if rule.length >= _BRIDGED * width]


def _on_one_line(pieces: Sequence[Rule], bridged: float) -> list[Rule]:
    whole: list[Rule] = []
    for piece in sorted(pieces, key=lambda rule: rule.start):
        if whole and piece.start - whole[-1].stop <= bridged:
            whole[-1] = Rule(whole[-1].at, whole[-1].start, max(whole[-1].stop, piece.stop))
        else:
            whole.append(piece)
    return whole


def _is_underline(rule: Rule, lines: Sequence[EngineLine]) -> bool:
    """Whether a rule begins and ends with words that stand right above it."""
    for line in lines:
        if not line.box.top < rule.at < line.box.bottom + line.box.height:
            continue
        near = [word for word in line.words if word.box is not None and _is_above(word.box, rule)]
        boxes = [word.box for word in near if word.box is not None]
        if boxes:
            room = _ENDS * max(box.height for box in boxes)
            left, right = min(box.left for box in boxes), max(box.right for box in boxes)
            if abs(left - rule.start) <= room and abs(right - rule.stop) <= room:
                return True
    return False


def _is_above(box: Box, rule: Rule) -> bool:
    room = _ENDS * box.height
    across = rule.start - room <= box.left and box.right <= rule.stop + room
    return across and box.top < rule.at and abs(rule.at - box.bottom) <= room


def _closed(table: Table, words: Sequence[Word], width: int) -> Table:
    """The table with its top row and its first column, where no rule lies over the one or left of the other.

    A table without outer lines has none at its sides; one that goes on from another page may have none at its top.
    """
    room = _STICK_OUT * width
    box = table.box
    above = Box(box.left, box.top, box.right, table.rows[0])
    if above.height > room and _sticking_out(table.vertical, above.top, room) and _any_in(above, words):
        edge = Rule(above.top, box.left, box.right)
        table = replace(table, horizontal=(edge, *table.horizontal), rows=(edge.at, *table.rows))
    beside = Box(box.left, box.top, table.columns[0], box.bottom)
    if beside.width > room and _sticking_out(table.horizontal, beside.left, room) and _any_in(beside, words):
        edge = Rule(beside.left, box.top, box.bottom)
        table = replace(table, vertical=(edge, *table.vertical), columns=(edge.at, *table.columns))
    return table


def _sticking_out(rules: Sequence[Rule], start: int, room: float) -> bool:
    """Whether two rules or more begin at `start`."""
    return sum(abs(rule.start - start) <= room / 3 for rule in rules) > 1


def _any_in(box: Box, words: Sequence[Word]) -> bool:
    return any(word.box is not None and box.holds(word.box) for word in words)


def _is_table(table: Table, lines: Sequence[EngineLine]) -> bool:
    """Whether two cells or more have words in them, and they are no letterhead or closing in a frame."""
    pieces = [
        piece for line in lines for piece in split_lines([line], max(1, line.box.height)) if table.holds(piece.box)
    ]
    parts = [part for piece in pieces for part in table.divided(piece.words)]
    cells: dict[tuple[int, int], list[Segment]] = {}
    for part in parts:
        cells.setdefault(table.cell_at(part.centre, part.middle), []).append(part)
    if len(cells) < 2 or any(heads_right_column(part.text) for part in parts):
        return False
    rows = {row for row, _ in cells}
    if len(rows) <= _FRAMED_ROWS and any(is_recipients_label(part.text) for part in parts):
        return False
    # Rows of which many have words far apart in one cell are parted by blank paper, not by rules.
    unparted = {row for (row, _), inside in cells.items() if any(len(line) > 1 for line in rows_of(inside))}
    return len(unparted) <= _UNPARTED * len(rows)
