"""A document repeats itself: words in doubt lean towards what the same document says elsewhere in the same place."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.decoder import Unit

_WEIGHT = 1.0
_DOUBT = 8.0  # candidates further behind the best are beyond help
_AROUND = ((-2, -1), (-1, 1), (1, 2))


def repetition_bonus(
    units: Sequence[Sequence[Unit]], paths: Sequence[Sequence[int]], scores: Sequence[Sequence[NDArray[np.float32]]]
) -> tuple[list[list[Unit]], int]:
    """(the units with bonuses on their channel scores, how many units got one), after a first decoding.

    A candidate's bonus grows with how often the document has it between the same two neighbours, before or after the
    same two, its own place not counted.
    """
    texts = [
        [int(unit.words[c]) for unit, c in zip(own, path, strict=True)] for own, path in zip(units, paths, strict=True)
    ]
    seen: Counter[tuple[int, int, int]] = Counter()
    for text in texts:
        seen.update(zip(text, text[1:], text[2:], strict=False))
    result, lifted = [], 0
    for own, text, own_scores in zip(units, texts, scores, strict=True):
        new = list(own)
        for place, (unit, rivals) in enumerate(zip(own, own_scores, strict=True)):
            if len(unit.words) == 1:
                continue
            best = float(rivals.max())
            bonus = np.zeros(len(unit.words), dtype=np.float32)
            for candidate in np.flatnonzero(rivals > best - _DOUBT).tolist():
                bonus[candidate] = _support(seen, text, place, int(unit.words[candidate]))
            if bonus.any():
                new[place] = replace(unit, scores=unit.scores + bonus)
                lifted += 1
        result.append(new)
    return result, lifted


def _support(seen: Counter[tuple[int, int, int]], text: Sequence[int], place: int, word: int) -> float:
    """The bonus of `word` at `place`."""
    own = text[place] == word
    most = 0
    for around in _AROUND:
        at = [place + offset for offset in around]
        if at[0] < 0 or at[1] >= len(text):
            continue
        first, second, third = sorted([*at, place])
        words = [word if n == place else text[n] for n in (first, second, third)]
        count = seen.get((words[0], words[1], words[2]), 0) - own
        most = max(most, count)
    return _WEIGHT * math.log1p(most)
