"""Which pixels are ink, and of which colour: the one model of ink on paper for all who look at a page's picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

# The paper's shade changes slowly: it is measured on a picture of this long side.
PAPER_SIDE = 400
# On a page whose paper has been made white, ink is what is darker than the middle of the scale.
_MIDDLE = 128
DARK = 60  # grey level: a page that is darker all over, or at its brightest, shows no paper
LEAST_INK = 0.0004  # a page of which no more is ink, or ink of a colour, has none
LEGIBLE = 7.0  # pixels: lower letters and digits show too little of their shapes
# A channel that stands out by so many grey levels makes a colour: surely on a shrunk picture, whose pixels are means of
# many; at all on one of full size, where soft edges count as well.
RED, BLUE = 36, 28
_FAINT = 20
_GREEN_OF_BLUE = 12  # blue ink is greener than it is red


def shrunk(grey: Grey, side: int) -> Grey:
    """The picture with no side longer than `side`."""
    height, width = grey.shape
    scale = side / max(height, width)
    if scale >= 1:
        return grey
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def paper_of(small: Grey) -> Grey:
    """The paper's shade under the ink of a small picture: the brightest around, smoothed."""
    reach = max(3, round(0.02 * max(small.shape))) | 1
    return np.asarray(cv2.blur(cv2.dilate(small, np.ones((reach, reach), np.uint8)), (reach, reach)), dtype=np.uint8)


def paper_shade(grey: Grey) -> Grey:
    """The paper's shade at every pixel of the picture."""
    height, width = grey.shape
    small = paper_of(shrunk(grey, PAPER_SIDE))
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def ink_mask(grey: Grey, part: float = 0.4, least: float = 30.0) -> Grey:
    """1 where there is ink: darker than the paper around it by `part` of the page's contrast, `least` grey levels."""
    depth = cv2.subtract(paper_shade(grey), grey)
    deep = float(np.percentile(depth[::4, ::4], 99.5)) if depth.size else 0.0
    return np.asarray(depth > max(least, part * deep), dtype=np.uint8)


def ink_on_white(grey: Grey) -> Grey:
    """1 where there is ink on a page whose paper is white by now."""
    return np.asarray(grey < _MIDDLE, dtype=np.uint8)


def halfway(grey: Grey) -> float:
    """The grey level halfway between the paper's and the deepest ink's, of a part of a page that has one shade."""
    return 0.5 * (float(np.percentile(grey, 70)) + float(np.percentile(grey, 1)))


def ink_depth(cut: Grey) -> NDArray[np.float32]:
    """How much ink each pixel of a small cut has (0..1), soft edges in between."""
    if not cut.size:
        return np.zeros((0, 0), np.float32)
    paper, dark = float(np.percentile(cut, 85)), float(np.percentile(cut, 2))
    ink = np.clip((paper - cut.astype(np.float32)) / max(30.0, paper - dark), 0, 1)
    return np.asarray(ink, dtype=np.float32)


def red_excess(pixels: NDArray[np.uint8]) -> Grey:
    """By how many grey levels an RGB picture's red stands out at each pixel; 0 where it does not."""
    red, green, blue = (pixels[:, :, channel] for channel in range(3))
    return np.asarray(cv2.subtract(red, cv2.max(green, blue)), dtype=np.uint8)


def blue_excess(pixels: NDArray[np.uint8]) -> Grey:
    """The same of blue, of which ink has some green."""
    red, green, blue = (pixels[:, :, channel] for channel in range(3))
    return np.asarray(
        cv2.subtract(blue, cv2.max(red, cv2.subtract(green, np.full_like(green, _GREEN_OF_BLUE)))), dtype=np.uint8
    )


def red_ink(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where an RGB picture of full size has red ink, its soft edges included."""
    return np.asarray(red_excess(pixels) > _FAINT, dtype=np.bool_)


def blue_ink(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where an RGB picture of full size has blue ink, its soft edges included."""
    return np.asarray(blue_excess(pixels) > _FAINT, dtype=np.bool_)
