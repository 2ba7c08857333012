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

from pipeline.training.recogniser.strokes import FORMS, Form

Ink = NDArray[np.float32]

_FONTS = (
    "Breip.ttf", "DancingScript-Regular.otf", "Humor-Sans.ttf", "Kristi.ttf", "dkg.ttf",
)  # fmt: skip
_FONT_SHARE = 0.2
_SCALE = 3  # strokes are drawn this much larger, then shrunk
_INKS = (0, 30, 60, 85)  # grey of a pen's stroke as a scanner sees it: black, blue-black, blue, pale


@dataclass(frozen=True)
class Hand:
    """How somebody writes: forms and slant; width, pen, gaps and unrest in parts of a digit's height."""

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
        forms={
            sign: rng.choices([form for _, form in forms], [often for often, _ in forms])[0]
            for sign, forms in FORMS.items()
        },
        slant=rng.gauss(0.14, 0.15),
        width=rng.uniform(0.28, 0.68),
        pen=rng.choice((rng.uniform(0.06, 0.1), rng.uniform(0.07, 0.12), rng.uniform(0.1, 0.16))),
        gap=rng.uniform(0.08, 0.3) if rng.random() < 0.35 else rng.uniform(-0.1, 0.12),
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
    return np.asarray(canvas[rows[0] : rows[-1] + 1, max(0, columns[0] - 1) : columns[-1] + 2], np.float32)


def _advance(letter: Ink) -> int:
    columns = np.flatnonzero(letter.max(0) > 0.2)
    return int(columns[-1]) + 1 if columns.size else letter.shape[1]


def _letter(sign: str, hand: Hand, height: float, rng: random.Random) -> Ink:
    """One sign; three heights of rows, the base line at two of them, its ink from the first column on."""
    ink = _typed(sign, hand, height, rng) if hand.font or sign not in FORMS else _drawn(sign, hand, height, rng)
    columns = np.flatnonzero(ink.max(0) > 0.2)
    return ink[:, columns[0] : columns[-1] + 1] if columns.size else ink[:, :1]


def _drawn(sign: str, hand: Hand, height: float, rng: random.Random) -> Ink:
    form = (
        hand.forms[sign]
        if rng.random() < 0.88
        else rng.choices([f for _, f in FORMS[sign]], [w for w, _ in FORMS[sign]])[0]
    )
    own = height * rng.uniform(0.9, 1.1)
    wide = own * hand.width * rng.uniform(0.88, 1.12)
    slant = hand.slant + rng.gauss(0, 0.03)
    canvas = np.zeros((round(3 * height * _SCALE), round(4 * height * _SCALE)), np.uint8)
    pen = max(1, round(hand.pen * height * _SCALE * rng.uniform(0.85, 1.15)))
    turn = rng.gauss(0, 0.04)
    for stroke in form:
        points = np.array(stroke) + np.array(
            [[rng.gauss(0, hand.unrest) * 1.5, rng.gauss(0, hand.unrest)] for _ in stroke]
        )
        for n in range(1, len(stroke)):  # a corner stays one
            if stroke[n] == stroke[n - 1]:
                points[n] = points[n - 1]
        x = points[:, 0] * wide + (1 - points[:, 1]) * own * slant + turn * (points[:, 1] - 0.5) * own
        y = points[:, 1] * own + 2 * height - own
        curve = spline(np.stack([x + 1.5 * height, y], 1)) * _SCALE
        cv2.polylines(
            canvas,
            [np.round(curve * 16).astype(np.int32)],
            isClosed=False,
            color=255,
            thickness=pen,
            lineType=cv2.LINE_AA,
            shift=4,
        )
    small = cv2.resize(canvas, (round(4 * height), round(3 * height)), interpolation=cv2.INTER_AREA)
    return (small / np.float32(255)).astype(np.float32)


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
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    glyph = np.asarray(cv2.resize(glyph, size, interpolation=how), np.uint8)
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
