"""The network that sees digits written by pen among print (models/pen.md). Imported when a slot is to be read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from trueocr.preprocess import pad_batch

from pipeline.errors import MissingToolError
from pipeline.reading.engines.base import EngineFailureError
from pipeline.reading.engines.line_detector import session_of
from pipeline.reading.page_marks.pen_views import VIEWS, shown, view_of
from pipeline.resources import model_file
from pipeline.values import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLASSES = "0123456789"
"""What class n + 1 stands for; class 0 is nothing: paper, print, strokes that are no digit."""

_FAINT = -12.0  # log probability of a class that is not among the likeliest eight of a step


@dataclass(frozen=True)
class PenNetwork:
    """The network, loaded for one thread; `sharpness` makes what it sees on several views as sure as it is right."""

    session: Any
    sharpness: float
    unseen: float

    @classmethod
    def load(cls) -> Self:
        """The one that is installed. Raises MissingToolError when a file is missing or as `of` does."""
        return cls.of(model_file("pen.json"), model_file("pen.onnx"))

    @classmethod
    def of(cls, description: Path, network: Path) -> Self:
        """One from its files. Raises MissingToolError for a network that was cut off or is another's."""
        about: dict[str, Any] = json.loads(description.read_text(encoding="utf-8"))
        model = network.read_bytes()
        if hashlib.sha256(model).hexdigest() != about["sha256"]:
            raise MissingToolError(
                "The digits' network (models/pen.onnx) is not the one that pen.json describes.",
                remedy="Reinstall sohoa, or in a clone: git checkout models",
            )
        return cls(session_of(model), float(about["sharpness"]), float(about["unseen"]))

    def see(self, grey: NDArray[np.uint8], slot: Box, row: Box) -> list[NDArray[np.float32]]:
        """The log probabilities of the classes along each view of a slot (steps x classes); boxes in pixels of `grey`.

        Raises EngineFailureError.
        """
        try:
            return self.classes([shown(grey, view_of(slot, row, *view)) for view in VIEWS])
        except Exception as error:  # ONNX Runtime's and OpenCV's errors share no base class
            raise EngineFailureError(f"the digits' network gave no usable answer: {error}") from error

    def classes(self, views: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """The same of views that are cut out already (96 rows, the slot in the middle third)."""
        tensor, widths = pad_batch(list(views))
        lengths, logs, labels = self.session.run(["lengths", "topv", "topi"], {"x": tensor, "widths": widths})
        seen = []
        for at, length in enumerate(lengths.tolist()):
            steps = np.full((length, len(CLASSES) + 1), _FAINT, np.float32)
            np.put_along_axis(steps, labels[at, :length], logs[at, :length], axis=1)
            seen.append(steps)
        return seen
