"""Straight lines drawn on a PDF page, as its objects say: table borders as strokes or as thin filled rectangles.

Nothing is rendered. A program draws a border as one line, as a piece for each cell, as a rectangle's outline, or as
a filled rectangle half a point high; all of them come out as thin boxes, pieces not yet joined.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import islice, pairwise

import pypdfium2
import pypdfium2.raw as pdfium_c

from pipeline.intake.pdf.matrix import IDENTITY, Matrix, apply, combined, pixel_box
from pipeline.intake.pdf.objects import matrix_of, objects_of
from pipeline.intake.pdf.page_plan import PagePlan
from pipeline.values import Box

# All in points. Word's thickest border is 6 points; a piece of a border is no shorter than a small letter.
_THICKEST = 6.0
_SHORTEST = 3.0
_DOT = 2.0
_STRAIGHT = 0.3
# What is painted paler than this cannot be seen on paper.
_WHITE = 247
# A page of small cells has 2,000 pieces of border, dotted ones 10,000; a map has 100,000 paths and no table.
_MOST_OBJECTS = 20_000
_MOST_PATHS = 10_000
_MOST_SEGMENTS = 20_000

_Span = tuple[float, float, float, float]  # left, bottom, right, top
_Point = tuple[float, float]


def read_rules(page: pypdfium2.PdfPage, plan: PagePlan) -> tuple[Box, ...]:
    """Thin boxes in pixels of the plan's picture, in the file's own order; only the first thousands of paths count."""
    boxes = (pixel_box(plan.to_pixels, span, plan.size) for span in _spans(page))
    return tuple(dict.fromkeys(box for box in boxes if box is not None))


def _spans(page: pypdfium2.PdfPage) -> Iterator[_Span]:
    paths, segments = 0, 0
    for raw, kind, around in islice(objects_of(page, _MOST_OBJECTS), _MOST_OBJECTS):
        if kind != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        paths += 1
        if paths > _MOST_PATHS or segments > _MOST_SEGMENTS:
            return
        bounds = _bounds(raw, around)
        if bounds is None:
            continue
        filled, stroked = _paint(raw)
        if not (filled or stroked):
            continue
        if _is_thin(bounds) or _is_dot(bounds):
            yield bounds
            continue
        count = pdfium_c.FPDFPath_CountSegments(raw)
        if 2 <= count <= _MOST_SEGMENTS:
            segments += count
            yield from _thin_parts(raw, count, around, filled=filled, stroked=stroked)


def _bounds(raw: pdfium_c.FPDF_PAGEOBJECT, around: Matrix) -> _Span | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium_c.FPDFPageObj_GetBounds(raw, left, bottom, right, top):
        return None
    if around == IDENTITY:
        return left.value, bottom.value, right.value, top.value
    return _around([apply(around, x.value, y.value) for x in (left, right) for y in (bottom, top)])


def _around(points: list[_Point]) -> _Span:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _is_thin(span: _Span) -> bool:
    width, height = span[2] - span[0], span[3] - span[1]
    return min(width, height) <= _THICKEST and max(width, height) > 2 * min(width, height)


def _is_dot(span: _Span) -> bool:
    """Of dotted borders every dot is a path."""
    return max(span[2] - span[0], span[3] - span[1]) <= _DOT


def _paint(raw: pdfium_c.FPDF_PAGEOBJECT) -> tuple[bool, bool]:
    """Whether a path is filled, and whether it is stroked, in a colour that shows."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium_c.FPDFPath_GetDrawMode(raw, mode, stroke):
        return False, False
    filled = mode.value != pdfium_c.FPDF_FILLMODE_NONE and _shows(pdfium_c.FPDFPageObj_GetFillColor, raw)
    return filled, bool(stroke.value) and _shows(pdfium_c.FPDFPageObj_GetStrokeColor, raw)


def _shows(get: pdfium_c.FPDFPageObj_GetFillColor, raw: pdfium_c.FPDF_PAGEOBJECT) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not get(raw, red, green, blue, alpha):
        return True  # a pattern
    return alpha.value > 0 and min(red.value, green.value, blue.value) < _WHITE


def _thin_parts(
    raw: pdfium_c.FPDF_PAGEOBJECT, count: int, around: Matrix, *, filled: bool, stroked: bool
) -> Iterator[_Span]:
    """The straight edges of a stroked path, and of a filled one the figures that are thin."""
    for figure in _figures(raw, count, combined(matrix_of(raw), around)):
        if filled:
            span = _around(figure)
            if _is_thin(span) and max(span[2] - span[0], span[3] - span[1]) >= _SHORTEST:
                yield span
        if stroked:
            for (x0, y0), (x1, y1) in pairwise(figure):
                across, up = abs(x1 - x0), abs(y1 - y0)
                if max(across, up) >= _SHORTEST and min(across, up) <= _STRAIGHT:
                    yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _figures(raw: pdfium_c.FPDF_PAGEOBJECT, count: int, placed: Matrix) -> Iterator[list[_Point]]:
    """The corners of each figure of a path that is made of straight lines; one that is closed ends where it began."""
    x, y = ctypes.c_float(), ctypes.c_float()
    figure: list[_Point] = []
    curved = False
    for at in range(count):
        segment = pdfium_c.FPDFPath_GetPathSegment(raw, at)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            if len(figure) > 1 and not curved:
                yield figure
            figure, curved = [], False
        curved = curved or kind == pdfium_c.FPDF_SEGMENT_BEZIERTO
        if pdfium_c.FPDFPathSegment_GetPoint(segment, x, y):
            figure.append(apply(placed, x.value, y.value))
        if pdfium_c.FPDFPathSegment_GetClose(segment) and figure:
            figure.append(figure[0])
    if len(figure) > 1 and not curved:
        yield figure
