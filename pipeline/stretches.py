"""Stretches of a row of flags, as profiles of ink and rows of lines are cut into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def stretches(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(begin, end) of each stretch of True in a row of flags, end exclusive.

    >>> stretches(np.array([True, False, True, True]))
    [(0, 1), (2, 4)]
    """
    turns = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in turns.reshape(-1, 2)]
