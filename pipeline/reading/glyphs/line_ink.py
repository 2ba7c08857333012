"""A line's ink in connected pieces: what marks, stops and numerals are told by, whatever an engine made of them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.values import Box

_CONTRAST = 60  # grey levels between ink and paper
_SPECK = 4  # pixels


def line_ink(grey: NDArray[np.uint8], line: Box, letter: float) -> tuple[Box, NDArray[np.uint8]]:
    """A line with some room around it (the box), and its ink as 1; nothing where the picture has no contrast.

    `letter` is the height of a letter without ascender, in pixels.
    """
    height, width = grey.shape
    room, side = line.height // 4, round(2 * letter)
    box = Box(
        max(0, line.left - side),
        max(0, line.top - room),
        min(width, line.right + side),
        min(height, line.bottom + room),
    )
    part = grey[box.top : box.bottom, box.left : box.right]
    if part.size == 0:
        return box, np.zeros((1, 1), np.uint8)
    dark, light = _levels(part)
    ink = part < (dark + light) // 2 if light - dark >= _CONTRAST else np.zeros_like(part)
    return box, np.asarray(ink, dtype=np.uint8)


def _levels(part: NDArray[np.uint8]) -> tuple[int, int]:
    """The grey of the darkest hundredth of a picture, and that below which nine tenths of it lie."""
    counts = np.cumsum(cv2.calcHist([part], [0], None, [256], [0, 256]))
    dark, light = np.searchsorted(counts, (0.01 * part.size, 0.9 * part.size))
    return int(dark), int(light)


def pieces_of(ink: NDArray[np.uint8]) -> list[Box]:
    """The connected pieces of ink, left to right, without specks and what the upper edge cuts."""
    # Small labels are twice as fast; a piece and the paper around it take four pixels at least.
    labels = cv2.CV_16U if ink.size < 4 * np.iinfo(np.uint16).max else cv2.CV_32S
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=labels)
    boxes = [
        Box(left, top, left + width, top + height)
        for left, top, width, height, area in stats[1:].tolist()
        if area >= _SPECK and top > 0
    ]
    return sorted(boxes, key=lambda box: (box.left, box.top))


def strokes_across(row: NDArray[np.uint8]) -> int:
    """How many strokes a row of pixels crosses."""
    return int(row[0]) + int((np.diff(row.astype(np.int8)) == 1).sum())


def is_within(pixels: float, limits: tuple[float, float], letter: float) -> bool:
    """Whether a length lies within limits given in letter heights."""
    return limits[0] * letter <= pixels <= limits[1] * letter


def baseline_of(letters: Sequence[Box]) -> int | None:
    """Where most of some letters end (pixels down); None for fewer than three."""
    return int(np.median([one.bottom for one in letters])) if len(letters) > 2 else None
