"""What PDFium does not tell of a page, asked of qpdf (pikepdf): masks, pictures cut off, and bombs.

PDFium builds an object in memory for every stroke that a page's content paints, forms opened up each time they are
used. A page whose content unpacks to gigabytes, or whose forms use each other, is found out here before PDFium sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf

from pipeline.intake.pdf.attachments import attached
from pipeline.intake.pdf.content_size import ContentWeight
from pipeline.intake.pdf.e_signatures import Rectangle, signature_details
from pipeline.intake.pdf.optional_content import without_hidden_layers
from pipeline.intake.pdf.truncated_images import is_cut_off
from pipeline.intake.pdf.typed_annotations import Notes, notes_of
from pipeline.values import PageProblem

_DEEPEST_FORM = 4
_MOST_IMAGES = 200
_SMALL_CONTENT = 1_000_000
_LARGE = 250_000  # pixels: more than a logo
_JPX_BYTES = 9  # that a pixel of three colours takes while it is decoded
_PDF_ERRORS = (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError, TypeError, KeyError, IndexError,
               AttributeError, OSError, OverflowError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """`masked`: only part of the image is shown, through a mask. `cut_off`: its data end before it does."""

    masked: bool = False
    cut_off: bool = False


class Inspector:
    """Questions to qpdf about a PDF's pages, counted from 0.

    The file is opened at the first question; of one that qpdf cannot open nothing is known.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._pdf: pikepdf.Pdf | None = None
        self._failed = False

    def image_facts(self, index: int, size: tuple[int, int]) -> ImageFacts:
        """The facts of the image of `size` (width, height) pixels on the page."""
        try:
            page = self._page(index)
            if page is None:
                return ImageFacts()
            for image in _images(page.resources, _DEEPEST_FORM, [_MOST_IMAGES]):
                if (int(image.get("/Width", 0)), int(image.get("/Height", 0))) == size:
                    return ImageFacts("/SMask" in image or "/Mask" in image, is_cut_off(image))
        except _PDF_ERRORS:
            pass
        return ImageFacts()

    def shows_cut_off(self, index: int) -> bool:
        """True when one of the large pictures that the page is drawn with ends too early."""
        return self._shows(index, lambda image: _pixels(image) >= _LARGE and is_cut_off(image))

    def is_bomb(self, index: int, limit: int) -> bool:
        """True when the page's content, forms opened up, comes to more than `limit` bytes."""
        try:
            page = self._page(index)
            return page is not None and ContentWeight(limit).of_page(page) > limit
        except _PDF_ERRORS:
            return False

    def has_huge_jpx(self, index: int, limit: int) -> bool:
        """True when a JPEG 2000 picture on the page takes more than `limit` bytes to decode, which is done whole."""
        return self._shows(
            index,
            lambda image: "/JPXDecode" in str(image.get("/Filter", "")) and _pixels(image) * _JPX_BYTES > limit,
        )

    def _shows(self, index: int, is_such: Callable[[pikepdf.Object], bool]) -> bool:
        """Whether one of the pictures that the page is drawn with is such a one; not where qpdf cannot tell."""
        try:
            page = self._page(index)
            return page is not None and any(
                is_such(image) for image in _images(page.resources, _DEEPEST_FORM, [_MOST_IMAGES])
            )
        except _PDF_ERRORS:
            return False

    def has_lost_pictures(self, index: int) -> bool:
        """True when the page shows a picture or form that is not in the file, as in one that was cut off."""
        try:
            page = self._page(index)
            return page is not None and ContentWeight(_SMALL_CONTENT).lost_objects(page)
        except _PDF_ERRORS:
            return False

    def signatures(self, index: int, rectangles: Sequence[Rectangle]) -> list[dict[str, str]]:
        """What the page's signature fields at `rectangles` hold, in their order: text, signer, time …"""
        try:
            page = self._page(index)
            light = page is not None and ContentWeight(_SMALL_CONTENT).of_appearances(page) <= _SMALL_CONTENT
            return signature_details(self._file, index, rectangles, page, shown=light)
        except _PDF_ERRORS:
            return [{} for _ in rectangles]

    def notes(self, index: int) -> Notes:
        """What annotations print on the page."""
        try:
            page = self._page(index)
            return Notes() if page is None else notes_of(page)
        except _PDF_ERRORS:
            return Notes()

    def without_hidden_layers(self, limit: int) -> bytes | None:
        """The file without what layers paint that are switched off; None where none is."""
        try:
            pdf = self._open()
            return None if pdf is None else without_hidden_layers(pdf, limit)
        except _PDF_ERRORS:
            return None

    def attached(self) -> list[PageProblem]:
        """The problems of documents that lie inside the file and are not read."""
        try:
            pdf = self._open()
            return [] if pdf is None else attached(pdf)
        except _PDF_ERRORS:
            return []

    def close(self) -> None:
        """Let go of the PDF; the file itself stays open."""
        if self._pdf is not None:
            self._pdf.close()

    def _page(self, index: int) -> pikepdf.Page | None:
        pdf = self._open()
        return None if pdf is None else pdf.pages[index]

    def _open(self) -> pikepdf.Pdf | None:
        if self._failed:
            return None
        if self._pdf is None:
            self._failed = True  # until it has worked: a file that cannot be opened is not tried for every page
            self._file.seek(0)
            self._pdf = pikepdf.open(self._file, suppress_warnings=True)
            self._failed = False
        return self._pdf


def _pixels(image: pikepdf.Object) -> int:
    return int(image.get("/Width", 0)) * int(image.get("/Height", 0))


def _images(resources: pikepdf.Object, depth: int, left: list[int]) -> Iterator[pikepdf.Object]:
    objects = resources.get("/XObject")
    if objects is None:
        return
    for name in list(objects.keys()):
        left[0] -= 1
        if left[0] < 0:
            return
        found = objects[name]
        kind = found.get("/Subtype")
        if kind == "/Image":
            yield found
        elif kind == "/Form" and depth > 0 and "/Resources" in found:
            yield from _images(found["/Resources"], depth - 1, left)
