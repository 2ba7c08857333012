"""Pixels as the rest of the work wants them: uint8, grey or RGB, upright, square, at a sensible resolution."""

from __future__ import annotations

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


def believable_dpi(
    size: tuple[int, int], x_dpi: object, y_dpi: object, settings: IntakeSettings
) -> tuple[float | None, tuple[int, int] | None]:
    """(resolution or None, size to scale to or None) for a picture of `size` whose file says `x_dpi`, `y_dpi`.

    Pixels that are not square (fax: 204 x 98 dpi) are stretched to the finer of the two resolutions; pictures finer
    than `max_image_dpi` are reduced to `raster_dpi`.
    """
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
    if target[0] * target[1] > settings.max_page_pixels:
        return None, None
    return round(wanted, 1), target


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


def to_pixels(picture: Image.Image) -> NDArray[np.uint8]:
    """A Pillow picture as height x width (grey) or height x width x 3 (RGB) uint8; transparency becomes white."""
    if picture.mode in ("L", "RGB"):
        return np.array(picture, dtype=np.uint8)
    if picture.mode == "1":
        return np.array(picture.convert("L"), dtype=np.uint8)
    if picture.mode.startswith("I;16"):
        return np.asarray(np.asarray(picture).astype(np.uint16) >> 8, dtype=np.uint8)
    if picture.mode in ("I", "F"):
        return _stretch(np.asarray(picture, dtype=np.float32))
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


def _stretch(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """32-bit values as grey: 16-bit ranges by their scale, others from their own darkest to their own lightest."""
    finite = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(finite.min()), float(finite.max())
    if low >= 0 and high <= 1:
        scale, offset = 255.0, 0.0
    elif low >= 0 and high <= 255:
        scale, offset = 1.0, 0.0
    elif low >= 0 and high <= 65_535:
        scale, offset = 255.0 / 65_535.0, 0.0
    else:
        scale, offset = 255.0 / max(high - low, 1e-6), low
    return np.asarray(np.clip((finite - offset) * scale, 0, 255), dtype=np.uint8)
