"""The ways in which a seal's surroundings are drawn: without the seal, by their inks, crossings made good."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.page_image.colour import to_grey
from pipeline.reading.page_image.ink import blue_ink
from pipeline.reading.seals.find_seals import black_only, dark_only, red_only, without_rings
from pipeline.reading.seals.overlaid_inks import black_filled, red_on_red
from pipeline.values import Box

Picture = NDArray[np.uint8]
# A step of a row is hidden by a pen as far as its columns are; so much of it is seen all the same.
_HIDES, _MOST_HIDDEN = 2.5, 0.4
_HEAD = 0.2  # the upper part of a line, where strokes hide no letter


def pictures(cut: Picture, ring: Box, *, coloured: bool) -> Iterator[tuple[str, Picture]]:
    """Without the colours, the red alone, the darkest ink, without the rings, each with its name."""
    if coloured:
        yield "red and all", to_grey(cut)
        yield "black", black_only(cut, blue_too=False)
        yield "black without blue", black_only(cut, blue_too=True)
        red = red_only(cut)
        yield "red", red
        yield "red without rings", without_rings(red, ring)
        return
    grey = to_grey(cut)
    ringless = without_rings(grey, ring)
    yield "without rings", ringless
    yield "smooth", np.asarray(cv2.GaussianBlur(ringless, (3, 3), 0.8), dtype=np.uint8)
    if float(((grey > 3) & (grey < 252)).mean()) > 0.02:
        yield "dark", dark_only(grey)


def more_pictures(cut: Picture, ring: Box, *, coloured: bool) -> Iterator[tuple[str, Picture]]:
    """Dearer ways, for places where no name was read: crossings of two inks made good."""
    drawn = {"black, filled": black_filled(cut), "red on red": red_on_red(cut, ring)} if coloured else {}
    for source, picture in drawn.items():
        if picture is not None:
            yield source, picture


def of_one_ink(sources: list[str]) -> list[list[str]]:
    """The pictures that show one ink each: what is stamped in red is on no picture of the black print."""
    red = [source for source in sources if source.startswith("red")]
    others = [source for source in sources if source not in red or source == "red and all"]
    return [group for group in (others, red if len(red) > 1 else []) if group]


def hidden_by_pen(cut: Picture, box: Box, left: float, step: float, count: int) -> NDArray[np.float32] | None:
    """How far blue strokes hide each of `count` steps of a row, which begin at x = `left`; None in a grey picture."""
    if cut.ndim != 3:
        return None
    rows = cut[max(0, box.top) + round(_HEAD * box.height) : box.bottom]
    strokes = cv2.dilate(blue_ink(rows).astype(np.uint8), np.ones((3, 3), np.uint8))
    sums = np.concatenate([[0.0], np.cumsum(np.asarray(strokes).mean(axis=0))])
    first = np.clip(np.round(left + (np.arange(count) - 0.5) * step), 0, len(sums) - 2).astype(int)
    last = np.clip(np.round(left + (np.arange(count) + 1.5) * step), first + 1, len(sums) - 1).astype(int)
    share = (sums[last] - sums[first]) / np.maximum(1, last - first)
    return np.asarray(np.minimum(_MOST_HIDDEN, _HIDES * share), dtype=np.float32)
