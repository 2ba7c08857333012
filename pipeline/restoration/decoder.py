"""Chooses the words of many paragraphs at once: a beam search over candidates, all paragraphs in step.

Each step looks up the language model for every state of every paragraph together; numpy's cost a call is then shared
by the whole page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.language_model import LanguageModel

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

BEAM = 10
_MARGIN = np.float32(14.0)
_LOST = np.float32(-1e9)


@dataclass(frozen=True)
class Unit:
    """A place for one word: candidate word ids, and for each the channel's log P(read | word)."""

    words: Ids
    scores: Scores


def decode(model: LanguageModel, paragraphs: Sequence[Sequence[Unit]], beam: int = BEAM) -> list[list[int]]:
    """For each paragraph the index of the chosen candidate of each unit."""
    order = sorted(range(len(paragraphs)), key=lambda number: -len(paragraphs[number]))
    ordered = [paragraphs[number] for number in order if paragraphs[number]]
    results: list[list[int]] = [[] for _ in paragraphs]
    if not ordered:
        return results
    search = _Search(model, len(ordered), beam)
    for step in range(len(ordered[0])):
        active = sum(1 for units in ordered if len(units) > step)
        search.advance([units[step] for units in ordered[:active]])
    for place, path in enumerate(search.paths([len(units) for units in ordered])):
        results[order[place]] = path
    return results


class _Search:
    """States of all paragraphs: `history` (paragraphs x beam x order-1), `scores` (paragraphs x beam)."""

    def __init__(self, model: LanguageModel, paragraphs: int, beam: int) -> None:
        self._model, self._beam = model, beam
        self._depth = model.order - 1
        self._history = np.full((paragraphs, 1, self._depth), -1, dtype=np.int64)
        self._history[:, :, -1] = model.start
        self._scores = np.zeros((paragraphs, 1), dtype=np.float32)
        self._trail: list[tuple[Ids, Ids, Scores]] = []

    def advance(self, units: Sequence[Unit]) -> None:
        """One word further in the first len(units) paragraphs; the others have ended."""
        count, width = len(units), max(len(unit.words) for unit in units)
        words = np.zeros((count, width), dtype=np.int64)
        channel = np.full((count, width), _LOST, dtype=np.float32)
        for place, unit in enumerate(units):
            words[place, : len(unit.words)] = unit.words
            channel[place, : len(unit.words)] = unit.scores
        history, scores = self._history[:count], self._scores[:count]
        states = scores.shape[1]
        total = scores[:, :, None] + channel[:, None, :]
        total[scores <= _LOST] = _LOST
        paragraph, state, candidate = np.nonzero(total > _LOST / 2)
        live_row, live_state = np.nonzero(scores > _LOST / 2)
        number = np.zeros((count, states), dtype=np.int64)
        number[live_row, live_state] = np.arange(len(live_row))
        hashes, cost = self._model.backoff(history[live_row, live_state])
        at = number[paragraph, state]
        total[paragraph, state, candidate] += self._model.score(hashes[at], cost[at], words[paragraph, candidate])
        self._keep(total.reshape(count, -1), words, history, width)

    def _keep(self, total: Scores, words: Ids, history: Ids, width: int) -> None:
        """The best states of each paragraph; of states with one and the same history only the better."""
        count = len(total)
        wide = min(total.shape[1], 2 * self._beam)
        chosen = np.argsort(-total, axis=1, kind="stable")[:, :wide]
        rows = np.arange(count)[:, None]
        best = total[rows, chosen]
        state, candidate = chosen // width, chosen % width
        new = np.concatenate([history[rows, state, 1:], words[rows, candidate][:, :, None]], axis=2)
        key = new[:, :, 0].copy()
        for column in range(1, self._depth):
            key = key * 65_537 + new[:, :, column]
        same = (key[:, :, None] == key[:, None, :]) & np.tri(wide, k=-1, dtype=bool)
        best[same.any(axis=2)] = _LOST
        best[best < best.max(axis=1, keepdims=True) - _MARGIN] = _LOST
        keep = np.argsort(-best, axis=1, kind="stable")[:, : self._beam]
        used = max(1, int((best[rows, keep] > _LOST / 2).sum(axis=1).max()))
        keep = keep[:, :used]
        self._trail.append((state[rows, keep], candidate[rows, keep], best[rows, keep]))
        self._history, self._scores = new[rows, keep], best[rows, keep]

    def paths(self, lengths: Sequence[int]) -> list[list[int]]:
        """The best path of each paragraph, back to front and turned round."""
        results = []
        for place, length in enumerate(lengths):
            state = int(self._trail[length - 1][2][place].argmax())
            path = []
            for step in range(length - 1, -1, -1):
                states, candidates, _ = self._trail[step]
                path.append(int(candidates[place, state]))
                state = int(states[place, state])
            results.append(path[::-1])
        return results
