"""sohoa's own engine: a small network that reads print, marks, punctuation and digits written by pen.

What needs ONNX Runtime lies in `networks` and is imported at the first page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Self

from pipeline.errors import MissingToolError
from pipeline.reading.engines.base import EngineFailureError, EngineLine, Strip
from pipeline.resources import model_file
from pipeline.settings import ReadingSettings
from pipeline.values import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.reading.engines.networks import Networks


class SohoaEngine:
    """The recogniser of models/ behind the Engine protocol. Loads its networks at the first page; one thread."""

    name = "sohoa"

    @classmethod
    def of(cls, _settings: ReadingSettings) -> Self:
        """The engine for these settings, none of which it needs."""
        return cls()

    @cached_property
    def version(self) -> str:
        """The version of its weights; raises MissingToolError when they are not there."""
        return str(json.loads(model_file("recogniser.json").read_text(encoding="utf-8"))["version"])

    @cached_property
    def _networks(self) -> Networks:
        _ = self.version
        loaded: Networks = import_module("pipeline.reading.engines.networks").Networks.load()
        return loaded

    def read(self, grey: NDArray[np.uint8], *, dpi: int, seconds: float) -> list[EngineLine]:
        """See `Engine.read`. The work is bounded by the image's size, so `seconds` is not needed; nor is `dpi`."""
        return self._lines(lambda networks: networks.read(grey))

    def read_boxes(self, grey: NDArray[np.uint8], boxes: Sequence[Box]) -> list[EngineLine]:
        """See `BoxEngine.read_boxes`."""
        return self._lines(lambda networks: networks.read_boxes(grey, boxes))

    def strips(self, pictures: Sequence[NDArray[np.uint8]], box: Box) -> list[Strip]:
        """See `StripEngine.strips`."""
        networks = self._networks
        try:
            return networks.strips(pictures, box)
        except Exception as error:  # as below
            raise EngineFailureError(f"the recogniser gave no usable answer: {error}") from error

    def _lines(self, read: Callable[[Networks], list[EngineLine]]) -> list[EngineLine]:
        networks = self._networks
        try:
            lines = read(networks)
        except MissingToolError:
            raise
        except Exception as error:  # ONNX Runtime's and OpenCV's errors share no base class
            raise EngineFailureError(f"the recogniser gave no usable answer: {error}") from error
        return [line for line in lines if line.words]
