"""What every recognition engine is: a name, a version, and `read`: grey image in, lines with words out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipeline.errors import SohoaError
from pipeline.values import Box, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class EngineFailureError(SohoaError):
    """The engine gave no usable answer for this image (crash, bad output); the run goes on without it."""


class EngineTimeoutError(EngineFailureError):
    """The engine did not answer within its time and was stopped."""


@dataclass(frozen=True, slots=True)
class EngineLine:
    """A line as an engine saw it: its box, its words from left to right, and their mean confidence (0..1)."""

    box: Box
    words: tuple[Word, ...]
    confidence: float

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word.text for word in self.words)


class Engine(Protocol):
    """A recogniser of printed text."""

    @property
    def name(self) -> str:
        """Short name for the provenance."""

    @property
    def version(self) -> str:
        """Version of engine and model; part of the cache key."""

    def read(self, grey: NDArray[np.uint8], *, dpi: int, seconds: float) -> list[EngineLine]:
        """All lines of an upright page image (height x width, 0 = black), boxes in its pixels.

        Raises EngineTimeoutError after `seconds`, EngineFailureError when there is no usable answer.
        """
