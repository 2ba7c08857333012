"""Reads text that is nearly right, and finds the few words that an engine confused: đối→đôi, của→cùa, kế→kể.

The page is scored as it stands, in one go; only words that the language model finds odd, or does not know, are
looked at; and a rival has to win by a wide margin, for most odd words are right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.decoder import Unit, decode
from pipeline.restoration.language_model import LanguageModel

_ODD = np.float32(-5.0)  # log p above which a word is not worth a second look, unless the next one is odd too
_NEXT_ODD = np.float32(-8.0)


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
