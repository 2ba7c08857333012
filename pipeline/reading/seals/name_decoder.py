"""Reads a personal name off several pictures of one row: the words of names against what was seen on each picture.

Every picture is a witness that may be mistaken anywhere: on one the pen hides a letter, on another a ring looks like
one. The row is cut where spaces may be; each piece is held against all words of names (`name_lexicon`), and a word
counts by how much better it explains the ink than "something else" does, summed over the pictures, each of which can
say only so much against it. How usual a word is in names counts beside that. A piece that no word explains is part of
no name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.reading.engines.base import Strip
from pipeline.reading.engines.ctc import BLANK
from pipeline.reading.seals.ctc_scores import (
    BEFORE,
    OTHER,
    PICTURE,
    SHORTLIST,
    SPACE,
    Alphabet,
    Encoded,
    Shares,
    best_letters,
    free_of_case,
    is_peak,
    shares,
    word_scores,
)
from pipeline.reading.seals.name_lexicon import FAMILY, GIVEN, MIDDLE, NameWords

Strips = Sequence[Strip]
# What one picture may say against a word at most, and how usual (log p) a word is that neither gains nor loses by it.
_MOST_AGAINST, _AVERAGE = -6.0, -6.0
# Pictures of the same ink err together: a word is less sure among its rivals than their sum says.
_EVEN = 0.6
# A word against which all pictures together say more than this is not there.
_LEAST_INK = -2.0
# From this share of the pictures a space parts two words; capitals open words.
_SURE_SPACE, _CAPITAL = 0.9, 0.8
_MOST_CUTS, _LONGEST, _KEPT = 9, 4, 40
_LETTERS, _STEPS = (1, 8), 4  # letters of a piece that may be a word, and its least steps
_PARTS = ((FAMILY, GIVEN), *((FAMILY, *[MIDDLE] * middle, GIVEN) for middle in (1, 2, 3)))


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word of a name: its steps, how sure it is among its rivals, what part of its ink speaks for it (both 0..1)."""

    text: str
    start: int
    stop: int
    sure: float
    ink: float


@dataclass(frozen=True, slots=True)
class DecodedName:
    """The likeliest name on a row, and by how much it explains the row better than "no name" does (log odds)."""

    words: tuple[NameWord, ...] = ()
    score: float = 0.0

    @property
    def text(self) -> str:
        """The words with spaces between them."""
        return " ".join(word.text for word in self.words)

    @property
    def sure(self) -> float:
        """How sure its least sure word is."""
        return min((word.sure for word in self.words), default=0.0)

    @property
    def ink(self) -> float:
        """The part of its ink that speaks for it."""
        letters = sum(len(word.text) for word in self.words)
        return sum(word.ink * len(word.text) for word in self.words) / letters if letters else 0.0


@dataclass(frozen=True, slots=True)
class _Row:
    """What was seen on all pictures (pictures x steps x labels), read for words: spaces are blanks, case is free."""

    seen: Shares
    best: NDArray[np.float64]
    begins: NDArray[np.bool_]
    letters: NDArray[np.bool_]  # where a letter begins on the picture as it is
    words: Encoded


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    stop: int
    words: NDArray[np.int64]  # those that explain the ink best
    ink: NDArray[np.float64]  # what it says for each of these
    most: float  # what it can say for a letter at most


def decode_name(strips: Strips, lexicon: NameWords, hidden: NDArray[np.float32] | None = None) -> DecodedName:
    """The likeliest name on a row seen on several pictures; one without words where nothing explains the ink.

    `hidden` (steps) is how far a pen covers what stands at a step (0..1).
    """
    alphabet = _alphabet(strips[0].letters)
    plain = np.stack([shares(strip, alphabet) for strip in strips])
    covered = plain if hidden is None else np.stack([shares(strip, alphabet, hidden) for strip in strips])
    row = _row(plain, covered, alphabet, lexicon)
    cuts = _cuts(plain, alphabet)
    before = np.concatenate([[0.0], np.cumsum(row.begins.mean(axis=0))])
    return _best_name(_pieces(row, cuts), lexicon, [BEFORE * float(before[at]) for at, _ in cuts])


def _row(plain: Shares, covered: Shares, alphabet: Alphabet, lexicon: NameWords) -> _Row:
    seen = covered.copy()
    seen[:, :, BLANK] += seen[:, :, alphabet.space]
    seen[:, :, alphabet.space] = 1e-9
    best, begins = best_letters(seen)
    free = free_of_case(seen, alphabet)
    labels = plain.argmax(axis=2)
    earlier = np.pad(labels, ((0, 0), (1, 0)))[:, :-1]
    letters = (labels != BLANK) & (labels != alphabet.space) & (labels != earlier)
    words = Encoded.of([alphabet.encoded(word) or [BLANK] for word in lexicon.words])
    return _Row(free, best, begins, letters, words)


@lru_cache(maxsize=2)
def _alphabet(letters: str) -> Alphabet:
    return Alphabet.of(letters)


def _cuts(seen: Shares, alphabet: Alphabet) -> list[tuple[int, float]]:
    """Steps where a word may begin or end, with the share that says so; the row's ends are among them."""
    space = seen[:, :, alphabet.space]
    beside = np.pad(space, ((0, 0), (1, 1)))
    share = np.maximum(space, np.maximum(beside[:, :-2], beside[:, 2:])).mean(axis=0)
    peak = space.mean(axis=0)
    length = len(share)
    capital = np.zeros(length)
    capital[1:] = np.where(peak[:-1] < SPACE, seen[:, 1:, alphabet.upper].sum(axis=2).mean(axis=0), 0)
    share, peak = np.maximum(share, _CAPITAL * capital), np.maximum(peak, _CAPITAL * capital)
    inner = [(at, float(share[at])) for at in range(2, length - 2) if share[at] > SPACE and is_peak(peak, at)]
    likely = sorted(inner, key=lambda cut: -cut[1])[:_MOST_CUTS]
    return [(0, 1.0), *sorted(likely), (length, 1.0)]


def _pieces(row: _Row, cuts: Sequence[tuple[int, float]]) -> dict[tuple[int, int], _Piece]:
    """The stretches between two cuts that may be a word, with the words that they may be."""
    pieces = {}
    for first in range(len(cuts) - 1):
        for last in range(first + 1, min(first + 1 + _LONGEST, len(cuts))):
            if last > first + 1 and cuts[last - 1][1] > _SURE_SPACE:
                break
            start, stop = cuts[first][0], cuts[last][0]
            letters = row.letters[:, start:stop].sum(axis=1)
            if letters.max() >= _LETTERS[0] and letters.min() <= _LETTERS[1] and stop - start >= _STEPS:
                pieces[first, last] = _piece(row, start, stop, letters > 0)
    return pieces


def _piece(row: _Row, start: int, stop: int, speaks: NDArray[np.bool_]) -> _Piece:
    """A stretch held against all words, on the pictures that show letters there."""
    seen = row.seen[speaks, start:stop]
    likely = _shortlist(seen, row.words)
    other = row.best[speaks, start:stop].sum(axis=1) - OTHER * row.begins[speaks, start:stop].sum(axis=1)
    told = word_scores(seen, row.words.only(likely)) - other[:, None]
    ink = PICTURE * np.maximum(told, _MOST_AGAINST).sum(axis=0)
    most = PICTURE * OTHER * int(speaks.sum())
    order = np.argsort(-ink, kind="stable")[:_KEPT]
    return _Piece(start, stop, likely[order], ink[order], most)


def _shortlist(seen: Shares, words: Encoded) -> NDArray[np.int64]:
    """The words whose letters were seen best, wherever and on whichever picture."""
    peak = np.log(seen.max(axis=1).mean(axis=0))
    peak[BLANK] = 0
    score = peak[words.labels].sum(axis=1)
    size = min(SHORTLIST, len(score))
    return np.asarray(np.sort(np.argpartition(-score, size - 1)[:size]))


def _best_name(pieces: dict[tuple[int, int], _Piece], lexicon: NameWords, skipped: Sequence[float]) -> DecodedName:
    """The best row of pieces that make a name; `skipped` is what it costs to begin at each cut."""
    best = DecodedName()
    for parts in _PARTS:
        ends = {at: DecodedName((), -cost) for at, cost in enumerate(skipped)}
        for part in parts:
            following: dict[int, DecodedName] = {}
            for (first, last), piece in pieces.items():
                found = _word(piece, lexicon, part) if first in ends else None
                if found is None:
                    continue
                word, score = found
                name = DecodedName((*ends[first].words, word), ends[first].score + score)
                if last not in following or following[last].score < name.score:
                    following[last] = name
            ends = following
        best = max([best, *ends.values()], key=lambda name: name.score)
    return best


def _word(piece: _Piece, lexicon: NameWords, part: int) -> tuple[NameWord, float] | None:
    """The likeliest word of a piece as one part of a name; None where the ink speaks against all."""
    total = piece.ink + lexicon.usual[part, piece.words] - _AVERAGE
    at = int(total.argmax())
    if not np.isfinite(total[at]) or piece.ink[at] <= _LEAST_INK:
        return None
    text = lexicon.words[piece.words[at]]
    sure = 1 / float(np.exp(_EVEN * (total - total[at])).sum())
    ink = min(1.0, max(0.0, float(piece.ink[at]) / (piece.most * len(text))))
    return NameWord(text, piece.start, piece.stop, sure, ink), float(total[at])
