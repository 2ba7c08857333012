"""trueocr, a small ONNX recogniser of Vietnamese: fast, sure of lines and letters, less so of marks.

The package is an optional extra; what needs it lies in `trueocr_networks` and is imported at the first page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Self

from pipeline.errors import MissingToolError, extra_command
from pipeline.reading.engines.base import EngineFailureError, EngineLine, Strip
from pipeline.settings import ReadingSettings
from pipeline.values import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.reading.engines.trueocr_networks import Networks


class TrueOcrEngine:
    """The trueocr package behind the Engine protocol. Loads its networks at the first page; one thread."""

    name = "trueocr"

    @classmethod
    def of(cls, _settings: ReadingSettings) -> Self:
        """The engine for these settings, none of which it needs."""
        return cls()

    @cached_property
    def version(self) -> str:
        """The package's version; raises MissingToolError when it is not installed."""
        try:
            return metadata.version("trueocr")
        except metadata.PackageNotFoundError as error:
            raise MissingToolError(
                "The second recognition engine (trueocr) is not installed.",
                remedy=extra_command("engines"),
            ) from error

    @cached_property
    def _networks(self) -> Networks:
        _ = self.version
        loaded: Networks = import_module("pipeline.reading.engines.trueocr_networks").Networks.load()
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
            raise EngineFailureError(f"trueocr gave no usable answer: {error}") from error

    def _lines(self, read: Callable[[Networks], list[EngineLine]]) -> list[EngineLine]:
        networks = self._networks
        try:
            lines = read(networks)
        except Exception as error:  # ONNX Runtime's and OpenCV's errors share no base class
            raise EngineFailureError(f"trueocr gave no usable answer: {error}") from error
        return [line for line in lines if line.words]
