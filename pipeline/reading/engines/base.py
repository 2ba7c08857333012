"""What every recognition engine is: a name, a version, and `read`: grey image in, lines of words out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pipeline.errors import SohoaError
from pipeline.values import Box, Word, mean_confidence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class EngineFailureError(SohoaError):
    """The engine gave no usable answer for this image (crash, bad output); the run goes on without it."""


class EngineTimeoutError(EngineFailureError):
    """The engine did not answer within its time and was stopped."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The likeliest labels of each time step, best first (T x K), as log probabilities; label 0 is the blank."""

    labels: NDArray[np.int64]
    logs: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Strip:
    """A place on a picture as a recogniser saw it: its steps, what their labels stand for, and where they lie.

    `letters[i]` is what label i + 1 stands for; step t is at `left + t * width` pixels of the picture.
    """

    steps: Steps
    letters: str
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A string that a place on the page may say, with its log probability as the engine sees it."""

    text: str
    log: float


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What a place on a line may say, likeliest first; a hypothesis may hold several words.

    `sure` (0..1) is how clearly the engine saw letters there at all, whichever they are.
    """

    box: Box
    readings: tuple[Hypothesis, ...]
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class EngineLine:
    """A line as an engine saw it: its box, and its words from left to right.

    An engine that knows what else its words may say gives `places`, one for each word of `words`.
    """

    box: Box
    words: tuple[Word, ...]
    places: tuple[Alternatives, ...] = ()

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """Mean confidence of the words, each counted by its length; 1 where the engine gives none."""
        known = mean_confidence(self.words)
        return known if known is not None else float(bool(self.text))

    def moved(self, across: int, down: int = 0) -> EngineLine:
        """The line so many pixels farther right and down."""
        words = tuple(word.moved(across, down) for word in self.words)
        places = tuple(replace(place, box=place.box.moved(across, down)) for place in self.places)
        return replace(self, box=self.box.moved(across, down), words=words, places=places)


class Engine(Protocol):
    """A recogniser of printed text."""

    @property
    def name(self) -> str:
        """Short name for the provenance."""

    @property
    def version(self) -> str:
        """Version of engine and model; part of the cache key. Raises MissingToolError when it is not installed."""

    def read(self, grey: NDArray[np.uint8], *, dpi: int, seconds: float) -> list[EngineLine]:
        """All lines of an upright page image (height x width, 0 = black), boxes in its pixels.

        Raises EngineTimeoutError after `seconds`, EngineFailureError when there is no usable answer.
        """


@runtime_checkable
class BoxEngine(Protocol):
    """An engine that can be told where a line stands: for what its own search for lines passed over."""

    def read_boxes(self, grey: NDArray[np.uint8], boxes: Sequence[Box]) -> list[EngineLine]:
        """A line for each box of a page's picture in which something is read; raises EngineFailureError."""


@runtime_checkable
class StripEngine(Protocol):
    """An engine that tells all that it sees of a line, step by step."""

    def strips(self, pictures: Sequence[NDArray[np.uint8]], box: Box) -> Sequence[Strip]:
        """One place on several pictures of a page, all with the same steps; raises EngineFailureError."""
