"""A PDF page that is one image: that image's own pixels, upright."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.images.pixels import fit_resolution
from pipeline.intake.pdf.objects import images_of


@dataclass(frozen=True, slots=True)
class Embedded:
    """The image that is the page: `ordinal` among the page's images, how to turn it, its final size."""

    ordinal: int
    source_size: tuple[int, int]
    stencil: bool
    transposed: bool
    mirrored: bool
    upside_down: bool
    size: tuple[int, int]
    dpi: float | None
    target: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class EmbeddedPage:
    """The `PageImage` of a page that is one image."""

    document: pypdfium2.PdfDocument
    index: int
    image: Embedded

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels, upright."""
        return self.image.size

    @property
    def dpi(self) -> float | None:
        """Resolution on the page; None where the page's size is nonsense."""
        return self.image.dpi

    def look(self, dpi: int) -> NDArray[np.uint8]:
        """The image in grey. Raises `UnusableInputError` (PAGE_UNREADABLE)."""
        pixels = self.load()
        grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        return np.asarray(grey, dtype=np.uint8)

    def load(self) -> NDArray[np.uint8]:
        """The embedded image's own pixels, upright. Raises `UnusableInputError` (PAGE_UNREADABLE)."""
        try:
            page = self.document[self.index]
        except (pypdfium2.PdfiumError, OSError, ValueError) as error:
            raise _unreadable() from error
        try:
            for ordinal, (raw, _) in enumerate(images_of(page)):
                if ordinal == self.image.ordinal:
                    return _upright(_bitmap(raw), self.image)
        except (pypdfium2.PdfiumError, OSError, ValueError, MemoryError, cv2.error) as error:
            raise _unreadable() from error
        finally:
            page.close()
        raise _unreadable()


def _bitmap(raw: pdfium_c.FPDF_PAGEOBJECT) -> NDArray[np.uint8]:
    """The image's pixels as they lie in the file, grey or RGB; the caller's own copy."""
    handle = pdfium_c.FPDFImageObj_GetBitmap(raw)
    if not handle:
        raise pypdfium2.PdfiumError("no bitmap")
    view = pypdfium2.PdfBitmap.from_raw(handle).to_numpy()  # PDFium's memory, freed with the last reference
    if view.ndim == 2:
        return np.array(view, dtype=np.uint8)
    if view.shape[2] == 3:
        return np.asarray(cv2.cvtColor(view, cv2.COLOR_BGR2RGB), dtype=np.uint8)
    return np.asarray(cv2.cvtColor(view, cv2.COLOR_BGRA2RGB), dtype=np.uint8)


def _upright(pixels: NDArray[np.uint8], image: Embedded) -> NDArray[np.uint8]:
    if image.stencil:  # PDFium gives 255 where it paints
        pixels = np.bitwise_not(pixels)
    if image.transposed:
        pixels = pixels.swapaxes(0, 1)
    if image.mirrored:
        pixels = pixels[:, ::-1]
    if image.upside_down:
        pixels = pixels[::-1]
    target = image.target
    if target is None and (pixels.shape[1], pixels.shape[0]) != image.size:
        target = image.size  # the file says another size than its data have
    return fit_resolution(np.ascontiguousarray(pixels), target)


def _unreadable() -> UnusableInputError:
    return UnusableInputError(
        ProblemCode.PAGE_UNREADABLE,
        "The scanned picture of this page cannot be decoded: it is damaged.",
        remedy="Scan or copy it again.",
    )
