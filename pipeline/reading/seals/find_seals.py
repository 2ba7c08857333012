"""Seals without colour, found by their rings; and what stands under a seal, drawn without it in several ways."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.page_image.colour import Inks
from pipeline.reading.page_image.ink import blue_ink, halfway, ink_mask, red_excess, red_ink, shrunk
from pipeline.stretches import stretches
from pipeline.values import Box

# Rings are looked for on a picture of about this long side.
_SIDE = 850
# A seal's radius in parts of the page's width: 36 mm across on A4 are 0.086; some are a little larger or smaller.
_RADII = (0.06, 0.115)
# What is no larger than this (in parts of the page's width) is a letter or a word, not a seal.
_LETTERS = 0.1
# A ring is one where so much of its way round has ink; signatures and text cross it, wear breaks it.
_RING_SHARE = 0.72
_ANGLES = 120
# A seal of whose ink this part is red is a red one.
_COLOURED = 0.35


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal on a page, in the page's pixels; a coloured one was found by its colour, another by its ring."""

    box: Box
    coloured: bool
    whole: bool = True  # a seal over the margin of several sheets shows a part on each


def find_seals(grey: NDArray[np.uint8], inks: Inks | None) -> tuple[Seal, ...]:
    """The seals of a page: rings, in whatever colour, and red pieces of a seal's size that are no ring."""
    height, width = grey.shape
    rings = find_rings(grey)
    found = [
        Seal(
            box.clipped(width, height),
            coloured=inks is not None and inks.red_share(box) > _COLOURED,
            whole=box.left >= 0 and box.right <= width and box.top >= 0 and box.bottom <= height,
        )
        for box in rings
    ]
    for box in inks.seals if inks else ():
        if not any(box.meets(seal.box) for seal in found):
            at_edge = box.left <= 0.03 * width or box.right >= 0.97 * width
            found.append(Seal(box, coloured=True, whole=not at_edge))
    return tuple(found)


def find_rings(grey: NDArray[np.uint8]) -> tuple[Box, ...]:
    """Boxes of round seals in a grey picture: rings of a seal's size with ink inside."""
    small = shrunk(grey, _SIDE)
    width = small.shape[1]
    if width < 200:
        return ()
    ink = ink_mask(small, part=0.25)
    large = _large_pieces(ink, width)
    if large is None:
        return ()
    scale = grey.shape[1] / width
    least, most = (round(part * width) for part in _RADII)
    circles = cv2.HoughCircles(
        cv2.GaussianBlur(large * np.uint8(255), (3, 3), 0),
        cv2.HOUGH_GRADIENT,
        1,
        0.5 * least,
        param1=120,
        param2=22,
        minRadius=least,
        maxRadius=most,
    )
    if circles is None:
        return ()
    scored = sorted(
        ((_ring_share(ink, *map(float, one)), tuple(map(float, one))) for one in circles[0][:40]), reverse=True
    )
    found: list[tuple[float, float, float]] = []
    for share, (x, y, r) in scored:
        apart = all(np.hypot(x - a, y - b) > r + c for a, b, c in found)
        if share >= _RING_SHARE and apart and _filled(ink, x, y, r):
            found.append((x, y, r))
    return tuple(Box(*(round(v * scale) for v in (x - r, y - r, x + r + 1, y + r + 1))) for x, y, r in found)


def _large_pieces(ink: NDArray[np.uint8], width: int) -> NDArray[np.uint8] | None:
    """Only the pieces of ink that are larger than letters, both ways; None when there are none."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    keep = (wide > _LETTERS * width) & (high > _LETTERS * width) & (stats[:, cv2.CC_STAT_AREA] < 0.3 * wide * high)
    keep[0] = False
    return np.asarray(keep[labels], dtype=np.uint8) if keep.any() else None


def _ring_share(ink: NDArray[np.uint8], x: float, y: float, radius: float) -> float:
    """The part of a circle's way round along which there is ink, at the best of some radii about `radius`."""
    angles = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)
    best = 0.0
    for at in np.arange(radius - 3, radius + 3.5):
        hit = np.zeros(_ANGLES, dtype=bool)
        for near in (-0.7, 0.0, 0.7):
            columns = np.clip(np.round(x + (at + near) * np.cos(angles)).astype(int), 0, ink.shape[1] - 1)
            rows = np.clip(np.round(y + (at + near) * np.sin(angles)).astype(int), 0, ink.shape[0] - 1)
            hit |= ink[rows, columns] > 0
        best = max(best, float(hit.mean()))
    return best


def _filled(ink: NDArray[np.uint8], x: float, y: float, r: float) -> bool:
    inside = ink[max(0, round(y - r)) : round(y + r), max(0, round(x - r)) : round(x + r)]
    return bool(inside.size) and 0.08 < float(inside.mean()) < 0.7


# -- what stands under a seal ---------------------------------------------------------------------------------------


def black_only(pixels: NDArray[np.uint8], *, blue_too: bool) -> NDArray[np.uint8]:
    """The black print of an RGB picture: where red ink is (and blue, if wanted), only what is dark in all channels."""
    red, green, blue = (pixels[:, :, channel] for channel in range(3))
    light = cv2.max(cv2.max(red, green), blue)
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    coloured = red_ink(pixels)
    if blue_too:
        coloured |= blue_ink(pixels)
    near = cv2.dilate(coloured.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    # Colour bleeds in JPEG: within reach of it, what is not quite dark is paper.
    dark = float(np.percentile(grey, 1))
    stretched = np.clip((light.astype(np.float32) - dark) * (255.0 / max(30.0, 130.0 - dark)), 0, 255)
    return np.asarray(np.where(near, np.maximum(stretched, grey), grey), dtype=np.uint8)


def red_only(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The red ink of an RGB picture as black on white."""
    excess = red_excess(pixels).astype(np.float32)
    deep = max(40.0, float(np.percentile(excess, 99)))
    return np.asarray(np.clip(255 - (excess - 8) * (290.0 / deep), 0, 255), dtype=np.uint8)


def dark_only(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The darkest ink of a grey picture: print is black, a seal scanned in grey is not."""
    dark, paper = float(np.percentile(grey, 0.5)), float(np.percentile(grey, 60))
    middle = dark + 0.45 * (paper - dark)
    return np.asarray(np.clip((grey.astype(np.float32) - dark) * (255.0 / max(10.0, middle - dark)), 0, 255), np.uint8)


def without_rings(grey: NDArray[np.uint8], seal: Box) -> NDArray[np.uint8]:
    """The picture without the circles of a seal; strokes that cross them stay.

    Seen from the seal's middle a circle is a straight line: runs of ink along the radius that are no longer than
    the line is thick belong to it alone.
    """
    centre, radius = seal_circle(grey, seal)
    steps, angles = round(1.15 * radius), 720
    flags = cv2.INTER_LINEAR | cv2.WARP_POLAR_LINEAR
    polar = cv2.warpPolar(grey, (steps, angles), centre, 1.15 * radius, flags)
    paper = float(np.percentile(grey, 70))
    ink = np.asarray(np.asarray(polar) < halfway(grey), dtype=np.uint8)
    share = ink.mean(axis=0)
    thickest = max(3, round(0.09 * radius))
    erased = np.zeros_like(ink)
    for start, stop in stretches(share > 0.5):
        if start < 0.45 * radius or stop - start > thickest:
            continue
        band = slice(max(0, start - 3), min(steps, stop + 3))
        beyond = max(0, start - 5), min(steps - 1, stop + 4)
        crossing = (ink[:, beyond[0]] > 0) | (ink[:, beyond[1]] > 0)
        erased[np.logical_not(crossing), band] = 1
    back = cv2.WARP_INVERSE_MAP | cv2.WARP_FILL_OUTLIERS | flags
    size = (grey.shape[1], grey.shape[0])
    mask = cv2.warpPolar(erased * np.uint8(255), size, centre, 1.15 * radius, back)
    return np.asarray(np.where(np.asarray(mask) > 100, np.uint8(paper), grey), dtype=np.uint8)


def seal_circle(grey: NDArray[np.uint8], seal: Box) -> tuple[tuple[float, float], float]:
    """The seal's middle and radius, moved by some pixels to where its rings are sharpest seen from there."""
    (x, y), r = seal.centre, max(seal.width, seal.height) / 2
    ink = np.asarray(grey < halfway(grey), dtype=np.uint8)
    best, place = -1.0, (x, y)
    reach = max(2, round(0.05 * r))
    for dx in np.linspace(-reach, reach, 5):
        for dy in np.linspace(-reach, reach, 5):
            polar = np.asarray(cv2.warpPolar(ink, (round(1.1 * r), 180), (x + dx, y + dy), 1.1 * r, 0))
            sharp = float(np.sort(polar[:, round(0.5 * r) :].mean(axis=0))[-4:].mean())
            if sharp > best:
                best, place = sharp, (x + dx, y + dy)
    return place, r
