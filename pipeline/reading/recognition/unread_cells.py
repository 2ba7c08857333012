"""Cells of ruled tables that hold ink but no word: a line detector passes over a lone "1" between two rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.layout.ruled_tables import REACH, Table
from pipeline.reading.page_image.ink import ink_mask
from pipeline.values import Box

# Letters in a cell are so high, in parts of the page's usual letter; what is higher is no single line of print.
_LOWEST, _HIGHEST = 0.7, 2.2


def unread_cells(
    tables: Sequence[Table], grey: NDArray[np.uint8], words: Sequence[Box], letter: float
) -> Iterator[Box]:
    """Where ink as high as one line of letters (usual height `letter`, pixels) stands in a cell without `words`."""
    for table in tables:
        # Rules are a few pixels thick and not quite straight: so much of a cell's edge is not looked at.
        edge = max(4, round(REACH * table.box.width))
        for top, bottom in pairwise(table.rows):
            for left, right in pairwise(table.columns):
                inside = Box(left + edge, top + edge, right - edge, bottom - edge)
                if min(inside.width, inside.height) > letter and not any(inside.meets(word) for word in words):
                    found = _line_in(grey, inside, letter)
                    if found is not None:
                        yield found


def _line_in(grey: NDArray[np.uint8], inside: Box, letter: float) -> Box | None:
    """The box around the letters in a cell; None where there are none, or more than a line."""
    ink = ink_mask(np.ascontiguousarray(grey[inside.top : inside.bottom, inside.left : inside.right]), least=60.0)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, width, height = (stats[1:, at] for at in range(4))
    whole = (left > 0) & (top > 0) & (left + width < ink.shape[1]) & (top + height < ink.shape[0])
    letters = whole & (height > _LOWEST * letter) & (height < _HIGHEST * letter) & (width < 3 * height)
    if not letters.any():
        return None
    box = Box(
        inside.left + int(left[letters].min()),
        inside.top + int(top[letters].min()),
        inside.left + int((left + width)[letters].max()),
        inside.top + int((top + height)[letters].max()),
    )
    return box if box.height < _HIGHEST * letter else None
