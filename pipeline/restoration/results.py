"""What restoration gives back: restored lines, and what was changed in them."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.edits import By, Edit
from pipeline.language.garble import Garble

IN_DOUBT = 0.8
"""Words that are less likely right than this are in doubt: of those, one in three is wrong."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A reading that was considered, and its log score (channel and language model together)."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Change:
    """A token that was changed: where it stands, what came in and went out, and what else it might have been.

    `start` counts characters of the line as it came in, an old encoding converted. `score` is the log score of `text`,
    `candidates` are its rivals, the best first. `confidence` is the chance that `text` is right.
    """

    start: int
    raw: str
    text: str
    score: float
    confidence: float
    candidates: tuple[Alternative, ...] = ()
    by: str = By.RESTORATION


@dataclass(frozen=True, slots=True)
class RestoredLine:
    """A line after restoration; `confidence` is that of its least sure word (1 where nothing was in doubt).

    `edits` are all that was done to it, undone they give the line that came in; `sure` has the chance of each of its
    words, empty where none was weighed. `doubts` are words that stayed as they were read (`raw` is `text`) though they
    are less likely right than IN_DOUBT.
    """

    text: str
    confidence: float
    changes: tuple[Change, ...] = ()
    garble: Garble = Garble.CLEAN
    edits: tuple[Edit, ...] = ()
    sure: tuple[float, ...] = ()
    doubts: tuple[Change, ...] = ()

    def told(self) -> tuple[Change, ...]:
        """What was changed and what is in doubt, in order."""
        return tuple(sorted((*self.changes, *self.doubts), key=lambda change: change.start))
