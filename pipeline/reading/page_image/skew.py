"""How far a page is turned: small tilts by the sharpness of its rows, quarter turns by rows against columns."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# Long side in pixels of the thumbnail that angles are tried on.
THUMBNAIL_SIDE = 1000
_WIDEST = 12.0
# Dark grounds: darker than this part of the paper, as wide and high as this part of the page's long side, and how far
# their edges reach (pixels of the thumbnail).
_DARK, _GROUND, _BORDER = 0.4, 0.025, 12
# A blank page has no rows to straighten.
_LEAST_INK = 0.002


def ink_thumbnail(grey: NDArray[np.uint8], side: int = THUMBNAIL_SIDE) -> NDArray[np.uint8]:
    """A small picture of the ink (255 = ink), the paper's shade taken off so that shadows have no say."""
    height, width = grey.shape
    scale = min(1.0, side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 9)
    ink = np.asarray(cv2.subtract(paper, small), dtype=np.uint8)
    # Scanner borders and page edges are longer than any text and would decide the angle.
    edge = max(2, round(0.02 * max(ink.shape)))
    ink[:edge], ink[-edge:], ink[:, :edge], ink[:, -edge:] = 0, 0, 0, 0
    ink[_ground(np.asarray(small, dtype=np.uint8))] = 0
    return ink


def _ground(small: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a thumbnail shows large dark grounds, with their borders: the scanner's lid beside a crooked sheet."""
    dark = np.asarray(small < _DARK * np.percentile(small[::4, ::4], 90), dtype=np.uint8)
    side = max(3, round(_GROUND * max(small.shape)))
    wide = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    around = np.ones((2 * _BORDER + 1, 2 * _BORDER + 1), np.uint8)
    return np.asarray(cv2.dilate(wide, around), dtype=np.bool_)


def skew_of(fine: NDArray[np.uint8]) -> float:
    """Degrees, counter-clockwise, that straighten the rows of an ink thumbnail; 0 for a page without rows.

    The angle whose row sums change most sharply from row to row (Postl 1986), tried coarsely, then finely.
    """
    if fine.mean() < _LEAST_INK * 255:
        return 0.0
    coarse = _half(fine)
    angles = np.arange(-_WIDEST, _WIDEST + 0.1, 1.0)
    best = float(angles[int(np.argmax([_sharpness(coarse, float(angle)) for angle in angles]))])
    for step, reach in ((0.25, 1.0), (0.1, 0.2)):
        near = np.arange(best - reach, best + reach + step / 2, step)
        best = float(near[int(np.argmax([_sharpness(fine, float(angle)) for angle in near]))])
    return round(best, 2)


def _half(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    size = (max(1, ink.shape[1] // 2), max(1, ink.shape[0] // 2))
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _sharpness(ink: NDArray[np.uint8], angle: float) -> float:
    height, width = ink.shape
    turned = cv2.warpAffine(ink, cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), (width, height))
    profile = cv2.reduce(turned, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel().astype(np.float64)
    return float(np.square(np.diff(profile)).sum())


def lies_on_its_side(fine: NDArray[np.uint8]) -> bool:
    """Whether the text of an ink thumbnail runs up or down: its columns, deskewed, are sharper than its rows."""
    if fine.mean() < _LEAST_INK * 255:
        return False
    coarse = _half(fine)
    turned = np.ascontiguousarray(coarse.T)
    angles = [float(angle) for angle in range(-4, 5)]
    rows = max(_sharpness(coarse, angle) for angle in angles)
    return max(_sharpness(turned, angle) for angle in angles) > 1.3 * rows
