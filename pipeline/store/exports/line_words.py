"""The words of a printed line with their places, and how the line lies on the page; what ALTO and PDF are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from pipeline.schema import PageLine, PageRecord

# A line tells its own tilt when it is so many times as long as high: a word's box is a pixel or two off, which over a
# short line is more than any page is tilted.
_LONG = 8


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word as it is printed: its letters, its box (left, top, right, bottom in pixels), how sure it is."""

    text: str
    box: tuple[int, int, int, int]
    confidence: float | None

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) of its middle."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


def placed_words(line: PageLine) -> list[PlacedWord]:
    """The words of a line that has a box; where the document knows no places of its own for them, shares of the line.

    That is so of documents made by an earlier version and of lines that a person wrote anew.
    """
    texts = line.text.split()
    if not texts or line.bbox is None:
        return []
    if len(line.words) == len(texts):
        return [
            PlacedWord(text, (left, top, right, bottom), word.confidence)
            for text, word in zip(texts, line.words, strict=True)
            for left, top, right, bottom in (word.bbox,)
        ]
    left, top, right, bottom = line.bbox
    step = (right - left) / len(" ".join(texts))
    placed, at = [], 0
    for text in texts:
        first, last = round(left + at * step), round(left + (at + len(text)) * step)
        placed.append(PlacedWord(text, (first, top, max(first + 1, last), bottom), line.confidence))
        at += len(text) + 1
    return placed


def tilt_of_line(words: Sequence[PlacedWord]) -> float | None:
    """Pixels that a line sinks for each pixel to the right; None of a line too short to tell."""
    if len(words) < 2:
        return None
    high = median(word.box[3] - word.box[1] for word in words)
    if words[-1].box[2] - words[0].box[0] < _LONG * high:
        return None
    across, down = np.array([word.centre for word in words], dtype=np.float64).T
    return float(np.polyfit(across, down, 1)[0])


def tilt_of_page(page: PageRecord) -> float:
    """The same for the page: what half of its long lines have at most; 0 where it has none."""
    tilts = [tilt for line in page.lines if (tilt := tilt_of_line(placed_words(line))) is not None]
    return median(tilts) if tilts else 0.0
