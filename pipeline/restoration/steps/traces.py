"""What of a text shows that an engine read it: misspelt words that are sure to be others, and how many of them.

Rare words of short texts are no engine's traces: news cut into documents of 400 words had words changed in 18 of 432
when one such word sufficed, and nearly all of them wrongly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from pipeline.language.language_model import LanguageModel
from pipeline.language.tokens import SPECIALS
from pipeline.restoration.channel.letter_edits import Pattern
from pipeline.restoration.decoding.placed_units import PlacedUnit

_SHOWS = 0.0012  # the share of misspelt words, sure to be others, that gives an engine away
# Different words that must be misspelt: an author has his rare words, and slips now and then. Of clean news in 109
# documents of 400 words, 18 words are changed in 9 documents with 1, 10 in 3 with 2, 6 in 2 with 4; of plans read by
# `vie`, not told to be read, 98.5, 98.1 and 97.5 % of the syllables come right.
_WORDS = 2
# The same of a file's text, which more probably is its author's: authors slip (of 40 decrees, one of which came in by
# OCR, that one has more than 0.1 %), bad scans that were read have 1 %.
_FILE_SHOWS, _FILE_WORDS = 0.004, 4
_SLIP = 0.3  # what a real word that is sure to be another counts beside a misspelt one: authors slip, too
_RARE = -13.0  # log p under which a word is a misspelling, though it was seen

_USUAL = 0.01  # misspelt words in text that an engine read, for which the bars of rivals were set
_ASSUMED = 50  # words of such text that are taken to be seen already
_MOST_CAUTION = 4.0


def trace(model: LanguageModel, place: PlacedUnit) -> float:
    """How much a corrected word speaks for an engine: a misspelling more than one real word for another."""
    if place.piece is None or place.piece.candidates[0].pattern is not Pattern.LOWER:
        return _SLIP
    return 1.0 if is_misspelt(model, place) else _SLIP


def is_misspelt(model: LanguageModel, place: PlacedUnit) -> bool:
    """Whether the word as it stands is none, or next to none."""
    if place.piece is None:
        return False
    word = place.piece.candidates[0].word
    return word < len(SPECIALS) or float(model.unigrams[word]) < _RARE


def shows_engine(
    model: LanguageModel, words: int, corrected: Iterable[PlacedUnit], by_engine: Sequence[bool] | None
) -> bool:
    """Whether text of which it is unknown who read it (None), or that is a file's, shows what engines do.

    `words` are those of the text, `corrected` the places that would be changed.
    """
    own = [place for place in corrected if by_engine is None or not by_engine[place.line]]
    traces = [trace(model, place) for place in own]
    different = {place.piece.read for place, shown in zip(own, traces, strict=True) if shown == 1.0 and place.piece}
    share, least = (_SHOWS, _WORDS) if by_engine is None else (_FILE_SHOWS, _FILE_WORDS)
    return len(different) >= least and sum(traces) > share * words


def caution(model: LanguageModel, words: int, corrected: Iterable[PlacedUnit]) -> float:
    """How much more than usual a rival must win by over a word in use, in a text with these traces of an engine.

    The fewer words of a text are misspelt, the fewer of its odd ones are misread: the log of how much rarer they are
    than in the text for which the bars were set.
    """
    shown = sum(is_misspelt(model, place) for place in corrected)
    share = (shown + _USUAL * _ASSUMED) / (words + _ASSUMED)
    return min(_MOST_CAUTION, max(0.0, math.log(_USUAL / share)))
