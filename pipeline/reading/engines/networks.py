"""The two networks of the engine: trueocr's line detector, and our own recogniser of a line (models/recogniser.md)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from trueocr.preprocess import pad_batch, width_batches

from pipeline.errors import MissingToolError
from pipeline.reading.engines.base import EngineLine, Steps, Strip
from pipeline.reading.engines.line_detector import LineDetector, session_of
from pipeline.reading.engines.line_pictures import STEP_PIXELS, CutLine, Edges, cut_line, deepened, parts_of
from pipeline.reading.engines.line_words import line_of
from pipeline.resources import model_file
from pipeline.values import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Lines read at once: what the layers hold grows with it (32 lines 50 MB more than 8), the time a line takes does not.
_BATCH = 8


@dataclass(frozen=True)
class Networks:
    """The line detector and the recogniser, loaded."""

    detector: LineDetector
    session: Any
    charset: tuple[str, ...]
    max_width: int

    @staticmethod
    def load() -> Networks:
        """Load both networks, for one thread. Raises MissingToolError for a recogniser that is not whole."""
        about, model = recogniser_files()
        return Networks(LineDetector.load(), session_of(model), tuple(about["alphabet"]), int(about["max_width"]))

    def read(self, grey: NDArray[np.uint8]) -> list[EngineLine]:
        """The lines of an upright grey page."""
        return _recognise(self, grey, self.detector.lines_on(grey))

    def read_boxes(self, grey: NDArray[np.uint8], boxes: Sequence[Box]) -> list[EngineLine]:
        """The lines that stand in boxes of an upright grey page."""
        return _recognise(self, grey, [(box.left, box.top, box.right, box.bottom) for box in boxes])

    def strips(self, pictures: Sequence[NDArray[np.uint8]], box: Box) -> list[Strip]:
        """One place on several pictures of a page; all strips have the same steps."""
        edges = (box.left, box.top, box.right, box.bottom)
        crops = [cut_line(grey, edges, self.max_width, (0, grey.shape[1])) for grey in pictures]
        return [
            Strip(steps, "".join(self.charset), crop.left, STEP_PIXELS * crop.scale)
            for crop, steps in zip(crops, _steps(self, [crop.ink for crop in crops]), strict=True)
        ]


def recogniser_files() -> tuple[dict[str, Any], bytes]:
    """(description, ONNX model) of the recogniser that is installed.

    Raises MissingToolError when a file is missing, was cut off, or belongs to another version of its neighbour.
    """
    about: dict[str, Any] = json.loads(model_file("recogniser.json").read_text(encoding="utf-8"))
    model = model_file("recogniser.onnx").read_bytes()
    if hashlib.sha256(model).hexdigest() != about["sha256"]:
        raise MissingToolError(
            "The recogniser's network (models/recogniser.onnx) is not the one that recogniser.json describes: it was "
            "cut off or is of another version.",
            remedy="Reinstall sohoa, or in a clone: git checkout models",
        )
    return about, model


def _recognise(networks: Networks, grey: NDArray[np.uint8], boxes: Sequence[Edges]) -> list[EngineLine]:
    """The lines in boxes; a long one is read in parts, which are joined again."""
    parts = [parts_of(grey, box, networks.max_width) for box in boxes]
    crops = [
        cut_line(grey, box, networks.max_width, part)
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


def _read_crops(networks: Networks, crops: Sequence[CutLine]) -> list[EngineLine | None]:
    crops = [replace(crop, ink=ink) for crop, ink in zip(crops, deepened([crop.ink for crop in crops]), strict=True)]
    lines: list[EngineLine | None] = [None] * len(crops)
    some = [at for at, crop in enumerate(crops) if crop.box.width and crop.box.height]
    for at, steps in zip(some, _steps(networks, [crops[at].ink for at in some]), strict=True):
        lines[at] = line_of(crops[at], steps, networks.charset)
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
