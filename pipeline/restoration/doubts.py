"""What may have been printed where a word of sound text looks odd, and how much it takes to believe so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.restoration.candidates import CandidateFinder
from pipeline.restoration.edits import Pattern
from pipeline.restoration.names import WordCases
from pipeline.restoration.places import Place
from pipeline.restoration.tokens import SPECIALS
from pipeline.restoration.units import Unit

BAR, BAR_CAPITAL, BAR_UNKNOWN = 3.0, 1.0, 3.0
BAR_NAME = 8.0
"""What a name asks for besides: most are rare, and the language model knows those that are in the news."""


class Doubter:
    """Gives odd words their rivals."""

    def __init__(self, finder: CandidateFinder, cases: WordCases) -> None:
        self._finder = finder
        self._cases = cases

    def doubt(self, places: list[Place], odd: Sequence[int]) -> list[int]:
        """Gives the odd ones of `places` the words that may have been printed there; returns those that have any."""
        doubts = []
        names = self._cases.names_of(places, odd)
        for at in odd:
            piece = places[at].piece
            if piece is not None:
                doubted = self._finder.doubted(piece)
                if len(doubted.candidates) > 1:
                    unit = _held(doubted.unit, BAR_NAME) if at in names else doubted.unit
                    places[at] = places[at]._replace(piece=doubted, unit=unit)
                    doubts.append(at)
        return doubts


def bar(place: Place) -> float:
    """By how much a rival must be better than the word as it stands: more for capitals, less for what is no word."""
    piece = place.piece
    if piece is None or piece.candidates[0].word < len(SPECIALS):
        return BAR_UNKNOWN
    return BAR + (BAR_CAPITAL if piece.candidates[0].pattern is not Pattern.LOWER else 0.0)


def _held(unit: Unit, by: float) -> Unit:
    """The unit with every word but the one that was read less likely."""
    scores = unit.scores - np.float32(by)
    scores[0] = unit.scores[0]
    return Unit(unit.words, scores)
