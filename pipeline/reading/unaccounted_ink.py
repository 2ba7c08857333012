"""Print on a page that its text layer has no words for: a letterhead or closing that is a picture, letters drawn as
curves, glyphs that stand for nothing. Found on the page as it is drawn, so that it can be read there.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.values import Box

_DARK = 140  # grey levels; print on a drawn page is near 0
# Letters without words, in parts of the usual height of a line of words.
_LOWEST, _HIGHEST, _WIDEST = 0.22, 1.7, 2.2
# What is said of a word's box is a tight one: marks stand out of it by so much of its height.
_AROUND = 0.3
# Letters belong together when they are no further apart than twice this (in line heights), side by side or one above
# the other; a region has so many at least, and so much is taken with it all round.
_GAP, _LEADING, _LETTERS, _MARGIN = 1.4, 0.9, 7, 0.8


def unaccounted(grey: NDArray[np.uint8], words: Sequence[Box]) -> list[Box]:
    """The regions of a drawn page with lines of letters that none of `words` (boxes on it) accounts for."""
    heights = sorted(box.height for box in words if box.height)
    usual = heights[len(heights) // 2] if heights else round(grey.shape[0] / 70)
    if usual < 6:
        return []
    ink = np.asarray(grey < _DARK, dtype=np.uint8)
    for box in words:
        margin = round(_AROUND * box.height)
        ink[max(0, box.top - margin) : box.bottom + margin, max(0, box.left - margin) : box.right + margin] = 0
    letters = _letters(ink, usual)
    if len(letters) < _LETTERS:
        return []
    margin, (height, width) = round(_MARGIN * usual), grey.shape[:2]
    return [box.grown(margin, margin).clipped(width, height) for box in _regions(letters, usual, grey.shape)]


def _letters(ink: NDArray[np.uint8], usual: int) -> list[Box]:
    """The pieces of ink that may be letters: of a letter's height, and no long stroke."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, width, height = (stats[1:, at] for at in range(4))
    fits = (height > _LOWEST * usual) & (height < _HIGHEST * usual) & (width < _WIDEST * usual) & (width > 1)
    return [
        Box(int(x), int(y), int(x + w), int(y + h))
        for x, y, w, h in zip(left[fits], top[fits], width[fits], height[fits], strict=True)
    ]


def _regions(letters: Sequence[Box], usual: int, shape: tuple[int, ...]) -> list[Box]:
    """Where so many letters stand together as no speck, stroke or emblem has, lines and columns of them as one."""
    near = np.zeros(shape[:2], dtype=np.uint8)
    across, down = round(_GAP * usual), round(_LEADING * usual)
    for box in letters:
        near[max(0, box.top - down) : box.bottom + down, max(0, box.left - across) : box.right + across] = 1
    count, labels = cv2.connectedComponents(near, connectivity=4)
    groups: list[list[Box]] = [[] for _ in range(count)]
    for box in letters:
        groups[labels[(box.top + box.bottom) // 2, (box.left + box.right) // 2]].append(box)
    return [Box.around(group) for group in groups if len(group) >= _LETTERS]
