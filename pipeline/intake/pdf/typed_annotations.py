"""Print that lies over a PDF page as annotations: text that somebody typed onto it, form fields, stamps.

PDFium gives the text of annotations only once they are drawn into the page. That is done in a copy of the document, for
pages that have such annotations: typed text and fields become text of the page, a stamp's words a mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium_c

Rectangle = tuple[float, float, float, float]
"""left, bottom, right, top in points."""

_MOST_NOTES = 1_000
_MOST_STAMPS = 12  # each is drawn into a copy of its own
_MOST_OBJECTS = 20_000  # of a page; a drawing has more
_MOST_PARENTS = 20
_LONGEST = 5_000  # letters of a field
_NEAR = 1.0  # points by which two accounts of one rectangle may differ
_STAMPS = ("/Stamp", "/Watermark")
_HIDDEN = 2  # the flag of annotations that are neither shown nor printed
_TYPE_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s+Tf")
_USUAL_SIZE = 12.0
_ERRORS = (pypdfium2.PdfiumError, OSError, ValueError)
_QPDF_ERRORS = (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError, IndexError, AttributeError)


@dataclass(frozen=True, slots=True)
class Typed:
    """Text of an annotation whose appearance the file does not have: where it stands, and what it says."""

    where: Rectangle
    text: str
    size: float  # of the type, in points


@dataclass(frozen=True, slots=True)
class Notes:
    """The annotations of a page that print words: where those with an appearance stand, those without, the stamps."""

    drawn: tuple[Rectangle, ...] = ()
    plain: tuple[Typed, ...] = ()
    stamps: tuple[Rectangle, ...] = ()


def notes_of(page: pikepdf.Page) -> Notes:
    """What annotations print on a page: text typed onto it, fields of text and choice, stamps."""
    drawn: list[Rectangle] = []
    plain: list[Typed] = []
    stamps: list[Rectangle] = []
    with suppress(*_QPDF_ERRORS):
        for note in list(page.obj.get("/Annots", []))[:_MOST_NOTES]:
            with suppress(*_QPDF_ERRORS):
                _sort(note, drawn, plain, stamps)
    return Notes(tuple(drawn), tuple(plain), tuple(stamps[:_MOST_STAMPS]))


def _sort(note: pikepdf.Object, drawn: list[Rectangle], plain: list[Typed], stamps: list[Rectangle]) -> None:
    kind = str(note.get("/Subtype", ""))
    x0, y0, x1, y1 = (float(edge) for edge in note["/Rect"])
    where = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    if int(note.get("/F", 0)) & _HIDDEN or where[2] - where[0] < 1 or where[3] - where[1] < 1:
        return
    shows = isinstance(note.get("/AP", pikepdf.Dictionary()).get("/N"), pikepdf.Stream)
    if kind in _STAMPS and shows:
        stamps.append(where)
    elif kind == "/FreeText" or (kind == "/Widget" and str(_inherited(note, "/FT")) in ("/Tx", "/Ch")):
        if shows:
            drawn.append(where)
            return
        value = note.get("/Contents") if kind == "/FreeText" else _inherited(note, "/V")
        text = " ".join(str(value).split())[:_LONGEST] if isinstance(value, pikepdf.String) else ""
        plain += [Typed(where, text, _type_size(note))] if text else []


def _type_size(note: pikepdf.Object) -> float:
    said = _TYPE_SIZE.search(str(_inherited(note, "/DA") or ""))
    size = float(said[1]) if said else 0.0
    return size if 4 <= size <= 72 else _USUAL_SIZE


def _inherited(note: pikepdf.Object, key: str) -> pikepdf.Object | None:
    """A property of a field, which its parents may have for it."""
    for _ in range(_MOST_PARENTS):
        if key in note:
            return note[key]
        if "/Parent" not in note:
            break
        note = note["/Parent"]
    return None


@contextmanager
def with_typed_text(file: BinaryIO, index: int, places: tuple[Rectangle, ...]) -> Iterator[pypdfium2.PdfPage | None]:
    """The page with the annotations in these `places` as content, in a copy; None where that cannot be had."""
    with _copied(file, index) as copy:
        yield _flattened(copy, lambda where: any(_is_near(where, place) for place in places)) if copy else None


def stamp_text(file: BinaryIO, index: int, place: Rectangle) -> str:
    """The words of the stamp in this place, in one line."""
    with _copied(file, index) as copy:
        if copy is None:
            return ""
        for at in reversed(range(pdfium_c.FPDFPage_CountObjects(copy.page.raw))):
            pdfium_c.FPDFPage_RemoveObject(copy.page.raw, pdfium_c.FPDFPage_GetObject(copy.page.raw, at))
        pdfium_c.FPDFPage_GenerateContent(copy.page.raw)
        page = _flattened(copy, lambda where: _is_near(where, place))
        if page is None:
            return ""
        text = page.get_textpage()
        try:
            return " ".join(text.get_text_bounded().split())
        finally:
            text.close()


@dataclass(frozen=True, slots=True)
class _Copy:
    document: pypdfium2.PdfDocument
    page: pypdfium2.PdfPage
    index: int


@contextmanager
def _copied(file: BinaryIO, index: int) -> Iterator[_Copy | None]:
    document = None
    try:
        file.seek(0)
        document = pypdfium2.PdfDocument(file)
        page = document[index]
        too_many = pdfium_c.FPDFPage_CountObjects(page.raw) > _MOST_OBJECTS
        found = None if too_many else _Copy(document, page, index)
    except _ERRORS:
        found = None
    try:
        yield found
    finally:
        if document is not None:
            document.close()


def _flattened(copy: _Copy, keeps: Callable[[Rectangle], bool]) -> pypdfium2.PdfPage | None:
    """The copy's page with the annotations whose places `keeps` names drawn into it, and without the others."""
    kept = 0
    for at in reversed(range(min(_MOST_NOTES, pdfium_c.FPDFPage_GetAnnotCount(copy.page.raw)))):
        raw = pdfium_c.FPDFPage_GetAnnot(copy.page.raw, at)
        where = pdfium_c.FS_RECTF()
        pdfium_c.FPDFAnnot_GetRect(raw, where)
        pdfium_c.FPDFPage_CloseAnnot(raw)
        if keeps((where.left, where.bottom, where.right, where.top)):
            kept += 1
        else:
            pdfium_c.FPDFPage_RemoveAnnot(copy.page.raw, at)
    if not kept or pdfium_c.FPDFPage_Flatten(copy.page.raw, pdfium_c.FLAT_NORMALDISPLAY) == pdfium_c.FLATTEN_FAIL:
        return None
    try:
        return copy.document[copy.index]
    except _ERRORS:
        return None


def _is_near(one: Rectangle, other: Rectangle) -> bool:
    return all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))
