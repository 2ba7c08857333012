"""How the text lines of a page bend: a book's fold, a sheet that curls, a camera held at a slant. Measured and undone.

Neighbouring strips of the page show the same lines a little higher or lower; how much, is the lines' slope there. From
the slopes a smooth map is fitted that makes every line level (as in Stamatopoulos et al. 2011, with a polynomial for
their curves), and one that makes the margins upright.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.page_image.skew import ink_thumbnail

Points = NDArray[np.float64]
Margin = tuple[float, float]

# Strips of the thumbnail that are compared, and the height of the windows that are looked for in the next strip.
_STRIPS = _WINDOWS = 20
_WINDOW = 0.075  # of the picture's height: three or four lines
_STEEPEST = 0.16  # 9 degrees
# Windows count when the two strips show much the same lines.
_ALIKE = 0.55
_LEAST_WINDOWS = 40
_LEAST_INK = 12  # of 255, the mean of a strip's row that crosses a line of text
# Powers of x (from 1: the page's middle stays where it is) and of y in the map.
_ACROSS, _DOWN = 4, 2
# A slope off the fit by more than this is something else than a line of text; also what each power's coefficient costs.
_OFF = 0.02
# Margins: rows that must stand on one for it to be believed, and the reach in pixels of the thumbnail.
_MARGIN_ROWS, _MARGIN_REACH, _MARGIN_SPAN = 9, 2.5, 0.4
_UPRIGHT_WITHIN = 0.008
_GRID = 24  # pixels between the points that the map is worked out for


@dataclass(frozen=True, slots=True)
class PageCurl:
    """A smooth map between a picture of `size` (width, height) and one whose lines are level and margins upright.

    `down` are the coefficients of the polynomial that is added to y; `depth` is how far it moves the text at most, tilt
    apart (pixels); `margins` are the left and the right one (x at half height, its change for each pixel down) on the
    picture with level lines, None where they are upright or not both to be seen.
    """

    size: tuple[int, int]
    down: tuple[float, ...]
    depth: float = 0.0
    margins: tuple[Margin, Margin] | None = None

    @property
    def slant(self) -> float:
        """How far the margins lean at most (pixels sideways for each pixel down)."""
        return max(abs(lean) for _, lean in self.margins) if self.margins else 0.0

    def level(self, points: Points) -> Points:
        """Points (n x 2) of the bent picture, moved up or down to where lines are level."""
        moved = points.copy()
        moved[:, 1] += self._rise(points)
        return moved

    def flat(self, points: Points) -> Points:
        """Points (n x 2) of the bent picture as they lie on the flat one."""
        moved = self.level(points)
        stretch, shift = self._sideways(moved[:, 1])
        moved[:, 0] = moved[:, 0] * stretch + shift
        return moved

    def bent(self, points: Points) -> Points:
        """Points (n x 2) of the flat picture as they lie on the bent one: the inverse of `flat`."""
        stretch, shift = self._sideways(points[:, 1])
        found = points.copy()
        found[:, 0] = (points[:, 0] - shift) / stretch
        for _ in range(6):
            found[:, 1] = points[:, 1] - self._rise(found)
        return found

    def drawn(self, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture (grey or RGB, of `size`) made flat; what comes in from outside repeats the edge."""
        return drawn_by(grey, self.size, self.bent)

    def _rise(self, points: Points) -> NDArray[np.float64]:
        scale, centre = _frame(self.size)
        u, v = ((points - centre) / scale).T
        return np.asarray(_terms(u, v) @ np.array(self.down) * scale)

    def _sideways(self, y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(stretch, shift) of x at heights y that bring each margin to where it is at half height."""
        if self.margins is None:
            return np.ones_like(y), np.zeros_like(y)
        below = y - self.size[1] / 2
        (left, left_lean), (right, right_lean) = self.margins
        stretch = (right - left) / np.maximum(1.0, right - left + (right_lean - left_lean) * below)
        return stretch, left - (left + left_lean * below) * stretch


def measure_curl(grey: NDArray[np.uint8]) -> PageCurl | None:
    """The curl of the lines of an upright grey picture; None where there is too little text to tell."""
    height, width = grey.shape
    if min(height, width) < 200:
        return None
    ink = ink_thumbnail(grey)
    slopes = _slopes(ink)
    if len(slopes) < _LEAST_WINDOWS:
        return None
    scale = width / ink.shape[1]
    slopes[:, :2] *= scale
    down, text = _fitted(slopes, (width, height))
    curl = PageCurl((width, height), tuple(down))
    curl = replace(curl, depth=_depth(curl, text))
    left, right = _margins(PageCurl((ink.shape[1], ink.shape[0]), curl.down).drawn(ink))
    if left is None or right is None or max(abs(left[1]), abs(right[1])) < _UPRIGHT_WITHIN:
        return curl
    return replace(curl, margins=((left[0] * scale, left[1]), (right[0] * scale, right[1])))


def _depth(curl: PageCurl, text: Points) -> float:
    """How far `text` is moved up or down, beyond what straightening alone would do."""
    rise = curl.level(text)[:, 1] - text[:, 1]
    across = text[:, 0] - curl.size[0] / 2
    tilt = (rise * across).sum() / max(1.0, (across**2).sum())
    return float(np.percentile(np.abs(rise - tilt * across), 97))


def drawn_by(pixels: NDArray[np.uint8], size: tuple[int, int], source: Callable[[Points], Points]) -> NDArray[np.uint8]:
    """A picture of `size` drawn from `pixels`; `source` says where its points (n x 2) lie there.

    The map is smooth: it is worked out for points some pixels apart. What comes in from outside repeats the edge.
    """
    width, height = size
    x, y = np.meshgrid(
        np.linspace(0, width - 1, max(2, width // _GRID)), np.linspace(0, height - 1, max(2, height // _GRID))
    )
    there = source(np.stack([x.ravel(), y.ravel()], axis=1)).astype(np.float32)
    columns = np.linspace(0, x.shape[1] - 1, width, dtype=np.float32)[None, :].repeat(height, axis=0)
    rows = np.linspace(0, x.shape[0] - 1, height, dtype=np.float32)[:, None].repeat(width, axis=1)
    across, down = (cv2.remap(there[:, at].reshape(x.shape), columns, rows, cv2.INTER_LINEAR) for at in (0, 1))
    drawn = cv2.remap(pixels, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(drawn, dtype=np.uint8)


def _frame(size: tuple[int, int]) -> tuple[float, NDArray[np.float64]]:
    """(pixels that count as one, centre) of the coordinates that polynomials are written in."""
    return max(size) / 2, np.array(size, dtype=np.float64) / 2


def _terms(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([u**j * v**k for j in range(1, _ACROSS + 1) for k in range(_DOWN + 1)], axis=1)


def _slopes(ink: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(x, y, slope down to the right, weight) where two neighbouring strips of the ink show the same lines."""
    height, width = ink.shape
    edges = np.linspace(0.04 * width, 0.96 * width, _STRIPS + 1).round().astype(int)
    step = (edges[-1] - edges[0]) / _STRIPS
    reach = max(2, round(_STEEPEST * step))
    half = max(8, round(_WINDOW * height / 2))
    if step < 1 or height <= 2 * (half + reach):  # a sliver of a page: no window sees its neighbour's
        return np.zeros((0, 4))
    profiles = np.stack([ink[:, a:b].mean(axis=1) for a, b in pairwise(edges)])
    profiles = cv2.GaussianBlur(profiles, (5, 1), 1.0).astype(np.float32)
    found = []
    for at in range(_STRIPS - 1):
        for middle in np.linspace(half + reach, height - half - reach - 1, _WINDOWS).astype(int):
            here = profiles[at, middle - half : middle + half]
            there = profiles[at + 1, middle - half - reach : middle + half + reach]
            likeness = _likeness(here, there)
            best = int(likeness.argmax())
            if likeness[best] > _ALIKE and 0 < best < len(likeness) - 1:
                shift = best - reach + _peak(likeness[best - 1 : best + 2])
                found.append((edges[at + 1], middle + shift / 2, shift / step, likeness[best]))
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def _likeness(here: NDArray[np.float32], there: NDArray[np.float32]) -> NDArray[np.float64]:
    """Correlation of a window with a longer one, for each place that it may lie at; 0 where there is no ink."""
    if min(here.max(), there.max()) <= _LEAST_INK:
        return np.zeros(len(there) - len(here) + 1)
    return np.asarray(cv2.matchTemplate(there[None], here[None], cv2.TM_CCOEFF_NORMED)[0], dtype=np.float64)


def _peak(three: NDArray[np.float64]) -> float:
    """Where the top of a parabola through three values lies, from the middle one."""
    bow = three[0] - 2 * three[1] + three[2]
    return float(0.5 * (three[0] - three[2]) / bow) if bow < -1e-9 else 0.0


def _fitted(slopes: NDArray[np.float64], size: tuple[int, int]) -> tuple[NDArray[np.float64], Points]:
    """Coefficients of the map P with y + P(x, y) constant along the lines, and the places that agree with it.

    On a line dy = slope dx, so P_x + slope (1 + P_y) = 0: linear in the coefficients.
    """
    scale, centre = _frame(size)
    u, v = ((slopes[:, :2] - centre) / scale).T
    slope = slopes[:, 2]
    powers = [(j, k) for j in range(1, _ACROSS + 1) for k in range(_DOWN + 1)]
    by_u = np.stack([j * u ** (j - 1) * v**k for j, k in powers], axis=1)
    by_v = np.stack([k * u**j * v ** max(0, k - 1) for j, k in powers], axis=1)
    rows = by_u + slope[:, None] * by_v
    weight = slopes[:, 3].copy()
    # High powers are for what the low ones cannot say: they pay more.
    ridge = np.diag([_OFF * (j + k) ** 2 for j, k in powers])
    found, off = np.zeros(len(powers)), np.zeros(len(slope))
    for _ in range(8):
        weighed = rows * weight[:, None]
        found = np.linalg.solve(rows.T @ weighed + ridge, weighed.T @ -slope)
        off = np.abs(rows @ found + slope) / _OFF
        weight = slopes[:, 3] * np.where(off < 1, (1 - np.minimum(off, 1) ** 2) ** 2, 1e-4)
    return found, slopes[off < 1, :2]


def _margins(ink: NDArray[np.uint8]) -> tuple[Margin | None, Margin | None]:
    """The left and the right margin, (x at half height, lean), of a thumbnail of ink with level lines."""
    height, width = ink.shape
    dark = np.asarray(cv2.blur(ink, (3, 3)) > 60)
    rows = dark[:, round(0.03 * width) : round(0.97 * width)]
    inked = rows.sum(axis=1)
    written = np.flatnonzero(inked > 0.12 * width)
    if written.size < _MARGIN_ROWS:
        return None, None
    starts = rows[written].argmax(axis=1) + round(0.03 * width)
    ends = round(0.03 * width) + rows.shape[1] - 1 - rows[written][:, ::-1].argmax(axis=1)
    below = written - height / 2
    return _edge(starts.astype(float), below, height), _edge(ends.astype(float), below, height)


def _edge(x: NDArray[np.float64], below: NDArray[np.float64], height: int) -> Margin | None:
    """The line that most of the rows' ends lie on, tried through pairs of them far apart."""
    best: tuple[int, float, float] = (0, 0.0, 0.0)
    apart = 0.25 * height
    for first in range(0, len(x), max(1, len(x) // 24)):
        for second in range(first + 1, len(x), max(1, len(x) // 24)):
            if below[second] - below[first] < apart:
                continue
            lean = (x[second] - x[first]) / (below[second] - below[first])
            middle = x[first] - lean * below[first]
            on = int((np.abs(x - middle - lean * below) < _MARGIN_REACH).sum())
            if on > best[0] and abs(lean) < _STEEPEST:
                best = (on, middle, lean)
    on, middle, lean = best
    near = np.abs(x - middle - lean * below) < _MARGIN_REACH
    if on < max(_MARGIN_ROWS, 0.3 * len(x)) or np.ptp(below[near]) < _MARGIN_SPAN * height:
        return None
    lean, middle = np.polyfit(below[near], x[near], 1)
    return float(middle), float(lean)
