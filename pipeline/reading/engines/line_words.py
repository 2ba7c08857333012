"""From what the network saw on a line to its words with boxes and readings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.reading.engines.base import Alternatives, EngineLine, Steps
from pipeline.reading.engines.ctc import Slot, slots_of
from pipeline.reading.engines.line_pictures import STEP_PIXELS, CutLine
from pipeline.values import Box, Word

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The rows of a line's ink map (96, the line in the middle third) in which its letters and their marks have ink.
_ALL_ROWS = slice(26, 70)
_INK = 0.4


def line_of(crop: CutLine, steps: Steps, charset: Sequence[str]) -> EngineLine:
    """The words of a line; `charset[i]` is what label i + 1 stands for."""
    slots = slots_of(steps, charset)
    boxes = _word_boxes(crop, slots)
    words = tuple(
        Word(slot.readings[0].text, box, round(float(np.exp(min(0.0, slot.readings[0].log))), 4))
        for slot, box in zip(slots, boxes, strict=True)
    )
    places = tuple(Alternatives(box, slot.readings, slot.sure) for slot, box in zip(slots, boxes, strict=True))
    return EngineLine(Box.around(boxes) if boxes else crop.box, words, places)


def _inked(ink: NDArray[np.float32], rows: slice) -> NDArray[np.bool_]:
    """Which columns have ink in `rows`."""
    return np.asarray(np.any(ink[rows] > _INK, axis=0), dtype=np.bool_)


def _word_boxes(crop: CutLine, slots: Sequence[Slot]) -> list[Box]:
    """Each slot's box: from the widest blank before it to the one behind it, trimmed to the ink."""
    inked = _inked(crop.ink, _ALL_ROWS)
    edges = [max(0, (slots[0].start - 2) * STEP_PIXELS)] if slots else []
    edges += [_parting(inked, one.stop * STEP_PIXELS, other.start * STEP_PIXELS) for one, other in pairwise(slots)]
    edges += [(slots[-1].stop + 2) * STEP_PIXELS] if slots else []
    boxes = []
    for first, last in pairwise(edges):
        columns = np.flatnonzero(inked[first:last])
        start, stop = (first + int(columns[0]), first + int(columns[-1]) + 1) if columns.size else (first, last)
        left, right = crop.column(start / STEP_PIXELS), crop.column(stop / STEP_PIXELS)
        left = min(max(left, 0), crop.box.right - 1)
        boxes.append(Box(left, crop.box.top, max(left + 1, right), crop.box.bottom))
    return boxes


def _parting(inked: NDArray[np.bool_], last: int, following: int) -> int:
    """The column between two words: in the middle of the widest blank around the place where the network changed over.

    A network sees a letter anywhere on it, so the middle between two words' steps may lie in a letter of either.
    """
    low, high = max(0, last - 2 * STEP_PIXELS), min(len(inked), max(following, last) + 2 * STEP_PIXELS)
    blank = np.concatenate([[False], ~inked[low:high], [False]])
    turns = np.flatnonzero(blank[1:] != blank[:-1]).reshape(-1, 2)
    if not turns.size:
        return (last + following) // 2
    start, stop = turns[np.argmax(turns[:, 1] - turns[:, 0])]
    return low + int(start + stop) // 2
