"""trueocr's networks, asked for more than the package's own `predict` gives.

`predict` gives greedy text only. Here its line detector and its recogniser's network are used directly: the
line is cut out with what stands above and below it (the network was made for that; `predict` pads with white), and
the eight likeliest letters of every step are asked for, which the network computes but does not name among its
outputs. From these come the readings that the language model chooses from.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import trueocr
from trueocr.page import PageEngine
from trueocr.preprocess import LINE_HEIGHT, crop_line, pad_batch, width_batches

from pipeline.reading.engines.base import EngineLine, Place, Steps, Strip
from pipeline.reading.engines.ctc import Slot, emissions, slots_of
from pipeline.reading.page_image.diagnose import ink_mask
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
_BESIDE_ONE = 0.3  # more room: a narrow one stands in the middle of a digit's width ("20/11")
# Ink is faint where the darkest pixels of most lines have less than this of black; it is deepened before it is read.
# Strokes fainter than that part of the page's ink are no print.
_FAINT, _DEEPENED, _NO_PRINT = 0.75, 0.9, 0.4
_PAPER_PERCENT, _INK_PERCENT = 30, 98
_BULLET, _BULLET_GAP = "•", 0.5  # what a dash that opens a line counts as
# Lines that the recogniser would have to squeeze by more than this are read in parts, cut in a gap between words that
# lies within this part of the ideal place.
_SQUEEZED, _CUT_REACH = 1.15, 0.2
_HIGHEST_PAGE, _STRIP, _SHARED = 2.2, 1.5, 0.08  # in parts of a picture's width
_LEAST_CUT = 0.12  # of the line's height: letters of a word stand closer


_Edges = tuple[float, float, float, float]
"""Left, top, right and bottom of a line, in pixels of the page."""


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
        return _recognise(self, grey, self._lines_on(grey))

    def _lines_on(self, grey: NDArray[np.uint8]) -> list[_Edges]:
        """Where the page's lines stand."""
        found: list[_Edges] = []
        height, width = grey.shape
        for top, bottom in strips_of(height, width):
            boxes = self.page.detect(np.ascontiguousarray(grey[top:bottom]))
            lines = [(float(b[0]), float(b[1]) + top, float(b[2]), float(b[3]) + top) for b in boxes]
            # A line at a border is whole in the next strip, and what both show is one line.
            whole = [
                one for one in lines if (top == 0 or one[1] > top + 1) and (bottom == height or one[3] < bottom - 1)
            ]
            found += [one for one in whole if top == 0 or not any(_same_line(one, known) for known in found)]
        return found

    def read_boxes(self, grey: NDArray[np.uint8], boxes: Sequence[Box]) -> list[EngineLine]:
        """The lines that stand in boxes of an upright grey page."""
        return _recognise(self, grey, [(box.left, box.top, box.right, box.bottom) for box in boxes])

    def strips(self, pictures: Sequence[NDArray[np.uint8]], box: Box) -> list[Strip]:
        """One place on several pictures of a page; all strips have the same steps."""
        edges = (box.left, box.top, box.right, box.bottom)
        crops = [_crop(grey, edges, self.max_width, (0, grey.shape[1])) for grey in pictures]
        return [
            Strip(steps, "".join(self.charset), crop.left, _STEP_PIXELS * crop.scale)
            for crop, steps in zip(crops, _steps(self, [crop.ink for crop in crops]), strict=True)
        ]


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


def _same_line(one: _Edges, other: _Edges) -> bool:
    """Whether two boxes of neighbouring strips show one line, or a part of it."""
    down = min(one[3], other[3]) - max(one[1], other[1])
    across = min(one[2], other[2]) - max(one[0], other[0])
    low, narrow = min(one[3] - one[1], other[3] - other[1]), min(one[2] - one[0], other[2] - other[0])
    return down > 0.5 * low and across > 0.5 * narrow


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


def _crop(grey: NDArray[np.uint8], box: _Edges, max_width: int, within: tuple[int, int]) -> _Crop:
    """A line cut out of the columns `within` the page; beyond them there is paper."""
    first_column, last_column = within
    top, bottom = box[1], box[3]
    left, right = max(box[0], first_column), min(box[2], last_column)
    high = bottom - top
    lifted = (left - first_column, top - _LIFT * high, right - first_column, bottom - _LIFT * high)
    columns = grey[:, first_column:last_column]
    ink = crop_line(columns, lifted, window=3, max_width=max_width, pad_y=_MARGIN_Y, pad_x=_MARGIN_X)
    first, last = int(np.floor(left - _MARGIN_X * max(1.0, high))), int(np.ceil(right + _MARGIN_X * max(1.0, high)))
    inside = Box(max(0, int(left)), max(0, int(top)), min(last_column, int(right + 1)), min(len(grey), int(bottom + 1)))
    return _Crop(ink, first, max(1, last - first) / ink.shape[1], inside)


def parts_of(grey: NDArray[np.uint8], box: _Edges, max_width: int) -> list[tuple[int, int]]:
    """The stretches of columns in which a line is read: one, or as many as keep its letters as wide as they are.

    The recogniser takes `max_width` columns and squeezes what is longer: lines across a landscape page by half. The
    cuts lie in gaps between words; a line that has none where one is needed stays whole.
    """
    page = (0, grey.shape[1])
    left, top, right, bottom = (int(edge) for edge in box)
    high = max(1, bottom - top)
    wanted = (right - left + 2 * _MARGIN_X * high) * LINE_HEIGHT / (high * (1 + 2 * _MARGIN_Y)) / max_width
    if wanted <= _SQUEEZED:
        return [page]
    count = int(np.ceil(wanted))
    ink = ink_mask(grey[max(0, top) : bottom, max(0, left) : right])
    blank = np.asarray(ink.sum(axis=0) == 0)
    length = len(blank) / count
    cuts = []
    for part in range(1, count):
        width, middle = _widest_run(blank, round((part - _CUT_REACH) * length), round((part + _CUT_REACH) * length))
        if width < _LEAST_CUT * high:
            return [page]
        cuts.append(max(0, left) + middle)
    return list(pairwise([page[0], *cuts, page[1]]))


def _recognise(networks: Networks, grey: NDArray[np.uint8], boxes: Sequence[_Edges]) -> list[EngineLine]:
    """The lines in boxes; a long one is read in parts, which are joined again."""
    parts = [parts_of(grey, box, networks.max_width) for box in boxes]
    crops = [
        _crop(grey, box, networks.max_width, part)
        for box, its_parts in zip(boxes, parts, strict=True)
        for part in its_parts
    ]
    read = iter(_read_crops(networks, crops))
    lines = []
    for its_parts in parts:
        seen = [line for line in (next(read) for _ in its_parts) if line is not None and line.words]
        if seen:
            words, places = ([one for line in seen for one in getattr(line, of)] for of in ("words", "places"))
            lines.append(EngineLine(Box.around(line.box for line in seen), tuple(words), tuple(places)))
    return lines


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


def _read_crops(networks: Networks, crops: Sequence[_Crop]) -> list[EngineLine | None]:
    crops = [replace(crop, ink=ink) for crop, ink in zip(crops, deepened([crop.ink for crop in crops]), strict=True)]
    lines: list[EngineLine | None] = [None] * len(crops)
    some = [at for at, crop in enumerate(crops) if crop.box.width and crop.box.height]
    for at, steps in zip(some, _steps(networks, [crops[at].ink for at in some]), strict=True):
        lines[at] = _line(crops[at], steps, networks.charset)
    return lines


def _steps(networks: Networks, inks: Sequence[NDArray[np.float32]]) -> list[Steps]:
    """What the recogniser sees on each ink map."""
    read: dict[int, Steps] = {}
    for batch in width_batches([ink.shape[1] for ink in inks], max_batch=_BATCH):
        tensor, widths = pad_batch([inks[i] for i in batch])
        lengths, logs, labels = networks.session.run(["lengths", "topv", "topi"], {"x": tensor, "widths": widths})
        for place, i in enumerate(batch):
            length = int(lengths[place])
            read[i] = Steps(labels[place, :length], logs[place, :length])
    return [read[i] for i in range(len(inks))]


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
    beside_one = _BESIDE_ONE * (left + right).count("1")
    if left.isdigit() and right.isdigit():
        return _DIGITS_GAP + beside_one
    if "/" in left + right:
        return _CLEAR_GAP + beside_one
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
