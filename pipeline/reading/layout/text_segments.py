"""Segments: runs of words that belong together on one row, the atoms that layout arranges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.reading.engines.base import EngineLine
from pipeline.values import Box, Word, mean_confidence

# Gaps between words are split at this many line heights: justified text stays below, columns are above.
WIDE_GAP = 2.0
# Pieces of one row closer than this are one line that the engine cut in two.
NARROW_GAP = 1.2
# Two segments share a row when they overlap by this part of the lower one's height.
SAME_ROW_OVERLAP = 0.55


@dataclass(frozen=True, slots=True)
class Segment:
    """Words with boxes, left to right, on one row."""

    words: tuple[Word, ...]
    box: Box

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """Mean confidence of the words that carry one, weighted by their length; 1 when none does."""
        known = mean_confidence(self.words)
        return 1.0 if known is None else known

    @property
    def centre(self) -> float:
        """Horizontal centre in pixels."""
        return self.box.centre[0]

    @property
    def middle(self) -> float:
        """Vertical middle in pixels."""
        return self.box.centre[1]

    @property
    def baseline(self) -> float:
        """About where the letters stand: the median bottom of the words (descenders pull single words down)."""
        return median(word.box.bottom for word in self.words if word.box)


def segment(words: Iterable[Word]) -> Segment:
    """A segment of words, which all have boxes and of which there is at least one."""
    ordered = tuple(sorted(words, key=lambda word: word.box.left if word.box else 0))
    return Segment(ordered, Box.around(word.box for word in ordered if word.box))


def line_height(lines: Sequence[EngineLine]) -> float:
    """The page's usual line height in pixels: the median over lines, each counted by its number of words."""
    heights = [line.box.height for line in lines for _ in line.words]
    return float(median(heights)) if heights else 1.0


def split_lines(lines: Iterable[EngineLine], height: float) -> list[Segment]:
    """Cut the engine's lines at wide gaps."""
    segments: list[Segment] = []
    for line in lines:
        run: list[Word] = []
        for word in sorted((w for w in line.words if w.box), key=lambda w: w.box.left if w.box else 0):
            if run and gap(run[-1], word) > WIDE_GAP * height:
                segments.append(segment(run))
                run = []
            run.append(word)
        if run:
            segments.append(segment(run))
    return segments


def gap(left: Word, right: Word) -> int:
    """Blank pixels between two words."""
    return right.box.left - left.box.right if left.box and right.box else 0


def same_row(one: Box, other: Box) -> bool:
    """Whether two boxes stand side by side on one row."""
    _, overlap = one.overlap(other)
    return overlap >= SAME_ROW_OVERLAP * max(1, min(one.height, other.height))


def rows_of(segments: Iterable[Segment]) -> list[list[Segment]]:
    """Segments grouped into rows, top to bottom, each row left to right."""
    rows: list[list[Segment]] = []
    for piece in sorted(segments, key=lambda f: (f.middle, f.box.left)):
        for row in reversed(rows[-4:]):
            if all(_side_by_side(piece, other) for other in row):
                row.append(piece)
                break
        else:
            rows.append([piece])
    for row in rows:
        row.sort(key=lambda f: f.box.left)
    rows.sort(key=lambda row: sum(f.middle for f in row) / len(row))
    return rows


def _side_by_side(one: Segment, other: Segment) -> bool:
    apart = one.box.left >= other.box.right - 2 or other.box.left >= one.box.right - 2
    return apart and same_row(one.box, other.box)


def join_close(row: Sequence[Segment], height: float) -> list[Segment]:
    """Join neighbours of a row that the engine cut in two."""
    joined: list[Segment] = []
    for piece in row:
        if joined and piece.box.left - joined[-1].box.right < NARROW_GAP * height:
            joined[-1] = segment([*joined[-1].words, *piece.words])
        else:
            joined.append(piece)
    return joined


def typical_pitch(baselines: Sequence[float], height: float) -> float:
    """Distance of two lines of one paragraph: the lower quartile of the baseline steps, not below a line's height."""
    steps = sorted(b - a for a, b in pairwise(baselines) if 0.7 * height < b - a < 3 * height)
    return max(steps[len(steps) // 4], height) if steps else 1.2 * height
