"""A line cut out of a page as the recogniser's network takes it: an ink map with what stands above and below the line.

The line lies in the middle third of 96 rows; the network was made to see its neighbours. Cutting, resizing and batching
follow trueocr 0.1.1 (Apache-2.0), whose detector finds the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from trueocr.preprocess import LINE_HEIGHT, crop_line

from pipeline.reading.page_image.ink import ink_mask
from pipeline.values import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Line boxes are measured on pages with few stacked marks; Vietnamese capitals need more room above. The network is
# trained on lines cut with just these margins (parts of a line's height).
MARGIN_Y = 0.25
MARGIN_X = 0.3
LIFT = 0.06
STEP_PIXELS = 4
MAX_WIDTH = 768  # columns of the widest line that the network was trained on
# Ink is faint where the darkest pixels of most lines have less than this of black; it is deepened before it is read.
# Strokes fainter than that part of the page's ink are no print.
_FAINT, _DEEPENED, _NO_PRINT = 0.75, 0.9, 0.4
_PAPER_PERCENT, _INK_PERCENT = 30, 98
# Lines that the recogniser would have to squeeze by more than this are read in parts, cut in a gap between words that
# lies within this part of the ideal place.
_SQUEEZED, _CUT_REACH = 1.15, 0.2
_HIGHEST_PAGE, _STRIP, _SHARED = 2.2, 1.5, 0.08  # in parts of a picture's width
_LEAST_CUT = 0.12  # of the line's height: letters of a word stand closer


Edges = tuple[float, float, float, float]
"""Left, top, right and bottom of a line, in pixels of the page."""


@dataclass(frozen=True, slots=True)
class CutLine:
    """A line cut out: its ink map, and how its columns map to the page."""

    ink: NDArray[np.float32]
    left: int
    scale: float
    box: Box

    def column(self, step: float) -> int:
        """The page's x of a time step."""
        return round(self.left + step * STEP_PIXELS * self.scale)


def cut_line(grey: NDArray[np.uint8], box: Edges, max_width: int, within: tuple[int, int]) -> CutLine:
    """A line cut out of the columns `within` the page; beyond them there is paper."""
    first_column, last_column = within
    top, bottom = box[1], box[3]
    left, right = max(box[0], first_column), min(box[2], last_column)
    high = bottom - top
    lifted = (left - first_column, top - LIFT * high, right - first_column, bottom - LIFT * high)
    columns = grey[:, first_column:last_column]
    ink = crop_line(columns, lifted, window=3, max_width=max_width, pad_y=MARGIN_Y, pad_x=MARGIN_X)
    first, last = int(np.floor(left - MARGIN_X * max(1.0, high))), int(np.ceil(right + MARGIN_X * max(1.0, high)))
    inside = Box(max(0, int(left)), max(0, int(top)), min(last_column, int(right + 1)), min(len(grey), int(bottom + 1)))
    return CutLine(ink, first, max(1, last - first) / ink.shape[1], inside)


def parts_of(grey: NDArray[np.uint8], box: Edges, max_width: int) -> list[tuple[int, int]]:
    """The stretches of columns in which a line is read: one, or as many as keep its letters as wide as they are.

    The recogniser takes `max_width` columns and squeezes what is longer: lines across a landscape page by half. The
    cuts lie in gaps between words; a line that has none where one is needed stays whole.
    """
    page = (0, grey.shape[1])
    left, top, right, bottom = (int(edge) for edge in box)
    high = max(1, bottom - top)
    wanted = (right - left + 2 * MARGIN_X * high) * LINE_HEIGHT / (high * (1 + 2 * MARGIN_Y)) / max_width
    if wanted <= _SQUEEZED:
        return [page]
    count = int(np.ceil(wanted))
    ink = ink_mask(grey[max(0, top) : bottom, max(0, left) : right])
    blank = np.asarray(ink.sum(axis=0) == 0)
    length = len(blank) / count
    cuts = []
    for part in range(1, count):
        width, middle = widest_run(blank, round((part - _CUT_REACH) * length), round((part + _CUT_REACH) * length))
        if width < _LEAST_CUT * high:
            return [page]
        cuts.append(max(0, left) + middle)
    return list(pairwise([page[0], *cuts, page[1]]))


def strips_of(height: int, width: int) -> list[tuple[int, int]]:
    """The rows in which lines are looked for: all at once, or page by page on a picture much higher than wide.

    The detector shrinks what it is given to a page's usual size; of several pages pasted below each other (a long
    screenshot) it would see nothing. Strips share some rows, so that a line at a border is whole in one of them.
    """
    if height <= _HIGHEST_PAGE * width:
        return [(0, height)]
    high, shared = round(_STRIP * width), round(_SHARED * width)
    starts = range(0, max(1, height - shared), max(1, high - shared))
    return [(start, min(height, start + high)) for start in starts]


def deepened(inks: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """The ink maps (0 paper, 1 ink; a line in the middle third) of a page's lines, made as deep as good print.

    The recogniser was made for black on white; faded print it takes for gaps between letters. A page on which most
    lines are black enough stays as it is, and so do strokes much fainter than the page's lines.
    """
    levels = [
        np.percentile(ink[LINE_HEIGHT : 2 * LINE_HEIGHT : 2, ::2], (_PAPER_PERCENT, _INK_PERCENT)) for ink in inks
    ]
    usual = median(float(deep) for _, deep in levels) if levels else 1.0
    if usual >= _FAINT:
        return list(inks)
    return [
        np.clip((ink - paper) * (_DEEPENED / (deep - paper)), 0, 1).astype(np.float32)
        if _NO_PRINT * usual < deep - paper < _FAINT
        else ink
        for ink, (paper, deep) in zip(inks, levels, strict=True)
    ]


def widest_run(blank: NDArray[np.bool_], start: int, stop: int) -> tuple[int, int]:
    """(width, middle) of the widest run of blank columns between two columns."""
    best, middle, run = 0, start, 0
    for column in range(max(0, start), min(len(blank), stop)):
        run = run + 1 if blank[column] else 0
        if run > best:
            best, middle = run, column - run // 2
    return best, middle
