"""Numbers as a clerk writes them by pen: strokes of our own, bent at random, drawn as splines; and handwriting fonts.

Each digit has the forms that Vietnamese clerks write: a 1 with a long upstroke and no foot, a 4 left open or drawn as
an A, a 7 with a bar, a 2 with loops. A hand keeps its forms, slant and pen through a number.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

Ink = NDArray[np.float32]
Stroke = tuple[tuple[float, float], ...]
Form = tuple[Stroke, ...]

FORMS: dict[str, tuple[tuple[float, Form], ...]] = {
    "0": (
        (3, (((0.55, 0.02), (0.2, 0.15), (0.05, 0.5), (0.2, 0.9), (0.5, 1.0), (0.8, 0.85), (0.9, 0.5), (0.8, 0.12), (0.5, 0.0)),)),
        (1, (((0.7, 0.1), (0.35, 0.03), (0.08, 0.45), (0.2, 0.92), (0.55, 1.0), (0.85, 0.6), (0.75, 0.1), (0.45, 0.08)),)),
        (1, (((0.3, 0.1), (0.05, 0.5), (0.3, 1.0), (0.75, 0.9), (0.85, 0.35), (0.55, 0.0), (0.25, 0.15), (0.5, 0.25)),)),
    ),
    "1": (
        (1.5, (((0.5, 0.0), (0.5, 0.5), (0.5, 1.0)),)),
        (3, (((0.1, 0.38), (0.5, 0.0), (0.5, 0.0), (0.5, 0.5), (0.48, 1.0)),)),
        (3, (((-0.1, 0.7), (0.2, 0.38), (0.5, 0.0), (0.5, 0.0), (0.5, 0.5), (0.5, 1.0)),)),
        (1.5, (((-0.25, 0.95), (0.1, 0.5), (0.5, 0.0), (0.5, 0.0), (0.52, 0.5), (0.52, 1.0)),)),
        (0.6, (((0.15, 0.25), (0.5, 0.0), (0.5, 0.0), (0.5, 1.0)), ((0.2, 1.0), (0.8, 1.0)))),
    ),
    "2": (
        (2, (((0.1, 0.22), (0.4, 0.0), (0.8, 0.12), (0.75, 0.42), (0.35, 0.8), (0.05, 1.0), (0.05, 1.0), (0.5, 0.97), (0.9, 1.0)),)),
        (2, (((0.1, 0.2), (0.45, 0.0), (0.8, 0.15), (0.7, 0.45), (0.3, 0.88), (0.08, 0.98), (0.08, 0.84), (0.3, 0.84), (0.6, 0.96), (0.98, 0.97)),)),
        (2.5, (((0.3, 0.28), (0.12, 0.26), (0.16, 0.06), (0.5, 0.0), (0.78, 0.16), (0.65, 0.5), (0.3, 0.85), (0.05, 1.0), (0.5, 0.95), (1.0, 0.96)),)),
        (1.5, (((0.36, 0.24), (0.2, 0.34), (0.1, 0.2), (0.3, 0.02), (0.66, 0.04), (0.74, 0.32), (0.4, 0.75), (0.1, 0.98), (0.12, 0.86), (0.5, 0.94), (1.1, 0.92)),)),
        (0.7, (((0.05, 0.1), (0.4, 0.02), (0.75, 0.06), (0.7, 0.35), (0.1, 0.98), (0.1, 0.98), (0.9, 0.95)),)),
    ),
    "3": (
        (2.5, (((0.1, 0.12), (0.45, 0.0), (0.8, 0.15), (0.7, 0.4), (0.38, 0.47), (0.38, 0.47), (0.78, 0.56), (0.88, 0.8), (0.55, 1.0), (0.22, 0.98), (0.05, 0.86)),)),
        (1.5, (((0.1, 0.05), (0.5, 0.03), (0.85, 0.03), (0.85, 0.03), (0.4, 0.42), (0.4, 0.42), (0.82, 0.55), (0.85, 0.85), (0.5, 1.0), (0.08, 0.92)),)),
        (1.5, (((0.12, 0.15), (0.45, 0.0), (0.78, 0.18), (0.6, 0.45), (0.35, 0.5), (0.4, 0.42), (0.7, 0.5), (0.85, 0.75), (0.5, 1.02), (0.0, 0.95)),)),
        (1, (((0.2, 0.1), (0.6, 0.0), (0.8, 0.2), (0.4, 0.42), (0.75, 0.6), (0.7, 0.95), (0.25, 1.1), (-0.1, 1.05)),)),
    ),
    "4": (
        (1.5, (((0.58, 0.0), (0.3, 0.35), (0.02, 0.68), (0.02, 0.68), (0.5, 0.67), (0.98, 0.66)), ((0.66, 0.3), (0.64, 0.65), (0.62, 1.0)))),
        (1.5, (((0.25, 0.05), (0.12, 0.35), (0.05, 0.6), (0.05, 0.6), (0.5, 0.58), (0.95, 0.55)), ((0.75, 0.05), (0.7, 0.5), (0.65, 1.0)))),
        (3, (((0.02, 0.62), (0.28, 0.3), (0.58, 0.0), (0.58, 0.0), (0.62, 0.5), (0.64, 1.0)), ((-0.02, 0.64), (0.5, 0.66), (1.0, 0.62)))),
        (1.5, (((-0.05, 1.0), (0.2, 0.55), (0.5, 0.0), (0.5, 0.0), (0.65, 0.5), (0.8, 1.0)), ((0.05, 0.66), (0.5, 0.65), (0.95, 0.62)))),
        (1, (((0.62, 0.95), (0.6, 0.5), (0.56, 0.02), (0.56, 0.02), (0.3, 0.35), (0.0, 0.68), (0.0, 0.68), (0.5, 0.66), (1.0, 0.64)),)),
        (1, (((0.4, 0.05), (0.05, 0.6), (0.35, 0.68), (0.8, 0.6)), ((0.8, 0.25), (0.7, 0.65), (0.6, 1.05)))),
    ),
    "5": (
        (2, (((0.25, 0.02), (0.2, 0.25), (0.15, 0.45), (0.15, 0.45), (0.5, 0.38), (0.85, 0.6), (0.75, 0.9), (0.4, 1.0), (0.05, 0.9)), ((0.25, 0.03), (0.55, 0.04), (0.9, 0.0)))),
        (2, (((0.9, 0.02), (0.55, 0.04), (0.28, 0.03), (0.28, 0.03), (0.18, 0.45), (0.18, 0.45), (0.55, 0.38), (0.85, 0.62), (0.72, 0.92), (0.35, 1.0), (0.02, 0.92)),)),
        (1.5, (((0.3, 0.12), (0.25, 0.4), (0.25, 0.4), (0.6, 0.42), (0.75, 0.7), (0.5, 0.98), (0.0, 1.0)), ((0.3, 0.08), (0.7, 0.05), (1.1, -0.05)))),
        (1, (((0.95, 0.0), (0.6, 0.06), (0.4, 0.05), (0.4, 0.05), (0.25, 0.42), (0.5, 0.42), (0.72, 0.62), (0.6, 0.9), (0.3, 1.05), (-0.1, 1.08)),)),
    ),
    "6": (
        (2, (((0.75, 0.02), (0.35, 0.25), (0.1, 0.65), (0.25, 0.97), (0.6, 0.98), (0.82, 0.75), (0.6, 0.53), (0.3, 0.58), (0.12, 0.78)),)),
        (2, (((0.6, 0.0), (0.2, 0.35), (0.08, 0.75), (0.35, 1.0), (0.75, 0.88), (0.75, 0.6), (0.4, 0.55), (0.15, 0.8)),)),
        (1, (((0.5, -0.05), (0.15, 0.5), (0.15, 0.9), (0.5, 1.0), (0.75, 0.75), (0.5, 0.58), (0.2, 0.75)),)),
        (0.8, (((0.9, 0.08), (0.6, 0.0), (0.25, 0.3), (0.1, 0.7), (0.3, 1.0), (0.7, 0.92), (0.78, 0.66), (0.45, 0.52), (0.2, 0.66)),)),
    ),
    "7": (
        (1.2, (((0.05, 0.05), (0.5, 0.04), (0.9, 0.03), (0.9, 0.03), (0.55, 0.5), (0.35, 1.0)),)),
        (3, (((0.05, 0.05), (0.5, 0.04), (0.9, 0.03), (0.9, 0.03), (0.6, 0.5), (0.4, 1.0)), ((0.2, 0.52), (0.55, 0.5), (0.92, 0.46)))),
        (2, (((0.0, 0.22), (0.1, 0.06), (0.45, 0.1), (0.9, 0.0), (0.9, 0.0), (0.62, 0.5), (0.48, 1.05)), ((0.2, 0.55), (0.55, 0.5), (1.0, 0.45)))),
        (1, (((0.05, 0.25), (0.08, 0.05), (0.5, 0.05), (0.9, 0.02), (0.6, 0.5), (0.45, 1.0)), ((0.25, 0.5), (0.9, 0.5)))),
        (1, (((0.15, 0.3), (0.5, 0.0), (0.62, 0.06), (0.55, 0.5), (0.5, 1.05)), ((0.1, 0.56), (0.5, 0.52), (1.0, 0.46)))),
    ),
    "8": (
        (2, (((0.8, 0.15), (0.5, 0.0), (0.2, 0.18), (0.4, 0.45), (0.75, 0.68), (0.7, 0.95), (0.4, 1.0), (0.12, 0.85), (0.35, 0.55), (0.7, 0.35), (0.8, 0.12)),)),
        (1.5, (((0.5, 0.45), (0.2, 0.25), (0.45, 0.0), (0.75, 0.18), (0.5, 0.46), (0.15, 0.72), (0.4, 1.0), (0.8, 0.8), (0.5, 0.45)),)),
        (1.5, (((0.85, 0.1), (0.5, 0.02), (0.25, 0.2), (0.5, 0.5), (0.7, 0.8), (0.4, 1.02), (0.1, 0.82), (0.5, 0.45), (0.95, 0.05)),)),
        (0.8, (((0.5, 0.5), (0.25, 0.28), (0.5, 0.02), (0.78, 0.25), (0.5, 0.5)), ((0.5, 0.5), (0.1, 0.75), (0.5, 1.0), (0.9, 0.75), (0.5, 0.5)))),
    ),
    "9": (
        (2, (((0.8, 0.2), (0.5, 0.0), (0.15, 0.2), (0.25, 0.5), (0.6, 0.48), (0.82, 0.2), (0.82, 0.2), (0.75, 0.65), (0.55, 1.0)),)),
        (2, (((0.75, 0.1), (0.35, 0.02), (0.1, 0.3), (0.35, 0.52), (0.72, 0.3), (0.78, 0.08), (0.78, 0.6), (0.55, 0.98), (0.15, 0.95)),)),
        (1.5, (((0.75, 0.22), (0.45, 0.02), (0.12, 0.25), (0.4, 0.5), (0.75, 0.25), (0.75, 0.6), (0.5, 1.05), (-0.05, 1.05)),)),
        (1, (((0.8, 0.1), (0.4, 0.0), (0.15, 0.28), (0.45, 0.46), (0.8, 0.12), (0.7, 0.55), (0.65, 1.0)),)),
    ),
    "/": ((1, (((0.75, -0.05), (0.4, 0.5), (0.05, 1.05)),)),),
    "-": ((1, (((0.05, 0.6), (0.7, 0.57)),)),),
    ".": ((1, (((0.2, 0.97), (0.26, 0.99)),)),),
}
"""By sign: how often a form is met, and its strokes. Of the height of a digit; y runs down. A point given twice is a corner."""

_FONTS = (
    "dkg.ttf", "Breip.ttf", "kristi.ttf", "Kristi.ttf", "femkeklaver.ttf", "humorsans.ttf", "Humor-Sans.ttf",
    "DancingScript-Regular.otf", "Dancing-Script.ttf", "klee.ttf", "Klee.ttf", "Havana.otf",
)  # fmt: skip
_FONT_SHARE = 0.2
_SCALE = 3  # strokes are drawn this much larger, then shrunk
_INKS = (0, 30, 60, 85)  # grey of a pen's stroke as a scanner sees it: black, blue-black, blue, pale


@dataclass(frozen=True)
class Hand:
    """How somebody writes: the form of each sign, the slant, the width of letters and pen (of a digit's height), the unrest."""

    forms: dict[str, Form]
    slant: float
    width: float
    pen: float
    gap: float
    unrest: float
    drift: float
    grey: int
    font: str | None = None


def a_hand(rng: random.Random) -> Hand:
    """Somebody's hand."""
    return Hand(
        forms={sign: rng.choices([form for _, form in forms], [often for often, _ in forms])[0] for sign, forms in FORMS.items()},
        slant=rng.gauss(0.14, 0.15),
        width=rng.uniform(0.38, 0.72),
        pen=rng.choice((rng.uniform(0.06, 0.1), rng.uniform(0.07, 0.12), rng.uniform(0.1, 0.16))),
        gap=rng.choice((rng.uniform(0.05, 0.3), rng.uniform(-0.1, 0.12))),
        unrest=rng.uniform(0.015, 0.05),
        drift=max(-0.12, min(0.12, rng.gauss(0, 0.05))),
        grey=rng.choice(_INKS),
        font=rng.choice(_hand_fonts()) if _hand_fonts() and rng.random() < _FONT_SHARE else None,
    )


def written(text: str, hand: Hand, height: float, rng: random.Random) -> Ink:
    """`text` by pen as an ink map (0..1), its digits about `height` pixels high, cut to the ink."""
    letters = [_letter(sign, hand, height, rng) for sign in text]
    gap = hand.gap * height
    base = round(height * (3 + 0.3 * len(text)))  # room for a number that climbs or falls
    across = sum(one.shape[1] for one in letters) + len(letters) * 1.4 * max(gap, 0) + 3 * height
    canvas = np.zeros((2 * base, round(across)), np.float32)
    x = height
    for n, letter in enumerate(letters):
        # Every letter's ink map has its base line at two thirds of its rows.
        top = round(base - letter.shape[0] * 2 / 3 + height * (rng.uniform(-0.06, 0.06) - hand.drift * n))
        left = round(x)
        place = canvas[top : top + letter.shape[0], left : left + letter.shape[1]]
        np.maximum(place, letter[: place.shape[0], : place.shape[1]], out=place)
        x += _advance(letter) + gap * rng.uniform(0.4, 1.4) 
    rows, columns = np.flatnonzero(canvas.max(1) > 0.2), np.flatnonzero(canvas.max(0) > 0.2)
    if not rows.size:
        return np.zeros((1, 1), np.float32)
    return canvas[rows[0] : rows[-1] + 1, max(0, columns[0] - 1) : columns[-1] + 2]


def _advance(letter: Ink) -> int:
    columns = np.flatnonzero(letter.max(0) > 0.2)
    return int(columns[-1]) + 1 if columns.size else letter.shape[1]


def _letter(sign: str, hand: Hand, height: float, rng: random.Random) -> Ink:
    """One sign; three heights of rows, the base line at two of them, its ink from the first column on."""
    ink = _typed(sign, hand, height, rng) if hand.font or sign not in FORMS else _drawn(sign, hand, height, rng)
    columns = np.flatnonzero(ink.max(0) > 0.2)
    return ink[:, columns[0] : columns[-1] + 1] if columns.size else ink[:, :1]


def _drawn(sign: str, hand: Hand, height: float, rng: random.Random) -> Ink:
    form = hand.forms[sign] if rng.random() < 0.88 else rng.choices([f for _, f in FORMS[sign]], [w for w, _ in FORMS[sign]])[0]
    own = height * rng.uniform(0.9, 1.1)
    wide = own * hand.width * rng.uniform(0.88, 1.12)
    slant = hand.slant + rng.gauss(0, 0.03)
    canvas = np.zeros((round(3 * height * _SCALE), round(4 * height * _SCALE)), np.uint8)
    pen = max(1, round(hand.pen * height * _SCALE * rng.uniform(0.85, 1.15)))
    turn = rng.gauss(0, 0.04)
    for stroke in form:
        points = np.array(stroke) + np.array([[rng.gauss(0, hand.unrest) * 1.5, rng.gauss(0, hand.unrest)] for _ in stroke])
        for n in range(1, len(stroke)):  # a corner stays one
            if stroke[n] == stroke[n - 1]:
                points[n] = points[n - 1]
        x = points[:, 0] * wide + (1 - points[:, 1]) * own * slant + turn * (points[:, 1] - 0.5) * own
        y = points[:, 1] * own + 2 * height - own
        curve = spline(np.stack([x + 1.5 * height, y], 1)) * _SCALE
        cv2.polylines(canvas, [np.round(curve * 16).astype(np.int32)], isClosed=False, color=255, thickness=pen, lineType=cv2.LINE_AA, shift=4)
    small = cv2.resize(canvas, (round(4 * height), round(3 * height)), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255


def spline(points: NDArray[np.float64], steps: int = 8) -> NDArray[np.float64]:
    """A Catmull-Rom curve through `points` (n x 2); a point given twice is a corner."""
    ends = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.concatenate([*parts, points[-1:]])


def _typed(sign: str, hand: Hand, height: float, rng: random.Random) -> Ink:
    """A sign of a handwriting font, slanted as the hand writes."""
    name = hand.font or (rng.choice(_hand_fonts()) if _hand_fonts() else "")
    face = _face(name, max(8, round(height * 1.4))) if name else ImageFont.load_default(max(8, round(height * 1.4)))
    mask = face.getmask(sign, mode="L", anchor="ls")
    glyph = np.array(mask, np.uint8).reshape(mask.size[1], mask.size[0])
    canvas = np.zeros((round(3 * height), round(4 * height)), np.float32)
    if not glyph.size:
        return canvas
    high = height * rng.uniform(0.9, 1.1) * (1.0 if sign.isdigit() or sign == "/" else 0.3 if sign in ".-" else 1.0)
    scale = high / glyph.shape[0]
    size = (max(1, round(glyph.shape[1] * scale)), max(1, round(high)))
    glyph = cv2.resize(glyph, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    rise = 0.3 * height if sign == "-" else 0
    top, left = round(2 * height - size[1] - rise), round(1.5 * height)
    place = canvas[top : top + size[1], left : left + size[0]]
    place[:] = glyph[: place.shape[0], : place.shape[1]].astype(np.float32) / 255
    slant = hand.slant * 0.5
    shear = np.array([[1, -slant, slant * 2 * height], [0, 1, 0]], np.float32)
    return np.asarray(cv2.warpAffine(canvas, shear, (canvas.shape[1], canvas.shape[0])), np.float32)


@lru_cache(maxsize=1)
def _hand_fonts() -> tuple[str, ...]:
    """Files of the handwriting fonts that are installed and have all ten digits."""
    found = {}
    for root in (Path("/usr/share/fonts"), Path("/usr/local/share/fonts")):
        for path in sorted(root.rglob("*.[to]tf")):
            if path.name in _FONTS:
                found[path.name] = str(path)
    return tuple(found[name] for name in sorted(found))


@lru_cache(maxsize=64)
def _face(path: str, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.BASIC)
