"""What capitals say: some words are often capitalised (Lâm), some never (lầm), and names are made of their own words.

Both are Bayes' rule on top of a language model that is blind to case: log P(capital | word) is added for capitals
within a sentence; and where capitals in a row are likelier a person's name than not, how much likelier each word is as
its family, middle or given name than as any capitalised word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.language.language_model import LanguageModel
from pipeline.language.tokens import CODE, NUMBER, STOP
from pipeline.restoration.channel.letter_edits import Pattern
from pipeline.restoration.decoding.placed_units import PlacedUnit
from pipeline.restoration.units import Unit

Scores = NDArray[np.float32]

CASE_WEIGHT = 0.35
NAME_WEIGHT = 0.7
LIKELY = 1.0
"""Log odds from which capitals in a row are taken for a name."""

_USUAL = 0.1  # the share of capitals among words within sentences; each word is supposed to have been seen once more so
_OF_UNLISTED = 0.2  # the same of words that are no syllables: abbreviations, foreign words
_LEAST_SHARE = 0.02  # no word is so rare in capitals that it could not be a misprint, a title, a table's head
_OTHERS = (0.02, 0.05, 0.08)  # the share of family, middle and given names that are not listed as such
_NAMED = 3
_QUOTES = tuple("\"'“”‘’«")
_SHORTEST, _LONGEST = 2, 5
_OF_TWO = 2.0  # how much likelier a row of two must be: most are places and bodies


@dataclass(frozen=True)
class WordCases:
    """For each word of the language model: log P(capitalised | word) and log P(word | capitalised); `parts`
    (3 x words) says how much likelier it is as a family, middle or given name than as any capitalised word; `named`
    says whether it was seen in capitals often enough to be a name."""

    capitalised: Scores
    among_capitals: Scores
    parts: Scores
    named: NDArray[np.bool_]
    stop: int

    @staticmethod
    def load(path: Path, model: LanguageModel) -> WordCases:
        """Reads the table that pipeline.training.personal_names wrote."""
        size = len(model.words)
        counts = np.zeros((5, size), dtype=np.float64)
        listed = np.zeros(size, dtype=bool)
        for row in path.read_text(encoding="utf-8").splitlines():
            word, *numbers = row.split("\t")
            number = model.ids.get(word)
            if number is not None:
                counts[:, number] = [float(count) for count in numbers]
                listed[number] = True
        small, capital = counts[:2]
        share = np.where(listed, (capital + _USUAL) / (small + capital + 1), _OF_UNLISTED)
        share = np.maximum(share, _LEAST_SHARE)
        share[[model.ids[NUMBER], model.ids[CODE]]] = _OF_UNLISTED
        among = (capital + _USUAL) / (capital + _USUAL).sum()
        parts = [
            np.log((1 - other) * own / max(1.0, own.sum()) / among + other)
            for other, own in zip(_OTHERS, counts[2:], strict=True)
        ]
        named = capital >= _NAMED
        return WordCases(_log(share), _log(among), np.array(parts, dtype=np.float32), named, model.ids[STOP])

    def weighed(self, places: Sequence[PlacedUnit], words: Sequence[Sequence[str]]) -> list[PlacedUnit]:
        """The places of a damaged paragraph, each candidate's score with what its capital says of it; `words` are
        those of all lines."""
        result = list(places)
        for at in self._capitals_within(places):
            place = places[at]
            if _is_open(place) and not words[place.line][place.word].startswith(_QUOTES):
                result[at] = _with(place, CASE_WEIGHT * self.capitalised[place.unit.words])
        for first, last in _rows_of_capitals(places):
            start = self._name_in(places[first:last])
            if start is not None:
                for at in range(first + start, last):
                    if _is_open(result[at]):
                        own = self._part(at - first - start, last - first - start)
                        result[at] = _with(result[at], NAME_WEIGHT * own[result[at].unit.words])
        return result

    def names_of(self, places: Sequence[PlacedUnit], asked: Sequence[int]) -> frozenset[int]:
        """Which of the places `asked` of a sound paragraph may be names: capitals within a sentence, and in rows."""
        if all(_pattern(places[at]) is None for at in asked):
            return frozenset()
        found = set(self._capitals_within(places))
        for first, last in _rows_of_capitals(places):
            if _pattern(places[first]) is Pattern.CAPITALISED or self._is_a_name(places[first:last]):
                found.update(range(first, last))
        return frozenset(at for at in asked if at in found and self.named[places[at].unit.words[0]])

    def _capitals_within(self, places: Sequence[PlacedUnit]) -> Iterator[int]:
        """The capitalised places that no sentence begins with."""
        begins = True
        for at, place in enumerate(places):
            if place.piece is None:
                begins = begins or int(place.unit.words[0]) == self.stop
                continue
            if not begins and place.piece.candidates[0].pattern is Pattern.CAPITALISED:
                yield at
            begins = False

    def _name_in(self, places: Sequence[PlacedUnit]) -> int | None:
        """Where the likeliest name begins that ends with `places`; None where none is likely."""
        best, chosen = LIKELY, None
        for start in range(max(0, len(places) - _LONGEST), len(places) - _SHORTEST + 1):
            odds = 0.0 if len(places) - start > _SHORTEST else -_OF_TWO
            for at, place in enumerate(places[start:]):
                words = place.unit.words
                plain = place.unit.scores + self.among_capitals[words]
                odds += float((plain + self._part(at, len(places) - start)[words]).max() - plain.max())
            if odds > best:
                best, chosen = odds, start
        return chosen

    def _is_a_name(self, places: Sequence[PlacedUnit]) -> bool:
        """Whether `places` as they were read are likelier a name than a heading in capitals."""
        read = [int(place.unit.words[0]) for place in places]
        return sum(float(self._part(at, len(read))[word]) for at, word in enumerate(read)) > LIKELY

    def _part(self, at: int, length: int) -> Scores:
        """Of a name of `length` words: how much likelier each word is as its word number `at`."""
        part: Scores = self.parts[0 if at == 0 else 2 if at == length - 1 else 1]
        return part


def _rows_of_capitals(places: Sequence[PlacedUnit]) -> Iterator[tuple[int, int]]:
    """Begin and end of each row of two or more capitalised words of one line, with no sign between them; words in
    capitals throughout only if they are three or more, and all there is in their line."""
    patterns = [_pattern(place) for place in places]
    last = 0
    for first, kind in enumerate(patterns):
        if kind is None or first < last:
            continue
        line = places[first].line
        last = first + 1
        while last < len(places) and patterns[last] is kind and places[last].line == line:
            last += 1
        if last - first >= _SHORTEST:
            whole = (first == 0 or places[first - 1].line != line) and (
                last == len(places) or places[last].line != line
            )
            if kind is Pattern.CAPITALISED or (whole and _SHORTEST < last - first <= _LONGEST):
                yield first, last


def _pattern(place: PlacedUnit) -> Pattern | None:
    """How a word is cased that may be part of a name; None for signs, small letters, and what holds a sign."""
    piece = place.piece
    if piece is None or piece.after:
        return None
    pattern = piece.candidates[0].pattern
    return None if pattern is Pattern.LOWER else pattern


def _is_open(place: PlacedUnit) -> bool:
    return len(place.unit.words) > 1


def _with(place: PlacedUnit, bonus: Scores) -> PlacedUnit:
    return place._replace(unit=Unit(place.unit.words, place.unit.scores + bonus))


def _log(share: NDArray[np.float64]) -> Scores:
    result: Scores = np.log(np.maximum(share, 1e-4)).astype(np.float32)
    return result
