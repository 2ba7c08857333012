"""What a PDF's signature fields hold: who signed and when, and the words that their appearance shows on the page.

Offices that sign electronically let the software put number and day on the page as such fields too, so a field's words
are exact text where the scan has a gap. PDFium sees them once the annotations are drawn into the page, which is done in
a second copy of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium_c

from pipeline.intake.pdf.certificates import Holder, signer_of

Rectangle = tuple[float, float, float, float]
"""left, bottom, right, top in points."""

_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?(?:([+\-Z])(\d{2})?'?(\d{2})?'?)?")
_MOST_SHOWN = 12  # fields of a page whose appearance is looked at, each in a copy of its own
_MOST_OBJECTS = 20_000  # of a page; a drawing has more
_NEAR = 1.0  # points by which two accounts of one rectangle may differ
_EMAIL = re.compile(r"<([^<>@\s]+@[^<>\s]+)>")
_ERRORS = (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError, IndexError, AttributeError, OSError)


def signature_details(
    file: BinaryIO, index: int, rectangles: Sequence[Rectangle], page: pikepdf.Page | None, *, shown: bool
) -> list[dict[str, str]]:
    """For each signature field of a page: text, signer, organisation, email, time, as far as the file has them.

    `file` is the PDF, `page` the same page as qpdf sees it; with `shown` the fields' appearance is looked at.
    """
    fields = list(_fields(page)) if page is not None else []
    found = []
    for at, rectangle in enumerate(rectangles):
        known = next((facts for where, facts in fields if _is_near(where, rectangle)), {})
        text = _appearance(file, index, rectangle) if shown and at < _MOST_SHOWN else ""
        found.append({**known, **({"text": text} if text else {})})
    return found


def _appearance(file: BinaryIO, index: int, rectangle: Rectangle) -> str:
    """What a field shows: the words of the page once it holds nothing else and the field is drawn into it."""
    with suppress(pypdfium2.PdfiumError, OSError, ValueError):
        file.seek(0)
        document = pypdfium2.PdfDocument(file)
        try:
            page = document[index]
            if pdfium_c.FPDFPage_CountObjects(page.raw) > _MOST_OBJECTS:
                return ""
            for at in reversed(range(pdfium_c.FPDFPage_CountObjects(page.raw))):
                pdfium_c.FPDFPage_RemoveObject(page.raw, pdfium_c.FPDFPage_GetObject(page.raw, at))
            for at in reversed(range(pdfium_c.FPDFPage_GetAnnotCount(page.raw))):
                if not _is_near(_rectangle(page, at), rectangle):
                    pdfium_c.FPDFPage_RemoveAnnot(page.raw, at)
            pdfium_c.FPDFPage_GenerateContent(page.raw)
            if pdfium_c.FPDFPage_Flatten(page.raw, pdfium_c.FLAT_NORMALDISPLAY) != pdfium_c.FLATTEN_SUCCESS:
                return ""
            return _text(document[index], rectangle)
        finally:
            document.close()
    return ""


def _rectangle(page: pypdfium2.PdfPage, at: int) -> Rectangle:
    note = pdfium_c.FPDFPage_GetAnnot(page.raw, at)
    where = pdfium_c.FS_RECTF()
    pdfium_c.FPDFAnnot_GetRect(note, where)
    pdfium_c.FPDFPage_CloseAnnot(note)
    return where.left, where.bottom, where.right, where.top


def _text(page: pypdfium2.PdfPage, rectangle: Rectangle) -> str:
    """The words in a rectangle, a line of them a line."""
    text = page.get_textpage()
    try:
        return "\n".join(" ".join(line.split()) for line in text.get_text_bounded(*rectangle).splitlines()).strip()
    finally:
        text.close()


def _fields(page: pikepdf.Page) -> Iterator[tuple[Rectangle, dict[str, str]]]:
    """(rectangle, facts) of the page's signed fields."""
    with suppress(*_ERRORS):
        for note in page.obj.get("/Annots", []):
            value = note.get("/V") or note.get("/Parent", pikepdf.Dictionary()).get("/V")
            if not isinstance(value, pikepdf.Dictionary) or "/Contents" not in value:
                continue
            left, bottom, right, top = (float(edge) for edge in note["/Rect"])
            where = min(left, right), min(bottom, top), max(left, right), max(bottom, top)
            yield where, _facts(value)


def _facts(value: pikepdf.Dictionary) -> dict[str, str]:
    holder = signer_of(bytes(value["/Contents"])) or Holder()
    reason = str(value.get("/Reason", ""))
    address = _EMAIL.search(reason)
    facts = {
        "signer": holder.name or str(value.get("/Name", "")),
        "organisation": holder.organisation,
        "email": holder.email or (address[1] if address else None),
        "time": iso_time(str(value.get("/M", ""))),
    }
    return {name: text for name, text in facts.items() if text}


def iso_time(stamp: str) -> str | None:
    """A PDF's time in ISO 8601: "D:20180321164100+07'00'" → 2018-03-21T16:41:00+07:00; None for what is none."""
    match = _PDF_DATE.fullmatch(stamp)
    if match is None:
        return None
    year, month, day, hour, minute, second, sign, hours, minutes = match.groups()
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    if hour is None:
        return f"{year}-{month}-{day}"
    zone = {"Z": "+00:00", None: ""}.get(sign, f"{sign}{hours or '00'}:{minutes or '00'}")
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone}"


def _is_near(one: Rectangle, other: Rectangle) -> bool:
    return all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))
