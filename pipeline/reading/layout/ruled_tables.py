"""Ruled tables: which rules make a table, and in which cell a piece of text stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.reading.layout.text_segments import Segment, gap, segment
from pipeline.reading.page_image.ruled_lines import Rule, Rules
from pipeline.values import Box, Word

# Rules meet when their ends come this near, in parts of the page's width.
_TOUCH = 0.015
# A stroke that joins letters ("STT"), or a piece of a seal's ring, is no rule of a table: those run from rule to rule,
# or over this part of the table. So far from where it should be (of the width) is a rule's edge found.
REACH, _LONG = 0.005, 0.2


@dataclass(frozen=True, slots=True)
class Table:
    """A table's outline and its rules; `rows` and `columns` are the edges that cells begin at."""

    box: Box
    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    def cell_at(self, x: float, y: float) -> tuple[int, int]:
        """(row, column) of the cell around a point; a merged cell counts as its first row and column."""
        slack = 0.01 * self.box.width + 4
        above = [r.at for r in self.horizontal if r.at <= y and r.start - slack <= x <= r.stop + slack]
        left = [r.at for r in self.vertical if r.at <= x and r.start - slack <= y <= r.stop + slack]
        top, start = max(above, default=self.box.top), max(left, default=self.box.left)
        return _index(self.rows, top), _index(self.columns, start)

    def holds(self, box: Box) -> bool:
        """Whether a box's centre lies inside the outline."""
        return self.box.holds(box)

    def divided(self, words: Sequence[Word]) -> list[Segment]:
        """Words of one row as segments, cut where a vertical rule stands between two of them."""
        pieces: list[list[Word]] = [[words[0]]]
        for left, right in pairwise(words):
            if self._rule_between(left, right):
                pieces.append([])
            pieces[-1].append(right)
        return [segment(piece) for piece in pieces]

    def _rule_between(self, left: Word, right: Word) -> bool:
        if left.box is None or right.box is None:
            return False
        (first, y), (last, _) = left.box.centre, right.box.centre
        return gap(left, right) > -left.box.height and any(
            first < rule.at < last and rule.start <= y <= rule.stop for rule in self.vertical
        )


def _index(edges: Sequence[int], at: int) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - at)) if edges else 0


def find_tables(rules: Rules, width: int) -> list[Table]:
    """The tables that rules frame, top to bottom: groups of rules that meet, with two cells at least."""
    touch = max(6.0, _TOUCH * width)
    groups: list[tuple[set[int], list[Rule]]] = []  # horizontal rules by number, with the vertical ones they meet
    for vertical in rules.vertical:
        meeting = {at for at, horizontal in enumerate(rules.horizontal) if _meet(horizontal, vertical, touch)}
        if not meeting:
            continue
        verticals = [vertical]
        for group in [group for group in groups if not meeting.isdisjoint(group[0])]:
            groups.remove(group)
            meeting, verticals = meeting | group[0], [*group[1], *verticals]
        groups.append((meeting, verticals))
    met = [([rules.horizontal[at] for at in sorted(numbers)], verticals) for numbers, verticals in groups]
    tables = [_table(*_whole_rules(h, v, max(5.0, REACH * width)), touch) for h, v in met]
    found = [t for t in tables if t is not None and t.box.width > 0.2 * width]
    return sorted(found, key=lambda table: table.box.top)


def _whole_rules(horizontal: Sequence[Rule], vertical: Sequence[Rule], reach: float) -> tuple[list[Rule], list[Rule]]:
    """The rules of a group without short strokes that hang in the air."""
    high = max(rule.stop for rule in vertical) - min(rule.start for rule in vertical)
    wide = max(rule.stop for rule in horizontal) - min(rule.start for rule in horizontal)
    across = [rule for rule in horizontal if rule.length > _LONG * wide or _ends_on(rule, vertical, reach)]
    return across, [rule for rule in vertical if rule.length > _LONG * high or _ends_on(rule, across, reach)]


def _ends_on(rule: Rule, others: Sequence[Rule], reach: float) -> bool:
    """Whether a rule begins and ends on rules of the other direction."""
    return all(any(abs(other.at - end) <= reach for other in others) for end in (rule.start, rule.stop))


def _table(horizontal: Iterable[Rule], vertical: Iterable[Rule], touch: float) -> Table | None:
    horizontals = sorted(horizontal, key=lambda rule: rule.at)
    verticals = sorted(vertical, key=lambda rule: rule.at)
    rows, columns = _edges(horizontals, touch), _edges(verticals, touch)
    if len(rows) < 2 or len(columns) < 2 or (len(rows) - 1) * (len(columns) - 1) < 2:
        return None
    left = min(*(rule.start for rule in horizontals), columns[0])
    right = max(*(rule.stop for rule in horizontals), columns[-1])
    top = min(*(rule.start for rule in verticals), rows[0])
    bottom = max(*(rule.stop for rule in verticals), rows[-1])
    return Table(Box(left, top, right, bottom), tuple(horizontals), tuple(verticals), rows, columns)


def _edges(rules: Sequence[Rule], touch: float) -> tuple[int, ...]:
    """Where rules lie, those closer than `touch` counted once."""
    edges: list[int] = []
    for rule in rules:
        if not edges or rule.at - edges[-1] > touch:
            edges.append(rule.at)
    return tuple(edges)


def _meet(horizontal: Rule, vertical: Rule, touch: float) -> bool:
    return (
        horizontal.start - touch <= vertical.at <= horizontal.stop + touch
        and vertical.start - touch <= horizontal.at <= vertical.stop + touch
    )
