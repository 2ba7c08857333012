"""Places in a PDF: matrices from page coordinates to points and pixels, and the boxes they give."""

from __future__ import annotations

import math

from pipeline.values import Box

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def combined(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does `first`, then `then` (row vectors, as PDF writes them)."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """The point (x, y) taken through `matrix`."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def bounds_of(matrix: Matrix) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the unit square (an image's place) taken through `matrix`."""
    corners = [apply(matrix, x, y) for x in (0.0, 1.0) for y in (0.0, 1.0)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def share_of(bounds: tuple[float, float, float, float], width: float, height: float) -> float:
    """The part of the page that `bounds` cover, 0..1."""
    left, top, right, bottom = bounds
    inside = max(0.0, min(right, width) - max(left, 0.0)) * max(0.0, min(bottom, height) - max(top, 0.0))
    return inside / (width * height)


def scaled(display: Matrix, bounds: tuple[float, float, float, float], size: tuple[int, int]) -> Matrix:
    """`display` followed by the scaling that fits `bounds` to a picture of `size` pixels."""
    left, top, right, bottom = bounds
    x, y = size[0] / max(right - left, 0.01), size[1] / max(bottom - top, 0.01)
    return combined(display, (x, 0.0, 0.0, y, -left * x, -top * y))


def pixel_box(matrix: Matrix, rectangle: tuple[float, float, float, float], size: tuple[int, int]) -> Box | None:
    """A rectangle of page coordinates (left, bottom, right, top) in pixels, cut to the picture; None outside it."""
    x0, y0 = apply(matrix, rectangle[0], rectangle[1])
    x1, y1 = apply(matrix, rectangle[2], rectangle[3])
    if not all(math.isfinite(value) for value in (x0, y0, x1, y1)):
        return None
    left, right = sorted((x0, x1))
    top, bottom = sorted((y0, y1))
    if right < 0 or bottom < 0 or left > size[0] or top > size[1]:
        return None
    return Box(
        max(0, math.floor(left)),
        max(0, math.floor(top)),
        min(size[0], math.ceil(right)),
        min(size[1], math.ceil(bottom)),
    )
