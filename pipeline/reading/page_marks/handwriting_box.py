"""Frames what is filled in between printed words by its ink: where a person has to look to key it in.

An engine shares out a word's box by its letters, and drops strokes that it cannot read. So the print on either side is
measured by the widths that print has, the gaps in the ink next to it are the borders, and the ink between them is what
was filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.page_image.ink import LEGIBLE, ink_mask
from pipeline.stretches import stretches
from pipeline.values import Box, Word

# Widths of printed letters in parts of the size of the face (Times and its kin), by which print is measured.
_NARROW, _WIDE = frozenset("iíìỉĩịIljtf.,:;/'|!()-–"), frozenset("mwMWƯƠ")
_WIDTHS = {"narrow": 0.31, "lower": 0.47, "digit": 0.5, "upper": 0.69, "wide": 0.83}
# In parts of the line's height: how far a border may lie from where print should end, how wide a gap is that parts
# writing from print (so few columns with ink are nothing), how far strokes reach above and below the line, how high a
# stroke is that is no leader.
_REACH, _GAP, _ABOVE, _STROKE = 0.9, 0.08, 0.7, 0.28
_MARGIN = 0.15
# Of two gaps the wider is the border, up to this width (line heights); one farther off has to be wider by half as much.
_WIDE_GAP = 0.5
# Where both borders lie so near to one gap there is nothing in it but paper.
_NEAR = 0.25


def framed(grey: NDArray[np.uint8], words: Sequence[Word], start: int, stop: int, high: float) -> Box | None:
    """The box around the ink at a stretch of the words' joined text (pixels of `grey`); None where there is none.

    `start` equals `stop` where nothing was read: then it is the place between the words. `high` is the usual height of
    the lines around in pixels: tall strokes make the box of their own line higher.
    """
    boxes = [word.box for word in words if word.box]
    if not boxes or high < LEGIBLE:
        return None
    line = Box.around(boxes)
    size = _face_size(words, start, stop, high)
    left, right = _left_border(words, start, size, line), _right_border(words, stop, size, line)
    reach = round(_REACH * high)
    top, bottom = max(0, line.top - round(_ABOVE * high)), min(len(grey), line.bottom + round(_ABOVE * high))
    first, last = max(0, round(min(left, right)) - reach), min(grey.shape[1], round(max(left, right)) + reach)
    if last - first < 3 or bottom - top < 3:
        return None
    ink = ink_mask(np.ascontiguousarray(grey[top:bottom, first:last]))
    inked = np.asarray(ink[line.top - top : line.bottom - top].sum(axis=0) > 1)
    columns = _between(inked, (round(left) - first, round(right) - first), high)
    found = _strokes(ink, columns, (line.top - top, line.bottom - top), high) if columns else None
    if found is None:
        return None
    room = round(_MARGIN * high)
    return Box(
        max(0, first + found.left - room),
        max(0, top + found.top - room),
        first + found.right + room,
        top + found.bottom + room,
    )


def _left_border(words: Sequence[Word], start: int, size: float, line: Box) -> float:
    """Where the print before a stretch should end: an engine's box of it may hold some of the writing too."""
    at, before = 0, float(line.left)
    for word in words:
        if word.box is None or at >= start:
            break
        before = min(float(word.box.right), word.box.left + _width(word.text[: start - at]) * size)
        at += len(word.text) + 1
    return before


def _right_border(words: Sequence[Word], stop: int, size: float, line: Box) -> float:
    """Where the print behind a stretch should begin."""
    at = 0
    for word in words:
        end = at + len(word.text)
        if word.box is not None and end > stop:
            return max(float(word.box.left), word.box.right - _width(word.text[max(0, stop - at) :]) * size)
        at = end + 1
    return float(line.right)


def _face_size(words: Sequence[Word], start: int, stop: int, high: float) -> float:
    """The size of the line's face in pixels, from the words that the stretch does not touch."""
    sizes = []
    at = 0
    for word in words:
        end = at + len(word.text)
        if word.box is not None and (end <= start or at >= stop) and len(word.text) >= 3:
            sizes.append(word.box.width / _width(word.text))
        at = end + 1
    return median(sizes) if len(sizes) >= 2 else high


def _width(text: str) -> float:
    """The width of printed text in parts of its face's size."""
    return sum(_WIDTHS[_kind(char)] for char in text)


def _kind(char: str) -> str:
    if char in _NARROW:
        return "narrow"
    if char in _WIDE:
        return "wide"
    if char.isdigit():
        return "digit"
    return "upper" if char.isupper() else "lower"


def _between(inked: NDArray[np.bool_], guesses: tuple[int, int], high: float) -> tuple[int, int] | None:
    """The columns between the gaps where print should end and begin again; None where only paper lies between."""
    gaps = _gaps(inked, max(2, round(_GAP * high)))

    def worth(gap: tuple[int, int], guess: int) -> float:
        return min(gap[1] - gap[0], _WIDE_GAP * high) - 0.5 * max(0, guess - gap[1], gap[0] - guess)

    before, after = (
        [(gap, worth(gap, guess)) for gap in gaps if worth(gap, guess) > 0] + [((guess, guess), 0.0)]
        for guess in guesses
    )
    widest = [max(side, key=lambda one: one[1])[0] for side in (before, after)]
    if widest[0] == widest[1] and all(
        widest[0][0] - _NEAR * high <= at <= widest[0][1] + _NEAR * high for at in guesses
    ):
        return None
    pairs = [
        (value + other, left[1], right[0])
        for left, value in before
        for right, other in after
        if inked[max(0, left[1]) : max(0, right[0])].sum() >= _GAP * high
    ]
    return max(pairs)[1:] if pairs else None


def _gaps(inked: NDArray[np.bool_], least: int) -> list[tuple[int, int]]:
    """Stretches of at least so many columns without ink, from first to last (exclusive)."""
    return [(first, last) for first, last in stretches(~inked) if last - first >= least]


def _strokes(ink: NDArray[np.uint8], columns: tuple[int, int], rows: tuple[int, int], high: float) -> Box | None:
    """Around the pieces of ink that lie mostly between two columns, stand on the line and are no leaders."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    found = []
    for left, top, wide, tall, _ in stats[1:].tolist():
        on_line = min(top + tall, rows[1]) - max(top, rows[0])
        between = min(left + wide, columns[1]) - max(left, columns[0])
        if tall >= _STROKE * high and on_line >= 0.4 * tall and between >= 0.5 * wide:
            found.append(Box(left, top, left + wide, top + tall))
    return Box.around(found) if found else None
