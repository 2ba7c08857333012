"""The surroundings of a seal: which part of a page they are, and what was read there row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.reading.engines.base import EngineLine
from pipeline.values import Box

# How far around a seal is read, in parts of its size: the signer's column lies to its right.
_AROUND = (0.55, 0.6, 1.25, 0.65)  # left, above, right, below


@dataclass(frozen=True, slots=True)
class RowReading:
    """A line as one picture of the place shows it; `source` names the picture."""

    line: EngineLine
    source: str


def rows_of(readings: Sequence[RowReading]) -> list[list[RowReading]]:
    """Readings of one place together."""
    rows: list[list[RowReading]] = []
    for reading in readings:
        for row in rows:
            if any(same_place(reading.line.box, other.line.box) for other in row):
                row.append(reading)
                break
        else:
            rows.append([reading])
    return rows


def zone_of(ring: Box, width: int, height: int) -> Box:
    """The part of a page of this size that is read around a ring."""
    size = max(ring.width, ring.height)
    left, above, right, below = (round(part * size) for part in _AROUND)
    return Box(ring.left - left, ring.top - above, ring.right + right, ring.bottom + below).clipped(width, height)


def touches(row: Sequence[RowReading], ring: Box) -> bool:
    """Whether a row stands where the seal may have spoilt it."""
    box = Box.around(reading.line.box for reading in row)
    slack = 0.1 * ring.height
    return box.top < ring.bottom + slack and box.bottom > ring.top - slack and box.left < ring.right + 4 * slack


def is_within(one: Box, zone: Box) -> bool:
    """Whether a box stands in a zone, clear of its sides."""
    return one.left > zone.left and one.right < zone.right and one.top >= zone.top and one.bottom <= zone.bottom


def is_inside(one: Box, ring: Box) -> bool:
    """Whether a box stands within a ring."""
    radius = max(ring.width, ring.height) / 2
    x, y = ring.centre
    across = max(abs(one.left - x), abs(one.right - x))
    return bool(np.hypot(across, one.centre[1] - y) < 1.02 * radius)


def is_cut(one: Box, zone: Box, width: int, height: int) -> bool:
    """Whether a zone's side, where it is not the page's, cuts what stands in a box."""
    slack = 3
    return (
        (one.left <= zone.left + slack and zone.left > 0)
        or (one.right >= zone.right - slack and zone.right < width)
        or one.top <= zone.top
        or (one.bottom >= zone.bottom and zone.bottom < height)
    )


def same_place(one: Box, other: Box) -> bool:
    """Whether two boxes are of one line's piece."""
    across, down = one.overlap(other)
    return down > 0.5 * min(one.height, other.height) and across > 0.2 * min(one.width, other.width)
