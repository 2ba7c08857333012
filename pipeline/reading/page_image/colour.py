"""Coloured ink on a page: red seals and stamps, blue signatures and handwriting."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.page_image.ink import BLUE, DARK, LEAST_INK, RED, blue_excess, paper_shade, red_excess, red_ink
from pipeline.values import Box

# Colours are judged on a picture of about this long side.
_SIDE = 1200
# Ink is darker than this; a marker's stroke is lighter, and fills more than half of a square of this side.
_LIGHT, _MARKER = 150, 15
# A seal's outline, in parts of the page's width; half a seal may stand on the margin.
_SEAL_SIZES = (0.09, 0.36)


def to_grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Height x width luminance of a grey or RGB picture."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def clipped(pixels: NDArray[np.generic] | cv2.typing.MatLike) -> NDArray[np.uint8]:
    """Pixels of any type as bytes; what lies outside 0..255 is cut off there."""
    return np.clip(pixels, 0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Inks:
    """Where a page has red, blue and any ink, as running sums over a smaller picture (`scale` = page / picture)."""

    scale: float
    red: NDArray[np.int32]
    blue: NDArray[np.int32]
    all: NDArray[np.int32]
    seals: tuple[Box, ...]

    def red_share(self, box: Box) -> float:
        """The part of a box's ink that is red."""
        return self._share(self.red, box)

    def blue_share(self, box: Box) -> float:
        """The part of a box's ink that is blue."""
        return self._share(self.blue, box)

    def _share(self, sums: NDArray[np.int32], box: Box) -> float:
        total = _sum(self.all, box, self.scale)
        return _sum(sums, box, self.scale) / total if total else 0.0


def find_inks(pixels: NDArray[np.uint8]) -> Inks | None:
    """The coloured inks of an RGB picture; None for a grey one or one without colours."""
    if pixels.ndim != 3:
        return None
    height, width = pixels.shape[:2]
    factor = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = _on_white(np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8))
    reddish = np.asarray(red_excess(small) > RED, dtype=np.uint8)
    bluish = np.asarray(blue_excess(small) > BLUE, dtype=np.uint8)
    if float(reddish.mean() + bluish.mean()) < LEAST_INK:
        return None
    light = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    reddish[(light >= _LIGHT) & (cv2.blur(reddish * 255, (_MARKER, _MARKER)) > 127)] = 0
    dark = np.asarray(light < _LIGHT, dtype=np.uint8)
    return Inks(
        1 / factor,
        _running_sums(reddish),
        _running_sums(bluish),
        _running_sums(np.maximum(dark, np.maximum(reddish, bluish))),
        _seals(reddish, 1 / factor),
    )


def _on_white(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture as it would be on white paper: on pink paper, or under a marker, black print would pass for red."""
    shades = [np.maximum(paper_shade(np.ascontiguousarray(small[:, :, channel])), 1) for channel in range(3)]
    if min(int(np.median(shade)) for shade in shades) < DARK:  # a dark page has no paper to go by
        return small
    return np.asarray(cv2.divide(small, cv2.merge(shades), scale=255), dtype=np.uint8)


def without_red(pixels: NDArray[np.uint8], grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`grey` with red ink paled: there the red channel, in which red is nearly paper, stands for the luminance."""
    return np.asarray(np.where(red_ink(pixels), pixels[:, :, 0], grey), dtype=np.uint8)


def _running_sums(mask: NDArray[np.uint8]) -> NDArray[np.int32]:
    return np.asarray(cv2.integral(mask), dtype=np.int32)


def _sum(sums: NDArray[np.int32], box: Box, scale: float) -> float:
    rows, columns = sums.shape
    left, right = (min(columns - 1, max(0, round(x / scale))) for x in (box.left, box.right))
    top, bottom = (min(rows - 1, max(0, round(y / scale))) for y in (box.top, box.bottom))
    return float(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left])


def _seals(red: NDArray[np.uint8], scale: float) -> tuple[Box, ...]:
    """Boxes of red pieces of a seal's size, whole or cut by the page's edge."""
    width = red.shape[1]
    reach = max(3, round(0.012 * width)) | 1
    closed = cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    found = []
    for left, top, wide, high, area in stats[1:].tolist():
        at_edge = left < 0.03 * width or left + wide > 0.97 * width
        whole = _SEAL_SIZES[0] * width <= wide <= _SEAL_SIZES[1] * width
        shaped = 0.6 <= wide / max(1, high) <= 1.7 if not at_edge else wide <= 1.7 * high
        tall = _SEAL_SIZES[0] * width <= high <= _SEAL_SIZES[1] * width
        if (whole or at_edge) and tall and shaped and area > 0.04 * wide * high:
            box = [round(value * scale) for value in (left, top, left + wide, top + high)]
            found.append(Box(*box))
    # A seal's inner ring is a piece of its own.
    return tuple(one for one in found if not any(other.contains(one) for other in found if other != one))
