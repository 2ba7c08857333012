"""Reads a signer's title off several pictures of one row: the offices there are against what was seen on each picture.

The same way as `name_decoder`, with whole titles in the place of words: there are only some hundred of them, with
"PHÓ" and the letters of the authority (KT., TM., ...) before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from pipeline.reading.seals.signer_words import TITLES

_MOST_AGAINST = -14.0  # what one picture may say against a title (natural log): it has more letters than a word
_EXPECTED = 3.0  # what the line above says for a title (natural logs)
# A space may have been passed over: it is seen with this part of a blank's share.
_MISSED_SPACE = 0.1
_STEPS = 8  # a title begins so many steps before the end


@dataclass(frozen=True, slots=True)
class DecodedTitle:
    """The likeliest title on a row: its steps, how sure it is among its rivals, what part of its ink speaks for it."""

    text: str
    start: int
    stop: int
    sure: float
    ink: float


def decode_title(
    strips: Sequence[Strip], hidden: NDArray[np.float32] | None, expected: str = ""
) -> DecodedTitle | None:
    """The likeliest title on a row; `expected` is one for which the line above speaks. None where there is no ink.

    `hidden` (steps) is how far a pen covers what stands at a step (0..1).
    """
    alphabet, titles = _titles(strips[0].letters)
    seen = np.stack([shares(strip, alphabet, hidden) for strip in strips])
    labels = seen.argmax(axis=2)
    speaks = ((labels != BLANK) & (labels != alphabet.space)).any(axis=1)
    if not speaks.any():
        return None
    seen = seen[speaks]
    best, begins = best_letters(seen)
    begins &= labels[speaks] != alphabet.space
    found = list(_told(seen, best, begins, alphabet, titles))
    scores: dict[str, float] = {}
    for one in found:
        gain = _EXPECTED if one.text == expected else 0.0
        scores[one.text] = max(scores.get(one.text, -np.inf), one.score + gain)
    text = max(scores, key=lambda title: scores[title])
    top = max((one for one in found if one.text == text), key=lambda one: one.score)
    sure = 1 / float(np.exp(np.array(list(scores.values())) - scores[text]).sum())
    most = OTHER * PICTURE * len(seen) * len(text.replace(" ", ""))
    inked = top.start + np.flatnonzero(begins[:, top.start :].any(axis=0))
    first, last = (int(inked[0]), int(inked[-1]) + 1) if inked.size else (top.start, seen.shape[1])
    return DecodedTitle(text, first, last, sure, min(1.0, max(0.0, top.ink / most)))


@dataclass(frozen=True, slots=True)
class _Told:
    text: str
    start: int
    ink: float
    score: float


def _told(
    seen: Shares, best: NDArray[np.float64], begins: NDArray[np.bool_], alphabet: Alphabet, titles: Encoded
) -> Iterator[_Told]:
    """What the pictures say of the likely titles, each beginning at each step where one may."""
    free = free_of_case(seen, alphabet)
    free[:, :, alphabet.space] = np.maximum(seen[:, :, alphabet.space], _MISSED_SPACE * seen[:, :, BLANK])
    skipped = np.concatenate([[0.0], np.cumsum(begins.mean(axis=0))])
    for start in _starts(seen, alphabet):
        likely = _shortlist(free[:, start:], titles)
        other = best[:, start:].sum(axis=1) - OTHER * begins[:, start:].sum(axis=1)
        told = word_scores(free[:, start:], titles.only(likely)) - other[:, None]
        ink = PICTURE * np.maximum(told, _MOST_AGAINST).sum(axis=0)
        for title, said in zip(likely.tolist(), ink.tolist(), strict=True):
            yield _Told(TITLES[title], start, said, said - BEFORE * float(skipped[start]))


@lru_cache(maxsize=2)
def _titles(letters: str) -> tuple[Alphabet, Encoded]:
    alphabet = Alphabet.of(letters)
    return alphabet, Encoded.of([alphabet.encoded(title) or [BLANK] for title in TITLES])


def _starts(seen: Shares, alphabet: Alphabet) -> list[int]:
    """Steps where the title may begin: the row's first, and behind spaces."""
    space = seen[:, :, alphabet.space].mean(axis=0)
    peaks = [at for at in range(2, len(space) - _STEPS) if space[at] > SPACE and is_peak(space, at)]
    return [0, *peaks[:3]]


def _shortlist(seen: Shares, titles: Encoded) -> NDArray[np.int64]:
    peak = np.log(seen.max(axis=1).mean(axis=0))
    peak[BLANK] = 0
    # Long titles have more letters to lose, and explain more.
    score = peak[titles.labels].sum(axis=1) + 0.5 * titles.lengths
    return np.asarray(np.sort(np.argpartition(-score, SHORTLIST - 1)[:SHORTLIST]))
