"""What is written by pen in a slot: strings of digits with their probabilities.

The line recogniser looks at each slot several times (`pen_views`), and what it sees gives every string that may stand
there a probability (`pen_digits`). A letter behind a serial ("3176b") is told by its reading of the whole line, and so
is all of it where the engine does not say so much: its readings of the places that a slot's box covers, taken as digits
and added up.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from pipeline.reading.engines import EngineLine
from pipeline.reading.engines.base import Alternatives
from pipeline.reading.page_marks.pen_digits import probabilities
from pipeline.reading.page_marks.pen_views import AS_DIGITS, See, steps_of
from pipeline.values import Box, Filling, Hypothesis, Line, Slot, SlotReading

_SERIAL = re.compile(r"\d{1,5}[a-zđ]?", re.IGNORECASE)
_DAY_OR_MONTH = re.compile(r"\d{1,2}")
_BEFORE = re.compile(r"^[^\d/]*?(?:[sS][^\W\d_]{0,2}|[nN]g[^\W\d_]*y|th[^\W\d_]*g)\s*[:;.,]*\s*")
_BEHIND = re.compile(r"\s*[/\u2010-\u2015-].*$|\s*(?:th[^\W\d_]*g|n[^\W\d_]m)\b.*$")
_BLANKS = re.compile(r"[\s.,…_:;]+")
_MOST_PLACES, _MOST_WAYS = 4, 256
_MOST_DIGITS = 5
_HIGHEST = {Slot.DAY: 31, Slot.MONTH: 12}
# How much surer several looks together are than one of them on the mean (docs/measurements/letterhead.md): what may be
# one of 31 is surer than what may be any number.
_SHARPNESS: dict[Slot, float] = {Slot.NUMBER: 0.9, Slot.DAY: 2.5, Slot.MONTH: 2.5}
_UNSEEN = 0.01  # of the slots show something else: digits cut off, two slots in one box
_LEAST = 0.005  # a reading that is less probable is not worth keeping
_COVERED = 0.3  # of a place's width, or of the slot's: so much of it has to lie in the other
# The network is surer of pen than it is right: its probability to this power is how often the likeliest reading was
# right, on 86 numbers and 70 days by pen of 21 offices (docs/measurements/reading.md).
_DOUBT = 1.5


@dataclass(frozen=True, slots=True)
class Looks:
    """How slots on a page are looked at again: by whom, and the page's lines in pixels of the picture that he sees."""

    see: See
    lines: Sequence[Line]


def with_pen_readings(
    slots: Iterable[SlotReading], seen: Sequence[EngineLine], looks: Looks | None = None
) -> list[SlotReading]:
    """`slots` with what is read of those filled in by pen; boxes and the recogniser's lines are on the same picture."""
    return [
        replace(slot, readings=readings, reader="ink")
        if slot.filling is Filling.HANDWRITTEN and slot.box and (readings := _both(slot, slot.box, seen, looks))
        else slot
        for slot in slots
    ]


def _both(slot: SlotReading, box: Box, seen: Sequence[EngineLine], looks: Looks | None) -> tuple[Hypothesis, ...]:
    of_line = _readings(slot, box, seen)
    own = _own_readings(slot, box, looks) if looks else {}
    if not own:
        return of_line
    letters = {reading.text[-1:]: reading.probability for reading in of_line if not reading.text[-1:].isdigit()}
    letter = max(letters, key=lambda one: letters[one], default="")
    share = letters.get(letter, 0.0)
    said = {text: probability * (1 - share) for text, probability in own.items()}
    said |= {text + letter: probability * share for text, probability in own.items() if letter}
    kept = [Hypothesis(text, round(chance, 4)) for text, chance in said.items() if chance >= _LEAST]
    return tuple(sorted(kept, key=lambda one: (-one.probability, one.text)))


def _own_readings(slot: SlotReading, box: Box, looks: Looks) -> dict[str, float]:
    """What a second look makes of a slot, likeliest first; a day or a month once, however it is written."""
    if slot.slot not in _SHARPNESS:
        return {}
    views = steps_of(box, row_of(slot, looks.lines), looks.see)
    if not views:
        return {}
    sharpness = _SHARPNESS[slot.slot]
    if slot.slot not in _HIGHEST:
        return probabilities(views, sharpness, _UNSEEN, lambda text: len(text) <= _MOST_DIGITS)
    every = [form for number in range(1, _HIGHEST[slot.slot] + 1) for form in {str(number), f"{number:02d}"}]
    told: dict[str, float] = {}
    for text, chance in probabilities(views, sharpness, _UNSEEN, set(every).__contains__, every).items():
        told[f"{int(text):02d}"] = told.get(f"{int(text):02d}", 0.0) + chance
    return told


def _readings(slot: SlotReading, box: Box, seen: Sequence[EngineLine]) -> tuple[Hypothesis, ...]:
    places = [place for line in seen for place in line.places if _is_in(place, box)]
    if not places or len(places) > _MOST_PLACES:
        return ()
    wanted = _SERIAL if slot.slot is Slot.NUMBER else _DAY_OR_MONTH
    sums: dict[str, float] = {}
    every = 0.0
    for ways in islice(product(*(place.readings for place in places)), _MOST_WAYS):
        probability = math.exp(sum(way.log for way in ways))
        every += probability
        text, lost = _as_digits(" ".join(way.text for way in ways))
        if wanted.fullmatch(text):
            sums[text] = sums.get(text, 0.0) + probability * 0.5**lost
    if not every:
        return ()
    kept = [Hypothesis(text, round((p / every) ** _DOUBT, 4)) for text, p in sums.items() if p > _LEAST * every]
    return tuple(sorted(kept, key=lambda one: (-one.probability, one.text)))


def _is_in(place: Alternatives, box: Box) -> bool:
    own = place.box
    across = min(own.right, box.right) - max(own.left, box.left)
    down = min(own.bottom, box.bottom) - max(own.top, box.top)
    return down > _COVERED * min(own.height, box.height) and across > _COVERED * min(own.width, box.width)


def _as_digits(text: str) -> tuple[str, int]:
    """(what stands between label and symbol, letters that were taken for digits)."""
    inner = _BLANKS.sub("", _BEHIND.sub("", _BEFORE.sub("", text)))
    digits = "".join(AS_DIGITS.get(char, char) for char in inner[:-1])
    last = inner[-1:]
    if last in AS_DIGITS and last not in "abcdeđABDE":
        last = AS_DIGITS[last]
    return digits + last, sum(a != b for a, b in zip(inner, digits + last, strict=True))


def row_of(slot: SlotReading, lines: Sequence[Line]) -> Box:
    """The row of print in which a slot with a box stands; its own box where there is none."""
    assert slot.box is not None
    box, (_, middle) = slot.box, slot.box.centre
    rows = [line.box for line in lines if line.box and line.box.top < middle < line.box.bottom]
    beside = [row for row in rows if row.left - 2 * row.height < box.right and row.right + 2 * row.height > box.left]
    return min(beside, key=lambda row: abs(row.centre[1] - middle), default=box)
