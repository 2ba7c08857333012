"""The signer's title and name on rows near a seal, decoded from all pictures of a row at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.reading.engines.base import Alternatives, EngineLine, Hypothesis, Strip
from pipeline.reading.engines.ctc import BLANK
from pipeline.reading.recognition.rescored_lines import words_at
from pipeline.reading.seals.layers import hidden_by_pen, of_one_ink
from pipeline.reading.seals.name_decoder import DecodedName, decode_name
from pipeline.reading.seals.name_lexicon import load_name_words
from pipeline.reading.seals.rows import RowReading
from pipeline.reading.seals.signer_words import deputy_of
from pipeline.reading.seals.title_decoder import decode_title
from pipeline.values import Box, Word
from pipeline.vietnamese.administrative.personal_names import is_personal_name
from pipeline.vietnamese.administrative.ranks import is_degree

Pixels = NDArray[np.uint8]
LookAt = Callable[[Sequence[Pixels], Box], Sequence[Strip]]
"""(pictures of a place, a line's box on them) → what the first engine sees there on each."""

# How far to the left of what was read a name or a title may begin, in heights of the line.
_ROOM, _TITLE_ROOM = 1.5, 4.0
# A name is one when so much of its ink speaks for it and its least sure word is as sure as that; what is less is
# flagged, what is less still is none.
_INK, _SURE = 0.6, 0.8
_LEAST_INK, _LEAST_SURE = 0.55, 0.2
# Where enough of its ink speaks for it a word is as sure as it is among its rivals; where none does, so much less.
_OF_NO_INK = 0.3
_TITLE_INK = 0.3  # a title has few rivals: so much of its ink is enough


@dataclass(slots=True)
class SealPlace:
    """A seal's surroundings: the part of the page, in colour where there is colour, and the pictures drawn of it."""

    zone: Box
    ring: Box
    cut: Pixels
    drawn: dict[str, Pixels] = field(default_factory=dict)

    @property
    def corner(self) -> tuple[int, int]:
        """Where the pictures' first pixel lies on the page."""
        return self.zone.left, self.zone.top


@dataclass(frozen=True, slots=True)
class SignerLine:
    """A title or a name found on a row; `whole` says that nothing of it is in doubt."""

    line: EngineLine
    whole: bool


def find_name(row: Sequence[RowReading], place: SealPlace, look: LookAt) -> SignerLine | None:
    """The name on a row of a place; None where nothing speaks clearly enough for one. Raises EngineFailureError."""
    lexicon = load_name_words()
    if lexicon is None:
        return None
    lexicon = lexicon.with_others(word.text for reading in row for word in reading.line.words)
    box = _box(row, place.corner, _ROOM)
    name = DecodedName()
    strips: Sequence[Strip] = ()
    for sources in of_one_ink(list(place.drawn)):
        seen = look([place.drawn[source] for source in sources], box)
        found = decode_name(seen, lexicon, _hidden(seen[0], place.cut, box)) if seen else name
        if found.score > name.score:
            name, strips = found, seen
    if not name.words or name.ink < _LEAST_INK or name.sure < _LEAST_SURE:
        return None
    line = _with_rank(_line(name, strips, box, place.corner), row)
    return SignerLine(line, name.ink >= _INK and line.confidence >= _SURE)


def find_title(row: Sequence[RowReading], place: SealPlace, look: LookAt, above: str) -> SignerLine | None:
    """The title on a row of a place, `above` being that over it; None where no office explains the ink."""
    box = _box(row, place.corner, _TITLE_ROOM)
    sources = of_one_ink(list(place.drawn))[0] if place.drawn else []
    strips = look([place.drawn[source] for source in sources], box) if sources else ()
    if not strips:
        return None
    title = decode_title(strips, _hidden(strips[0], place.cut, box), deputy_of(above))
    if title is None or title.ink < _TITLE_INK or title.sure < _SURE:
        return None
    strip, (x, y) = strips[0], place.corner
    left, right = (max(0, round(strip.left + at * strip.width)) for at in (title.start, title.stop))
    around = Box(left + x, box.top + y, max(left + 1, right) + x, box.bottom + y)
    words = words_at(Alternatives(around, (Hypothesis(title.text, 0.0),)), 0, _confidence(title.sure, title.ink))
    return SignerLine(EngineLine(around, tuple(words)), whole=True)


def _confidence(sure: float, ink: float) -> float:
    """How sure a word is of which a part of the ink is hidden or speaks against it."""
    return round(sure * (_OF_NO_INK + (1 - _OF_NO_INK) * min(1.0, ink / _INK)), 4)


def _hidden(strip: Strip, cut: Pixels, box: Box) -> NDArray[np.float32] | None:
    return hidden_by_pen(cut, box, strip.left, strip.width, len(strip.steps.labels))


def _box(row: Sequence[RowReading], corner: tuple[int, int], heights: float) -> Box:
    """The row's place on the pictures: as high as its best reading, and with room for a beginning nobody read."""

    def worth(reading: RowReading) -> float:
        letters = sum(len(w.text) * ((w.confidence or 0.5) - 0.5) for w in reading.line.words)
        return letters + 4 * is_personal_name(reading.line.text)

    best = max(row, key=worth).line.box
    hull = Box.around(reading.line.box for reading in row)
    room = round(heights * best.height)
    x, y = corner
    return Box(max(0, hull.left - x - room), best.top - y, hull.right - x, best.bottom - y)


def _line(name: DecodedName, strips: Sequence[Strip], box: Box, corner: tuple[int, int]) -> EngineLine:
    """The name as a line; each of its words is as sure as the whole name is, which is wrong when one of them is."""
    x, y = corner
    strip = strips[0]
    sure = float(np.prod([_confidence(word.sure, word.ink) for word in name.words]))
    nothing = (BLANK, strip.letters.index(" ") + 1)
    inked = np.any([np.isin(one.steps.labels[:, 0], nothing, invert=True) for one in strips], axis=0)
    words = []
    for word in name.words:
        steps = word.start + np.flatnonzero(inked[word.start : word.stop])
        first, last = (steps[0], steps[-1] + 1) if steps.size else (word.start, word.stop)
        left, right = (max(0, round(strip.left + at * strip.width)) for at in (first, last))
        place = Box(left + x, box.top + y, max(left + 1, right) + x, box.bottom + y)
        words.append(Word(word.text, place, round(sure, 4)))
    return EngineLine(Box.around(word.box for word in words if word.box), tuple(words))


def _with_rank(line: EngineLine, row: Sequence[RowReading]) -> EngineLine:
    """The line with the rank that a reading has before the same name."""
    for reading in row:
        first, *others = reading.line.words
        if others and is_degree(first.text) and first.box and first.box.left < line.box.left:
            words = (first, *line.words)
            return replace(line, box=Box.around(word.box for word in words if word.box), words=words)
    return line
