"""What a PDF page is made of: one image that is the whole page, or something that has to be drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.images.pixels import believable_dpi
from pipeline.intake.pdf.embedded_image import Embedded
from pipeline.intake.pdf.matrix import Matrix, bounds_of, combined, pixel_box, scaled, share_of
from pipeline.intake.pdf.objects import Content, annotations_of, content_of
from pipeline.settings import IntakeSettings
from pipeline.values import MarkKind, PageMark

# An image is the page when it covers this much of it and nothing of weight lies beside or over it ...
_COVERS = 0.85
_OTHERS_AT_MOST = 0.25
_PATHS_AT_MOST = 50
# ... or when it is all there is on the page, and more than a logo.
_SOLE_COVERS = 0.15
# sin of the angle by which an image may be turned in its place and still be taken as it is: a third of a degree.
_UPRIGHT_WITHIN = 0.006
_POINTS_PER_INCH = 72.0
# A coloured image with more pixels than this part of what is read is drawn, not decoded.
_DECODED_WHOLE = 1.4
_LOWEST_RASTER_DPI = 36.0
_MOST_PICTURES = 200
# A scan at least this fine is drawn pixel for pixel when something has to be drawn over it.
_ENOUGH_DPI = 140.0


@dataclass(frozen=True, slots=True)
class PagePlan:
    """How a page's picture is to be had. `to_pixels` takes page coordinates to pixels of that picture.

    `turn` says by how many quarters clockwise the page's text stands turned: the picture is turned back by as many.
    `pictures` are the places of the page's images in points from its top left, right and bottom after left and top.
    `signatures` are the rectangles of e-signature fields in page coordinates.
    """

    size: tuple[int, int]
    dpi: float | None
    to_pixels: Matrix
    embedded: Embedded | None = None
    coloured: bool = False
    hide_annotations: bool = False
    has_text: bool = False
    turn: int = 0
    pictures: tuple[tuple[float, float, float, float], ...] = ()
    signatures: tuple[tuple[float, float, float, float], ...] = ()

    def marks(self, details: Sequence[dict[str, str]]) -> tuple[PageMark, ...]:
        """The page's e-signatures as marks, with what is known of each."""
        marks = []
        for where, facts in zip(self.signatures, details, strict=True):
            box = pixel_box(self.to_pixels, where, self.size)
            known = {name: value for name, value in facts.items() if name != "text"}
            marks.append(PageMark(MarkKind.E_SIGNATURE, box, facts.get("text"), details=known))
        return tuple(marks)


def plan_page(page: pypdfium2.PdfPage, settings: IntakeSettings, *, draw: bool = False, turn: int = 0) -> PagePlan:
    """Look at what is on the page without decoding anything; with `draw` its image is not taken for the page.

    The page has been turned back by `turn` quarters, for its text to stand upright.

    Raises `UnusableInputError` (PAGE_UNREADABLE) when the page has no area.
    """
    shown = _display(page)
    content = content_of(page)
    notes = annotations_of(page)
    display, width, height = shown
    embedded = None if notes.printed or draw else _embedded(content, shown, settings)
    if embedded is not None:
        image, bounds = embedded
        to_pixels = scaled(display, bounds, image.size)
        return PagePlan(image.size, image.dpi, to_pixels, image, has_text=content.has_text, signatures=notes.signatures)
    dpi = _raster_dpi(content, shown, settings)
    scale = dpi / _POINTS_PER_INCH
    # Poppler rounds up; the last column and row may be partly off the page.
    size = max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale))
    to_pixels = combined(display, (scale, 0.0, 0.0, scale, 0.0, 0.0))
    return PagePlan(
        size,
        dpi,
        to_pixels,
        coloured=content.coloured,
        hide_annotations=not notes.printed,
        has_text=content.has_text,
        turn=turn,
        pictures=tuple(bounds_of(combined(image.matrix, display)) for image in content.images[:_MOST_PICTURES]),
        signatures=notes.signatures,
    )


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


def _embedded(
    content: Content, shown: tuple[Matrix, float, float], settings: IntakeSettings
) -> tuple[Embedded, tuple[float, float, float, float]] | None:
    """The image that is the page and its place in points from the top left, or None when the page must be drawn."""
    display, width, height = shown
    if not content.images or content.visible_text or content.paths > _PATHS_AT_MOST:
        return None
    shares = [share_of(bounds_of(combined(image.matrix, display)), width, height) for image in content.images]
    ordinal = max(range(len(shares)), key=shares.__getitem__)
    alone = len(shares) == 1 and content.paths == 0
    if not (shares[ordinal] >= _COVERS and sum(shares) - shares[ordinal] <= _OTHERS_AT_MOST) and not (
        alone and shares[ordinal] >= _SOLE_COVERS
    ):
        return None
    chosen = content.images[ordinal]
    source_size = chosen.size
    placed = combined(chosen.matrix, display)
    right_x, right_y, up_x, up_y = placed[0], placed[1], placed[2], placed[3]
    transposed = abs(right_y) > abs(right_x)
    across, askew = (abs(right_y), abs(right_x)) if transposed else (abs(right_x), abs(right_y))
    down, askew_down = (abs(up_x), abs(up_y)) if transposed else (abs(up_y), abs(up_x))
    if min(source_size) < 2 or chosen.pale or askew > across * _UPRIGHT_WITHIN or askew_down > down * _UPRIGHT_WITHIN:
        return None
    most = settings.max_page_pixels if chosen.bits <= 8 else _DECODED_WHOLE * settings.max_read_pixels
    if source_size[0] * source_size[1] > most:
        return None  # Poppler draws it reduced, row by row; PDFium would decode it whole
    size = (source_size[1], source_size[0]) if transposed else source_size
    left, top, right, bottom = bounds = bounds_of(placed)
    x_dpi = size[0] * _POINTS_PER_INCH / max(right - left, 0.01)
    y_dpi = size[1] * _POINTS_PER_INCH / max(bottom - top, 0.01)
    dpi, target = believable_dpi(size, x_dpi, y_dpi, settings)
    mirrored = up_x > 0 if transposed else right_x < 0
    upside_down = right_y < 0 if transposed else up_y > 0
    embedded = Embedded(
        ordinal, source_size, chosen.stencil, transposed, mirrored, upside_down, target or size, dpi, target
    )
    return embedded, bounds


def _raster_dpi(content: Content, shown: tuple[Matrix, float, float], settings: IntakeSettings) -> float:
    """The resolution to draw at: that of a scan under the page's text, else the default, within the limit of pixels.

    Raises `UnusableInputError` (TOO_MANY_PIXELS) for a page that could only be drawn illegibly.
    """
    display, width, height = shown
    dpi = float(settings.raster_dpi)
    for image in content.images:
        left, top, right, bottom = bounds_of(combined(image.matrix, display))
        if share_of((left, top, right, bottom), width, height) >= _COVERS and right - left > 1:
            own = max(image.size) * _POINTS_PER_INCH / max(right - left, bottom - top)
            if _ENOUGH_DPI <= own <= settings.max_image_dpi:
                dpi = own
    limit = math.sqrt(min(settings.max_read_pixels, settings.max_page_pixels) / (width * height)) * _POINTS_PER_INCH
    if limit < min(dpi, _LOWEST_RASTER_DPI):
        raise UnusableInputError(
            ProblemCode.TOO_MANY_PIXELS,
            f"The page measures {width / _POINTS_PER_INCH:.0f} x {height / _POINTS_PER_INCH:.0f} inches: "
            "too large to be drawn.",
            remedy="Print it to PDF on A4 or A3, or raise max_read_pixels.",
        )
    # Down to a tenth: rounding up would go over the limit.
    return round(dpi, 1) if dpi < limit else math.floor(limit * 9.99) / 10
