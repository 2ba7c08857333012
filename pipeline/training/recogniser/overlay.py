"""Seals, signatures and lines drawn by pen, over the print of a page or beside it."""

from __future__ import annotations

import math
import random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.training.recogniser.fonts import face

Grey = NDArray[np.uint8]
Place = tuple[int, int, int, int]
"""Left, top, right, bottom."""

_WORDS = (
    "ỦY BAN NHÂN DÂN TỈNH * SỞ Y TẾ *",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM * ",
    "HỘI ĐỒNG NHÂN DÂN XÃ * HUYỆN * ",
)


def overlaid(page: Grey, dpi: int, bold: str, rng: random.Random) -> list[Place]:
    """Draws them on `page` itself; where they are. `bold` is the file of the face that seals are lettered in."""
    height, width = page.shape
    places = []
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
        radius = round(rng.uniform(0.5, 0.75) * dpi)
        at = (rng.randrange(width - 2 * radius), rng.randrange(height - 2 * radius))
        places.append(_darkened(page, _seal(rng, radius, bold), at, rng.uniform(0.25, 0.75)))
    for _ in range(rng.choice((0, 0, 1, 2))):
        places.append(_signature(page, dpi, rng))
    for _ in range(rng.choice((0, 0, 1, 2))):
        x, y = round(rng.uniform(0.3, 5) * dpi), round(rng.uniform(0.3, 11) * dpi)
        end = (x + round(rng.uniform(0.5, 3) * dpi), y + round(rng.gauss(0, 2)))
        cv2.line(page, (x, y), end, (0.0,), max(1, round(dpi / rng.choice((60, 100, 150)))))
    return places


def _signature(page: Grey, dpi: int, rng: random.Random) -> Place:
    x, y, long = rng.uniform(0.5, 6) * dpi, rng.uniform(0.8, 10) * dpi, rng.uniform(0.5, 2) * dpi
    points = [(x + long * rng.random(), y + rng.gauss(0, 0.2) * dpi) for _ in range(rng.randint(2, 9))]
    curve = np.array(sorted(points) if rng.random() < 0.5 else points).round().astype(np.int32)
    thick = max(1, round(dpi * rng.uniform(0.008, 0.02)))
    cv2.polylines(page, [curve], False, (float(rng.choice((0, 40, 90))),), thick, cv2.LINE_AA)
    (left, top), (right, bottom) = curve.min(0).tolist(), curve.max(0).tolist()
    return left, top, right + 1, bottom + 1


def _seal(rng: random.Random, radius: int, bold: str) -> NDArray[np.float32]:
    """A round seal's ink (0..1): rings, letters between them, a star."""
    size = 2 * radius + 1
    image = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(image)
    thick = max(1, radius // 25)
    for inset, width in ((0, thick), (2 * thick, thick // 2), (round(0.38 * radius), thick // 2)):
        draw.ellipse((inset, inset, size - 1 - inset, size - 1 - inset), outline=255, width=max(1, width))
    pixels = max(8, round(radius * 0.22))
    words = rng.choice(_WORDS)
    for n, letter in enumerate(words):
        tile = Image.new("L", (2 * pixels, 2 * pixels), 0)
        ImageDraw.Draw(tile).text((pixels, pixels), letter, font=face(bold, pixels), fill=255, anchor="mm")
        angle = 2 * math.pi * n / len(words) - math.pi
        x, y = (radius + 0.8 * radius * turn - pixels for turn in (math.cos(angle), math.sin(angle)))
        image.paste(255, (round(x), round(y)), tile.rotate(-math.degrees(angle) - 90))
    star = [
        (radius + reach * math.sin(n * math.pi / 5), radius - reach * math.cos(n * math.pi / 5))
        for n, reach in enumerate([0.35 * radius, 0.14 * radius] * 5)
    ]
    draw.polygon(star, fill=255)
    return (np.asarray(image) / np.float32(255)).astype(np.float32)


def _darkened(page: Grey, ink: NDArray[np.float32], at: tuple[int, int], depth: float) -> Place:
    """Darkens the page where there is ink: a seal does not hide what is below it."""
    left, top = at
    place = page[top : top + ink.shape[0], left : left + ink.shape[1]]
    np.minimum(place, (255 * (1 - ink * depth)).astype(np.uint8), out=place)
    return left, top, left + ink.shape[1], top + ink.shape[0]
