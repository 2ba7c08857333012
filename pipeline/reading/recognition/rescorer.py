"""Chooses among the readings of every word with the syllable language model: a beam over all lines at once."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.language.language_model import LanguageModel
from pipeline.language.tokens import model_words

_UNNATURAL = re.compile(
    r"[,;:.!?][^\W\d_][a-zà-ỹ]|[a-zà-ỹđ]{2}\d|\d[a-zà-ỹđ]{3}|[a-zà-ỹđ][A-ZÀ-ỸĐ][a-zà-ỹ]|^[,;:.]\w|\s[,;:.]|^[-–+][^\W\d_]"
)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much the language model's word counts against the picture's."""

    model: float = 0.45
    per_word: float = 2.8  # what a model word earns back, or readings with fewer words would always win
    unknown_letter: float = 0.5  # for each letter of a word that the model has never seen
    unnatural: float = 1.5  # for each place where nobody prints it so: "Bình,ngày", "ngày20", "ofRectors"
    beam: int = 6


@dataclass(slots=True)
class _State:
    history: tuple[int, ...]
    score: float
    choices: tuple[int, ...]


class Rescorer:
    """Picks one reading for every place of every line."""

    def __init__(self, model: LanguageModel, weights: Weights | None = None) -> None:
        self._model = model
        self._weights = weights or Weights()
        self._depth = model.order - 1
        self._ids_of = lru_cache(maxsize=65536)(self._look_up)
        self._burden_of = lru_cache(maxsize=65536)(self._burden)

    def _burden(self, text: str) -> float:
        """What speaks against a reading on its face."""
        weights, ids, unknown = self._weights, self._model.ids, self._model.unknown
        letters = sum(
            len(part) for part in text.split() if any(ids.get(word, unknown) == unknown for word in model_words(part))
        )
        return weights.unknown_letter * letters + weights.unnatural * len(_UNNATURAL.findall(text))

    def _look_up(self, text: str) -> tuple[int, ...]:
        ids, unknown = self._model.ids, self._model.unknown
        return tuple(ids.get(word, unknown) for part in text.split() for word in model_words(part))

    def knows(self, text: str) -> bool:
        """Whether the model knows every word of `text`; numbers and codes count as known."""
        return self._model.unknown not in self._ids_of(text)

    def choose(
        self, lines: Sequence[Sequence[Sequence[tuple[str, float]]]], only: Container[int] | None = None
    ) -> list[list[tuple[int, float]]]:
        """For each line's places (lists of (reading, log probability)): the index of the best, and its share (0..1).

        Lines are judged side by side; each begins with the words that its predecessor's likeliest readings end in.
        Of the lines that are not among `only` nothing comes back: they are there for what they say before others.
        """
        beams = [[_State(history, 0.0, ())] for history in self._openings(lines)]
        totals: list[list[NDArray[np.float64]]] = [[] for _ in lines]
        for at in range(max((len(line) for line in lines), default=0)):
            live = [n for n, line in enumerate(lines) if at < len(line) and (only is None or n in only)]
            self._advance(lines, beams, live, at, totals)
        return [
            [(choice, float(totals[number][at][choice])) for at, choice in enumerate(beams[number][0].choices)]
            for number in range(len(lines))
        ]

    def _openings(self, lines: Sequence[Sequence[Sequence[tuple[str, float]]]]) -> list[tuple[int, ...]]:
        depth = self._depth
        history: tuple[int, ...] = (*([-1] * (depth - 1)), self._model.start)
        openings = []
        for line in lines:
            openings.append(history)
            for place in line:
                history = (*history, *self._ids_of(place[0][0]))[-depth:]
        return openings

    def _advance(
        self,
        lines: Sequence[Sequence[Sequence[tuple[str, float]]]],
        beams: list[list[_State]],
        live: Sequence[int],
        at: int,
        totals: list[list[NDArray[np.float64]]],
    ) -> None:
        """Extend the beams of all `live` lines over their place number `at`."""
        rows = [
            (number, state, choice, self._ids_of(text), log - self._burden_of(text))
            for number in live
            for state in beams[number]
            for choice, (text, log) in enumerate(lines[number][at])
        ]
        scores = self._model_scores([state.history for _, state, _, _, _ in rows], [ids for *_, ids, _ in rows])
        weights = self._weights
        extended: dict[int, list[_State]] = {number: [] for number in live}
        for (number, state, choice, ids, log), score in zip(rows, scores, strict=True):
            gain = log + weights.model * score + weights.per_word * len(ids)
            history = (*state.history, *ids)[-self._depth :]
            extended[number].append(_State(history, state.score + gain, (*state.choices, choice)))
        for number, states in extended.items():
            states.sort(key=lambda state: -state.score)
            totals[number].append(_shares(states, len(lines[number][at])))
            beams[number] = _distinct(states, weights.beam)

    def _model_scores(self, histories: Sequence[tuple[int, ...]], words: Sequence[tuple[int, ...]]) -> list[float]:
        """Summed log p of each row's words after its history; equal questions are asked once."""
        sums = np.zeros(len(words))
        current = [list(history) for history in histories]
        for place in range(max((len(ids) for ids in words), default=0)):
            rows = [row for row, ids in enumerate(words) if place < len(ids)]
            asked: dict[tuple[int, ...], int] = {}
            where = [asked.setdefault((*current[row], words[row][place]), len(asked)) for row in rows]
            questions = np.array(list(asked), dtype=np.int64)
            hashes, cost = self._model.backoff(questions[:, :-1])
            answers = self._model.score(hashes, cost, questions[:, -1])
            sums[rows] += answers[where]
            for row in rows:
                current[row] = [*current[row][1:], words[row][place]]
        return [float(value) for value in sums]


def _shares(states: Sequence[_State], readings: int) -> NDArray[np.float64]:
    """How the probability of the beam is shared among a place's readings."""
    shares = np.zeros(readings)
    top = states[0].score
    for state in states:
        shares[state.choices[-1]] += np.exp(max(-60.0, state.score - top))
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _distinct(states: Sequence[_State], beam: int) -> list[_State]:
    """The best states with different histories."""
    seen: dict[tuple[int, ...], _State] = {}
    for state in states:
        seen.setdefault(state.history, state)
        if len(seen) == beam:
            break
    return list(seen.values())
