"""Reads text that is nearly right, and finds the few words that an engine confused: đối→đôi, của→cùa, kế→kể.

The page is scored as it stands, in one go; only words that the language model finds odd, or does not know, are
looked at; and a rival has to win by a wide margin, for most odd words are right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.language.garble import Garble
from pipeline.language.language_model import LanguageModel
from pipeline.restoration.decoding.context_network import ContextJudge
from pipeline.restoration.decoding.decoder import decode, rival_scores
from pipeline.restoration.decoding.placed_units import PlacedUnit
from pipeline.restoration.decoding.style_prior import official_bonus
from pipeline.restoration.steps.collected_edits import ChosenWords
from pipeline.restoration.steps.doubtful_words import Doubter, bar
from pipeline.restoration.steps.second_opinion import MOST, Window, second_opinion
from pipeline.restoration.steps.traces import caution, is_misspelt, shows_engine
from pipeline.restoration.units import Ids, Scores, Unit, Units

_ODD = np.float32(-5.0)  # log p above which a word is not worth a second look, unless the next one is odd too
_NEXT_ODD = np.float32(-8.0)
_AROUND = 4  # words on both sides that are looked at with a doubted one: as many as the model's n-grams reach


def proofread(
    model: LanguageModel,
    judge: ContextJudge,
    doubter: Doubter,
    paragraphs: Sequence[list[PlacedUnit]],
    chosen: ChosenWords,
    *,
    by_engine: Sequence[bool] | None,
) -> bool:
    """Corrects single words of sound paragraphs and adds them to `chosen`; words that stay are not among them.

    `by_engine` says of each line whether an OCR engine read it; other text is a file's and corrected only if it shows
    an engine all the same. Returns whether it does.
    """
    if not paragraphs:
        return False
    windows = [
        window
        for number, (places, odd) in enumerate(zip(paragraphs, odd_places(model, paragraphs), strict=True))
        for window in _windows(number, places, doubter.doubt(places, odd))
    ]
    if not windows:
        return False
    places = [place for window in windows for place in paragraphs[window.paragraph][window.start : window.end]]
    units = Units.of([[place.unit for place in paragraphs[w.paragraph][w.start : w.end]] for w in windows])
    bars = np.array([bar(place) if len(place.unit.words) > 1 else 0.0 for place in places], dtype=np.float32)
    as_read = rival_scores(model, units, np.zeros(len(places), dtype=np.int64))
    path = neighbours_corrected(model, units, bars, corrections(units, as_read, bars))
    words = sum(by_engine is None or not by_engine[place.line] for own in paragraphs for place in own)
    corrected = [places[at] for at in np.flatnonzero(path).tolist()]
    engine_shows = shows_engine(model, words, corrected, by_engine)
    may_change = np.array([engine_shows or (by_engine is not None and by_engine[place.line]) for place in places])
    if not may_change.any():
        return engine_shows
    more = caution(model, sum(map(len, paragraphs)), corrected)
    bars += np.array([0.0 if is_misspelt(model, place) else more for place in places], dtype=np.float32)
    in_doubt = ((path > 0) | contested(units, as_read, bars)) & may_change
    opinion = second_opinion(judge, paragraphs, windows, units, path=path, open_to=np.flatnonzero(in_doubt))
    opinion += official_bonus(model, units, path)
    units = units.with_scores(units.scores + opinion)
    path = neighbours_corrected(model, units, bars, corrections(units, as_read + opinion, bars))
    if not path.any():
        return engine_shows
    rivals = rival_scores(model, units, path).tolist()
    touched = {(places[at].line, places[at].word) for at in np.flatnonzero(path).tolist()}
    for place, index, first, width, open_ in zip(
        places, path.tolist(), units.first.tolist(), units.width.tolist(), may_change.tolist(), strict=True
    ):
        if open_ and place.piece is not None and (place.line, place.word) in touched:
            chosen.take(place, index, rivals[first : first + width], Garble.CLEAN)
    return engine_shows


def odd_places(model: LanguageModel, paragraphs: Sequence[Sequence[PlacedUnit]]) -> list[list[int]]:
    """The places in each paragraph whose word, the first of its unit, the model finds odd."""
    text = np.array(
        [number for places in paragraphs for number in (model.start, *(place.unit.words.item(0) for place in places))],
        dtype=np.int64,
    )
    scores = model.score_sequence(text)
    following = np.append(scores[1:], np.float32(0))
    odd = (scores < _ODD) | ((following < _NEXT_ODD) & (scores < _ODD / 2)) | (text == model.unknown)
    result, at = [], 0
    for places in paragraphs:
        result.append(np.flatnonzero(odd[at + 1 : at + 1 + len(places)]).tolist())
        at += 1 + len(places)
    return result


def _windows(number: int, places: Sequence[PlacedUnit], doubts: Sequence[int]) -> Iterator[Window]:
    """The parts of paragraph `number` that its doubts and the words around them make up; words are never cut."""
    start, end = 0, 0
    for doubt in doubts:
        low, high = max(0, doubt - _AROUND), min(len(places), doubt + _AROUND + 1)
        while low > 0 and _same_word(places[low - 1], places[low]):
            low -= 1
        while high < len(places) and _same_word(places[high - 1], places[high]):
            high += 1
        if low > end:
            if end:
                yield Window(number, start, end)
            start = low
        elif not end:
            start = low
        end = high
    if end:
        yield Window(number, start, end)


def _is_rival(units: Units) -> NDArray[np.bool_]:
    """Which candidates are not the word as it stands."""
    result = np.ones(len(units.words), dtype=bool)
    result[units.first] = False
    return result


def _same_word(one: PlacedUnit, other: PlacedUnit) -> bool:
    return (one.line, one.word) == (other.line, other.word)


def corrections(units: Units, scores: Scores, bars: Scores) -> Ids:
    """The chosen candidate of each unit: 0, the word as it stands, unless a rival is better by more than its bar."""
    chosen = np.zeros(len(units.width), dtype=np.int64)
    best = np.maximum.reduceat(scores, units.first)
    for at in np.flatnonzero((units.width > 1) & (best > scores[units.first] + bars)).tolist():
        first = units.first[at]
        chosen[at] = scores[first : first + units.width[at]].argmax()
    return chosen


def contested(units: Units, scores: Scores, bars: Scores) -> NDArray[np.bool_]:
    """The units with a rival that more context may help over its bar."""
    best = np.maximum.reduceat(np.where(_is_rival(units), scores, -np.inf), units.first)
    result: NDArray[np.bool_] = best > scores[units.first] + bars - MOST
    return result


def neighbours_corrected(model: LanguageModel, units: Units, bars: Scores, path: Ids) -> Ids:
    """`path`, with doubted words that stand together judged together: 'hãng tuãn' is 'hằng tuần', but neither alone.

    A change of both must be worth the bars of both.
    """
    clusters = _clusters(units)
    searched = [
        [
            _barred(units, at, bars[at]) if first <= at <= last else _fixed(units, at, path[at])
            for at in range(low, high)
        ]
        for low, first, last, high in clusters
    ]
    found = decode(model, Units.of(searched))
    joined, at = path.copy(), 0
    for low, first, last, high in clusters:
        joined[first : last + 1] = found[at + first - low : at + last + 1 - low]
        at += high - low
    return joined


def _clusters(units: Units) -> list[tuple[int, int, int, int]]:
    """(begin of the context, first, last, end of the context) of each run of doubted units in a paragraph."""
    paragraph = np.repeat(np.arange(len(units.lengths)), units.lengths)
    ends = np.cumsum(units.lengths)
    runs: list[tuple[int, int]] = []
    for at in np.flatnonzero(units.width > 1).tolist():
        if runs and at == runs[-1][1] + 1 and paragraph[at] == paragraph[at - 1]:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    result = []
    for first, last in runs:
        if last > first:
            end = int(ends[paragraph[first]])
            begin = end - int(units.lengths[paragraph[first]])
            result.append((max(begin, first - _AROUND), first, last, min(end, last + 1 + _AROUND)))
    return result


def _barred(units: Units, at: int, bar: np.float32) -> Unit:
    row = slice(units.first[at], units.first[at] + units.width[at])
    scores = units.scores[row] - bar
    scores[0] += bar
    return Unit(units.words[row], scores)


def _fixed(units: Units, at: int, index: int) -> Unit:
    row = units.first[at] + index
    return Unit(units.words[row : row + 1], np.zeros(1, dtype=np.float32))
