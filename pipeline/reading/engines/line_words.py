"""From what the network saw on a line to its words with boxes and readings."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Each slot's box: from halfway to its neighbours, trimmed to the ink."""
    inked = _inked(crop.ink, _ALL_ROWS)
    boxes = []
    for at, slot in enumerate(slots):
        first = (slots[at - 1].stop + slot.start) / 2 if at else slot.start - 2
        last = (slot.stop + slots[at + 1].start) / 2 if at + 1 < len(slots) else slot.stop + 2
        columns = np.flatnonzero(inked[max(0, int(first * STEP_PIXELS)) : int(last * STEP_PIXELS)])
        if columns.size:
            base = max(0, int(first * STEP_PIXELS)) / STEP_PIXELS
            first, last = base + columns[0] / STEP_PIXELS, base + (columns[-1] + 1) / STEP_PIXELS
        left, right = crop.column(first), crop.column(last)
        left = min(max(left, 0), crop.box.right - 1)
        boxes.append(Box(left, crop.box.top, max(left + 1, right), crop.box.bottom))
    return boxes
