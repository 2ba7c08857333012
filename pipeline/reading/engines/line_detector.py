"""Finds the lines of an upright page with trueocr's detector (0.1.1, Apache-2.0); its other networks are not loaded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import trueocr
from trueocr.page import ADAPTIVE_MAX_SIDE, ADAPTIVE_MIN_H, ADAPTIVE_TARGET_H, INPUT_MULTIPLE, decode_lines, det_input

from pipeline.reading.engines.line_pictures import Edges, strips_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEW_LINES = 8  # of so few the usual height says nothing


@dataclass(frozen=True)
class LineDetector:
    """The detector's network, loaded; `long_side` is the size (pixels) that a page is shrunk to."""

    session: Any
    long_side: int

    @staticmethod
    def load() -> LineDetector:
        """Load the network, for one thread."""
        folder = Path(trueocr.__file__).parent / "models"
        about = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        return LineDetector(session_of((folder / "det.onnx").read_bytes()), int(about["det_long_side"]))

    def lines_on(self, grey: NDArray[np.uint8]) -> list[Edges]:
        """Where the lines of an upright grey page stand."""
        found: list[Edges] = []
        height, width = grey.shape
        for top, bottom in strips_of(height, width):
            boxes = self._boxes(np.ascontiguousarray(grey[top:bottom]))
            lines = [(float(b[0]), float(b[1]) + top, float(b[2]), float(b[3]) + top) for b in boxes]
            # A line at a border is whole in the next strip, and what both show is one line.
            whole = [
                one for one in lines if (top == 0 or one[1] > top + 1) and (bottom == height or one[3] < bottom - 1)
            ]
            found += [one for one in whole if top == 0 or not any(_same_line(one, known) for known in found)]
        return found

    def _boxes(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Boxes (N x 5: left, top, right, bottom, score); small print is looked for a second time, enlarged."""
        boxes, scale = self._boxes_at(grey, self.long_side)
        if len(boxes) >= _FEW_LINES:
            usual = max(1.0, float(np.median(boxes[:, 3] - boxes[:, 1])))
            if usual < ADAPTIVE_MIN_H:
                side = int(min(ADAPTIVE_MAX_SIDE, self.long_side * ADAPTIVE_TARGET_H / usual))
                side = side // INPUT_MULTIPLE * INPUT_MULTIPLE
                if side > self.long_side:
                    boxes, scale = self._boxes_at(grey, side)
        boxes[:, :4] /= scale
        height, width = grey.shape
        boxes[:, [0, 2]] = boxes[:, [0, 2]].clip(0, width)
        boxes[:, [1, 3]] = boxes[:, [1, 3]].clip(0, height)
        return boxes

    def _boxes_at(self, grey: NDArray[np.uint8], side: int) -> tuple[NDArray[np.float32], float]:
        ink, scale = det_input(grey, side)
        (seen,) = self.session.run(None, {"x": ink[None, None]})
        boxes: NDArray[np.float32] = decode_lines(seen[0])
        return boxes, float(scale)


def session_of(model: bytes) -> Any:  # noqa: ANN401 - onnxruntime has no types
    """An ONNX Runtime session for one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Batches of changing shape make the arena grow and grow.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _same_line(one: Edges, other: Edges) -> bool:
    """Whether two boxes of neighbouring strips show one line, or a part of it."""
    down = min(one[3], other[3]) - max(one[1], other[1])
    across = min(one[2], other[2]) - max(one[0], other[0])
    low, narrow = min(one[3] - one[1], other[3] - other[1]), min(one[2] - one[0], other[2] - other[0])
    return down > 0.5 * low and across > 0.5 * narrow
