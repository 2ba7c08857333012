"""trueocr's networks, asked for more than the package's own `predict` gives.

`predict` gives greedy text only. Here its line detector and its recogniser's network are used directly: the
line is cut out with what stands above and below it (the network was made for that; `predict` pads with white), and
the eight likeliest letters of every step are asked for, which the network computes but does not name among its
outputs. From these come the readings that the language model chooses from.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import trueocr
from trueocr.page import PageEngine
from trueocr.preprocess import crop_line, pad_batch, width_batches

from pipeline.reading.engines.base import EngineLine, Place
from pipeline.reading.engines.ctc import Slot, Steps, emissions, slots_of
from pipeline.values import Box, Word

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Line boxes are measured on pages with few stacked marks; Vietnamese capitals need more room above. Measured on ten
# scans, greedy word errors: 7.2 % with the boxes as they come and the package's margin of 0.2, 5.5 % with these.
_MARGIN_Y = 0.25
_MARGIN_X = 0.3
_LIFT = 0.06
_BATCH = 32
_STEP_PIXELS = 4
# The part of a line's ink map (96 rows, the line in the middle third) where all letters have ink and no mark has.
_LETTER_ROWS = slice(40, 58)
_ALL_ROWS = slice(26, 70)
_SIGN_ROWS = slice(40, 66)
_SIGNS = ',;:.!?)”"'
_INK = 0.4
# A gap in the letters' ink of this many columns, and this part of the line's usual space, may be a space.
_LEAST_GAP = 5
_DOUBTFUL_GAP = 0.7
_CLEAR_GAP = 0.95
_DIGITS_GAP = 1.3
_BULLET, _BULLET_GAP = "•", 0.5  # what a dash that opens a line counts as


@dataclass(frozen=True)
class Networks:
    """The line detector and the recogniser, loaded."""

    page: Any
    session: Any
    charset: tuple[str, ...]
    max_width: int

    @staticmethod
    def load() -> Networks:
        """Load both networks, for one thread."""
        folder = Path(trueocr.__file__).parent / "models"
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Batches of changing shape make the arena grow and grow.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        model = with_outputs((folder / "rec.onnx").read_bytes(), ("topv", "topi"))
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        return Networks(PageEngine(folder, threads=1), session, tuple(meta["charset"]), int(meta["max_width"]))

    def read(self, grey: NDArray[np.uint8]) -> list[EngineLine]:
        """The lines of an upright grey page."""
        detected = self.page.detect(np.ascontiguousarray(grey))
        return _recognise(self, grey, [(float(b[0]), float(b[1]), float(b[2]), float(b[3])) for b in detected])

    def read_boxes(self, grey: NDArray[np.uint8], boxes: Sequence[Box]) -> list[EngineLine]:
        """The lines that stand in boxes of an upright grey page."""
        return _recognise(self, grey, [(box.left, box.top, box.right, box.bottom) for box in boxes])


def with_outputs(model: bytes, names: Sequence[str]) -> bytes:
    """The ONNX model with more of its inner values named as outputs.

    Protocol Buffers merge what is appended: a second `graph` (field 7) that holds only `output`s (field 12) adds
    them to the first.
    """
    outputs = b"".join(_field(12, _field(1, name.encode())) for name in names)
    return model + _field(7, outputs)


def _field(number: int, content: bytes) -> bytes:
    length, size = len(content), b""
    while True:
        size += bytes([(length & 0x7F) | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return bytes([number << 3 | 2]) + size + content


@dataclass(frozen=True, slots=True)
class _Crop:
    """A line cut out: its ink map, and how its columns map to the page."""

    ink: NDArray[np.float32]
    left: int
    scale: float
    box: Box

    def column(self, step: float) -> int:
        """The page's x of a time step."""
        return round(self.left + step * _STEP_PIXELS * self.scale)


def _crop(grey: NDArray[np.uint8], box: tuple[float, float, float, float], max_width: int) -> _Crop:
    left, top, right, bottom = box
    high = bottom - top
    lifted = (left, top - _LIFT * high, right, bottom - _LIFT * high)
    ink = crop_line(grey, lifted, window=3, max_width=max_width, pad_y=_MARGIN_Y, pad_x=_MARGIN_X)
    first, last = int(np.floor(left - _MARGIN_X * max(1.0, high))), int(np.ceil(right + _MARGIN_X * max(1.0, high)))
    height, width = grey.shape
    inside = Box(max(0, int(left)), max(0, int(top)), min(width, int(right + 1)), min(height, int(bottom + 1)))
    return _Crop(ink, first, max(1, last - first) / ink.shape[1], inside)


def _recognise(
    networks: Networks, grey: NDArray[np.uint8], boxes: Sequence[tuple[float, float, float, float]]
) -> list[EngineLine]:
    crops = [_crop(grey, box, networks.max_width) for box in boxes]
    crops = [crop for crop in crops if crop.box.width and crop.box.height]
    lines: list[EngineLine | None] = [None] * len(crops)
    for batch in width_batches([crop.ink.shape[1] for crop in crops], max_batch=_BATCH):
        tensor, widths = pad_batch([crops[i].ink for i in batch])
        lengths, logs, labels = networks.session.run(["lengths", "topv", "topi"], {"x": tensor, "widths": widths})
        for place, i in enumerate(batch):
            length = int(lengths[place])
            steps = Steps(labels[place, :length], logs[place, :length])
            lines[i] = _line(crops[i], steps, networks.charset)
    return [line for line in lines if line is not None]


def _line(crop: _Crop, steps: Steps, charset: Sequence[str]) -> EngineLine:
    slots = slots_of(steps, charset, missed_spaces(crop.ink, steps, charset))
    boxes = _word_boxes(crop, slots)
    words = tuple(
        Word(slot.readings[0].text, box, round(float(np.exp(min(0.0, slot.readings[0].log))), 4))
        for slot, box in zip(slots, boxes, strict=True)
    )
    places = tuple(Place(box, slot.readings, slot.sure) for slot, box in zip(slots, boxes, strict=True))
    return EngineLine(Box.around(boxes) if boxes else crop.box, words, places)


def _inked(ink: NDArray[np.float32], rows: slice) -> NDArray[np.bool_]:
    """Which columns have ink in `rows`."""
    return np.asarray(np.any(ink[rows] > _INK, axis=0), dtype=np.bool_)


def _word_boxes(crop: _Crop, slots: Sequence[Slot]) -> list[Box]:
    """Each slot's box: from halfway to its neighbours, trimmed to the ink."""
    inked = _inked(crop.ink, _ALL_ROWS)
    boxes = []
    for at, slot in enumerate(slots):
        first = (slots[at - 1].stop + slot.start) / 2 if at else slot.start - 2
        last = (slot.stop + slots[at + 1].start) / 2 if at + 1 < len(slots) else slot.stop + 2
        columns = np.flatnonzero(inked[max(0, int(first * _STEP_PIXELS)) : int(last * _STEP_PIXELS)])
        if columns.size:
            base = max(0, int(first * _STEP_PIXELS)) / _STEP_PIXELS
            first, last = base + columns[0] / _STEP_PIXELS, base + (columns[-1] + 1) / _STEP_PIXELS
        left, right = crop.column(first), crop.column(last)
        left = min(max(left, 0), crop.box.right - 1)
        boxes.append(Box(left, crop.box.top, max(left + 1, right), crop.box.bottom))
    return boxes


def missed_spaces(ink: NDArray[np.float32], steps: Steps, charset: Sequence[str]) -> list[int]:
    """Time steps where the picture has a gap as wide as a space and the recogniser saw none.

    It drops spaces after punctuation ("Bình,ngày"), between a digit and a letter, before a capital.
    """
    space = charset.index(" ") + 1
    between_letters = np.logical_not(_inked(ink, _LETTER_ROWS))
    after_signs = np.logical_not(_inked(ink, _SIGN_ROWS))
    spaces: list[int] = []
    others: list[tuple[int, int, str, str]] = []
    before: tuple[int, int] | None = None
    after_space = False
    for at, label in emissions(steps):
        if label == space:
            after_space = True
            continue
        if before is not None:
            left, right = charset[before[1] - 1], charset[label - 1]
            blank = after_signs if left in _SIGNS else between_letters
            width, middle = _widest_run(blank, before[0] * _STEP_PIXELS, (at + 1) * _STEP_PIXELS)
            if after_space:
                spaces.append(width)
            elif right not in _SIGNS:
                opens = not spaces and not others
                others.append(
                    (
                        width,
                        min(max(middle // _STEP_PIXELS, before[0] + 1), at),
                        _BULLET if opens and left in "-+" else left,
                        right,
                    )
                )
        before, after_space = (at, label), False
    usual = median(spaces) if len(spaces) >= 3 else 7.0
    return [at for width, at, left, right in others if width >= max(_LEAST_GAP, _needed(left, right) * usual)]


def _needed(left: str, right: str) -> float:
    """The part of the usual space that a gap between two characters needs to be one."""
    if left.isdigit() and right.isdigit():
        return _DIGITS_GAP
    if left == _BULLET:
        return _BULLET_GAP
    punctuated = left in _SIGNS and (right.isalnum() or right in "(“-")
    mixed = left.isalnum() and right.isalnum() and left.isdigit() != right.isdigit()
    return _DOUBTFUL_GAP if punctuated or mixed or (left.islower() and right.isupper()) else _CLEAR_GAP


def _widest_run(blank: NDArray[np.bool_], start: int, stop: int) -> tuple[int, int]:
    """(width, middle) of the widest run of blank columns between two columns."""
    best, middle, run = 0, start, 0
    for column in range(max(0, start), min(len(blank), stop)):
        run = run + 1 if blank[column] else 0
        if run > best:
            best, middle = run, column - run // 2
    return best, middle
