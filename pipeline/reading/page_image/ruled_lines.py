"""Straight ruled lines on a page: the frames of tables, found as long thin pieces of ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.page_image.ink import ink_mask, shrunk

# Long side of the picture that rules are looked for on; at 200 dpi an A4 page is not made smaller.
_SIDE = 1700
# A rule is at least this long, in parts of the page's width: longer than any letter's straight stroke.
_LEAST_LENGTH = 0.028
# Pieces of one rule are joined over gaps of this part of the page's width (worn copies break rules).
_BRIDGED = 0.02


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled line: at y = `at` from x = `start` to `stop` when horizontal, else at x = `at` between two y."""

    at: int
    start: int
    stop: int

    @property
    def length(self) -> int:
        """Length in pixels."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Rules:
    """A page's ruled lines, sorted by where they lie."""

    horizontal: tuple[Rule, ...] = ()
    vertical: tuple[Rule, ...] = ()


def find_rules(grey: NDArray[np.uint8]) -> Rules:
    """The ruled lines of an upright page, in its pixels."""
    small = shrunk(grey, _SIDE)
    scale = grey.shape[1] / small.shape[1]
    # Hairlines come out pale; what is long and straight may be faint.
    ink = ink_mask(small, part=0.12, least=14.0)
    least = max(20, round(_LEAST_LENGTH * small.shape[1]))
    bridged = max(4, round(_BRIDGED * small.shape[1]))
    horizontal = [_scaled(rule, scale) for rule in _runs(ink, least, bridged)]
    # Letters have straight stems as high as a line; only longer vertical pieces are rules.
    vertical = [_scaled(rule, scale) for rule in _runs(np.ascontiguousarray(ink.T), least, bridged)]
    return Rules(tuple(horizontal), tuple(vertical))


def _scaled(rule: Rule, scale: float) -> Rule:
    return Rule(round(rule.at * scale), round(rule.start * scale), round(rule.stop * scale))


def _runs(ink: NDArray[np.uint8], least: int, bridged: int) -> list[Rule]:
    """Horizontal rules of an ink mask."""
    # A slightly turned rule is a staircase: thickened by a pixel, its steps run on.
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    _, _, stats, centres = cv2.connectedComponentsWithStats(long, connectivity=8)
    pieces = [
        Rule(int(centres[i][1]), int(s[cv2.CC_STAT_LEFT]), int(s[cv2.CC_STAT_LEFT] + s[cv2.CC_STAT_WIDTH]))
        for i, s in enumerate(stats)
        if i and s[cv2.CC_STAT_HEIGHT] <= max(9, 0.03 * s[cv2.CC_STAT_WIDTH] + 7)
    ]
    return _joined(pieces, bridged)


def _joined(pieces: Sequence[Rule], bridged: int) -> list[Rule]:
    """Pieces on one height with small gaps between them, made one rule."""
    joined: list[Rule] = []
    for piece in sorted(pieces, key=lambda rule: rule.start):
        for index, rule in enumerate(joined):
            if abs(rule.at - piece.at) <= 7 and piece.start - rule.stop <= bridged:
                longer = rule if rule.length > piece.length else piece
                joined[index] = Rule(longer.at, rule.start, max(rule.stop, piece.stop))
                break
        else:
            joined.append(piece)
    return sorted(joined, key=lambda rule: rule.at)
