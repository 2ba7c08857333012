"""What the recogniser takes the pen in a slot for: all its readings of the place, as strings of digits.

The network reads a line as a whole, and what is filled in by pen with it. Of each place it keeps the likeliest readings
with their probabilities; those of the places that a slot's box covers, taken as digits and added up, say how probable
each number is, and what else it may be. Only digits may stand there: a letter that is written like one is one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice, product

from pipeline.reading.engines import EngineLine
from pipeline.reading.engines.base import Alternatives
from pipeline.values import Box, Filling, Hypothesis, Slot, SlotReading

# What the network takes pen digits for, in its misreadings of numbers drawn by splines; a reading that needs one counts
# half for each.
_AS_DIGITS = {
    "l": "1", "I": "1", "|": "1", "i": "1", "!": "1", "O": "0", "o": "0", "Q": "0", "D": "0", "A": "4", "S": "5",
    "s": "5", "B": "8", "Z": "2", "z": "2", "g": "9", "q": "9", "b": "6", "G": "6", "?": "7", "T": "7",
}  # fmt: skip
_SERIAL = re.compile(r"\d{1,5}[a-zđ]?", re.IGNORECASE)
_DAY_OR_MONTH = re.compile(r"\d{1,2}")
_BEFORE = re.compile(r"^[^\d/]*?(?:[sS][^\W\d_]{0,2}|[nN]g[^\W\d_]*y|th[^\W\d_]*g)\s*[:;.,]*\s*")
_BEHIND = re.compile(r"\s*[/\u2010-\u2015-].*$|\s*(?:th[^\W\d_]*g|n[^\W\d_]m)\b.*$")
_BLANKS = re.compile(r"[\s.,…_:;]+")
_MOST_PLACES, _MOST_WAYS = 4, 256
_LEAST = 0.005  # a reading that is less probable is not worth keeping
_COVERED = 0.3  # of a place's width, or of the slot's: so much of it has to lie in the other
# The network is surer of pen than it is right: its probability to this power is how often the likeliest reading was
# right, on 86 numbers and 70 days by pen of 21 offices (docs/measurements/reading.md).
_DOUBT = 1.5


def with_pen_readings(slots: Iterable[SlotReading], seen: Sequence[EngineLine]) -> list[SlotReading]:
    """`slots` with the recogniser's readings of those filled in by pen; boxes and lines are on the same picture."""
    return [
        replace(slot, readings=readings, reader="ink")
        if slot.filling is Filling.HANDWRITTEN and slot.box and (readings := _readings(slot, slot.box, seen))
        else slot
        for slot in slots
    ]


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
    digits = "".join(_AS_DIGITS.get(char, char) for char in inner[:-1])
    last = inner[-1:]
    if last in _AS_DIGITS and last not in "abcdeđABDE":
        last = _AS_DIGITS[last]
    return digits + last, sum(a != b for a, b in zip(inner, digits + last, strict=True))
