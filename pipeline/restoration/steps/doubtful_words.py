"""What may have been printed where a word of sound text looks odd, and how much it takes to believe so."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pipeline.language.tokens import SPECIALS
from pipeline.restoration.channel.candidates import CandidateFinder
from pipeline.restoration.channel.letter_edits import Pattern
from pipeline.restoration.decoding.capitals import WordCases
from pipeline.restoration.decoding.placed_units import PlacedUnit
from pipeline.restoration.units import Unit

BAR, BAR_CAPITAL, BAR_UNKNOWN = 3.0, 1.0, 3.0
BAR_NAME = 8.0
"""What a name asks for besides: most are rare, and the language model knows those that are in the news."""

_NUMBER_LABEL = "số"
_ABBREVIATION = re.compile("[A-Z]{2,}")
_NUMERAL = re.compile("[IVXLH]+")  # III is read HI


class Doubter:
    """Gives odd words their rivals."""

    def __init__(self, finder: CandidateFinder, cases: WordCases) -> None:
        self._finder = finder
        self._cases = cases

    def doubt(self, places: list[PlacedUnit], odd: Sequence[int]) -> list[int]:
        """Gives the odd ones of `places` the words that may have been printed there; returns those that have any."""
        doubts = []
        names = self._cases.names_of(places, odd)
        for at in odd:
            piece = places[at].piece
            if piece is not None and not _stands_out(places, at):
                doubted = self._finder.doubted(piece)
                if _labels_a_number(places, at):
                    doubted = self._finder.narrowed(doubted, _NUMBER_LABEL)
                if len(doubted.candidates) > 1:
                    unit = _held(doubted.unit, BAR_NAME) if at in names else doubted.unit
                    places[at] = places[at]._replace(piece=doubted, unit=unit)
                    doubts.append(at)
        return doubts


def _stands_out(places: Sequence[PlacedUnit], at: int) -> bool:
    """Whether a word stands in plain capitals among small letters: an abbreviation, of which no list has them all."""
    piece = places[at].piece
    if piece is None or not _ABBREVIATION.fullmatch(piece.read) or _NUMERAL.fullmatch(piece.read):
        return False
    around = {
        _pattern(places[n]) for n in (at - 1, at + 1) if 0 <= n < len(places) and places[n].line == places[at].line
    }
    return Pattern.LOWER in around and Pattern.UPPER not in around


def _labels_a_number(places: Sequence[PlacedUnit], at: int) -> bool:
    """Whether a line begins with this word and a document's number or symbol: 'Só /KH-SYT', 'Sô 12/KH-UBND'."""
    if at and places[at - 1].line == places[at].line:
        return False
    words = (place for place in places[at + 1 : at + 3] if place.line == places[at].line and place.piece is not None)
    following = next(words, None)
    return following is not None and following.piece is not None and "/" in following.piece.read


def _pattern(place: PlacedUnit) -> Pattern | None:
    return None if place.piece is None or not place.piece.read.isalpha() else place.piece.candidates[0].pattern


def bar(place: PlacedUnit) -> float:
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
