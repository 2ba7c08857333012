"""Where each word of a line's text stands on the page: its own box, though the text was put right since it was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from pipeline.values import Box, Line, Word, mean_confidence

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class WordPlace:
    """A word's box in pixels of the page's picture, and how sure it is (0..1; None where nobody knows)."""

    box: Box
    confidence: float | None


def word_places(line: Line) -> tuple[WordPlace, ...]:
    """The place of each blank-separated word of `line.text`, in order; empty where the source has no boxes of words.

    A word that was put right stands where what it was read as stood; of one that was parted in two, each has its share.
    """
    read = [(word, word.box) for word in line.words if word.box is not None and word.text]
    if not read or len(read) < len([word for word in line.words if word.text]):
        return ()
    spans = [match.span() for match in _WORD.finditer(line.text)]
    joined = " ".join(word.text for word, _ in read)
    if line.text == joined and len(spans) == len(read):
        places = [WordPlace(box, word.confidence) for word, box in read]
    else:
        carried = _Carried.of(line.text, joined)
        places = [_place(read, carried.at(start), carried.at(end)) for start, end in spans]
    sure = line.sure if len(line.sure) == len(places) else (1.0,) * len(places)
    return tuple(
        WordPlace(place.box, None if place.confidence is None else place.confidence * share)
        for place, share in zip(places, sure, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Carried:
    """Offsets of one text carried over to another: stretches (start, end) of the one beside those of the other."""

    stretches: tuple[tuple[int, int, int, int], ...]

    @staticmethod
    def of(text: str, other: str) -> _Carried:
        operations = Levenshtein.opcodes(text, other)
        return _Carried(tuple((o.src_start, o.src_end, o.dest_start, o.dest_end) for o in operations))

    def at(self, offset: int) -> float:
        """Where in the other text the place `offset` of the one lies; between two letters, a share of the way."""
        for start, end, low, high in self.stretches:
            if start <= offset < end or (offset == end and start < end):
                return low + (offset - start) * (high - low) / (end - start)
        return float(self.stretches[-1][3]) if self.stretches else 0.0


def _place(read: Sequence[tuple[Word, Box]], start: float, end: float) -> WordPlace:
    """The place of the characters `start`..`end` of the words' texts with a blank between two."""
    at, parts = 0, []
    nearest = read[0][1]
    for word, box in read:
        length = len(word.text)
        first, last = max(start - at, 0.0), min(end - at, float(length))
        if first < last:
            parts.append((word, _share(box, first / length, last / length)))
        if at <= start:
            nearest = _share(box, min(first / length, 1.0), min(first / length, 1.0))
        at += length + 1
    if not parts:  # a word that was put in
        return WordPlace(nearest, None)
    return WordPlace(Box.around(box for _, box in parts), mean_confidence(word for word, _ in parts))


def _share(box: Box, first: float, last: float) -> Box:
    """The part of a box from one share of its width to another, at least a pixel wide."""
    left = min(box.left + round(first * box.width), box.right - 1)
    return Box(left, box.top, max(left + 1, box.left + round(last * box.width)), box.bottom)
