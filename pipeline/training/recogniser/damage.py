"""What printers, copiers and scanners do to a page, so that what the recogniser is trained on looks like archives."""

from __future__ import annotations

import random

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

_ONE_BIT = 0.5
"""Half of the real scans measured are one-bit ones."""
_HARD = 0.5
"""The other half of the pages is as most archives have them: fat strokes, little noise."""


def damaged(image: Grey, dpi: int, rng: random.Random) -> Grey:
    """The page after its way through copiers and a scanner; same size; nothing moves by more than a fifth of a line."""
    noise = np.random.default_rng(rng.getrandbits(64))
    scale = dpi / 200
    page: Grey = _moved(_resampled(image, rng), dpi, rng)
    hard = rng.random() < _HARD
    if rng.random() < 0.4:
        page = _weighted(page, dpi, rng)
    if hard and rng.random() < 0.5:
        page = _worn(page, scale, rng, noise)
    if hard and rng.random() < 0.25:
        page = _shining_through(page, scale, rng)
    if hard and rng.random() < 0.25:
        page = _copied(page, scale, rng, noise)
    page = np.asarray(cv2.GaussianBlur(page, (0, 0), rng.uniform(0.35, 1.1) * scale), np.uint8)
    if rng.random() < _ONE_BIT:
        return _one_bit(page, rng, noise, hard=hard)
    return _grey(page, rng, noise)


def _resampled(page: Grey, rng: random.Random) -> Grey:
    if rng.random() > 0.3:
        return page
    share = rng.uniform(0.55, 0.95) if rng.random() < 0.7 else rng.uniform(1.05, 1.3)
    there = rng.choice((cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC))
    other = cv2.resize(page, None, fx=share, fy=share, interpolation=there)
    back = rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC))
    return np.asarray(cv2.resize(other, (page.shape[1], page.shape[0]), interpolation=back), np.uint8)


def _moved(page: Grey, dpi: int, rng: random.Random) -> Grey:
    """Slight tilt, perspective or bend: what straightening leaves."""
    height, width = page.shape
    kind = rng.random()
    if kind < 0.5:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-0.22, 0.22), 1.0)
        return np.asarray(cv2.warpAffine(page, turn, (width, height), borderValue=(255.0,)), np.uint8)
    if kind < 0.6:
        reach = 0.02 * dpi
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        moved = corners + np.array([[rng.uniform(-reach, reach) for _ in range(2)] for _ in corners], np.float32)
        turn = cv2.getPerspectiveTransform(corners, moved)
        return np.asarray(cv2.warpPerspective(page, turn, (width, height), borderValue=(255.0,)), np.uint8)
    if kind < 0.66:
        columns = np.arange(width, dtype=np.float32)
        waves = rng.uniform(0.6, 2.5)
        shift = rng.uniform(0.005, 0.02) * dpi * np.sin(columns * (waves * np.pi / width) + rng.uniform(0, 6))
        x, y = np.meshgrid(columns, np.arange(height, dtype=np.float32))
        return np.asarray(
            cv2.remap(page, x, y + shift.astype(np.float32), cv2.INTER_LINEAR, borderValue=(255.0,)), np.uint8
        )
    return page


def _field(shape: tuple[int, int], grain: float, noise: np.random.Generator) -> NDArray[np.float32]:
    """Smooth noise of standard deviation one or less; `grain` is the size of its blotches in pixels."""
    small = noise.standard_normal((max(2, int(shape[0] / grain)), max(2, int(shape[1] / grain))), dtype=np.float32)
    return np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)


def _worn(page: Grey, scale: float, rng: random.Random, noise: np.random.Generator) -> Grey:
    """Toner that came off: strokes with holes, parts of the page paler than others."""
    holes = _field(page.shape, rng.uniform(1.6, 4.5) * scale, noise)
    loss = np.clip((holes - rng.uniform(0.9, 1.6)) * 2, 0, 1)
    if rng.random() < 0.6:
        where = _field(page.shape, rng.uniform(60, 300) * scale, noise)
        loss = loss * np.clip(where * 1.5, 0, 1)
    return np.asarray(page + (255 - page) * loss, np.uint8)


def _weighted(page: Grey, dpi: int, rng: random.Random) -> Grey:
    """Strokes thicker or thinner."""
    kernel = np.ones((2, 2), np.uint8) if rng.random() < 0.7 else cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    thinner = rng.random() < 0.3 and dpi >= 200
    changed = cv2.dilate(page, kernel) if thinner else cv2.erode(page, kernel)
    share = rng.uniform(0.3, 0.7) if thinner else rng.uniform(0.4, 1.0)
    return np.asarray(cv2.addWeighted(page, 1 - share, changed, share, 0), np.uint8)


def _shining_through(page: Grey, scale: float, rng: random.Random) -> Grey:
    """The other side's print, seen through thin paper."""
    back = cv2.GaussianBlur(cv2.flip(np.roll(page, rng.randint(5, 80), axis=0), 1), (0, 0), rng.uniform(0.8, 2) * scale)
    return np.asarray(np.minimum(page, 255 - (255 - back) * rng.uniform(0.05, 0.25)), np.uint8)


def _copied(page: Grey, scale: float, rng: random.Random, noise: np.random.Generator) -> Grey:
    """Copied once or twice before: black and white each time, its edges rough."""
    for _ in range(rng.choice((1, 1, 2))):
        rough = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.4, 0.8) * scale) + _field(
            page.shape, 1.5, noise
        ) * rng.uniform(5, 35)
        page = np.where(rough < rng.uniform(120, 190), 0, 255).astype(np.uint8)
    return page


def _one_bit(page: Grey, rng: random.Random, noise: np.random.Generator, *, hard: bool) -> Grey:
    rough = page + _field(page.shape, 2, noise) * rng.uniform(4, 42 if hard else 20)
    # Under 125 pale pen and thin strokes would be lost; a clerk who sees that scans again.
    bits = np.where(rough < rng.uniform(125, 205), 0, 255).astype(np.uint8)
    if rng.random() < (0.7 if hard else 0.2):
        bits = _specked(bits, rng, noise)
    if rng.random() < 0.3:
        bits = np.asarray(cv2.GaussianBlur(bits, (0, 0), 0.6), np.uint8)
    return bits


def _specked(page: Grey, rng: random.Random, noise: np.random.Generator) -> Grey:
    """Specks and holes of one pixel, and some larger ones."""
    page = page.copy()
    for share, grey in ((rng.uniform(0, 0.002), 0), (rng.uniform(0, 0.008), 255)):
        count = int(share * page.size)
        page[noise.integers(0, page.shape[0], count), noise.integers(0, page.shape[1], count)] = grey
    for _ in range(rng.choice((0, 30, 200))):
        x, y = rng.randrange(page.shape[1]), rng.randrange(page.shape[0])
        cv2.ellipse(page, (x, y), (rng.randint(1, 3), rng.randint(1, 2)), rng.uniform(0, 180), 0, 360, (0.0,), -1)
    return page


def _grey(page: Grey, rng: random.Random, noise: np.random.Generator) -> Grey:
    paper = rng.uniform(205, 255)
    ink = rng.uniform(100, 165) if rng.random() < 0.12 else rng.uniform(0, 90)
    toned = ink + page * np.float32((paper - ink) / 255) + _field(page.shape, 2, noise) * rng.uniform(0, 10)
    if rng.random() < 0.15:
        toned -= np.abs(_field(page.shape, page.shape[1] / 3, noise)) * rng.uniform(5, 35)
    grey = np.clip(toned, 0, 255).astype(np.uint8)
    if rng.random() < 0.75:
        _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(25, 90)])
        grey = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return _specked(grey, rng, noise) if rng.random() < 0.1 else grey
