"""Draws PDF pages that are no single image: pdf2image (Poppler), a few pages a process; PDFium when that fails."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pdf2image import convert_from_path
from pdf2image.exceptions import (
    PDFInfoNotInstalledError,
    PDFPageCountError,
    PDFPopplerTimeoutError,
    PDFSyntaxError,
    PopplerNotInstalledError,
)

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.images.pixels import fit_resolution, to_pixels
from pipeline.intake.pdf.page_plan import PagePlan
from pipeline.settings import IntakeSettings

# Larger pages (pixels) are drawn one by one.
_DRAWN_ALONG = 12_000_000
_POPPLER_ERRORS = (
    PDFInfoNotInstalledError, PDFPageCountError, PDFSyntaxError, PopplerNotInstalledError, OSError, ValueError,
    IndexError,
)  # fmt: skip


_ROUNDING = 3  # pixels


class Drawing:
    """Draws pages of one PDF on demand; following pages of the same make are drawn along and kept until asked for."""

    def __init__(
        self,
        path: Path,
        document: pypdfium2.PdfDocument,
        plan_of: Callable[[int], PagePlan | None],
        settings: IntakeSettings,
    ) -> None:
        self._path, self.document, self._plan_of, self._settings = path, document, plan_of, settings
        self._ahead: dict[int, NDArray[np.uint8]] = {}

    def page(self, index: int, plan: PagePlan) -> NDArray[np.uint8]:
        """The pixels of page `index`. Raises `UnusableInputError` (PAGE_UNREADABLE)."""
        if index in self._ahead:
            return self._ahead.pop(index)
        self._ahead.clear()
        last = self._last_of_chunk(index, plan)
        pages = self._by_poppler(index, last, plan)
        if len(pages) != last - index + 1 and last > index:
            pages = self._by_poppler(index, index, plan)
        if not pages:
            return self._by_pdfium(index, plan)
        self._ahead.update({index + at: page for at, page in enumerate(pages) if at > 0})
        return pages[0]

    def _last_of_chunk(self, index: int, plan: PagePlan) -> int:
        """The last page to draw along: pages of one size and kind, no larger than usual, that have no text layer."""
        last = index
        while (
            not plan.has_text
            and plan.size[0] * plan.size[1] <= _DRAWN_ALONG
            and last + 1 < min(len(self.document), index + self._settings.raster_chunk_pages, self._settings.max_pages)
            and self._is_alike(self._plan_of(last + 1), plan)
        ):
            last += 1
        return last

    @staticmethod
    def _is_alike(other: PagePlan | None, plan: PagePlan) -> bool:
        return (
            other is not None
            and other.embedded is None
            and not other.has_text
            and (other.size, other.coloured, other.hide_annotations)
            == (plan.size, plan.coloured, plan.hide_annotations)
        )

    def _by_poppler(self, first: int, last: int, plan: PagePlan) -> list[NDArray[np.uint8]]:
        """Pages `first` to `last` (counted from 0); fewer, or none, when Poppler cannot draw them."""
        try:
            drawn = convert_from_path(
                self._path,
                dpi=plan.dpi or self._settings.raster_dpi,  # type: ignore[arg-type]  # pdftoppm takes fractions
                first_page=first + 1,
                last_page=last + 1,
                grayscale=not plan.coloured,
                use_cropbox=True,
                hide_annotations=plan.hide_annotations,
                timeout=max(1, round(self._settings.raster_timeout_seconds)) * (last - first + 1),
            )
        except PDFPopplerTimeoutError as error:
            if last > first:
                return []
            raise UnusableInputError(
                ProblemCode.PAGE_UNREADABLE,
                f"Drawing this page took longer than {self._settings.raster_timeout_seconds:.0f} seconds.",
                remedy="Print the page to a new PDF, or raise raster_timeout_seconds.",
            ) from error
        except _POPPLER_ERRORS:
            return []
        return [_fitted(to_pixels(picture), plan.size) for picture in drawn]

    def quickly(self, index: int, plan: PagePlan, dpi: float) -> NDArray[np.uint8]:
        """The pixels of page `index` in grey at about `dpi`, by PDFium alone. Raises as `page`."""
        width, height = (side / (plan.dpi or self._settings.raster_dpi) * dpi for side in plan.size)
        part = min(1.0, math.sqrt(_DRAWN_ALONG / max(1.0, width * height)))
        size = max(1, round(width * part)), max(1, round(height * part))
        return self._by_pdfium(index, replace(plan, size=size, dpi=dpi * part, coloured=False))

    def _by_pdfium(self, index: int, plan: PagePlan) -> NDArray[np.uint8]:
        try:
            page = self.document[index]
            try:
                bitmap = page.render(
                    scale=(plan.dpi or self._settings.raster_dpi) / 72,
                    grayscale=not plan.coloured,
                    may_draw_forms=False,
                    draw_annots=not plan.hide_annotations,
                    rev_byteorder=True,
                )
                pixels = np.array(bitmap.to_numpy()[..., :3] if bitmap.n_channels > 1 else bitmap.to_numpy())
            finally:
                page.close()
        except (pypdfium2.PdfiumError, OSError, ValueError, MemoryError) as error:
            raise UnusableInputError(
                ProblemCode.PAGE_UNREADABLE,
                "This page cannot be drawn: this part of the PDF is damaged.",
                remedy="Print it to a new PDF, or scan it again.",
            ) from error
        return _fitted(np.asarray(pixels, dtype=np.uint8), plan.size)


def _fitted(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """`pixels` at exactly `size`: programs differ in how they round, and scaling for one row would blur them all."""
    width, height = size
    if abs(pixels.shape[1] - width) > _ROUNDING or abs(pixels.shape[0] - height) > _ROUNDING:
        return fit_resolution(pixels, size)
    pixels = pixels[:height, :width]
    missing = [(0, height - pixels.shape[0]), (0, width - pixels.shape[1]), (0, 0)][: pixels.ndim]
    return np.pad(pixels, missing, constant_values=255) if any(any(side) for side in missing) else pixels


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """The `PageImage` of a page that has to be drawn."""

    drawing: Drawing
    index: int
    plan: PagePlan

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.plan.size

    @property
    def dpi(self) -> float | None:
        """The resolution it is drawn at."""
        return self.plan.dpi

    def load(self) -> NDArray[np.uint8]:
        """The page's pixels, grey or RGB. Raises `UnusableInputError` (PAGE_UNREADABLE)."""
        return self._upright(self.drawing.page(self.index, self._as_it_lies()))

    def look(self, dpi: int) -> NDArray[np.uint8]:
        """The page in grey at about `dpi`. Raises `UnusableInputError` (PAGE_UNREADABLE)."""
        return self._upright(self.drawing.quickly(self.index, self._as_it_lies(), dpi))

    def _as_it_lies(self) -> PagePlan:
        """The plan of the page as it lies in the file, not turned upright."""
        width, height = self.plan.size
        return replace(self.plan, size=(height, width) if self.plan.turn % 2 else (width, height), turn=0)

    def _upright(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.ascontiguousarray(np.rot90(pixels, self.plan.turn)) if self.plan.turn else pixels
