"""A document repeats itself: words in doubt lean towards what the same document says elsewhere in the same place."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.decoder import Unit

_WEIGHT = 1.0
_DOUBT = 8.0  # candidates further behind the best are beyond help
_OTHERS, _MOST_OF_OTHERS = 0.5, 1.4  # the windows besides the best; unbounded, an error would hold itself up
_AROUND = ((-2, -1), (-1, 1), (1, 2))


def repetition_bonus(
    units: Sequence[Sequence[Unit]], paths: Sequence[Sequence[int]], scores: Sequence[Sequence[NDArray[np.float32]]]
) -> list[list[NDArray[np.float32] | None]]:
    """For each unit a bonus for each of its candidates, None for no bonus at all; after a first decoding.

    A candidate's bonus grows with how often the document has it between the same two neighbours, before or after the
    same two, its own place not counted.
    """
    texts = [
        [int(unit.words[chosen]) for unit, chosen in zip(own, path, strict=True)]
        for own, path in zip(units, paths, strict=True)
    ]
    seen: Counter[tuple[int, int, int]] = Counter()
    for text in texts:
        seen.update(zip(text, text[1:], text[2:], strict=False))
    return [
        [
            _unit_bonus(seen, text, place, unit, rivals) if len(unit.words) > 1 else None
            for place, (unit, rivals) in enumerate(zip(own, own_scores, strict=True))
        ]
        for own, text, own_scores in zip(units, texts, scores, strict=True)
    ]


def _unit_bonus(
    seen: Counter[tuple[int, int, int]], text: Sequence[int], place: int, unit: Unit, rivals: NDArray[np.float32]
) -> NDArray[np.float32] | None:
    near = np.flatnonzero(rivals > rivals.max() - _DOUBT).tolist()
    if len(near) < 2:
        return None
    supports = [_support(seen, text, place, int(unit.words[candidate])) for candidate in near]
    if not any(supports):
        return None
    bonus = np.zeros(len(unit.words), dtype=np.float32)
    bonus[near] = supports
    return bonus


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
