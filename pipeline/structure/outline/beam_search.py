"""One decision for the whole document: which rows begin items, at which level, with which number.

The body is a sequence of units (a unit begins wherever a paragraph or an item may begin). A beam search walks over
them with the stack of open levels as its state and adds up what each reading costs: damage believed in, a number that
does not follow, a level opened at something other than one, a style unlike its sisters', a marker ignored. The
cheapest way through the whole document wins, so that a damaged number is read as what its neighbours make it, and
a mistake of the author stays where no cheaper story explains it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.structure.lines.model import Row
from pipeline.structure.lines.paragraphs import GAP, Shape, is_finished, start_score
from pipeline.structure.weights import MarkerDamage, OutlineCosts, Weights
from pipeline.structure.words.markers import Marker, MarkerKind, bullet_length, readings, steps_between
from pipeline.structure.words.positions import is_body, is_position
from pipeline.vietnamese.administrative.matching import (
    CLOSE,
    capital_share,
    is_capitals,
    skeleton,
    starts_like,
    word_count,
)

BEAM = 24
_FORM = re.compile(r"^(?:xac nhan|nguoi iap|ky ten|duyet|phe duyet|don vi|khoa|ho va ten)\b")
# "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH điện:" addresses a telegram.
_ADDRESSES = re.compile(r"^(?:chu tich|thu tuong|bo truong|giam doc|uy ban|ban|so|bo|van phong|tong|cuc)\b.* dien$")
_BEFORE_ARTICLES = re.compile(r"^(?:quyet dinh|nghi quyet|quyet nghi|chi thi|ban hanh)$")

_SHORT_TITLE = 8  # words of a centred heading that nothing else marks


@dataclass(slots=True)
class RowGroup:
    """Rows from one possible beginning to the next; `start` is how surely a paragraph begins here."""

    rows: list[Row]
    start: float
    markers: tuple[Marker, ...] = ()
    caption: Marker | None = None
    after_lead: bool = False
    caption_cost: float = 0.0
    capitals: dict[int, bool] = field(default_factory=dict)  # by what is left out at the beginning

    def is_capitals_after(self, length: int) -> bool:
        """Whether the unit is set in capitals but for its first `length` characters, a marker's."""
        if length not in self.capitals:
            self.capitals[length] = is_capitals(self.text[length:])
        return self.capitals[length]

    @property
    def text(self) -> str:
        """The unit's rows joined."""
        return self.rows[0].text if len(self.rows) == 1 else " ".join(row.text for row in self.rows)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided for a unit: an item with `marker` at `depth`, a paragraph, or more of the one before."""

    unit: RowGroup
    marker: Marker | None = None
    depth: int = 0
    joined: bool = False


@dataclass(frozen=True, slots=True)
class _Open:
    marker: Marker
    capitals: bool
    restarts: bool = False
    level: tuple[MarkerKind, int] = (MarkerKind.DECIMAL, 1)


_Key = tuple[tuple[tuple[MarkerKind, int], tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class _State:
    """A way through the units so far; `key` says which levels are open at which numbers."""

    cost: float
    stack: tuple[_Open, ...]
    last: _State | None
    choice: Choice | None
    key: _Key = ()


def split_units(rows: Sequence[Row], shape: Shape, is_ocr: bool, weights: Weights) -> list[RowGroup]:
    """The units of some body rows: a new one at every row that may begin a paragraph or an item."""
    signs, damage = weights.paragraphs, weights.damage
    units: list[RowGroup] = []
    for position, row in enumerate(rows):
        if not units:
            units.append(_unit(row, 2 * signs.strong, is_ocr, damage))
            continue
        score = start_score(units[-1].text, rows[position - 1], row, shape, signs)
        markers = () if row.line.cell is not None or bullet_length(row.text) else readings(row.text, is_ocr, damage)
        if score > signs.begins or markers or row.line.cell is not None:
            score += _marker_bonus(row, markers, weights)
            units.append(_unit(row, score, is_ocr, damage))
        else:
            units[-1].rows.append(row)
    for position, unit in enumerate(units):
        before = units[position - 1] if position else None
        _add_caption(unit, before, units[position + 1 : position + 2], weights)
    return units


def _marker_bonus(row: Row, markers: Sequence[Marker], weights: Weights) -> float:
    """How much a row's marker adds to the belief that something begins with it."""
    signs = weights.paragraphs
    whole = [marker for marker in markers if marker.cost <= weights.damage.letter]
    if not whole:
        return 0.0
    # A wrapped line hardly ever begins with "2. Đề nghị"; a gap before a marker leaves little doubt.
    capital = any(row.text[marker.length : marker.length + 1].isupper() for marker in whole)
    return (signs.plain if capital else 0.0) + (signs.weak if row.line.gap_before >= GAP else 0.0)


def decide(units: Sequence[RowGroup], weights: Weights) -> list[Choice]:
    """The cheapest reading of all units together."""
    begins = weights.paragraphs.begins
    beam = [_State(0.0, (), None, None)]
    for unit in units:
        if not unit.markers and unit.caption is None:
            choice = Choice(unit, joined=unit.start <= begins)
            beam = [_State(state.cost, state.stack, state, choice, state.key) for state in beam]
            continue
        following: dict[_Key, _State] = {}
        for state in beam:
            for successor in _successors(state, unit, weights):
                rival = following.get(successor.key)
                if rival is None or successor.cost < rival.cost:
                    following[successor.key] = successor
        beam = sorted(following.values(), key=lambda state: state.cost)[:BEAM]
    choices: list[Choice] = []
    best: _State | None = beam[0]
    while best is not None and best.choice is not None:
        choices.append(best.choice)
        best = best.last
    return choices[::-1]


def _unit(row: Row, start: float, is_ocr: bool, damage: MarkerDamage) -> RowGroup:
    if row.line.cell is not None or bullet_length(row.text):
        return RowGroup([row], start)
    return RowGroup([row], start, readings(row.text, is_ocr, damage))


def _successors(state: _State, unit: RowGroup, weights: Weights) -> list[_State]:
    """The state after each way to read `unit`."""
    costs, whole = weights.outline, weights.damage.letter
    sure = min(1.0, max(0.0, unit.start / weights.paragraphs.strong))
    found = []
    best = min((marker.cost for marker in unit.markers), default=costs.wrong)
    ignored = max(0.0, costs.wrong * sure - best) if unit.markers else 0.0
    plain = Choice(unit, joined=unit.start <= weights.paragraphs.begins)
    due = [marker for marker in unit.markers if marker.cost < costs.unusual and _is_due(state.stack, marker)]
    later = any(marker.cost <= whole and _is_due(state.stack, marker, 12) for marker in unit.markers)
    ignored += costs.odd if due or later else 0.0
    found.append(_State(state.cost + ignored, state.stack, state, plain, state.key))
    for marker in unit.markers:
        doubt = costs.odd if marker not in due else 0.0 if marker.cost <= whole else costs.unusual
        found += _place(state, unit, marker, marker.cost + doubt * (1.0 - sure), costs)
    if unit.caption is not None:
        # A heading without a number has to be better than no heading at all; its cost may be negative.
        found += _place(state, unit, unit.caption, unit.caption_cost, costs)
    return found


def _is_due(stack: tuple[_Open, ...], marker: Marker, farthest: int = 1) -> bool:
    """Whether `marker` is the next number of an open level, or one of the next `farthest`."""
    if marker.kind in (MarkerKind.TITLE, MarkerKind.CAPTION):
        return False
    level, prefix = marker.level, marker.path[:-1]
    return any(
        item.level == level and item.marker.path[:-1] == prefix and 1 <= steps_between(item.marker, marker) <= farthest
        for item in stack
    )


def _place(state: _State, unit: RowGroup, marker: Marker, cost: float, costs: OutlineCosts) -> list[_State]:
    """The states in which `marker` goes on with an open level, or opens one."""
    level = marker.level
    mine = _Open(marker, unit.is_capitals_after(marker.length), unit.after_lead and marker.ordinal == 1, level)
    found = []
    for depth in range(len(state.stack) - 1, -1, -1):
        open_item = state.stack[depth]
        if open_item.level == level:
            step = _continue_cost(state.stack, depth, mine, costs)
            found.append(_advance(state, unit, mine, depth, cost + step))
            break
    if state.stack and state.stack[-1].marker.kind is MarkerKind.CAPTION and marker.kind is not MarkerKind.CAPTION:
        found.append(_advance(state, unit, mine, len(state.stack), cost + _open_cost(state.stack, mine, costs)))
    parent = len(state.stack)
    while parent and _rank(state.stack[parent - 1].marker) >= _rank(marker):
        parent -= 1
    opening = _open_cost(state.stack[:parent], mine, costs) + _jump_cost(state, parent, mine, costs)
    if marker.kind is MarkerKind.CAPTION and any(item.marker.kind is MarkerKind.CAPTION for item in state.stack):
        opening += costs.odd
    if not any(item.level == level for item in state.stack[parent:]):
        found.append(_advance(state, unit, mine, parent, cost + opening))
    if parent < len(state.stack) and marker.kind not in (
        MarkerKind.TITLE,
        MarkerKind.PART,
        MarkerKind.CHAPTER,
        MarkerKind.ARTICLE,
    ):
        found.append(
            _advance(state, unit, mine, len(state.stack), cost + _open_cost(state.stack, mine, costs) + costs.odd)
        )
    return found


def _jump_cost(state: _State, parent: int, mine: _Open, costs: OutlineCosts) -> float:
    """What it costs to close levels for one that stands above them and was not there before."""
    cost = 0.0
    last = state.choice.marker if state.choice else None
    if last is not None and last.kind is MarkerKind.CAPTION and parent < len(state.stack):
        cost += costs.unusual
    numbered = (MarkerKind.ROMAN, MarkerKind.LETTER_CAPITAL, MarkerKind.ARTICLE, MarkerKind.DECIMAL, MarkerKind.LETTER)
    if parent == 0 and mine.marker.kind in numbered and state.stack and state.stack[0].marker.kind in numbered:
        cost += costs.unusual
    return cost


def _advance(state: _State, unit: RowGroup, mine: _Open, depth: int, cost: float) -> _State:
    key = (*state.key[:depth], (mine.level, mine.marker.path))
    return _State(state.cost + cost, (*state.stack[:depth], mine), state, Choice(unit, mine.marker, depth), key)


def _rank(marker: Marker) -> int:
    return int(marker.kind) + (len(marker.path) - 1 if marker.kind is MarkerKind.DECIMAL else 0)


def _continue_cost(stack: tuple[_Open, ...], depth: int, mine: _Open, costs: OutlineCosts) -> float:
    before = stack[depth]
    if mine.marker.kind in (MarkerKind.TITLE, MarkerKind.CAPTION):
        return 0.0
    cost = 0.0
    if mine.marker.path[:-1] != before.marker.path[:-1]:
        # "2.1" after "1.3": right when the level above moved from 1 to 2, which opens the level anew instead.
        return 2 * costs.odd
    step = steps_between(before.marker, mine.marker)
    if step == 0:
        cost += costs.odd
    elif step < 0:
        cost += costs.unusual if mine.restarts else costs.wrong
    elif step > 1:
        cost += costs.odd + costs.each * min(step - 2, 5)
    cost += costs.slight if before.capitals != mine.capitals else 0.0
    cost += costs.slight if before.marker.sign[:1] != mine.marker.sign[:1] else 0.0
    return cost


def _open_cost(stack: tuple[_Open, ...], mine: _Open, costs: OutlineCosts) -> float:
    marker = mine.marker
    if marker.kind in (MarkerKind.TITLE, MarkerKind.CAPTION):
        return 0.0
    cost = costs.slight if marker.ordinal == 1 else costs.wrong + costs.each * min(marker.ordinal - 2, 9)
    above = stack[-1].marker.kind if stack else MarkerKind.CHAPTER
    if marker.kind is MarkerKind.ARTICLE and marker.ordinal > 1 and above < MarkerKind.ROMAN:
        cost = costs.slight  # articles count on through parts and chapters
    if len(marker.path) > 1:
        numbers = [
            item.marker.path
            for item in stack
            if item.marker.kind in (MarkerKind.DECIMAL, MarkerKind.ROMAN, MarkerKind.SECTION)
        ]
        prefix = marker.path[:-1]
        fits = bool(numbers) and (numbers[-1][-len(prefix) :] == prefix or numbers[-1] == prefix[-1:])
        cost += 0.0 if fits else costs.odd
    return cost


def _add_caption(unit: RowGroup, before: RowGroup | None, after: Sequence[RowGroup], weights: Weights) -> None:
    """Mark `unit` as a possible heading without a number, with what it costs to believe it (less than 0: likely)."""
    unit.after_lead = before is not None and not before.markers and before.text.rstrip().endswith(":")
    first, text, costs = unit.rows[0], unit.text, weights.outline
    if unit.markers or first.line.cell is not None or bullet_length(text) or unit.start <= weights.paragraphs.begins:
        return
    words = word_count(text)
    if words > 30 or text[-1] in ".;,?!" or not text[0].isalpha():
        return
    if _BEFORE_ARTICLES.match(skeleton(text)) or (after and starts_like(after[0].text, "Căn cứ", CLOSE)):
        return  # the authority's name and "QUYẾT ĐỊNH:" are part of a decision's preamble
    if before is not None and any(marker.length >= len(before.text) for marker in before.markers):
        return  # the title of "Chương I", which stands alone on its line
    addresses = text[-1] == ":" and text[-2:-1].islower() and _ADDRESSES.match(skeleton(text))
    if addresses or _FORM.match(skeleton(text)) or (is_position(text) and not is_body(text)):
        return  # whom a telegram goes to, or a form's place for a signature
    capitals = is_capitals(text) and len(text) > 6 and words > 1
    leads = (
        words <= 5
        and text.endswith(":")
        and any(marker.ordinal == 1 for follower in after for marker in follower.markers)
    )
    bold = all(row.line.bold for row in unit.rows)
    hint = any(row.title_hint for row in unit.rows)
    centred = all(row.centred for row in unit.rows) and capital_share(text) < 1 and first.line.box is not None
    if capitals:
        cost = -costs.slight if words <= 20 else costs.slight
        unit.caption = Marker(MarkerKind.TITLE, (0,), "", 0, "")
    elif bold or hint or leads or (centred and words <= 14):
        apart = (
            words <= _SHORT_TITLE and all(row.line.centred for row in unit.rows) and 2 * first.line.gap_before >= GAP
        )
        cost = -costs.slight if bold or hint or leads or (centred and apart) else costs.slight
        unit.caption = Marker(MarkerKind.CAPTION, (0,), "", 0, "")
    else:
        return
    if before is not None and not is_finished(before.text) and word_count(before.text) > 12:
        cost += costs.unusual
    if not after:
        cost += costs.slight
    unit.caption_cost = cost
