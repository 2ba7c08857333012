"""Pixels as the rest of the work wants them: uint8, grey or RGB, upright, square, at a sensible resolution."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.settings import IntakeSettings

# No office scanner works outside this range; a tag of 2,897 dpi or of 1 dpi is a slip of some program.
_LOWEST_DPI, _HIGHEST_DPI = 50.0, 1_250.0
# A0 is 46.8 inches long; a tag that makes a page longer than that, or shorter than a stamp, is no measurement.
# Cameras write 72 dpi for want of anything better: their "pages" are longer than A2.
_LONGEST_INCHES, _SHORTEST_INCHES = 25.0, 1.5
_SQUARE_WITHIN = 0.1
# A sheet that is smaller than a postcard by its tag is not reduced, and one with a sheet's shape is not stretched out
# of it: such tags are slips too.
_POSTCARD_INCHES = 5.5
_SHEET, _LONGEST_SHAPE = (1.2, 1.5), 1.8  # longer by shorter side: A4 1.41, letter 1.29
_TWELVE_BITS = 4_095
# Pictures with more pixels than this are converted in strips of so many.
_STRIPPED, _STRIP_PIXELS = 20_000_000, 4_000_000


def believable_dpi(
    size: tuple[int, int], x_dpi: object, y_dpi: object, settings: IntakeSettings
) -> tuple[float | None, tuple[int, int] | None]:
    """(resolution or None, size to scale to or None) for a picture of `size` whose file says `x_dpi`, `y_dpi`.

    Pixels that are not square (fax: 204 x 98 dpi) are stretched to the finer of the two resolutions; pictures finer
    than `max_image_dpi` are reduced to `raster_dpi`, and those that are larger all the same to `max_read_pixels`.
    """
    dpi, target = _by_resolution(size, x_dpi, y_dpi, settings)
    width, height = target or size
    if width * height <= settings.max_read_pixels:
        return dpi, target
    part = math.sqrt(settings.max_read_pixels / (width * height))
    return dpi and round(dpi * part, 1), (max(1, math.floor(width * part)), max(1, math.floor(height * part)))


def _by_resolution(
    size: tuple[int, int], x_dpi: object, y_dpi: object, settings: IntakeSettings
) -> tuple[float | None, tuple[int, int] | None]:
    across, down = _as_dpi(x_dpi), _as_dpi(y_dpi)
    if across is None or down is None:
        across = down = across or down
    if across is None or down is None:
        return None, None
    width, height = size
    inches = width / across, height / down
    if max(inches) > _LONGEST_INCHES or max(inches) < _SHORTEST_INCHES:
        return None, None
    fine = max(across, down)
    wanted = float(settings.raster_dpi) if fine > settings.max_image_dpi else fine
    if wanted == fine and min(across, down) >= fine * (1 - _SQUARE_WITHIN):
        return round(fine, 1), None
    target = max(1, round(inches[0] * wanted)), max(1, round(inches[1] * wanted))
    too_small = wanted < fine and max(inches) < _POSTCARD_INCHES
    too_long = _SHEET[0] <= _shape(*size) <= _SHEET[1] and _shape(*target) > _LONGEST_SHAPE
    if too_small or too_long or target[0] * target[1] > settings.max_page_pixels:
        return None, None
    return round(wanted, 1), target


def _shape(width: int, height: int) -> float:
    return max(width, height) / max(1, min(width, height))


def _as_dpi(value: object) -> float | None:
    try:
        dpi = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return dpi if _LOWEST_DPI <= dpi <= _HIGHEST_DPI else None


def fit_resolution(pixels: NDArray[np.uint8], target: tuple[int, int] | None) -> NDArray[np.uint8]:
    """`pixels` scaled to `target` (width, height); as they are when it is None."""
    if target is None or (pixels.shape[1], pixels.shape[0]) == target:
        return pixels
    smaller = target[0] * target[1] < pixels.shape[0] * pixels.shape[1]
    # INTER_AREA keeps thin strokes of a bilevel scan as greys; the others drop or double them.
    scaled = cv2.resize(pixels, target, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    return np.asarray(scaled, dtype=np.uint8)


def to_pixels(picture: Image.Image, target: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """A Pillow picture as height x width (grey) or height x width x 3 (RGB) uint8, brought to `target` (width, height).

    Transparency becomes white. A large picture is converted strip by strip, so that it never lies in memory twice.
    """
    scale = _scale_of(picture)
    width, height = picture.size
    if target is None or width * height <= _STRIPPED or target[0] * target[1] >= width * height:
        return fit_resolution(_converted(picture, scale), target)
    strips = []
    step = max(1, round(_STRIP_PIXELS / width * target[1] / height))
    for top in range(0, target[1], step):
        bottom = min(target[1], top + step)
        rows = math.floor(top * height / target[1]), math.ceil(bottom * height / target[1])
        part = picture.crop((0, rows[0], width, rows[1]))
        part.info = picture.info
        strips.append(fit_resolution(_converted(part, scale), (target[0], bottom - top)))
    return np.concatenate(strips)


def _converted(picture: Image.Image, scale: _Scale | None) -> NDArray[np.uint8]:
    if picture.mode in ("L", "RGB"):
        return np.array(picture, dtype=np.uint8)
    if picture.mode == "1":
        return np.array(picture.convert("L"), dtype=np.uint8)
    if scale is not None:
        return scale.grey(np.asarray(picture, dtype=np.float32))
    has_alpha = "A" in picture.getbands() or "a" in picture.getbands() or "transparency" in picture.info
    if has_alpha:
        over = picture.convert("RGBA")
        white = Image.new("RGBA", over.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(white, over)
    if picture.mode == "P" and _is_grey_palette(picture):
        return np.array(picture.convert("L"), dtype=np.uint8)
    return np.array(picture.convert("RGB"), dtype=np.uint8)


def _is_grey_palette(picture: Image.Image) -> bool:
    palette = np.asarray(picture.getpalette("RGB") or [], dtype=np.int16).reshape(-1, 3)
    return bool(len(palette)) and int(np.ptp(palette, axis=1).max()) <= 8


@dataclass(frozen=True, slots=True)
class _Scale:
    """How 32-bit values become grey: (value - offset) * factor."""

    factor: float
    offset: float

    def grey(self, values: NDArray[np.float32]) -> NDArray[np.uint8]:
        finite = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
        return np.asarray(np.clip((finite - self.offset) * self.factor, 0, 255), dtype=np.uint8)


def _scale_of(picture: Image.Image) -> _Scale | None:
    """12- and 16-bit ranges by their scale, others from their own darkest to their own lightest; None for 8 bits."""
    if picture.mode not in ("I", "F") and not picture.mode.startswith("I;16"):
        return None
    low, high = math.inf, -math.inf
    width, height = picture.size
    step = max(1, _STRIP_PIXELS // max(1, width))
    for top in range(0, height, step):
        values = np.asarray(picture.crop((0, top, width, min(height, top + step))), dtype=np.float32)
        finite = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
        low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    if picture.mode == "F" and low >= 0 and high <= 1:
        return _Scale(255.0, 0.0)
    if low >= 0 and high <= 255:
        return _Scale(1.0, 0.0)
    if low >= 0 and high <= _TWELVE_BITS:
        return _Scale(255.0 / _TWELVE_BITS, 0.0)
    if low >= 0 and high <= 65_535:
        return _Scale(255.0 / 65_535.0, 0.0)
    return _Scale(255.0 / max(high - low, 1e-6), low)
