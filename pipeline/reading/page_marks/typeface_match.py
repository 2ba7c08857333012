"""Holds digits that an engine read against the digits of printed faces: whether they are print, and these very digits.

Print repeats itself and handwriting does not: the digits of one number are of one face and one size, stand on the
line's baseline, are as high as the capitals beside them and as far from each other as the face's digits always are.
So the whole number is composed in each face and looked for where the engine saw it (normalised cross-correlation);
then each digit is compared with all ten. No engine's confidence is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import MissingToolError
from pipeline.reading.page_image.ink import LEGIBLE, ink_depth
from pipeline.resources import model_file
from pipeline.stretches import stretches
from pipeline.values import Box

# Digits are compared at this height, with so many rows above and below, in cells so wide (pixels).
HIGH, RIM, CELL = 24, 4, 28
_MARGIN = RIM // 2  # rows of paper above and below that count for the likeness
# How high digits are in parts of the height of the print beside them: looked for in steps, then in quarters of a step.
_LOWEST, _STEP, _STEPS = 0.86, 0.08, 4
_KEPT_FACES = 5
# A place with less ink than this (share) shows no digit.
_LEAST_INK = 0.03
# Ink so close (in digits' distances) and so thick (in parts of their own) is of the same writing.
_BESIDE, _CROWDED = 0.5, 0.55
# How far beyond where the engine saw them digits are looked for, in letter heights: it shares out its boxes by letters.
_REACH = 2.5
# Measured on 167 printed fields and 50 handwritten ones of 12 scans, 113 rendered pages (docs/measurements/reading.md).
_WHOLE, _WORST, _AHEAD, _OFF_LINE = 0.8, 0.73, 0.08, 0.18


@dataclass(frozen=True, slots=True)
class PrintMatch:
    """How digits compare with print.

    `whole` is the likeness of the number, `worst` of its least alike digit; `ahead` is by how much a digit is nearer to
    what was read than to any other, `off_line` how far they stand from the line (in digit heights, down). `before` and
    `after` are the ink close beside them in parts of their own: there is none where the number is whole.
    """

    whole: float
    worst: float
    ahead: float
    off_line: float
    before: float = 0.0
    after: float = 0.0

    def is_print(self, *, engine_sure: bool, joined: bool) -> bool:
        """Whether the digits are print, those that were read, and all there are; `joined` are those with a sign behind.

        In a face that is not among ours 3 and 8 look alike: there the engine tells which, if it is sure.
        """
        alike = self.whole >= _WHOLE and self.worst >= _WORST and abs(self.off_line) <= _OFF_LINE
        alone = self.before < _CROWDED and (joined or self.after < _CROWDED)
        return alike and alone and self.ahead >= (0.0 if engine_sure else _AHEAD)


@dataclass(frozen=True)
class DigitFaces:
    """The digits of printed faces: faces x 10 x rows x columns (ink = 1), and their pitch in digit heights."""

    pictures: NDArray[np.float32]
    pitches: NDArray[np.float32]

    def number(self, face: int, digits: str) -> NDArray[np.float32]:
        """A number set in a face, with some paper around it."""
        pitch = float(self.pitches[face]) * HIGH
        sheet = np.zeros((HIGH + 2 * RIM, round(pitch * len(digits)) + CELL), np.float32)
        for at, digit in enumerate(digits):
            left = round(pitch * (at + 0.5))
            cell = sheet[:, left : left + CELL]
            np.maximum(cell, self.pictures[face, int(digit)], out=cell)
        return sheet[RIM - _MARGIN : RIM + HIGH + _MARGIN, CELL // 2 - 1 : sheet.shape[1] - CELL // 2 + 1]

    def digit(self, face: int, digit: int) -> NDArray[np.float32]:
        """One digit, as wide as its face's digits are apart."""
        half = float(self.pitches[face]) * HIGH / 2
        columns = slice(int(CELL / 2 - half), int(CELL / 2 + half) + 1)
        return np.ascontiguousarray(self.pictures[face, digit][RIM - _MARGIN : RIM + HIGH + _MARGIN, columns])


@lru_cache(maxsize=1)
def load_faces() -> DigitFaces | None:
    """The faces that ship with the package; None where the file is missing."""
    try:
        with np.load(model_file("digits.npz")) as kept:
            pictures, pitches = kept["pictures"], kept["pitches"]
    except MissingToolError:
        return None
    soft = [[cv2.GaussianBlur(digit, (0, 0), 0.8) for digit in face] for face in pictures.astype(np.float32) / 255]
    return DigitFaces(np.array(soft, dtype=np.float32), pitches)


def compare_with_print(
    grey: NDArray[np.uint8], place: Box, beside: Box, digits: str, faces: DigitFaces
) -> PrintMatch | None:
    """How `digits`, read in about `place` of a picture, compare with print; `beside` is print on the same line.

    Beside stand capitals or digits. None where this cannot be told: the print is too small, or there is none beside.
    """
    slack = place.height // 4
    top, bottom = max(0, place.top - slack), min(grey.shape[0], place.bottom + slack)
    rows = _letter_rows(ink_depth(grey[top:bottom, max(0, beside.left) : beside.right]))
    if rows is None or rows[1] - rows[0] < LEGIBLE:
        return None
    height, line = rows[1] - rows[0], top + rows[0]
    reach = round(_REACH * height)
    left, right = max(0, place.left - reach), min(grey.shape[1], place.right + reach)
    top, bottom = max(0, round(line - 0.5 * height)), min(grey.shape[0], round(line + 1.5 * height))
    ink = ink_depth(grey[top:bottom, left:right])
    found = _find(ink, height, digits, faces)
    if found is None:
        return None
    worst, ahead = _digit_by_digit(found, digits, faces)
    before, after = _ink_beside(found, digits, faces)
    off_line = ((found.y + _MARGIN) / found.scale + top - line) / height
    return PrintMatch(found.likeness, worst, ahead, off_line, before, after)


@dataclass(frozen=True, slots=True)
class _Found:
    likeness: float
    face: int
    size: float
    x: int
    y: int
    scale: float
    picture: NDArray[np.float32]


def _find(ink: NDArray[np.float32], height: int, digits: str, faces: DigitFaces) -> _Found | None:
    """Where a number stands in a picture, in which face and size; None where the picture is smaller than the number."""
    everything = range(len(faces.pitches))
    roughly = [_LOWEST + step * _STEP for step in range(_STEPS)]
    rough = [found for size in roughly for found in _looked_for(ink, height, size, digits, faces, everything)]
    rough.sort(key=lambda found: -found.likeness)
    nearest = list(dict.fromkeys(found.face for found in rough))[:_KEPT_FACES]
    sizes = {round(found.size + step * _STEP / 4, 3) for found in rough[:_KEPT_FACES] for step in (-2, -1, 0, 1, 2)}
    fine = [found for size in sorted(sizes) for found in _looked_for(ink, height, size, digits, faces, nearest)]
    return max(fine, key=lambda found: found.likeness, default=None)


def _looked_for(  # noqa: PLR0917
    ink: NDArray[np.float32], height: int, size: float, digits: str, faces: DigitFaces, which: Sequence[int]
) -> list[_Found]:
    scale = HIGH / (height * size)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    picture = np.asarray(cv2.resize(ink, None, fx=scale, fy=scale, interpolation=how), dtype=np.float32)
    found = []
    for face in which:
        likeness = _likeness(picture, faces.number(face, digits))
        if likeness is not None:
            _, most, _, (x, y) = cv2.minMaxLoc(likeness)
            found.append(_Found(float(most), face, size, int(x), int(y), scale, picture))
    return found


def _digit_by_digit(found: _Found, digits: str, faces: DigitFaces) -> tuple[float, float]:
    """The likeness of the least alike digit, and the smallest lead of a digit read over the next likely one."""
    pitch = float(faces.pitches[found.face]) * HIGH
    worst, ahead = 1.0, 1.0
    for at, read in enumerate(digits):
        left, right = (round(found.x + 1 + pitch * end) for end in (at, at + 1))
        around = found.picture[max(0, found.y - 2) : found.y + HIGH + 2 * RIM, max(0, left - 3) : right + 3]
        scores = []
        for digit in range(10):
            likeness = _likeness(around, faces.digit(found.face, digit))
            scores.append(-1.0 if likeness is None else float(likeness.max()))
        own = scores.pop(int(read))
        worst, ahead = min(worst, own), min(ahead, own - max(scores))
    return worst, ahead


def _ink_beside(found: _Found, digits: str, faces: DigitFaces) -> tuple[float, float]:
    """The ink within half a digit's width before and after a number, in parts of the number's own."""
    pitch = float(faces.pitches[found.face]) * HIGH
    rows = found.picture[found.y + _MARGIN : found.y + _MARGIN + HIGH]
    first, last = found.x + 1, found.x + 1 + round(pitch * len(digits))
    own = float(rows[:, first:last].mean()) if last > first else 0.0
    reach = round(_BESIDE * pitch)
    sides = rows[:, max(0, first - reach) : first], rows[:, last : last + reach]
    before, after = (float(side.mean()) / max(0.05, own) if side.size else 0.0 for side in sides)
    return before, after


def _likeness(picture: NDArray[np.float32], part: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Normalised cross-correlation of a part with every place of a picture; None where it does not fit in."""
    if picture.shape[0] < part.shape[0] or picture.shape[1] < part.shape[1]:
        return None
    likeness = np.asarray(cv2.matchTemplate(picture, part, cv2.TM_CCOEFF_NORMED), dtype=np.float32)
    # Where there is no ink the correlation is nothing over nothing, and comes out as 1.
    rows, columns = part.shape
    sums = np.asarray(cv2.integral(picture))
    ink = sums[rows:, columns:] - sums[:-rows, columns:] - sums[rows:, :-columns] + sums[:-rows, :-columns]
    return np.asarray(np.where(ink < _LEAST_INK * part.size, -1.0, likeness), dtype=np.float32)


def _letter_rows(ink: NDArray[np.float32]) -> tuple[int, int] | None:
    """First and last row of capitals or digits: the longest run of rows with much ink."""
    if not ink.size:
        return None
    sums = ink.sum(axis=1)
    full = sums > 0.33 * np.percentile(sums, 92)
    return max(stretches(full), key=lambda run: run[1] - run[0], default=None)
