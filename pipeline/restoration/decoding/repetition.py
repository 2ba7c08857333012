"""A document repeats itself: words in doubt lean towards what the same document says elsewhere in the same place."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.units import Ids, Scores, Units

_WEIGHT = 1.0
_DOUBT = 8.0  # candidates further behind the best are beyond help
_OTHERS, _MOST_OF_OTHERS = 0.5, 1.4  # the windows besides the best; unbounded, an error would hold itself up
_OF_PAIRS = (0.0, 0.24, 0.38, 0.49)  # of one neighbour alone, on either side: met so never, once, twice, more often
_AROUND = ((-2, -1), (-1, 1), (1, 2))


def repetition_bonus(units: Units, path: Ids, scores: Scores) -> tuple[Scores, NDArray[np.bool_]]:
    """(a bonus for each candidate, which units have any), after a first decoding that chose `path`.

    A candidate's bonus grows with how often the document has it between the same two neighbours, before or after the
    same two, its own place not counted.
    """
    chosen = units.words[units.first + path].tolist()
    ends = np.cumsum(units.lengths)
    texts = [chosen[end - length : end] for end, length in zip(ends.tolist(), units.lengths.tolist(), strict=True)]
    seen: Counter[tuple[int, int, int]] = Counter()
    pairs: Counter[tuple[int, int]] = Counter()
    for text in texts:
        seen.update(zip(text, text[1:], text[2:], strict=False))
        pairs.update(pairwise(text))
    owner = units.owner
    near = scores > (np.maximum.reduceat(scores, units.first) - np.float32(_DOUBT))[owner]
    several = np.bincount(owner[near], minlength=len(path)) > 1
    bonus = np.zeros(len(scores), dtype=np.float32)
    rows = np.flatnonzero(near & several[owner])
    unit = owner[rows]
    paragraph = np.searchsorted(ends, unit, side="right")
    place = unit - (ends - units.lengths)[paragraph]
    bonus[rows] = [
        _support(seen, texts[n], at, word) + _pair_support(pairs, texts[n], at, word)
        for n, at, word in zip(paragraph.tolist(), place.tolist(), units.words[rows].tolist(), strict=True)
    ]
    has_any = np.zeros(len(path), dtype=bool)
    has_any[owner[bonus > 0]] = True
    return bonus, has_any


def _support(seen: Counter[tuple[int, int, int]], text: Sequence[int], place: int, word: int) -> float:
    """The bonus of `word` at `place`."""
    own = text[place] == word
    counts = [0, 0, 0]
    for number, around in enumerate(_AROUND):
        at = [place + offset for offset in around]
        if at[0] < 0 or at[1] >= len(text):
            continue
        first, second, third = sorted([*at, place])
        words = [word if n == place else text[n] for n in (first, second, third)]
        counts[number] = max(0, seen.get((words[0], words[1], words[2]), 0) - own)
    best, *others = sorted(map(math.log1p, counts), reverse=True)
    return _WEIGHT * (best + _OTHERS * sum(min(other, _MOST_OF_OTHERS) for other in others))


def _pair_support(pairs: Counter[tuple[int, int]], text: Sequence[int], place: int, word: int) -> float:
    """The bonus of `word` at `place` for standing beside the same word elsewhere: names, and spellings of one hand."""
    own = text[place] == word
    before = pairs.get((text[place - 1], word), 0) if place else 0
    after = pairs.get((word, text[place + 1]), 0) if place + 1 < len(text) else 0
    return _OF_PAIRS[min(max(before - own, 0), 3)] + _OF_PAIRS[min(max(after - own, 0), 3)]
