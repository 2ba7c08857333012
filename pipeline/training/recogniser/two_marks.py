"""Prints text with its doubly marked letters as Microsoft's faces have them: ề with the grave right of the roof.

Free faces put it left of the roof or on top. Nearly all plans are set in Times New Roman; a recogniser that has only
seen free faces takes its ề for ể.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import ImageDraw

from pipeline.training.recogniser.fonts import Face, face

# The letter below, the mark, how far right of its top the mark stands (of a letter's width), and how much of it stands
# lower than that top: on capitals marks stand beside each other, a breve is hollow on top.
_PARTS = {
    "ầ": ("â", "`", 0.3, 0.65),
    "ề": ("ê", "`", 0.3, 0.65),
    "ồ": ("ô", "`", 0.3, 0.65),
    "Ầ": ("Â", "`", 0.32, 0.9),
    "Ề": ("Ê", "`", 0.32, 0.9),
    "Ồ": ("Ô", "`", 0.32, 0.9),
    "ằ": ("ă", "`", 0.06, 0.6),
    "Ằ": ("Ă", "`", 0.06, 0.6),
    "Ấ": ("Â", "´", 0.3, 0.85),
    "Ế": ("Ê", "´", 0.32, 0.85),
    "Ố": ("Ô", "´", 0.3, 0.85),
}
_BELOW = str.maketrans({letter: parts[0] for letter, parts in _PARTS.items()})


@dataclass(frozen=True)
class Stacking:
    """Where second marks stand: shifts in parts of a letter's width and of the mark's height; and their size."""

    right: float
    down: float
    size: float


def print_text(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, own: Face, stacking: Stacking | None
) -> None:
    """Prints `text` on its base line `at` in the face `own`; without a stacking, marks stand as the face has them."""
    if stacking is None or not any(letter in _PARTS for letter in text):
        draw.text(at, text, font=own, fill=0, anchor="ls")
        return
    below = text.translate(_BELOW)
    draw.text(at, below, font=own, fill=0, anchor="ls")
    name = Path(str(own.path)).name
    small = face(name, max(6, round(own.size * stacking.size)))
    for n, letter in enumerate(text):
        if letter not in _PARTS:
            continue
        base, mark, right, low = _PARTS[letter]
        x, top = _top(name, round(own.size), base)
        left, up, end, down = small.getbbox(mark, anchor="ls")
        wide, high = own.getlength(base), down - up
        middle = at[0] + own.getlength(below[:n]) + x + (right + stacking.right) * wide
        foot = at[1] + top + (low + stacking.down) * high
        draw.text((middle - (left + end) / 2, foot - down), mark, font=small, fill=0, anchor="ls")


@lru_cache(maxsize=2000)
def _top(name: str, pixels: int, letter: str) -> tuple[float, float]:
    """Where the highest ink of a letter is, from its place on the base line."""
    own = face(name, pixels)
    left, up, _, _ = own.getbbox(letter, anchor="ls")
    mask = own.getmask(letter, mode="L")
    ink = np.array(mask, np.uint8).reshape(mask.size[1], mask.size[0])
    rows = np.flatnonzero(ink.max(1) > 100)
    highest = rows[: max(1, round(0.04 * pixels))]
    columns = np.flatnonzero(ink[highest].max(0) > 100)
    return float(left + columns.mean()) if columns.size else float(left), float(up + rows[0])
