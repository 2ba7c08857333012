"""What the line recogniser sees of a slot on several pictures of it: as high as the line, as high as the strokes.

A clerk's digits are up to twice as high as the print beside them. A crop of the line's height cuts them, one of their
own height shows print of another size; each reads some that the others misread. Of each only the steps on the slot
count, and of these what may be a digit: print on either side ends the slot.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.reading.engines.base import Strip
from pipeline.values import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

See = Callable[[Box], Sequence[Strip]]
"""What a recogniser sees in a place of the page's picture; nothing where it does not say so much."""


class View(NamedTuple):
    """A crop: as high as the strokes or as the line, how far it is moved down, and what it shows on either side.

    Both in parts of that height.
    """

    of_strokes: bool
    down: float
    aside: float


# Of 36 crops tried, higher and lower ones too, the fewest that together read most numbers and days right: 124 of 155,
# where one of them alone reads some 117, and is less sure (docs/measurements/letterhead.md).
VIEWS = (
    View(of_strokes=True, down=0.0, aside=1.0),
    View(of_strokes=True, down=-0.12, aside=3.0),
    View(of_strokes=True, down=0.12, aside=3.0),
    View(of_strokes=False, down=0.0, aside=3.0),
    View(of_strokes=False, down=0.0, aside=1.0),
)
AS_DIGITS = {
    "l": "1", "I": "1", "|": "1", "i": "1", "!": "1", "O": "0", "o": "0", "Q": "0", "D": "0", "A": "4", "S": "5",
    "s": "5", "B": "8", "Z": "2", "z": "2", "g": "9", "q": "9", "b": "6", "G": "6", "?": "7", "T": "7",
}  # fmt: skip
"""What the recogniser takes pen digits for, in its misreadings of numbers drawn by splines."""
_AS_DIGIT = 0.5  # so much of a letter's probability is that of the digit that it is written like
_SILENT = frozenset(" .,:;…_")  # leaders and blanks: neither digits nor the print beside them
# In parts of the line's height: how far left and right of its box a slot may reach, and how far inside it print beside
# it may begin. A recogniser sees a sign late, so more is taken on the right.
_LEFT, _RIGHT, _INSIDE = 0.25, 0.8, 0.15
_PRINT = 0.5  # probability of print from which on a step is the neighbour's
_FAINT, _FAINT_BLANK = 1e-5, 1e-4  # of a class that is not among the likeliest of a step


def steps_of(slot: Box, row: Box, see: See) -> list[NDArray[np.float32]]:
    """The log probabilities of nothing and of each digit (steps x 11) along each view of a slot in a row of print."""
    found = []
    for view in VIEWS:
        base = slot if view.of_strokes else row
        middle = base.centre[1] + view.down * base.height
        half, aside = base.height / 2, view.aside * base.height
        place = Box(int(slot.left - aside), int(middle - half), int(slot.right + aside), int(middle + half))
        place = Box(max(0, place.left), max(0, place.top), place.right, place.bottom)
        if place.height and place.width:
            found += [_digits(strip, slot, row.height) for strip in see(place)[:1]]
    return found


def _digits(strip: Strip, slot: Box, high: int) -> NDArray[np.float32]:
    count = len(strip.steps.labels)
    classes = np.full((count, 11), _FAINT)
    classes[:, 0] = _FAINT_BLANK
    print_beside = np.zeros(count)
    for at, (labels, logs) in enumerate(zip(strip.steps.labels.tolist(), strip.steps.logs.tolist(), strict=True)):
        for label, log in zip(labels, logs, strict=True):
            sign = strip.letters[label - 1] if label else ""
            chance = math.exp(log)
            digit = sign if sign.isascii() and sign.isdigit() else AS_DIGITS.get(sign, "")
            share = 0.0 if not digit else 1.0 if digit == sign else _AS_DIGIT
            if digit:
                classes[at, int(digit) + 1] += share * chance
            classes[at, 0] += (1 - share) * chance
            if sign and sign not in _SILENT:
                print_beside[at] += (1 - share) * chance
    first, last = _ends(strip, slot, high, print_beside)
    kept = classes[first:last] if last > first else np.array([[1.0, *[_FAINT] * 10]])
    return np.asarray(np.log(kept / kept.sum(axis=1, keepdims=True)), np.float32)


def _ends(strip: Strip, slot: Box, high: int, print_beside: NDArray[np.float64]) -> tuple[int, int]:
    """The steps of a slot: as far as it may reach, or to the print on either side."""

    def step(x: float) -> int:
        return min(len(print_beside) - 1, max(0, int((x - strip.left) / strip.width)))

    first, last = step(slot.left - _LEFT * high), step(slot.right + _RIGHT * high) + 1
    printed = print_beside > _PRINT
    behind = max(step(slot.right - _INSIDE * high), first + 1)
    last = next((at for at in range(behind, last) if printed[at]), last)
    before = step(slot.left + _INSIDE * high)
    first = next((at + 1 for at in range(before, first, -1) if printed[at]), first)
    return first, last
