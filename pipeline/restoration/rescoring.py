"""How much better the chosen word is than its rivals, every other word staying as it was chosen.

For each place the rivals are put into the decoded text one at a time, and the few n-grams that hold them are scored
anew: a pseudo-likelihood (Besag 1975) that needs no second search and says which words are in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.decoder import Unit
from pipeline.restoration.language_model import LanguageModel

Scores = NDArray[np.float32]

SHUT_OUT = np.float32(-1e9)
_FEW = 18  # candidates of any but the shortest cores


def rival_scores(
    model: LanguageModel, paragraphs: Sequence[Sequence[Unit]], paths: Sequence[Sequence[int]], limit: int = 6
) -> list[list[Scores]]:
    """For each unit of each paragraph: log score of each candidate in its decoded context (-inf: not looked at).

    Units with one candidate get [0]. Of the others only the `limit` best of the channel and the chosen one are
    looked at.
    """
    depth = model.order - 1
    texts = [_text(model, units, path, depth) for units, path in zip(paragraphs, paths, strict=True)]
    rows: list[tuple[int, int, int]] = []
    for number, (units, path) in enumerate(zip(paragraphs, paths, strict=True)):
        for place, unit in enumerate(units):
            if len(unit.words) > 1:
                most = limit if len(unit.words) <= _FEW else 2 * limit
                rows.extend((number, place, candidate) for candidate in _looked_at(model, unit, path[place], most))
    results = [[np.full(len(unit.words), -np.inf, dtype=np.float32) for unit in units] for units in paragraphs]
    for units, scores in zip(paragraphs, results, strict=True):
        for unit, own in zip(units, scores, strict=True):
            if len(unit.words) == 1:
                own[0] = 0
    if not rows:
        return results
    whole = np.concatenate(texts)
    starts = np.cumsum([0, *(len(text) for text in texts[:-1])])
    numbers, places = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    centre = starts[numbers] + depth + 1 + places
    windows = whole[centre[:, None] + np.arange(-depth, depth + 1)]
    words = np.array([paragraphs[n][p].words[c] for n, p, c in rows])
    channel = np.array([paragraphs[n][p].scores[c] for n, p, c in rows], dtype=np.float32)
    windows[:, depth] = words
    total = channel
    for step in range(depth + 1):
        history, word = windows[:, step : step + depth], windows[:, step + depth]
        known = word >= 0
        hashes, cost = model.backoff(history[known])
        total[known] += model.score(hashes, cost, word[known])
    for (number, place, candidate), score in zip(rows, total.tolist(), strict=True):
        results[number][place][candidate] = score
    return results


def _text(model: LanguageModel, units: Sequence[Unit], path: Sequence[int], depth: int) -> NDArray[np.int64]:
    """The decoded paragraph with START before it and -1 around it."""
    words = [int(unit.words[chosen]) for unit, chosen in zip(units, path, strict=True)]
    return np.array([*[-1] * depth, model.start, *words, *[-1] * depth], dtype=np.int64)


def _looked_at(model: LanguageModel, unit: Unit, chosen: int, limit: int) -> list[int]:
    if len(unit.words) <= limit:
        return list(range(len(unit.words)))
    best = np.argsort(-(unit.scores + model.unigrams[unit.words]), kind="stable")[:limit].tolist()
    return best if chosen in best else [*best, chosen]


def narrow(
    units: Sequence[Unit], scores: Sequence[Scores], bonuses: Sequence[Scores | None], margin: float = 12.0
) -> list[Unit]:
    """The units for a second search: bonuses added, candidates that are beyond hope shut out."""
    result = []
    for unit, rivals, bonus in zip(units, scores, bonuses, strict=True):
        if len(unit.words) == 1:
            result.append(unit)
            continue
        lifted = unit.scores if bonus is None else unit.scores + bonus
        result.append(Unit(unit.words, np.where(rivals > rivals.max() - margin, lifted, SHUT_OUT)))
    return result
