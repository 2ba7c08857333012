"""Image files as pages: PNG, JPEG, TIFF (multi-page), WebP, BMP, GIF, JPEG 2000, decoded only when asked for."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.kinds import Kind, describe
from pipeline.intake.pixels import believable_dpi, fit_resolution, salvage, to_pixels
from pipeline.settings import IntakeSettings
from pipeline.values import PageInput, PageProblem

_FORMATS = {
    Kind.PNG: ("PNG",),
    Kind.JPEG: ("JPEG", "MPO"),
    Kind.TIFF: ("TIFF",),
    Kind.WEBP: ("WEBP",),
    Kind.BMP: ("BMP",),
    Kind.GIF: ("GIF",),
    Kind.JPEG_2000: ("JPEG2000",),
}
_ORIENTATION = 0x0112
_TURNED = (5, 6, 7, 8)
_SUBFILE_TYPE = 254
# What Pillow raises on malformed files, over all its decoders.
DECODING_ERRORS = (OSError, ValueError, TypeError, SyntaxError, IndexError, KeyError, OverflowError, ArithmeticError,
                   AttributeError, EOFError, MemoryError, RuntimeError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FilePicture:
    """One frame of an image file; `load` opens, decodes and closes, so that no pixels outlive their use."""

    path: Path
    kind: Kind
    frame: int
    size: tuple[int, int]
    dpi: float | None
    target: tuple[int, int] | None
    truncated: bool

    def load(self) -> NDArray[np.uint8]:
        """The pixels upright, grey or RGB, with square pixels. Raises `UnusableInputError` (PAGE_UNREADABLE)."""
        try:
            with _opened(self.path, self.kind) as picture:
                if self.frame:
                    picture.seek(self.frame)
                pixels = to_pixels(ImageOps.exif_transpose(picture))
        except DECODING_ERRORS as error:
            rescued = salvage(self.path) if self.truncated and self.frame == 0 else None
            if rescued is None:
                raise _unreadable(self.kind, error) from error
            pixels = rescued
        return fit_resolution(pixels, self.target)


class ImageFile:
    """An open image file: `page_count` and `pages()`."""

    def __init__(self, path: Path, kind: Kind, settings: IntakeSettings) -> None:
        self.kind = kind
        self.problems: tuple[PageProblem, ...] = ()
        self._path, self._settings = path, settings
        try:
            with _opened(path, kind) as picture:
                self.page_count = _count_frames(picture, settings.max_pages + 1) if kind is Kind.TIFF else 1
        except UnusableInputError:
            raise
        except DECODING_ERRORS as error:
            raise UnusableInputError(
                ProblemCode.DAMAGED_FILE,
                f"The file begins like {describe(kind)} but cannot be opened: it is damaged or cut off.",
                remedy="Copy or scan it again.",
            ) from error
        self._truncated = _is_cut_off(path, kind)

    def pages(self) -> Iterator[PageInput]:
        """A `PageInput` a frame, up to the limit of pages."""
        for frame in range(min(self.page_count, self._settings.max_pages)):
            yield self._page(frame)

    def _page(self, frame: int) -> PageInput:
        number = frame + 1
        try:
            with _opened(self._path, self.kind) as picture:
                if frame:
                    picture.seek(frame)
                picture_size, dpi, target = _geometry(picture, self._settings)
        except UnusableInputError as error:
            return PageInput(number, problem=PageProblem(error.code, str(error), number))
        except DECODING_ERRORS as error:
            return PageInput(
                number, problem=PageProblem(ProblemCode.PAGE_UNREADABLE, _unreadable(self.kind, error).message, number)
            )
        problems: tuple[PageProblem, ...] = ()
        if self._truncated:
            message = "The picture is cut off: its end is missing. What is there was read. Scan or copy it again."
            problems = (PageProblem(ProblemCode.PAGE_DAMAGED, message, number),)
        image = FilePicture(self._path, self.kind, frame, target or picture_size, dpi, target, self._truncated)
        return PageInput(number, image=image, problems=problems)


def _geometry(
    picture: Image.Image, settings: IntakeSettings
) -> tuple[tuple[int, int], float | None, tuple[int, int] | None]:
    """(upright size, resolution, size to bring it to or None) of an open picture, not decoded."""
    width, height = picture.size
    if width * height > settings.max_page_pixels:
        raise too_many_pixels(width, height, settings)
    resolution = picture.info.get("dpi", (None, None))
    x_dpi, y_dpi = resolution if isinstance(resolution, tuple) and len(resolution) == 2 else (None, None)
    if picture.getexif().get(_ORIENTATION) in _TURNED:
        width, height, x_dpi, y_dpi = height, width, y_dpi, x_dpi
    dpi, target = believable_dpi((width, height), x_dpi, y_dpi, settings)
    return (width, height), dpi, target


def too_many_pixels(width: int, height: int, settings: IntakeSettings) -> UnusableInputError:
    """The error for a picture beyond the limit."""
    return UnusableInputError(
        ProblemCode.TOO_MANY_PIXELS,
        f"The picture has {width} x {height} pixels, more than the {settings.max_page_pixels:,} that are allowed.",
        remedy="Save it with a lower resolution (300 dpi is enough), or raise max_page_pixels.",
    )


def _opened(path: Path, kind: Kind) -> Image.Image:
    with warnings.catch_warnings():
        # Pillow warns of what our own limits decide, and of odd metadata that does not concern us.
        warnings.simplefilter("ignore")
        try:
            return Image.open(path, formats=_FORMATS[kind])
        except Image.DecompressionBombError as error:
            raise UnusableInputError(
                ProblemCode.TOO_MANY_PIXELS,
                "The picture has more pixels than any page has.",
                remedy="Save it with a lower resolution (300 dpi is enough).",
            ) from error
        except UnidentifiedImageError as error:
            raise UnusableInputError(
                ProblemCode.DAMAGED_FILE,
                f"The file begins like {describe(kind)} but cannot be opened: it is damaged or cut off.",
                remedy="Copy or scan it again.",
            ) from error


def _count_frames(picture: Image.Image, limit: int) -> int:
    """Frames of a TIFF, counted one by one up to `limit`: a directory that runs in a ring must end somewhere."""
    count = 1
    while count < limit:
        try:
            picture.seek(count)
        except DECODING_ERRORS:
            break
        count += 1
    return count


def _is_cut_off(path: Path, kind: Kind) -> bool:
    """True when the file's end mark is missing."""
    with path.open("rb") as file:
        tail = _tail(file, 65_536)
    if kind is Kind.JPEG:
        return b"\xff\xd9" not in tail
    if kind is Kind.PNG:
        return b"IEND" not in tail
    return False


def _tail(file: BinaryIO, size: int) -> bytes:
    end = file.seek(0, 2)
    file.seek(max(0, end - size))
    return file.read()


def _unreadable(kind: Kind, error: BaseException) -> UnusableInputError:
    return UnusableInputError(
        ProblemCode.PAGE_UNREADABLE,
        f"The page's picture ({describe(kind)}) cannot be decoded: it is damaged.",
        remedy="Scan or copy it again.",
    )
