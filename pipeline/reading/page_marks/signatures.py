"""Where somebody signed: strokes between the signer's title and name, which no engine reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.values import Box, Line, MarkKind, PageMark, Region

# How far a signature may reach beside title and name, in heights of a line.
_BESIDE = 3.0
# A stroke is longer or taller than letters are (in heights of a line); so much room is between title and name.
_LONG, _TALL = 2.2, 1.3
# Ink is darker than this part of the way from paper to the darkest; less ink than this (share) is dirt.
_DARK, _LEAST_SHARE = 0.45, 0.004
# Ink of which this part lies on a seal is the seal's.
_OF_SEAL = 0.85


def find_signatures(grey: NDArray[np.uint8], lines: Sequence[Line], seals: Sequence[Box]) -> tuple[PageMark, ...]:
    """The signatures of a picture from which red seals were taken; `lines` and `seals` in its pixels."""
    marks = []
    for room, height in _rooms(lines, grey.shape[1], grey.shape[0]):
        box = _strokes(grey[room.top : room.bottom, room.left : room.right], height)
        if box is None:
            continue
        found = box.moved(room.left, room.top)
        if not any(_share_within(found, seal) > _OF_SEAL for seal in seals):
            marks.append(PageMark(MarkKind.SIGNATURE, found))
    return tuple(marks)


def _rooms(lines: Sequence[Line], width: int, height: int) -> Iterator[tuple[Box, int]]:
    """Empty places of the signer's column in which somebody may have signed, and the height of the lines about them."""
    for column in (Region.CLOSING_RIGHT, Region.CLOSING_LEFT):
        boxes = [(line.box, line.text) for line in lines if line.region is column and line.box]
        for (above, title), (below, name) in pairwise(boxes):
            high = min(above.height, below.height)
            if not title.isupper() or name.isupper() or below.top - above.bottom < _TALL * high:
                continue
            beside = round(_BESIDE * high)
            room = Box(
                max(0, min(above.left, below.left) - beside),
                above.bottom,
                min(width, max(above.right, below.right) + beside),
                min(height, below.top),
            )
            yield room, high


def _strokes(cut: NDArray[np.uint8], height: int) -> Box | None:
    """The box around strokes that are larger than letters; None where there are none."""
    if cut.size == 0:
        return None
    paper, dark = float(np.percentile(cut, 85)), float(cut.min())
    if paper - dark < 60:
        return None
    ink = (cut < paper - _DARK * (paper - dark)).astype(np.uint8)
    if float(ink.mean()) < _LEAST_SHARE:
        return None
    _, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(ink, np.ones((3, 3), np.uint8)), connectivity=8)
    boxes = [
        Box(int(left), int(top), int(left + wide), int(top + high))
        for left, top, wide, high, _ in stats[1:]
        if (wide > _LONG * height and high > 0.25 * height) or high > _TALL * height
    ]
    return Box.around(boxes) if boxes else None


def _share_within(box: Box, seal: Box) -> float:
    across, down = box.overlap(seal)
    return max(0, across) * max(0, down) / max(1, box.width * box.height)
