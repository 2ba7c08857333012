"""Reads text that is nearly right, and finds the few words that an engine confused: đối→đôi, của→cùa, kế→kể.

The page is scored as it stands, in one go; only words that the language model finds odd, or does not know, are
looked at; and a rival has to win by a wide margin, for most odd words are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.candidates import CandidateFinder
from pipeline.restoration.chosen import ChosenWords
from pipeline.restoration.decoder import Unit, decode
from pipeline.restoration.edits import Pattern
from pipeline.restoration.garble import Garble
from pipeline.restoration.language_model import LanguageModel
from pipeline.restoration.places import Place
from pipeline.restoration.rescoring import rival_scores
from pipeline.restoration.tokens import SPECIALS

BAR, BAR_NAME, BAR_UNKNOWN = 3.0, 2.0, 3.0
_ENGINE_SHOWS = 0.0012  # the share of misspelt words, sure to be others, that gives an engine away
_SLIP = 0.3  # what a real word that is sure to be another counts beside a misspelt one: authors slip, too
_RARE = -13.0  # log p under which a word is a misspelling, though it was seen
_ODD = np.float32(-5.0)  # log p above which a word is not worth a second look, unless the next one is odd too
_NEXT_ODD = np.float32(-8.0)


def proofread(
    model: LanguageModel,
    finder: CandidateFinder,
    paragraphs: Sequence[list[Place]],
    by_engine: Sequence[bool] | None,
    chosen: ChosenWords,
) -> bool:
    """Corrects single words of sound paragraphs and adds them to `chosen`; words that stay are not among them.

    `by_engine` says of each line whether an OCR engine read it; other text is corrected only if it shows an engine.
    Returns whether it does.
    """
    texts = [np.array([place.unit.words[0] for place in places], dtype=np.int64) for places in paragraphs]
    doubtful = []
    for places, odd in zip(paragraphs, odd_places(model, texts), strict=True):
        for at in odd:
            piece = places[at].piece
            if piece is not None:
                doubted = finder.doubted(piece)
                places[at] = replace(places[at], piece=doubted, unit=doubted.unit)
        if any(len(place.unit.words) > 1 for place in places):
            doubtful.append(places)
    units = [[place.unit for place in places] for places in doubtful]
    scores = rival_scores(model, units, [[0] * len(own) for own in units])
    bars = [[_bar(place) for place in places] for places in doubtful]
    paths = neighbours_corrected(model, units, bars, corrections(units, scores, bars))
    corrected = [number for number, path in enumerate(paths) if any(path)]
    again = rival_scores(model, [units[n] for n in corrected], [paths[n] for n in corrected])
    for number, own_scores in zip(corrected, again, strict=True):
        scores[number] = own_scores
    traces = sum(
        _trace(model, place)
        for path, places in zip(paths, doubtful, strict=True)
        for index, place in zip(path, places, strict=True)
        if index
    )
    engine_shows = traces > _ENGINE_SHOWS * sum(len(places) for places in paragraphs)
    for path, places, own_scores in zip(paths, doubtful, scores, strict=True):
        if not engine_shows and (by_engine is None or not by_engine[places[0].line]):
            continue
        touched = {(place.line, place.word) for place, index in zip(places, path, strict=True) if index}
        for index, place, rivals in zip(path, places, own_scores, strict=True):
            if place.piece is not None and (place.line, place.word) in touched:
                chosen.take(place, index, rivals.tolist(), Garble.CLEAN)
    return engine_shows


def _bar(place: Place) -> float:
    """By how much a rival must be better than the word as it stands: more for names, less for what is no word."""
    piece = place.piece
    if piece is None or piece.candidates[0].word < len(SPECIALS):
        return BAR_UNKNOWN
    return BAR + (BAR_NAME if piece.candidates[0].pattern is not Pattern.LOWER else 0.0)


def _trace(model: LanguageModel, place: Place) -> float:
    """How much a corrected word speaks for an engine: a misspelling more than one real word for another."""
    if place.piece is None or place.piece.candidates[0].pattern is not Pattern.LOWER:
        return _SLIP
    word = place.piece.candidates[0].word
    return 1.0 if word < len(SPECIALS) or model.unigrams[word] < _RARE else _SLIP


def odd_places(model: LanguageModel, paragraphs: Sequence[NDArray[np.int64]]) -> list[list[int]]:
    """The places in each paragraph (word ids, without START) whose word the model finds odd."""
    if not paragraphs:
        return []
    start = np.array([model.start], dtype=np.int64)
    text = np.concatenate([part for words in paragraphs for part in (start, words)])
    scores = model.score_sequence(text)
    following = np.append(scores[1:], np.float32(0))
    odd = (scores < _ODD) | ((following < _NEXT_ODD) & (scores < _ODD / 2)) | (text == model.unknown)
    result, at = [], 0
    for words in paragraphs:
        result.append(np.flatnonzero(odd[at + 1 : at + 1 + len(words)]).tolist())
        at += 1 + len(words)
    return result


def neighbours_corrected(
    model: LanguageModel,
    paragraphs: Sequence[Sequence[Unit]],
    bars: Sequence[Sequence[float]],
    paths: Sequence[Sequence[int]],
) -> list[list[int]]:
    """`paths`, with doubted words that stand together judged together: 'hãng tuãn' is 'hằng tuần', but neither alone.

    A change of both must be worth the bars of both.
    """
    windows = [
        (number, first, last)
        for number, units in enumerate(paragraphs)
        for first, last in _clusters([at for at, unit in enumerate(units) if len(unit.words) > 1])
    ]
    searched = []
    for number, first, last in windows:
        units, path = paragraphs[number], paths[number]
        low, high = max(0, first - model.order), min(len(units), last + model.order)
        searched.append(
            [
                _barred(units[at], bars[number][at]) if first <= at <= last else _fixed(units[at], path[at])
                for at in range(low, high)
            ]
        )
    joined = [list(path) for path in paths]
    for (number, first, last), found in zip(windows, decode(model, searched), strict=True):
        skipped = min(first, model.order)
        joined[number][first : last + 1] = found[skipped : skipped + last + 1 - first]
    return joined


def _clusters(places: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of places with no gap between them, of two or more."""
    runs: list[tuple[int, int]] = []
    for at in places:
        if runs and at == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return [run for run in runs if run[1] > run[0]]


def _barred(unit: Unit, bar: float) -> Unit:
    scores = unit.scores - np.float32(bar)
    scores[0] = unit.scores[0]
    return Unit(unit.words, scores)


def _fixed(unit: Unit, index: int) -> Unit:
    return Unit(unit.words[index : index + 1], np.zeros(1, dtype=np.float32))


def corrections(
    paragraphs: Sequence[Sequence[Unit]],
    scores: Sequence[Sequence[NDArray[np.float32]]],
    bars: Sequence[Sequence[float]],
) -> list[list[int]]:
    """The chosen candidate of each unit: 0, the word as it stands, unless a rival is better by more than its bar."""
    chosen = []
    for units, own_scores, own_bars in zip(paragraphs, scores, bars, strict=True):
        chosen.append(
            [
                int(rivals.argmax()) if len(unit.words) > 1 and rivals.max() > rivals[0] + bar else 0
                for unit, rivals, bar in zip(units, own_scores, own_bars, strict=True)
            ]
        )
    return chosen
