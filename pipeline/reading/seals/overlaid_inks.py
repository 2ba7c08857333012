"""Ink that lies on other ink: pen strokes over black print, a name stamped in red through the rings of a red seal.

What `seals` draws without the one ink has holes where the two cross. Here the crossings are made good: print is filled
in from both sides of a stroke, and rings are subtracted instead of erased, since ink on ink of one colour is darker
than either (depths of translucent inks add up: Beer and Lambert).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.page_image.ink import RED, blue_ink, red_excess, red_ink
from pipeline.reading.seals.find_seals import black_only, seal_circle
from pipeline.values import Box

# So much of a place has to be of an ink for it to matter.
_LEAST_SHARE = 0.002
_EDGE = 3  # pixels: how far around a stroke its soft edge reaches, and over how many it is filled
# A circle has ink along more than this part of its way round; rings lie outside this part of the radius.
_ROUND, _INNER = 0.5, 0.4
# A second layer of ink is drawn black, the paper white; a ring is taken off a little deeper than it lies.
_LAYERS, _DEEPER, _CONTRAST = 2.5, 1.15, 2.2


def black_filled(pixels: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """The black print of an RGB picture, filled in where blue strokes crossed it; None where there are none."""
    blue = blue_ink(pixels)
    if float(blue.mean()) < _LEAST_SHARE:
        return None
    return _filled(black_only(pixels, blue_too=False), blue)


def red_on_red(pixels: NDArray[np.uint8], seal: Box) -> NDArray[np.uint8] | None:
    """The red ink of an RGB picture less the rings of a seal, other strokes filled in; None where nothing is red."""
    red, green = pixels[:, :, 0], pixels[:, :, 1]
    excess = red_excess(pixels)
    if float(red_ink(pixels).mean()) < _LEAST_SHARE:
        return None
    paper = max(60.0, float(np.percentile(green, 70)))
    depth = np.maximum(0.0, -np.log(np.maximum(green, 4).astype(np.float32) / paper))
    layer = float(np.median(depth[excess > RED])) if bool((excess > RED).any()) else 1.0
    drawn = (255 * (1 - np.clip(depth / (_LAYERS * max(0.1, layer)), 0, 1))).astype(np.uint8)
    other = blue_ink(pixels) | (red < 0.5 * float(np.percentile(red, 70)))
    ink = np.asarray(cv2.bitwise_not(_filled(drawn, other)), dtype=np.float32)
    left = np.clip(ink - _DEEPER * _rings(ink, excess, seal), 0, 255)
    return np.asarray(np.clip(255 - _CONTRAST * left, 0, 255), dtype=np.uint8)


def _filled(grey: NDArray[np.uint8], strokes: NDArray[np.bool_]) -> NDArray[np.uint8]:
    mask = cv2.dilate(strokes.astype(np.uint8), np.ones((_EDGE, _EDGE), np.uint8))
    return np.asarray(cv2.inpaint(grey, mask, _EDGE, cv2.INPAINT_TELEA), dtype=np.uint8)


def _rings(ink: NDArray[np.float32], excess: NDArray[np.uint8], seal: Box) -> NDArray[np.float32]:
    """How much ink the rings of a seal put on each pixel: what most of their way round has, seen from the middle."""
    red = np.asarray(255 - np.clip(excess.astype(np.float32) * 3, 0, 255), dtype=np.uint8)
    centre, radius = seal_circle(red, seal)
    reach, steps, flags = 1.15 * radius, round(1.15 * radius), cv2.INTER_LINEAR | cv2.WARP_POLAR_LINEAR
    polar = np.asarray(cv2.warpPolar(ink, (steps, 1080), centre, reach, flags), dtype=np.float32)
    share = (polar > 0.5 * 255 / _LAYERS).mean(axis=0)
    usual = np.where(share > _ROUND, np.percentile(polar, 60, axis=0), 0.0)
    usual[: int(_INNER * radius)] = 0
    size = (ink.shape[1], ink.shape[0])
    rings = np.tile(usual.astype(np.float32), (polar.shape[0], 1))
    back = cv2.warpPolar(rings, size, centre, reach, flags | cv2.WARP_INVERSE_MAP)
    rows, columns = np.mgrid[: ink.shape[0], : ink.shape[1]]
    within = np.hypot(columns - centre[0], rows - centre[1]) < 0.99 * reach
    return np.asarray(np.where(within, back, 0), dtype=np.float32)
