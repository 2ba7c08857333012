"""Image files as pages: PNG, JPEG, TIFF (multi-page), WebP, BMP, GIF, JPEG 2000, decoded only when asked for."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import Image, ImageOps, Jpeg2KImagePlugin, UnidentifiedImageError
from PIL import ImageFile as PillowFile

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.images.old_jpeg import decoded, is_old_jpeg
from pipeline.intake.images.pixels import believable_dpi, to_pixels
from pipeline.intake.images.tiff_frames import Frames, frames_of
from pipeline.intake.kinds import Kind, OpenFile, describe
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
    Kind.HEIC: ("HEIF",),
}
_ORIENTATION = 0x0112
_TURNED = (5, 6, 7, 8)
# A JPEG of up to so many pixels may be decoded whole and then reduced: its letters keep more of their shape.
_DECODED_WHOLE = 90_000_000
_LONGEST_SIDE = 200_000  # pixels; no page and no screenshot is that long
_END_MARKS = {Kind.JPEG: b"\xff\xd9", Kind.PNG: b"IEND", Kind.GIF: b"\x3b"}
_SHORT_TAIL = 64  # where the end mark is one sign that stands everywhere
_TAIL = 65_536  # phones and cameras append a preview or notes after the end mark
_FRAMES_A_PAGE = 2  # a page and its thumbnail
_PAGES_LOST = "The file is cut off or damaged: pages at its end are missing. Copy or scan it again."
# What Pillow raises on malformed files, over all its decoders.
DECODING_ERRORS = (OSError, ValueError, TypeError, SyntaxError, IndexError, KeyError, OverflowError, ArithmeticError,
                   AttributeError, EOFError, MemoryError, RuntimeError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FilePicture:
    """One frame of an image; `load` opens, decodes and closes, so that no pixels outlive their use.

    `source` gives the file's path, or its bytes when it lies inside another file.
    """

    source: Callable[[], Path | bytes]
    kind: Kind
    frame: int
    size: tuple[int, int]
    dpi: float | None
    target: tuple[int, int] | None
    truncated: bool

    def load(self) -> NDArray[np.uint8]:
        """The pixels upright, grey or RGB, with square pixels. Raises `UnusableInputError` (PAGE_UNREADABLE)."""
        try:
            with _tolerant(self.truncated), _opened(self.source(), self.kind) as picture:
                if self.frame:
                    picture.seek(self.frame)
                return self._pixels(picture)
        except DECODING_ERRORS as error:
            raise _unreadable(self.kind) from error

    def _pixels(self, picture: Image.Image) -> NDArray[np.uint8]:
        """The open picture's pixels, upright; turned after they were reduced, and decoded no larger than needed."""
        if is_old_jpeg(picture):
            picture = _old_jpeg(picture)
        if self.target is not None:
            _decode_reduced(picture, self.target)
        orientation = _orientation(picture)
        if orientation == 1 or self.target is None:
            upright = ImageOps.exif_transpose(picture) if orientation != 1 else picture
            return to_pixels(upright, self.target)
        picture.load()  # Pillow turns a TIFF itself when it decodes it
        orientation = _orientation(picture)
        lying = self.target[::-1] if orientation in _TURNED else self.target
        return _turned_upright(to_pixels(picture, lying), orientation)


def _old_jpeg(picture: Image.Image) -> Image.Image:
    try:
        return decoded(picture)
    except OSError as error:
        raise UnusableInputError(
            ProblemCode.PAGE_UNREADABLE,
            "The page's picture is a TIFF with old-style JPEG, written in a way that cannot be decoded.",
            remedy="Save it as PDF, or as TIFF with another compression.",
        ) from error


def _orientation(picture: Image.Image) -> int:
    """EXIF's orientation, 1 where there is none. Asked for it, a PNG without is decoded to its end in the search."""
    if picture.format == "PNG" and "exif" not in picture.info:
        return 1
    found = picture.getexif().get(_ORIENTATION, 1)
    return found if found in range(2, 9) else 1


def _turned_upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Pixels as EXIF's orientation says that they are to be shown."""
    if orientation in _TURNED:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _decode_reduced(picture: Image.Image, target: tuple[int, int]) -> None:
    """Let the decoder of a JPEG or JPEG 2000 leave out the detail that `target` has no room for."""
    spare = math.sqrt(picture.size[0] * picture.size[1] / max(1, target[0] * target[1]))
    halves = max(int(_is_halved(picture)), math.floor(math.log2(max(1.0, spare))))
    if isinstance(picture, Jpeg2KImagePlugin.Jpeg2KImageFile):
        picture.reduce = halves
    elif picture.format in ("JPEG", "MPO") and halves:
        picture.draft(None, (picture.size[0] >> halves, picture.size[1] >> halves))


def _is_halved(picture: Image.Image) -> bool:
    """Whether a picture is so large that its decoder is asked for half its size at most."""
    most = {"JPEG": _DECODED_WHOLE, "MPO": _DECODED_WHOLE, "JPEG2000": _DECODED_WHOLE // 3}  # OpenJPEG takes more
    return picture.size[0] * picture.size[1] > most.get(picture.format or "", math.inf)


@contextmanager
def _tolerant(truncated: bool) -> Iterator[None]:
    """While it lasts, Pillow gives the part that is there of a picture that is cut off, and the rest grey or black.

    Pillow knows this only as a switch for the whole process; it is put back at once.
    """
    before = PillowFile.LOAD_TRUNCATED_IMAGES
    PillowFile.LOAD_TRUNCATED_IMAGES = truncated
    try:
        yield
    finally:
        PillowFile.LOAD_TRUNCATED_IMAGES = before


def open_image(source: OpenFile) -> AbstractContextManager[ImageFile]:
    """Open a picture. Raises UnusableInputError: DAMAGED_FILE, TOO_MANY_PIXELS, TOO_MANY_BYTES."""
    return nullcontext(ImageFile(source.path, Kind(source.media_type), source.settings))


class ImageFile:
    """An open image file: its frames that are pages."""

    def __init__(self, path: Path, kind: Kind, settings: IntakeSettings) -> None:
        self.media_type = kind.value
        self._kind = kind
        self.problems: tuple[PageProblem, ...] = ()
        self._path, self._settings = path, settings
        try:
            with _opened(path, kind) as picture:
                self._frames = Frames((0,), broken=False)
                if kind is Kind.TIFF:
                    self._frames = frames_of(picture, _FRAMES_A_PAGE * settings.max_pages + 1)
                if self._frames.broken:
                    self.problems = (PageProblem(ProblemCode.DAMAGED_FILE, _PAGES_LOST),)
        except UnusableInputError:
            raise
        except DECODING_ERRORS as error:
            raise _not_opened(kind) from error

    @property
    def page_count(self) -> int:
        """All pages, also those beyond the limit."""
        return len(self._frames.pages)

    def pages(self) -> Iterator[PageInput]:
        """A `PageInput` a frame that is a page, up to the limit of pages."""
        for number, frame in enumerate(self._frames.pages[: self._settings.max_pages], start=1):
            yield picture_page(lambda: self._path, self._kind, number, self._settings, frame=frame)


def picture_page(
    source: Callable[[], Path | bytes], kind: Kind, number: int, settings: IntakeSettings, *, frame: int = 0
) -> PageInput:
    """The page of one frame of an image; what is wrong with it is the page's problem."""
    try:
        content = source()
        with _opened(content, kind) as picture:
            if frame:
                picture.seek(frame)
            size, dpi, target = _geometry(picture, settings)
        truncated = _is_cut_off(content, kind)
    except UnusableInputError as error:
        return PageInput(number, problem=PageProblem(error.code, str(error), number))
    except DECODING_ERRORS:
        return PageInput(number, problem=PageProblem(ProblemCode.PAGE_UNREADABLE, str(_unreadable(kind)), number))
    problems: tuple[PageProblem, ...] = ()
    if truncated:
        message = "The picture is cut off: its end is missing. What is there was read. Scan or copy it again."
        problems = (PageProblem(ProblemCode.PAGE_DAMAGED, message, number),)
    image = FilePicture(source, kind, frame, target or size, dpi, target, truncated)
    return PageInput(number, image=image, problems=problems)


def picture_size(source: Path | bytes, kind: Kind) -> tuple[int, int]:
    """(width, height) of a picture as it lies; (0, 0) when it cannot be opened."""
    try:
        with _opened(source, kind) as picture:
            return picture.size
    except (UnusableInputError, *DECODING_ERRORS):
        return 0, 0


def _geometry(
    picture: Image.Image, settings: IntakeSettings
) -> tuple[tuple[int, int], float | None, tuple[int, int] | None]:
    """(upright size, resolution, size to bring it to or None) of an open picture, not decoded."""
    width, height = picture.size
    if width * height > settings.max_page_pixels or max(width, height) > _LONGEST_SIDE:
        raise too_many_pixels(width, height, settings)
    if _decoded_bytes(picture) > settings.max_decoded_bytes:
        raise _too_many_bytes(width, height)
    resolution = picture.info.get("dpi", (None, None))
    x_dpi, y_dpi = resolution if isinstance(resolution, tuple) and len(resolution) == 2 else (None, None)
    if _orientation(picture) in _TURNED:
        x_dpi, y_dpi = y_dpi, x_dpi
        if picture.format != "TIFF":  # Pillow turns a TIFF itself, and says so in its size
            width, height = height, width
    dpi, target = believable_dpi((width, height), x_dpi, y_dpi, settings)
    shown = target or (width, height)
    if _is_halved(picture) and shown[0] > width // 2:
        target = width // 2, height // 2
        dpi = dpi and round(dpi * target[0] / shown[0], 1)
    return (width, height), dpi, target


def _decoded_bytes(picture: Image.Image) -> int:
    """What Pillow and the format's library take for a picture while it is decoded, in bytes."""
    pixels = picture.size[0] * picture.size[1]
    bands = len(picture.getbands())
    each = 1 if bands == 1 and picture.mode not in ("I", "F") else 4
    if picture.mode.startswith("I;16"):
        each = 2
    if picture.format in ("JPEG", "MPO"):  # decoded at a fraction; a progressive one has all its coefficients kept
        each = 2 * bands if picture.info.get("progressive") else 1
    elif picture.format == "JPEG2000":  # decoded at a fraction too
        each = bands
    elif picture.format == "WEBP":
        each = 8
    return pixels * each


def _too_many_bytes(width: int, height: int) -> UnusableInputError:
    return UnusableInputError(
        ProblemCode.TOO_MANY_PIXELS,
        f"The picture has {width} x {height} pixels and is stored in a way that takes too much memory to decode.",
        remedy="Save it with a lower resolution (300 dpi is enough), or raise max_decoded_bytes.",
    )


def too_many_pixels(width: int, height: int, settings: IntakeSettings) -> UnusableInputError:
    """The error for a picture beyond the limit."""
    return UnusableInputError(
        ProblemCode.TOO_MANY_PIXELS,
        f"The picture has {width} x {height} pixels, more than the {settings.max_page_pixels:,} that are allowed."
        if width * height > settings.max_page_pixels
        else f"The picture has {width} x {height} pixels: no page has such a shape.",
        remedy="Save it with a lower resolution (300 dpi is enough), or raise max_page_pixels.",
    )


@contextmanager
def _opened(source: Path | bytes, kind: Kind) -> Iterator[Image.Image]:
    # Pillow maps a file that it opens by name into memory: one that shrinks meanwhile would end the process, and a
    # TIFF read that way is not turned upright. So it gets an open file.
    with ExitStack() as stack:
        file: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else stack.enter_context(source.open("rb"))
        yield stack.enter_context(_open_picture(file, kind))


def _open_picture(file: BinaryIO, kind: Kind) -> Image.Image:
    with warnings.catch_warnings():
        # Pillow warns of what our own limits decide, and of odd metadata that does not concern us.
        warnings.simplefilter("ignore")
        if kind is Kind.HEIC:
            pi_heif.register_heif_opener(thumbnails=False)  # Pillow's own registry; to register twice is no harm
        try:
            return Image.open(file, formats=_FORMATS[kind])
        except Image.DecompressionBombError as error:
            raise UnusableInputError(
                ProblemCode.TOO_MANY_PIXELS,
                "The picture has more pixels than any page has.",
                remedy="Save it with a lower resolution (300 dpi is enough).",
            ) from error
        except UnidentifiedImageError as error:
            raise _not_opened(kind) from error


def _not_opened(kind: Kind) -> UnusableInputError:
    return UnusableInputError(
        ProblemCode.DAMAGED_FILE,
        f"The file begins like {describe(kind)} but cannot be opened: it is damaged or cut off.",
        remedy="Copy or scan it again.",
    )


def _is_cut_off(source: Path | bytes, kind: Kind) -> bool:
    """True when the end mark of a picture is missing, or, of a BMP, bytes that its head promises."""
    if kind is not Kind.BMP and kind not in _END_MARKS:
        return False
    with ExitStack() as stack:
        file: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else stack.enter_context(source.open("rb"))
        head = file.read(6)
        size = file.seek(0, 2)
        if kind is Kind.BMP:
            return int.from_bytes(head[2:6], "little") > size
        file.seek(max(0, size - (_SHORT_TAIL if kind is Kind.GIF else _TAIL)))
        return _END_MARKS[kind] not in file.read()


def _unreadable(kind: Kind) -> UnusableInputError:
    return UnusableInputError(
        ProblemCode.PAGE_UNREADABLE,
        f"The page's picture ({describe(kind)}) cannot be decoded: it is damaged.",
        remedy="Scan or copy it again.",
    )
