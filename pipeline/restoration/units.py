"""What the decoder works on: places for one word each, and the words that may stand there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Unit:
    """A place for one word: candidate word ids, and for each the channel's log P(read | word)."""

    words: Ids
    scores: Scores


@dataclass(frozen=True)
class Units:
    """The units of several paragraphs in a row, and all their candidates in a row.

    `words` and `scores` are those of all candidates; unit u has the `width[u]` candidates from `first[u]` on.
    `lengths` says how many units each paragraph has.
    """

    words: Ids
    scores: Scores
    first: Ids
    width: Ids
    lengths: Ids

    @staticmethod
    def of(paragraphs: Sequence[Sequence[Unit]]) -> Units:
        """Those of `paragraphs`."""
        units = [unit for own in paragraphs for unit in own]
        width = np.array([len(unit.words) for unit in units], dtype=np.int64)
        return Units(
            np.concatenate([unit.words for unit in units]) if units else np.zeros(0, dtype=np.int64),
            np.concatenate([unit.scores for unit in units]) if units else np.zeros(0, dtype=np.float32),
            np.cumsum(width) - width,
            width,
            np.array([len(own) for own in paragraphs], dtype=np.int64),
        )

    def with_scores(self, scores: Scores) -> Units:
        """The same with other scores."""
        return replace(self, scores=scores)

    def part(self, start: int, end: int) -> Units:
        """Paragraphs `start` to `end`."""
        low, high = int(self.lengths[:start].sum()), int(self.lengths[:end].sum())
        width = self.width[low:high]
        from_, to = int(self.width[:low].sum()), int(self.width[:high].sum())
        return Units(
            self.words[from_:to], self.scores[from_:to], np.cumsum(width) - width, width, self.lengths[start:end]
        )

    @property
    def owner(self) -> Ids:
        """The unit of each candidate."""
        return np.repeat(np.arange(len(self.width)), self.width)
