"""Cheap measures of a page's picture, from which the treatments it calls for are chosen."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.page_image.ink import LEAST_INK, PAPER_SIDE, ink_mask, paper_of, paper_shade, shrunk
from pipeline.reading.page_image.skew import ink_thumbnail, lies_on_its_side, skew_of

# No text fits on a picture narrower than this.
LEAST_SIDE = 12
_NO_INK = 0.00002
# Pieces of ink this near to an edge (in parts of the page) are punched holes, staples, borders; page numbers too.
_EDGE = 0.07
# A negative: dark all over (median grey), with so much of it much lighter, and next to nothing darker.
_NEGATIVE, _LIGHTER, _LIGHT_SHARE = 90, 80, (0.004, 0.3)


_IN_JSON = {"skew": "tilt", "bleed_through": "ghost"}  # names that readers of the JSON know


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a page's picture is like. Shares lie in 0..1; `letter` is the usual height of a letter in pixels.

    The skew of a page on its side is that of its text once it is turned.
    """

    skew: float
    sideways: bool
    ink: float
    bilevel: bool
    specks: float
    salt: float
    noise: float
    shading: float
    paper: float
    contrast: float
    letter: float
    bleed_through: float
    any_ink: float = 0.0
    negative: bool = False

    @property
    def blank(self) -> bool:
        """Whether there is next to nothing on the page: at most a page number or a word."""
        return self.ink < LEAST_INK

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all to be read, not even at the edges."""
        return self.blank and self.any_ink < _NO_INK

    def as_quality(self) -> dict[str, float]:
        """The measures as the page's quality record; that a negative was inverted is told by its treatment."""
        measured = {_IN_JSON.get(name, name): value for name, value in asdict(self).items() if name != "negative"}
        return {name: round(float(value), 4) for name, value in measured.items()}


_NOTHING = Diagnosis(0.0, False, 0.0, False, 0.0, 0.0, 0.0, 0.0, 255.0, 0.0, 0.0, 0.0)


def diagnose(grey: NDArray[np.uint8]) -> Diagnosis:
    """Measure a page's grey picture (height x width)."""
    if min(grey.shape) < LEAST_SIDE:
        return _NOTHING
    bilevel = is_bilevel(grey)
    thumbnail = ink_thumbnail(grey)
    sideways = lies_on_its_side(thumbnail)
    paper = paper_of(shrunk(grey, PAPER_SIDE))
    strip = _middle(grey)
    ink = ink_mask(strip)
    specks, letter = _components(ink)
    small = shrunk(grey, 2 * PAPER_SIDE)
    inked, any_ink = _shares_of_ink(ink_mask(small))
    light, dark = float(np.median(paper)), float(np.percentile(strip[::4, ::4], 0.5))
    return Diagnosis(
        skew=skew_of(np.ascontiguousarray(np.rot90(thumbnail)) if sideways else thumbnail),
        sideways=sideways,
        ink=inked,
        any_ink=any_ink,
        negative=_is_negative(small),
        bilevel=bilevel,
        specks=specks,
        salt=_salt(strip),
        noise=0.0 if bilevel else _noise(strip),
        shading=_shading(paper),
        paper=light,
        contrast=max(0.0, light - dark) / 255,
        letter=letter,
        bleed_through=0.0 if bilevel else _bleed_through(strip),
    )


def is_bilevel(grey: NDArray[np.uint8]) -> bool:
    """Whether the picture has black and white only."""
    sample = grey[::3, ::3]
    return float(((sample < 3) | (sample > 252)).mean()) > 0.995


def _is_negative(small: NDArray[np.uint8]) -> bool:
    """Whether a picture shows light letters on a dark sheet, as a negative or a film does."""
    middle = float(np.median(small))
    if middle > _NEGATIVE or min(small.shape) < LEAST_SIDE:
        return False
    light = float((small > middle + _LIGHTER).mean())
    return _LIGHT_SHARE[0] < light < _LIGHT_SHARE[1] and float((small < middle - _LIGHTER / 2).mean()) < _LIGHT_SHARE[0]


def _shares_of_ink(ink: NDArray[np.uint8]) -> tuple[float, float]:
    """Shares of ink: of all but what hangs on the edges, where scanners leave borders; and of what is no speck."""
    height, width = ink.shape
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, wide, high, area = stats[1:].T
    at_edge = (left <= 1) | (top <= 1) | (left + wide >= width - 1) | (top + high >= height - 1)
    across, down = _EDGE * width, _EDGE * height
    beside = (left + wide < across) | (left > width - across) | (top + high < down) | (top > height - down)
    pixels = max(1, ink.size)
    return float(area[~at_edge & ~beside].sum() / pixels), float(area[~at_edge & (area > 2)].sum() / pixels)


def _components(ink: NDArray[np.uint8]) -> tuple[float, float]:
    """(specks for each letter, usual letter height in pixels) from the connected pieces of ink."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    areas, heights, widths = stats[1:, cv2.CC_STAT_AREA], stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_WIDTH]
    letters = (heights >= 6) & (heights < 0.05 * ink.shape[0]) & (widths < 4 * heights) & (areas > 12)
    if letters.sum() < 20:
        return 0.0, 0.0
    letter = float(np.median(heights[letters]))
    specks = ((areas <= max(2.0, 0.02 * letter * letter)) & (heights < 0.25 * letter)).sum()
    return float(specks / letters.sum()), letter


def _salt(strip: NDArray[np.uint8]) -> float:
    """Share of single pixels that differ strongly from all around them (salt and pepper)."""
    if min(strip.shape) < 3:
        return 0.0
    return float((cv2.absdiff(strip, cv2.medianBlur(strip, 3)) > 100).mean())


def _noise(strip: NDArray[np.uint8]) -> float:
    """Standard deviation of the grain on the paper, in grey levels (median of absolute second differences)."""
    if strip.shape[1] < 3:
        return 0.0
    values = strip[::2].astype(np.int16)
    second = np.abs(values[:, 2:] - 2 * values[:, 1:-1] + values[:, :-2])
    return float(np.median(second)) / 1.65


def _bleed_through(strip: NDArray[np.uint8]) -> float:
    """Share of pixels of faint ink with no dark ink near: what shines through from the sheet's other side."""
    depth = cv2.subtract(paper_shade(strip), strip)
    deep = max(40.0, float(np.percentile(depth[::4, ::4], 99.5)))
    near = cv2.dilate(depth, np.ones((7, 7), np.uint8))
    return float(((depth > 0.15 * deep) & (near < 0.55 * deep)).mean())


def _middle(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = grey.shape
    return np.ascontiguousarray(grey[height // 4 : height // 2, width // 8 : width - width // 8])


def _shading(paper: NDArray[np.uint8]) -> float:
    """How unevenly the paper is lit: spread of its shade over the page, 0 (even) to 1."""
    inner = paper[
        paper.shape[0] // 12 : -paper.shape[0] // 12 or None, paper.shape[1] // 12 : -paper.shape[1] // 12 or None
    ]
    if not inner.size:
        return 0.0
    low, high = np.percentile(inner, (3, 97))
    return float(high - low) / 255
