"""An office's own words, villages and people: where a line may have been printed with one, it becomes likelier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from pipeline.language.language_model import LanguageModel
from pipeline.language.tokens import cut
from pipeline.restoration.decoding.placed_units import PlacedUnit
from pipeline.vietnamese.tones import to_old_style

# Added to log P(read | word) of each word of a name that may stand there whole: more than what the language model finds
# between a village's syllables and the commonest words that are read the same. Of 26 invented villages and people in
# unmarked lines (tests/restoration/test_own_names.py) 2 come right with 0, 17 with 8, 25 with 14, all with 20.
_WEIGHT = 20.0
_LEAST_WORDS = 2  # one syllable is too many other words with its marks off


class OwnNames:
    """Names and words that the office told of; a name with a syllable that no text ever had is left as it is read."""

    def __init__(self, model: LanguageModel, names: Iterable[str]) -> None:
        self._by_first: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        for name in names:
            words = [to_old_style(word.lower()) for token in name.split() if (word := cut(token).core)]
            if len(words) >= _LEAST_WORDS and all(word in model.ids for word in words):
                numbers = tuple(model.ids[word] for word in words)
                self._by_first[numbers[0]].append(numbers)
        self._kept = frozenset(name.lower() for name in names if " " not in name.strip())

    def weighed(self, places: Sequence[PlacedUnit]) -> list[PlacedUnit]:
        """The places of a damaged paragraph, with the words of each name that may stand there whole made likelier."""
        if not self._by_first and not self._kept:
            return list(places)
        likelier: dict[int, set[int]] = defaultdict(set)
        for at, place in enumerate(places):
            for first in place.unit.words.tolist():
                for name in self._by_first.get(first, ()):
                    if _may_stand(name, places, at):
                        for offset, word in enumerate(name):
                            likelier[at + offset].add(word)
            if place.piece is not None and place.piece.read.lower() in self._kept:
                likelier[at].update(place.unit.words.tolist()[-1:])  # the word as it stands is the last of them
        result = list(places)
        for at, words in likelier.items():
            result[at] = _with_likelier(places[at], words)
        return result


def _may_stand(name: Sequence[int], places: Sequence[PlacedUnit], at: int) -> bool:
    """Whether each word of a name is among those that may stand at `at` and behind, its first with a capital."""
    if at + len(name) > len(places):
        return False
    own = places[at : at + len(name)]
    if any(place.piece is None or place.line != own[0].line for place in own):
        return False
    first = own[0].piece
    if first is None or not first.read[:1].isupper():
        return False
    return all(word in place.unit.words for word, place in zip(name, own, strict=True))


def _with_likelier(place: PlacedUnit, words: set[int]) -> PlacedUnit:
    more = np.where(np.isin(place.unit.words, list(words)), _WEIGHT, 0.0).astype(np.float32)
    unit = replace(place.unit, scores=place.unit.scores + more)
    return place._replace(unit=unit)
