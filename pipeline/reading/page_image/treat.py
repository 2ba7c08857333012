"""Treatments of a page's picture, each a plain function; what was done is kept, and how to get back to the page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.page_image.ink import ink_on_white, paper_shade
from pipeline.reading.page_image.page_curl import PageCurl, Points, drawn_by
from pipeline.values import Box

# Tilts below this cost more sharpness than they are worth.
LEAST_SKEW = 0.15
# A page whose deepest ink is paler than this (grey levels) has none.
_LEAST_DEPTH = 40.0
_FEW_WORDS = 1.8
# Grey levels by which salt and pepper differ from what is around them.
_UNLIKE = 80
_LAST_ROW = np.array([[0.0, 0.0, 1.0]])
_AS_IT_IS = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@dataclass(frozen=True, slots=True)
class Treated:
    """A picture to be read; `back` (2 x 3) maps its pixels to the page's; `done` names the treatments in order.

    On a picture that was made flat, `after` (2 x 3) leads to the flat picture's pixels, `curl` from there to the bent
    one's, and `back` from those to the page's.
    """

    grey: NDArray[np.uint8]
    back: NDArray[np.float64]
    done: tuple[str, ...] = ()
    curl: PageCurl | None = None
    after: NDArray[np.float64] | None = None

    @staticmethod
    def untouched(grey: NDArray[np.uint8]) -> Treated:
        """The page's own picture."""
        return Treated(grey, _AS_IT_IS)

    @property
    def scale(self) -> float:
        """How many of this picture's pixels go to one of the page's, along a line."""
        maps = [self.back] if self.after is None else [self.back, self.after]
        return float(np.prod([abs(np.linalg.det(each[:, :2])) ** -0.5 for each in maps]))

    def points_on_page(self, points: Points) -> Points:
        """Points (n x 2) of this picture in the page's pixels."""
        if self.curl is not None and self.after is not None:
            points = self.curl.bent(_moved(points, self.after))
        return _moved(points, self.back)

    def box_on_page(self, box: Box, width: int, height: int) -> Box:
        """A box of this picture as the box around it on the page of `width` x `height` pixels."""
        moved = self.points_on_page(_corners(box))
        (left, top), (right, bottom) = moved.min(axis=0), moved.max(axis=0)
        left, top = min(max(0, floor(left + 0.01)), width - 1), min(max(0, floor(top + 0.01)), height - 1)
        return Box(
            left, top, max(left + 1, min(width, ceil(right - 0.01))), max(top + 1, min(height, ceil(bottom - 0.01)))
        )

    def box_from_page(self, box: Box) -> Box:
        """A box of the page as the box around it on this picture."""
        moved = _moved(_corners(box), _inverse(self.back))
        if self.curl is not None and self.after is not None:
            moved = _moved(self.curl.flat(moved), _inverse(self.after))
        (left, top), (right, bottom) = moved.min(axis=0), moved.max(axis=0)
        return Box(round(left), round(top), round(right), round(bottom))

    def region(self, pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
        """What stands in a box of this picture, drawn from the page's own `pixels` (grey or RGB), as this one lies."""
        corner = np.array([box.left, box.top], dtype=np.float64)
        if self.curl is not None:
            return drawn_by(pixels, (box.width, box.height), lambda points: self.points_on_page(points + corner))
        shift = self.back.copy()
        shift[:, 2] += self.back[:, :2] @ corner
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        drawn = cv2.warpAffine(pixels, shift, (box.width, box.height), flags=how, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(drawn, dtype=np.uint8)


def dewarped(page: Treated, curl: PageCurl) -> Treated:
    """Made flat: the lines of text level, the margins upright."""
    what = f"flatten {curl.depth:.0f} px"
    return Treated(curl.drawn(page.grey), page.back, (*page.done, what), curl, _AS_IT_IS)


def deskewed(page: Treated, degrees: float) -> Treated:
    """Turned by `degrees` counter-clockwise about the centre; what comes in from outside repeats the edge."""
    height, width = page.grey.shape
    turn = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), dtype=np.float64)
    grey = cv2.warpAffine(page.grey, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return _after(page, np.asarray(grey, dtype=np.uint8), turn, f"straighten {degrees:+.2f}")


def turned(page: Treated, quarters: int) -> Treated:
    """Turned by `quarters` x 90 degrees counter-clockwise."""
    height, width = page.grey.shape
    forward = {
        1: [[0.0, 1.0, 0.0], [-1.0, 0.0, width]],
        2: [[-1.0, 0.0, width], [0.0, -1.0, height]],
        3: [[0.0, -1.0, height], [1.0, 0.0, 0.0]],
    }[quarters % 4]
    grey = np.ascontiguousarray(np.rot90(page.grey, quarters))
    return _after(page, grey, np.array(forward), f"turn {90 * (quarters % 4)}")


def mirrored(page: Treated) -> Treated:
    """Left and right changed over: what shines through is read so, and a film that was laid in the wrong way."""
    width = page.grey.shape[1]
    grey = np.ascontiguousarray(page.grey[:, ::-1])
    return _after(page, grey, np.array([[-1.0, 0.0, width], [0.0, 1.0, 0.0]]), "mirror")


def inverted(page: Treated) -> Treated:
    """Light and dark changed over, for negatives."""
    return replace(page, grey=np.asarray(cv2.bitwise_not(page.grey), dtype=np.uint8), done=(*page.done, "invert"))


def enlarged(page: Treated, factor: float) -> Treated:
    """Made larger, smoothly: small letters are read better with more pixels."""
    grey = cv2.resize(page.grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    forward = np.array([[factor, 0.0, 0.0], [0.0, factor, 0.0]])
    return _after(page, np.asarray(grey, dtype=np.uint8), forward, f"enlarge {factor:.2f}")


def near_ink(page: Treated, dark: float, reach: int) -> Treated:
    """White paper wherever there is no dark ink within a circle of `reach` pixels; near it the ink as it is.

    Dark is what has the part `dark` of the deepest ink's depth; depth is measured as a share of the paper's shade, so
    that ink in a shadow counts as much. What shines through, grain and shadows go, and letters keep their soft
    outlines; a threshold on every pixel cuts those off as well, and with them thin strokes and marks.
    """
    paper = np.maximum(paper_shade(page.grey), 1)
    depth = np.asarray(cv2.bitwise_not(cv2.divide(page.grey, paper, scale=255)))
    deep, deepest = float(np.percentile(depth[::4, ::4], 99.5)), float(np.percentile(depth[::2, ::2], 99.98))
    # On a back side with a few words the deepest half per cent shines through.
    deep = max(_LEAST_DEPTH, deepest if deepest > _FEW_WORDS * deep else deep)
    core = np.asarray(depth > dark * deep, dtype=np.uint8)
    near = cv2.dilate(core, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    white = cv2.bitwise_not(cv2.convertScaleAbs(depth, alpha=255 / deep))
    grey = np.where(np.asarray(near) > 0, white, 255).astype(np.uint8)
    return replace(page, grey=grey, done=(*page.done, f"near ink {dark:.2f}"))


def without_salt(page: Treated) -> Treated:
    """Single pixels, and pairs, that are unlike all around them take the median of their neighbourhood.

    A median over all pixels would also take full stops and the thin strokes of marks.
    """
    middle = np.asarray(cv2.medianBlur(page.grey, 3), dtype=np.uint8)
    dark = ink_on_white(page.grey)
    around = np.asarray(cv2.boxFilter(dark, cv2.CV_8U, (3, 3), normalize=False))
    pepper = (cv2.subtract(middle, page.grey) > _UNLIKE) & (around <= 2)
    salt = (cv2.subtract(page.grey, middle) > _UNLIKE) & (around >= 7)
    grey = np.where(pepper | salt, middle, page.grey).astype(np.uint8)
    return replace(page, grey=grey, done=(*page.done, "salt off"))


def median_filtered(page: Treated) -> Treated:
    """3 x 3 median, for noise so thick that its pixels touch each other."""
    grey = np.asarray(cv2.medianBlur(page.grey, 3), dtype=np.uint8)
    return replace(page, grey=grey, done=(*page.done, "median 3"))


def without_specks(page: Treated, letter: float) -> Treated:
    """Takes away pieces of ink too small to be a mark or a full stop of letters of this height."""
    ink = ink_on_white(page.grey)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] <= max(2.0, 0.012 * letter * letter)
    small[0] = False
    if count <= 1 or not small.any():
        return page
    grey = page.grey.copy()
    grey[small[labels]] = 255
    return replace(page, grey=grey, done=(*page.done, "despeckle"))


def thickened(page: Treated) -> Treated:
    """Strokes a pixel thicker: what a threshold or a worn drum took off thin strokes and their joints closes again."""
    grey = np.asarray(cv2.erode(page.grey, np.ones((2, 2), np.uint8)), dtype=np.uint8)
    return replace(page, grey=grey, done=(*page.done, "thicken"))


def smoothed(page: Treated) -> Treated:
    """A slight blur, which turns jagged one-bit outlines into the grey ones that recognisers know."""
    grey = np.asarray(cv2.GaussianBlur(page.grey, (3, 3), 0.8), dtype=np.uint8)
    return replace(page, grey=grey, done=(*page.done, "smooth"))


def _after(page: Treated, grey: NDArray[np.uint8], forward: NDArray[np.float64], what: str) -> Treated:
    backward, done = _inverse(forward), (*page.done, what)
    if page.after is not None:
        return replace(page, grey=grey, after=_combined(backward, page.after), done=done)
    return replace(page, grey=grey, back=_combined(backward, page.back), done=done)


def _combined(first: NDArray[np.float64], then: NDArray[np.float64]) -> NDArray[np.float64]:
    """The map that does `first`, then `then` (2 x 3 each)."""
    return np.asarray((np.vstack([then, _LAST_ROW]) @ np.vstack([first, _LAST_ROW]))[:2])


def _inverse(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.inv(np.vstack([affine, _LAST_ROW]))[:2])


def _moved(points: Points, affine: NDArray[np.float64]) -> Points:
    return np.asarray(points @ affine[:, :2].T + affine[:, 2])


def _corners(box: Box) -> Points:
    return np.array([[x, y] for x in (box.left, box.right) for y in (box.top, box.bottom)], dtype=np.float64)
