"""What a PDF page is made of: one image that is the whole page, or something that has to be drawn."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.pixels import believable_dpi, fit_resolution
from pipeline.settings import IntakeSettings
from pipeline.values import Box, MarkKind, PageMark

# An image is the page when it covers this much of it and nothing of weight lies beside or over it ...
_COVERS = 0.85
_OTHERS_AT_MOST = 0.25
_PATHS_AT_MOST = 50
# ... or when it is all there is on the page, and more than a logo.
_SOLE_COVERS = 0.15
# sin of the angle by which an image may be turned in its place and still be taken as it is: a third of a degree.
_UPRIGHT_WITHIN = 0.006
# A drawing of a hundred thousand strokes is no scan; there is no need to look at all of them.
_OBJECTS_LOOKED_AT = 5_000
_FORM_DEPTH = 6
_INVISIBLE = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)
_POINTS_PER_INCH = 72.0
_LOWEST_RASTER_DPI = 36.0
# A scan at least this fine is drawn pixel for pixel when something has to be drawn over it.
_ENOUGH_DPI = 140.0

Matrix = tuple[float, float, float, float, float, float]


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
class PagePlan:
    """How a page's picture is to be had. `to_pixels` takes page coordinates to pixels of that picture."""

    size: tuple[int, int]
    dpi: float | None
    to_pixels: Matrix
    embedded: Embedded | None = None
    coloured: bool = False
    hide_annotations: bool = False
    has_text: bool = False
    marks: tuple[PageMark, ...] = ()


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

    def load(self) -> NDArray[np.uint8]:
        """The embedded image's own pixels, upright. Raises `UnusableInputError` (PAGE_UNREADABLE)."""
        try:
            page = self.document[self.index]
        except (pypdfium2.PdfiumError, OSError, ValueError) as error:
            raise _unreadable() from error
        try:
            for ordinal, (raw, _) in enumerate(_images(page)):
                if ordinal == self.image.ordinal:
                    return _upright(_bitmap(raw), self.image)
        except (pypdfium2.PdfiumError, OSError, ValueError, MemoryError, cv2.error) as error:
            raise _unreadable() from error
        finally:
            page.close()
        raise _unreadable()


def plan_page(page: pypdfium2.PdfPage, settings: IntakeSettings, *, draw: bool = False) -> PagePlan:
    """Look at what is on the page without decoding anything; with `draw` its image is not taken for the page.

    Raises `UnusableInputError` (PAGE_UNREADABLE) when the page has no area.
    """
    shown = _display(page)
    content = _content(page)
    notes = _annotations(page)
    display, width, height = shown
    embedded = None if notes.printed or draw else _embedded(content, shown, settings)
    if embedded is not None:
        image, bounds = embedded
        to_pixels = _scaled(display, bounds, image.size)
        marks = tuple(_signature_mark(box, to_pixels, image.size) for box in notes.signatures)
        return PagePlan(image.size, image.dpi, to_pixels, image, has_text=content.has_text, marks=marks)
    dpi = _raster_dpi(content, shown, settings)
    scale = dpi / _POINTS_PER_INCH
    # Poppler rounds up; the last column and row may be partly off the page.
    size = max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale))
    to_pixels = _combined(display, (scale, 0.0, 0.0, scale, 0.0, 0.0))
    marks = tuple(_signature_mark(box, to_pixels, size) for box in notes.signatures)
    return PagePlan(
        size,
        dpi,
        to_pixels,
        coloured=content.coloured,
        hide_annotations=not notes.printed,
        has_text=content.has_text,
        marks=marks,
    )


@dataclass(frozen=True, slots=True)
class _Image:
    matrix: Matrix
    size: tuple[int, int]
    bits: int
    stencil: bool
    pale: bool


@dataclass(frozen=True, slots=True)
class _Content:
    images: tuple[_Image, ...]
    visible_text: int
    has_text: bool
    paths: int
    coloured: bool


@dataclass(frozen=True, slots=True)
class _Annotations:
    signatures: tuple[tuple[float, float, float, float], ...]
    printed: bool


def _display(page: pypdfium2.PdfPage) -> tuple[Matrix, float, float]:
    """(page coordinates → points from the top left of the page as shown, width, height)."""
    left, bottom, right, top = page.get_bbox()
    width, height = right - left, top - bottom
    if not (math.isfinite(width) and math.isfinite(height)) or width < 1 or height < 1:
        raise UnusableInputError(ProblemCode.PAGE_UNREADABLE, "This page of the PDF has no area.")
    rotation = page.get_rotation() % 360
    if rotation == 90:
        return (0.0, 1.0, 1.0, 0.0, -bottom, -left), height, width
    if rotation == 180:
        return (-1.0, 0.0, 0.0, 1.0, right, -bottom), width, height
    if rotation == 270:
        return (0.0, -1.0, -1.0, 0.0, top, right), height, width
    return (1.0, 0.0, 0.0, -1.0, -left, top), width, height


def _content(page: pypdfium2.PdfPage) -> _Content:
    images: list[_Image] = []
    visible_text, has_text, paths = 0, False, 0
    coloured = False
    for looked_at, (raw, kind, matrix) in enumerate(_objects(page), start=1):
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
    return _Content(tuple(images), visible_text, has_text, paths, coloured)


def _embedded(
    content: _Content, shown: tuple[Matrix, float, float], settings: IntakeSettings
) -> tuple[Embedded, tuple[float, float, float, float]] | None:
    """The image that is the page and its place in points from the top left, or None when the page must be drawn."""
    display, width, height = shown
    if not content.images or content.visible_text or content.paths > _PATHS_AT_MOST:
        return None
    shares = [_share(_bounds(_combined(image.matrix, display)), width, height) for image in content.images]
    ordinal = max(range(len(shares)), key=shares.__getitem__)
    alone = len(shares) == 1 and content.paths == 0
    if not (shares[ordinal] >= _COVERS and sum(shares) - shares[ordinal] <= _OTHERS_AT_MOST) and not (
        alone and shares[ordinal] >= _SOLE_COVERS
    ):
        return None
    chosen = content.images[ordinal]
    source_size = chosen.size
    placed = _combined(chosen.matrix, display)
    right_x, right_y, up_x, up_y = placed[0], placed[1], placed[2], placed[3]
    transposed = abs(right_y) > abs(right_x)
    across, askew = (abs(right_y), abs(right_x)) if transposed else (abs(right_x), abs(right_y))
    down, askew_down = (abs(up_x), abs(up_y)) if transposed else (abs(up_y), abs(up_x))
    if min(source_size) < 2 or chosen.pale or askew > across * _UPRIGHT_WITHIN or askew_down > down * _UPRIGHT_WITHIN:
        return None
    if source_size[0] * source_size[1] > settings.max_page_pixels:
        return None
    size = (source_size[1], source_size[0]) if transposed else source_size
    left, top, right, bottom = bounds = _bounds(placed)
    x_dpi = size[0] * _POINTS_PER_INCH / max(right - left, 0.01)
    y_dpi = size[1] * _POINTS_PER_INCH / max(bottom - top, 0.01)
    dpi, target = believable_dpi(size, x_dpi, y_dpi, settings)
    mirrored = up_x > 0 if transposed else right_x < 0
    upside_down = right_y < 0 if transposed else up_y > 0
    embedded = Embedded(
        ordinal, source_size, chosen.stencil, transposed, mirrored, upside_down, target or size, dpi, target
    )
    return embedded, bounds


def _raster_dpi(content: _Content, shown: tuple[Matrix, float, float], settings: IntakeSettings) -> float:
    """The resolution to draw at: that of a scan under the page's text, else the default, within the limit of pixels.

    Raises `UnusableInputError` (TOO_MANY_PIXELS) for a page that could only be drawn illegibly.
    """
    display, width, height = shown
    dpi = float(settings.raster_dpi)
    for image in content.images:
        left, top, right, bottom = _bounds(_combined(image.matrix, display))
        if _share((left, top, right, bottom), width, height) >= _COVERS and right - left > 1:
            own = max(image.size) * _POINTS_PER_INCH / max(right - left, bottom - top)
            if _ENOUGH_DPI <= own <= settings.max_image_dpi:
                dpi = own
    limit = math.sqrt(settings.max_page_pixels / (width * height)) * _POINTS_PER_INCH
    if limit < min(dpi, _LOWEST_RASTER_DPI):
        raise UnusableInputError(
            ProblemCode.TOO_MANY_PIXELS,
            f"The page measures {width / _POINTS_PER_INCH:.0f} x {height / _POINTS_PER_INCH:.0f} inches: "
            "too large to be drawn.",
            remedy="Print it to PDF on A4 or A3, or raise max_page_pixels.",
        )
    # Down to a tenth: rounding up would go over the limit.
    return round(dpi, 1) if dpi < limit else math.floor(limit * 9.99) / 10


def _objects(page: pypdfium2.PdfPage) -> Iterator[tuple[pdfium_c.FPDF_PAGEOBJECT, int, Matrix]]:
    """(object, type, matrix of the forms around it) of all page objects, forms opened up."""
    identity: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    pending = [
        iter(
            [(pdfium_c.FPDFPage_GetObject(page.raw, at), identity) for at in range(min(count, _OBJECTS_LOOKED_AT + 1))]
        )
    ]
    while pending:
        raw, around = next(pending[-1], (None, identity))
        if raw is None:
            pending.pop()
            continue
        kind = pdfium_c.FPDFPageObj_GetType(raw)
        if kind != pdfium_c.FPDF_PAGEOBJ_FORM:
            yield raw, kind, around
        elif len(pending) < _FORM_DEPTH:
            inner = _combined(_matrix(raw), around)
            inside = min(max(0, pdfium_c.FPDFFormObj_CountObjects(raw)), _OBJECTS_LOOKED_AT + 1)
            pending.append(iter([(pdfium_c.FPDFFormObj_GetObject(raw, at), inner) for at in range(inside)]))


def _images(page: pypdfium2.PdfPage) -> Iterator[tuple[pdfium_c.FPDF_PAGEOBJECT, Matrix]]:
    for raw, kind, matrix in _objects(page):
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            yield raw, matrix


def _image(page: pypdfium2.PdfPage, raw: pdfium_c.FPDF_PAGEOBJECT, around: Matrix) -> _Image:
    """An image as the file describes it; a stencil is a 1-bit image without colours that is painted through."""
    facts = pdfium_c.FPDF_IMAGEOBJ_METADATA()
    matrix = _combined(_matrix(raw), around)
    if not pdfium_c.FPDFImageObj_GetImageMetadata(raw, page.raw, facts):
        return _Image(matrix, (0, 0), 0, stencil=False, pale=False)
    stencil = facts.bits_per_pixel == 1 and facts.colorspace == pdfium_c.FPDF_COLORSPACE_UNKNOWN
    paint = _colours(raw)
    pale = stencil and bool(paint) and min(paint[0]) > 100
    return _Image(matrix, (int(facts.width), int(facts.height)), int(facts.bits_per_pixel), stencil, pale)


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


def _matrix(raw: pdfium_c.FPDF_PAGEOBJECT) -> Matrix:
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(raw, matrix):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _combined(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does `first`, then `then` (row vectors, as PDF writes them)."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """The point (x, y) taken through `matrix`."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(matrix: Matrix) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the unit square (an image's place) taken through `matrix`."""
    corners = [apply(matrix, x, y) for x in (0.0, 1.0) for y in (0.0, 1.0)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _share(bounds: tuple[float, float, float, float], width: float, height: float) -> float:
    """The part of the page that `bounds` cover, 0..1."""
    left, top, right, bottom = bounds
    inside = max(0.0, min(right, width) - max(left, 0.0)) * max(0.0, min(bottom, height) - max(top, 0.0))
    return inside / (width * height)


def _scaled(display: Matrix, bounds: tuple[float, float, float, float], size: tuple[int, int]) -> Matrix:
    """`display` followed by the scaling that fits `bounds` to a picture of `size` pixels."""
    left, top, right, bottom = bounds
    x, y = size[0] / max(right - left, 0.01), size[1] / max(bottom - top, 0.01)
    return _combined(display, (x, 0.0, 0.0, y, -left * x, -top * y))


def pixel_box(matrix: Matrix, rectangle: tuple[float, float, float, float], size: tuple[int, int]) -> Box | None:
    """A rectangle of page coordinates (left, bottom, right, top) in pixels, cut to the picture; None outside it."""
    x0, y0 = apply(matrix, rectangle[0], rectangle[1])
    x1, y1 = apply(matrix, rectangle[2], rectangle[3])
    if not all(math.isfinite(value) for value in (x0, y0, x1, y1)):
        return None
    left, right = sorted((x0, x1))
    top, bottom = sorted((y0, y1))
    if right < 0 or bottom < 0 or left > size[0] or top > size[1]:
        return None
    return Box(
        max(0, math.floor(left)),
        max(0, math.floor(top)),
        min(size[0], math.ceil(right)),
        min(size[1], math.ceil(bottom)),
    )


def _annotations(page: pypdfium2.PdfPage) -> _Annotations:
    """The rectangles of e-signature fields, and whether other annotations print something on the page."""
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
    return _Annotations(tuple(signatures), printed)


def _field_type(raw: pdfium_c.FPDF_ANNOTATION) -> str:
    for key in (b"FT",):
        size = pdfium_c.FPDFAnnot_GetStringValue(raw, key, None, 0)
        if size > 2:
            buffer = ctypes.create_string_buffer(size)
            pdfium_c.FPDFAnnot_GetStringValue(raw, key, ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), size)
            return buffer.raw[: size - 2].decode("utf-16-le", "replace")
    return ""


def _signature_mark(rectangle: tuple[float, float, float, float], to_pixels: Matrix, size: tuple[int, int]) -> PageMark:
    return PageMark(MarkKind.E_SIGNATURE, pixel_box(to_pixels, rectangle, size))


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
