"""What PDFium does not tell of a page's images: soft masks, and JPEG data that are cut off. Asked of qpdf (pikepdf)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf

_DEEPEST_FORM = 4
_MOST_IMAGES = 200
_END_OF_JPEG = b"\xff\xd9"
_PDF_ERRORS = (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError, TypeError, KeyError, IndexError,
               AttributeError, OSError, OverflowError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """`masked`: only part of the image is shown, through a mask. `cut_off`: its JPEG data have no end."""

    masked: bool = False
    cut_off: bool = False


class PageImages:
    """The images of a PDF's pages. The file is opened at the first question; one that qpdf cannot open has no facts."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._pdf: pikepdf.Pdf | None = None
        self._failed = False

    def facts(self, index: int, size: tuple[int, int]) -> ImageFacts:
        """The facts of the image of `size` (width, height) pixels on page `index`, counted from 0."""
        try:
            for image in self._images(index):
                if (int(image.get("/Width", 0)), int(image.get("/Height", 0))) == size:
                    return ImageFacts("/SMask" in image or "/Mask" in image, _is_cut_off(image))
        except _PDF_ERRORS:
            pass
        return ImageFacts()

    def close(self) -> None:
        """Let go of the PDF; the file itself stays open."""
        if self._pdf is not None:
            self._pdf.close()

    def _images(self, index: int) -> Iterator[pikepdf.Object]:
        if self._failed:
            return
        if self._pdf is None:
            self._failed = True  # until it has worked: a file that cannot be opened is not tried for every page
            self._file.seek(0)
            self._pdf = pikepdf.open(self._file, suppress_warnings=True)
            self._failed = False
        page = self._pdf.pages[index]
        yield from _in_resources(page.obj.get("/Resources") or page.resources, _DEEPEST_FORM, [_MOST_IMAGES])


def _in_resources(resources: pikepdf.Object, depth: int, left: list[int]) -> Iterator[pikepdf.Object]:
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
            yield from _in_resources(found["/Resources"], depth - 1, left)


def _is_cut_off(image: pikepdf.Object) -> bool:
    filters = image.get("/Filter")
    names = [str(filters)] if isinstance(filters, pikepdf.Name) else [str(name) for name in filters or ()]
    if names != ["/DCTDecode"]:
        return False
    # A few bytes of padding may follow the end mark.
    return _END_OF_JPEG not in image.read_raw_bytes()[-1_024:]
