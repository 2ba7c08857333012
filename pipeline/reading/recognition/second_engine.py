"""Joins a second engine's words to the first one's places, so that the language model hears both witnesses.

Words are matched by where they stand. What both engines say of a place is weighed together: each reading gets the
first engine's log probability and, from the second, a penalty for every letter in which they differ - small where
only marks differ, which engines mistake most.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from rapidfuzz.distance import Levenshtein

from pipeline.reading.engines.base import EngineLine, Place, Reading
from pipeline.values import Box, Word
from pipeline.vietnamese.folding import fold

# Signs that the first engine puts where a quotation mark stands.
ODD_SIGN = re.compile(r"^[+*'`\"]\w|\w[*'`\"][,.;:]?$")
_SPLIT_NUMBER = re.compile(r"(?<=\d) (?=\d)")
# The first engine reads a percent sign as a six: a number that ends with one may be a share.
MAYBE_PERCENT = re.compile(r"(?<=\d)6(?=[^\w%]*$)")
_OPENING, _CLOSING, _MISREAD = ("“", '"', "«"), ("”", '"', "»"), "+*'`\"’"
# What recognisers make of rules, frames and specks at a line's ends.
_DEBRIS = "|[]{}_~`‘ˆ¬¦°"


# What a reading that differs in its signs alone costs, for a sure second engine: less than its word weighs.
_OTHER_SIGN = 0.7


@dataclass(frozen=True, slots=True)
class Trust:
    """How far the second engine is believed, in log units; see docs/measurements/reading.md for how they were set."""

    letter: float = 2.2  # for each letter or digit in which a reading differs from what it says
    mark: float = 0.5  # the part of it for a difference in marks, case or punctuation only
    space: float = 1.0  # the part of it for a space more or less
    least: float = 0.35  # the part of this weight that its least sure word keeps
    unseen: float = 3.0  # for each letter of a reading that the first engine did not offer
    unseen_mark: float = 0.9
    unseen_space: float = 0.3
    kept: int = 10


def combined(line: EngineLine, words: Sequence[Word], trust: Trust | None = None) -> EngineLine:
    """`line`, its places enriched by the second engine's `words` (boxes in the same pixels)."""
    trust = trust or Trust()
    cleaned = [word for word in (_without_debris(word) for word in words) if word.text]
    places: list[Place] = []
    for group, witnesses in _matched(line.places, cleaned):
        place = group[0] if len(group) == 1 else _merged(group, trust.kept)
        places.append(_weighed(place, witnesses, trust) if witnesses else place)
    best = tuple(Word(p.readings[0].text, p.box, None) for p in places)
    return EngineLine(line.box, best, tuple(places))


def _without_debris(word: Word) -> Word:
    return Word(word.text.strip(_DEBRIS), word.box, word.confidence)


def _matched(places: Sequence[Place], words: Sequence[Word]) -> list[tuple[list[Place], list[Word]]]:
    """Places and words in groups that overlap each other, left to right; words that match no place are left out."""
    groups: list[tuple[list[Place], list[Word]]] = []
    owner: dict[int, int] = {}
    for place in places:
        touching = [at for at, word in enumerate(words) if word.box and _overlap(place.box, word.box)]
        shared = [owner[at] for at in touching if at in owner]
        if shared:
            group = groups[shared[0]]
            group[0].append(place)
        else:
            group = ([place], [])
            groups.append(group)
        for at in touching:
            if at not in owner:
                owner[at] = len(groups) - 1
                group[1].append(words[at])
    return groups


def _overlap(one: Box, other: Box) -> bool:
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > 0.35 * max(1, min(one.width, other.width))


def _merged(group: Sequence[Place], kept: int) -> Place:
    """Several places as one, with the likeliest combinations of their readings."""
    options = [place.readings[:3] for place in group[:6]] + [place.readings[:1] for place in group[6:]]
    joined = [
        Reading(" ".join(reading.text for reading in choice), sum(reading.log for reading in choice))
        for choice in product(*options)
    ]
    joined.sort(key=lambda reading: -reading.log)
    return Place(Box.around(place.box for place in group), tuple(joined[:kept]), min(place.sure for place in group))


def _weighed(place: Place, witnesses: Sequence[Word], trust: Trust) -> Place:
    said = " ".join(word.text for word in sorted(witnesses, key=lambda w: w.box.left if w.box else 0))
    sure = min(1.0 if word.confidence is None else word.confidence for word in witnesses)
    weight = trust.least + (1 - trust.least) * sure
    place = _with_quotes(place, said)
    top = place.readings[0]
    if not _SPLIT_NUMBER.search(top.text):
        said = _SPLIT_NUMBER.sub("", said)  # wide print: "20 17"; no year is two words
    readings = [reading for reading in place.readings if reading.text != said]
    unseen = top.log - trust.unseen * _distance(top.text, said, trust.unseen_mark, trust.unseen_space)
    offered = [reading.log for reading in place.readings if reading.text == said]
    # On spaces and punctuation the second engine is the better witness, whatever the first one thought of them.
    spaced = said.replace(" ", "") == top.text.replace(" ", "")
    if not spaced and _signs_alike(said) == _signs_alike(top.text):
        unseen = max(unseen, top.log - _OTHER_SIGN * sure)
        spaced = True
    readings.append(Reading(said, max([unseen, *offered]) if spaced or not offered else offered[0]))
    weighed = [
        Reading(
            reading.text, reading.log - weight * trust.letter * _distance(reading.text, said, trust.mark, trust.space)
        )
        for reading in readings
    ]
    weighed.sort(key=lambda reading: -reading.log)
    return Place(place.box, tuple(weighed[: trust.kept]), place.sure)


def _with_quotes(place: Place, said: str) -> Place:
    """Quotation marks as the second engine saw them: the first one's letters have none, and it makes signs of them."""
    opens, closes = said[:1] in _OPENING, said[-1:] in _CLOSING
    if not (opens or closes):
        return place
    readings = []
    for reading in place.readings:
        text = reading.text
        if opens and len(text) > 1 and text[0] in _MISREAD:
            text = said[0] + text[1:]
        if closes and len(text) > 1 and text[-1] in _MISREAD:
            text = text[:-1] + said[-1]
        readings.append(Reading(text, reading.log))
    return Place(place.box, tuple({reading.text: reading for reading in reversed(readings)}.values())[::-1], place.sure)


def _distance(one: str, other: str, mark: float, space: float) -> float:
    """Edits between two readings; one of marks, case or punctuation counts `mark` of a whole one, a space `space`."""
    if one == other:
        return 0.0
    spaces = abs(one.count(" ") - other.count(" "))
    one, other = one.replace(" ", ""), other.replace(" ", "")
    total = int(Levenshtein.distance(one, other))
    core = int(Levenshtein.distance(_core(one), _core(other)))
    return core + mark * max(0, total - core) + space * spaces


def _signs_alike(text: str) -> str:
    """A text whose stops and commas all look alike, one at its end or none alike too."""
    return MAYBE_PERCENT.sub("%", re.sub(r"[,;:]", ".", text)).removesuffix(".")


def _core(text: str) -> str:
    """What engines mistake least: letters without marks and case, digits."""
    return "".join(char for char in fold(text) if char.isalnum())
