"""How well words fit what a recogniser saw on a strip: the CTC forward score, for many words at once.

A strip gives the eight likeliest letters of each step. Letters that are not among them, a tone mark that a stroke hid,
a network that is surer than it should be: all this is allowed for by smoothing, so that no single step can veto a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.reading.engines.base import Strip
from pipeline.reading.engines.ctc import BLANK
from pipeline.vietnamese.folding import fold

# The part of each step's probability that is shared among letters alike but for marks and case, and among all.
_ALIKE, _ANY = 0.08, 0.03
# Where nothing can be seen any letter may stand: what is hidden speaks against none of them.
_HIDDEN = 0.07
# What a letter of "something else" costs (natural log), what one picture counts beside the others, which show the same
# ink, and what a letter costs that stands before the name or the title.
OTHER, PICTURE, BEFORE = 2.0, 0.5, 1.25
SPACE = 0.13  # from this share of the pictures a space may part two words
SHORTLIST = 100  # words or titles whose letters were seen best; the others are not scored

Shares = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Alphabet:
    """A recogniser's letters; label i + 1 stands for `letters[i]`, label 0 for the blank."""

    letters: str
    group: NDArray[np.int64]  # of each label: letters alike but for marks and case share one
    capital: NDArray[np.int64]  # of each label: that of its capital
    space: int
    upper: NDArray[np.int64]  # the labels of capitals

    @staticmethod
    def of(letters: str) -> Alphabet:
        """The alphabet of a recogniser's letters."""
        bare = ["", *(fold(letter) for letter in letters)]
        numbers: dict[str, int] = {}
        group = np.array([numbers.setdefault(one, len(numbers)) for one in bare])
        label = {letter: at + 1 for at, letter in enumerate(letters)}
        capital = np.array([0, *(label.get(letter.upper(), at + 1) for at, letter in enumerate(letters))])
        upper = np.array([at + 1 for at, letter in enumerate(letters) if letter.isupper()])
        return Alphabet(letters, group, capital, label[" "], upper)

    def encoded(self, text: str) -> list[int] | None:
        """The labels of a text; None when it has a letter that the recogniser does not know."""
        labels = [self.letters.find(letter) + 1 for letter in text]
        return labels if all(labels) else None


def shares(strip: Strip, alphabet: Alphabet, hidden: Shares | None = None) -> Shares:
    """T x labels: the smoothed probability of each label at each step; `hidden` (T) is how far each step is hidden."""
    steps, size = len(strip.steps.labels), len(alphabet.letters) + 1
    seen = np.zeros((steps, size), dtype=np.float32)
    np.put_along_axis(seen, strip.steps.labels, np.exp(strip.steps.logs), axis=1)
    groups = int(alphabet.group.max()) + 1
    of_group = np.zeros((steps, groups), dtype=np.float32)
    np.add.at(of_group.T, alphabet.group, seen.T)
    members = np.bincount(alphabet.group, minlength=groups)
    alike = (of_group / members)[:, alphabet.group]
    smooth = (1 - _ALIKE - _ANY) * seen + _ALIKE * alike + _ANY / size
    if hidden is not None:
        smooth = (1 - hidden[:, None]) * smooth + hidden[:, None] * _HIDDEN
    return np.asarray(smooth, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Words as labels, padded: W x L, and how long each is."""

    labels: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @staticmethod
    def of(words: Sequence[Sequence[int]]) -> Encoded:
        """Pad words of labels."""
        lengths = np.array([len(word) for word in words], dtype=np.int64)
        labels = np.zeros((len(words), int(lengths.max(initial=1))), dtype=np.int64)
        for at, word in enumerate(words):
            labels[at, : len(word)] = word
        return Encoded(labels, lengths)

    def only(self, rows: NDArray[np.int64]) -> Encoded:
        """Some of the words."""
        lengths = self.lengths[rows]
        return Encoded(self.labels[rows, : int(lengths.max(initial=1))], lengths)


def word_scores(seen: Shares, words: Encoded) -> NDArray[np.float64]:
    """P x W: log p(word | picture) by the CTC forward algorithm; `seen` is pictures x T x labels."""
    pictures, steps, _ = seen.shape
    count, length = words.labels.shape
    extended = np.zeros((count, 2 * length + 1), dtype=np.int64)
    extended[:, 1::2] = words.labels
    skips = np.zeros(extended.shape, dtype=np.float32)
    skips[:, 3::2] = words.labels[:, 1:] != words.labels[:, :-1]
    state = np.zeros((pictures, count, 2 * length + 1), dtype=np.float32)
    state[:, :, 0] = 1
    scale = np.zeros(pictures)
    for at in range(steps):
        moved = state.copy()
        moved[:, :, 1:] += state[:, :, :-1]
        moved[:, :, 2:] += state[:, :, :-2] * skips[:, 2:]
        state = moved * seen[:, at][:, extended]
        top = np.maximum(state.max(axis=(1, 2)), np.float32(1e-30))
        state /= top[:, None, None]
        scale += np.log(top)
    rows = np.arange(count)
    ends = state[:, rows, 2 * words.lengths] + state[:, rows, 2 * words.lengths - 1]
    return np.asarray(np.log(np.maximum(ends, 1e-30)) + scale[:, None], dtype=np.float64)


def free_of_case(seen: Shares, alphabet: Alphabet) -> Shares:
    """The shares with each capital seen wherever its small letter was."""
    free = seen.copy()
    np.maximum.at(free.transpose(2, 0, 1), alphabet.capital, seen.transpose(2, 0, 1))
    return free


def is_peak(values: NDArray[np.floating[Any]], at: int) -> bool:
    """Whether no value within two steps is higher."""
    return bool(values[at] == values[max(0, at - 2) : at + 3].max())


def best_letters(seen: Shares) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """P x T: log of each step's best share, and whether a letter begins there."""
    best = seen.argmax(axis=2)
    before = np.concatenate([np.zeros_like(best[:, :1]), best[:, :-1]], axis=1)
    return np.log(seen.max(axis=2).astype(np.float64)), np.asarray((best != BLANK) & (best != before))
