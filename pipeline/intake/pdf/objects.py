"""What stands on a PDF page, looked at without decoding: images, text, strokes, annotations."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium_c

from pipeline.intake.pdf.matrix import IDENTITY, Matrix, combined

# A drawing of a hundred thousand strokes is no scan; there is no need to look at all of them.
_OBJECTS_LOOKED_AT = 5_000
_FORM_DEPTH = 6
_INVISIBLE = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """An image and the matrix that places it; `pale`: a stencil painted in a light colour."""

    matrix: Matrix
    size: tuple[int, int]
    bits: int
    stencil: bool
    pale: bool


@dataclass(frozen=True, slots=True)
class Content:
    """All that is painted on a page; `visible_text` and `paths` count objects."""

    images: tuple[PlacedImage, ...]
    visible_text: int
    has_text: bool
    paths: int
    coloured: bool


@dataclass(frozen=True, slots=True)
class Annotations:
    """The rectangles of e-signature fields, and whether other annotations print something on the page."""

    signatures: tuple[tuple[float, float, float, float], ...]
    printed: bool


def content_of(page: pypdfium2.PdfPage) -> Content:
    """What the page's objects are, the first thousands of them."""
    images: list[PlacedImage] = []
    visible_text, has_text, paths = 0, False, 0
    coloured = False
    for looked_at, (raw, kind, matrix) in enumerate(objects_of(page, _OBJECTS_LOOKED_AT + 1), start=1):
        if looked_at > _OBJECTS_LOOKED_AT:
            paths += _OBJECTS_LOOKED_AT
            has_text = True
            break
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            has_text = True
            visible_text += pdfium_c.FPDFTextObj_GetTextRenderMode(raw) not in _INVISIBLE
            coloured = coloured or (looked_at < 500 and _is_coloured(raw))
        elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            image = _image(page, raw, matrix)
            images.append(image)
            coloured = coloured or image.bits > 8 or (image.stencil and _is_coloured(raw))
        elif kind in (pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_SHADING):
            paths += 1
            coloured = coloured or (paths < 500 and _is_coloured(raw))
    return Content(tuple(images), visible_text, has_text, paths, coloured)


def annotations_of(page: pypdfium2.PdfPage) -> Annotations:
    """The annotations of a page that concern its picture."""
    signatures: list[tuple[float, float, float, float]] = []
    printed = False
    for at in range(min(1_000, pdfium_c.FPDFPage_GetAnnotCount(page.raw))):
        raw = pdfium_c.FPDFPage_GetAnnot(page.raw, at)
        if not raw:
            continue
        try:
            kind = pdfium_c.FPDFAnnot_GetSubtype(raw)
            rectangle = pdfium_c.FS_RECTF()
            pdfium_c.FPDFAnnot_GetRect(raw, rectangle)
            has_area = abs(rectangle.right - rectangle.left) > 1 and abs(rectangle.top - rectangle.bottom) > 1
            if not has_area or pdfium_c.FPDFAnnot_GetFlags(raw) & pdfium_c.FPDF_ANNOT_FLAG_HIDDEN:
                continue
            if kind == pdfium_c.FPDF_ANNOT_WIDGET and _field_type(raw) == "Sig":
                signatures.append((rectangle.left, rectangle.bottom, rectangle.right, rectangle.top))
            elif kind not in (pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP, pdfium_c.FPDF_ANNOT_TEXT):
                printed = printed or pdfium_c.FPDFAnnot_GetObjectCount(raw) > 0
        finally:
            pdfium_c.FPDFPage_CloseAnnot(raw)
    return Annotations(tuple(signatures), printed)


def _field_type(raw: pdfium_c.FPDF_ANNOTATION) -> str:
    for key in (b"FT",):
        size = pdfium_c.FPDFAnnot_GetStringValue(raw, key, None, 0)
        if size > 2:
            buffer = ctypes.create_string_buffer(size)
            pdfium_c.FPDFAnnot_GetStringValue(raw, key, ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), size)
            return buffer.raw[: size - 2].decode("utf-16-le", "replace")
    return ""


def objects_of(page: pypdfium2.PdfPage, most: int) -> Iterator[tuple[pdfium_c.FPDF_PAGEOBJECT, int, Matrix]]:
    """(object, type, matrix of the forms around it) of the page's first objects, forms opened up.

    At most `most` come from the page and from each of its forms.
    """
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    pending = [iter([(pdfium_c.FPDFPage_GetObject(page.raw, at), IDENTITY) for at in range(min(count, most))])]
    while pending:
        raw, around = next(pending[-1], (None, IDENTITY))
        if raw is None:
            pending.pop()
            continue
        kind = pdfium_c.FPDFPageObj_GetType(raw)
        if kind != pdfium_c.FPDF_PAGEOBJ_FORM:
            yield raw, kind, around
        elif len(pending) < _FORM_DEPTH:
            inner = combined(matrix_of(raw), around)
            inside = min(max(0, pdfium_c.FPDFFormObj_CountObjects(raw)), most)
            pending.append(iter([(pdfium_c.FPDFFormObj_GetObject(raw, at), inner) for at in range(inside)]))


def images_of(page: pypdfium2.PdfPage) -> Iterator[tuple[pdfium_c.FPDF_PAGEOBJECT, Matrix]]:
    """(object, matrix of the forms around it) of the page's images."""
    for raw, kind, matrix in objects_of(page, _OBJECTS_LOOKED_AT + 1):
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            yield raw, matrix


def _image(page: pypdfium2.PdfPage, raw: pdfium_c.FPDF_PAGEOBJECT, around: Matrix) -> PlacedImage:
    """An image as the file describes it; a stencil is a 1-bit image without colours that is painted through."""
    facts = pdfium_c.FPDF_IMAGEOBJ_METADATA()
    matrix = combined(matrix_of(raw), around)
    if not pdfium_c.FPDFImageObj_GetImageMetadata(raw, page.raw, facts):
        return PlacedImage(matrix, (0, 0), 0, stencil=False, pale=False)
    stencil = facts.bits_per_pixel == 1 and facts.colorspace == pdfium_c.FPDF_COLORSPACE_UNKNOWN
    paint = _colours(raw)
    pale = stencil and bool(paint) and min(paint[0]) > 100
    return PlacedImage(matrix, (int(facts.width), int(facts.height)), int(facts.bits_per_pixel), stencil, pale)


def _is_coloured(raw: pdfium_c.FPDF_PAGEOBJECT) -> bool:
    return any(max(colour) - min(colour) > 60 for colour in _colours(raw))


def _colours(raw: pdfium_c.FPDF_PAGEOBJECT) -> list[tuple[int, int, int]]:
    """The object's fill and stroke colour, as far as it has them."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    found = []
    for get in (pdfium_c.FPDFPageObj_GetFillColor, pdfium_c.FPDFPageObj_GetStrokeColor):
        if get(raw, red, green, blue, alpha):
            found.append((red.value, green.value, blue.value))
    return found


def matrix_of(raw: pdfium_c.FPDF_PAGEOBJECT) -> Matrix:
    """The matrix that places an object in its page or form."""
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(raw, matrix):
        return IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
