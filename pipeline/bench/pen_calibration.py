"""How sure looks at a slot may be: fitted without each fifth of the offices, and tried on that.

python -m pipeline.bench.letterhead_bench prints it; `_SHARPNESS` in `pen_readings` is what all of them together give.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.reading.page_marks.pen_digits import probabilities
from pipeline.values import Slot

FOLDS = 5
_SHARPNESSES = tuple(round(0.5 + 0.25 * step, 2) for step in range(15))
_UNSEEN, _LEAST = 0.01, 0.001
_HIGHEST = {Slot.DAY: 31, Slot.MONTH: 12}


@dataclass(frozen=True)
class SlotViews:
    """A slot with what stands there, as it was seen."""

    document: str
    office: str
    slot: Slot
    digits: str
    views: Sequence[NDArray[np.float32]]


@dataclass(frozen=True)
class Fit:
    """The sharpness by fold; of the slots left out how many were said with `given_from` or more, and right then."""

    slots: int
    sharpness: tuple[float, ...]
    said: int
    right: int


def cross_validated(slots: Iterable[SlotViews], given_from: float) -> Fit:
    """Fit on the other folds, try on each. An office lies in one fold as a whole, but the largest by document."""
    held = list(slots)
    largest = Counter(one.office for one in held).most_common(1)[0][0] if held else ""
    told = {at: [_told(one, sharpness) for sharpness in _SHARPNESSES] for at, one in enumerate(held)}
    fold_of = [_fold(one.document if one.office == largest else one.office) for one in held]
    chosen, said, right = [], 0, 0
    for fold in range(FOLDS):
        losses = [
            sum(-math.log(max(told[at][n][1], _LEAST)) for at in told if fold_of[at] != fold)
            for n in range(len(_SHARPNESSES))
        ]
        best = losses.index(min(losses))
        chosen.append(_SHARPNESSES[best])
        own = [told[at][best] for at in told if fold_of[at] == fold]
        said += sum(top >= given_from for top, _ in own)
        right += sum(top >= given_from and top == of_truth for top, of_truth in own)
    return Fit(len(held), tuple(chosen), said, right)


def _told(one: SlotViews, sharpness: float) -> tuple[float, float]:
    """(the probability of the likeliest, that of what stands there)."""
    highest = _HIGHEST.get(one.slot, 0)
    every = [form for number in range(1, highest + 1) for form in {str(number), f"{number:02d}"}]
    sums: Counter[str] = Counter()
    may_be = set(every).__contains__ if every else lambda text: len(text) <= 5
    for text, chance in probabilities(one.views, sharpness, _UNSEEN, may_be, every).items():
        sums[text.lstrip("0")] += chance  # type: ignore[assignment]
    return max(sums.values(), default=0.0), float(sums[one.digits.lstrip("0")])


def _fold(key: str) -> int:
    return hashlib.sha256(key.encode()).digest()[0] % FOLDS
