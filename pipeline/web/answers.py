"""What pages and API share: the parts of the server, who asks, what is answered when something is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse, Response

from pipeline.errors import OutputError, SohoaError, UnusableInputError, UsageError
from pipeline.schema import Document, PageRecord
from pipeline.store.doubts import Doubt
from pipeline.store.exports.pdf import searchable_pdf
from pipeline.store.index import doubt_of_row
from pipeline.web.access import Access, Right
from pipeline.web.extracting import Extracting
from pipeline.web.figures import Figures, figures_of
from pipeline.web.library import Library, Shown, UnknownDocumentError
from pipeline.web.pictures import Area, PagePicture, Pictures
from pipeline.web.reviewing import Reviewing

_PICTURED = ("application/pdf", "image/png", "image/jpeg", "image/tiff", "image/bmp", "image/gif", "image/webp")
_PREVIEW = 1100  # pixels: text of 13 pt is read easily on a wide screen
_BOX = re.compile(r"(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a running server."""

    library: Library
    pictures: Pictures
    reviewing: Reviewing
    extracting: Extracting
    access: Access
    language: str


def parts_of(request: Request) -> Parts:
    """The parts that answer a request."""
    parts: Parts = request.app.state.parts
    return parts


def may_review(request: Request) -> None:
    """Refuse who may not change anything."""
    right = parts_of(request).access.right_of(request)
    if right < Right.REVIEW:
        raise HTTPException(401 if right is Right.NONE else 403, "That needs a token that allows review.")


def may_read(request: Request) -> None:
    """Refuse who may not read."""
    if parts_of(request).access.right_of(request) < Right.READ:
        raise HTTPException(401, "That needs a token.", {"www-authenticate": "Bearer"})


def problem(status: int, title: str, detail: str | None = None, **more: Any) -> JSONResponse:  # noqa: ANN401
    """An error as RFC 9457 has it."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(
        {key: value for key, value in body.items() if value is not None}, status, media_type="application/problem+json"
    )


def status_of(error: Exception) -> tuple[int, str]:
    """The HTTP status and the sentence for an error that was raised on purpose."""
    if isinstance(error, UnknownDocumentError):
        return 404, "There is no such document."
    if isinstance(error, UsageError):
        return 422, str(error)
    if isinstance(error, UnusableInputError):
        return 503 if "index" in error.message else 422, str(error)
    if isinstance(error, OutputError):
        return 503, str(error)
    return (503, str(error)) if isinstance(error, SohoaError) else (500, "Something went wrong here.")


def conditional(request: Request, response: Response, etag: str) -> Response:
    """The response with its tag, or 304 where the caller has just that."""
    tag = f'"{etag}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if tag in (part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


# what is shown


def page_of(document: Document, number: int) -> PageRecord:
    """A page of a document. Raises UnknownDocumentError."""
    page = next((page for page in document.pages if page.number == number), None)
    if page is None:
        raise UnknownDocumentError(number)
    return page


def has_picture(parts: Parts, document: Document, page: PageRecord) -> bool:
    """Whether the page can be drawn: it has a picture, and its source still lies there."""
    drawable = bool(page.width) and document.source.media_type in _PICTURED
    return drawable and parts.library.source(document) is not None


def picture(request: Request, shown: Shown, number: int, box: str | None, width: int | None) -> Response:
    """The picture of a page, or of a box of it ('left,top,right,bottom').

    Raises HTTPException, UnknownDocumentError.
    """
    parts, document = parts_of(request), shown.document
    page = page_of(document, number)
    source = parts.library.source(document)
    media_type = document.source.media_type or ""
    if source is None or not page.width or media_type not in _PICTURED:
        raise HTTPException(404, "The page has no picture, or the source file is no longer in the archive.")
    area = _area(box, page) if box else None
    wanted = PagePicture(
        source, media_type, number, (page.width, page.height), area, width or (None if box else _PREVIEW)
    )
    etag = sha256(repr((document.source.sha256, wanted)).encode()).hexdigest()[:32]
    known = conditional(request, Response(), etag)
    if known.status_code == 304:
        return known
    data = parts.pictures.jpeg(wanted)
    if data is None:
        raise HTTPException(404, "The page cannot be drawn.")
    return conditional(request, Response(data, media_type="image/jpeg"), etag)


def _area(box: str, page: PageRecord) -> Area:
    match = _BOX.fullmatch(box)
    if match is None:
        raise HTTPException(422, "A box is left,top,right,bottom in pixels.")
    left, top, right, bottom = (int(part) for part in match.groups())
    right, bottom = min(right, page.width), min(bottom, page.height)
    if left >= right or top >= bottom:
        raise HTTPException(422, "The box holds nothing of the page.")
    return left, top, right, bottom


def pdf_of(parts: Parts, document: Document) -> bytes:
    """The searchable PDF of a document. Raises HTTPException where none can be made."""
    source = parts.library.source(document)
    if source is None or document.source.media_type not in _PICTURED:
        raise HTTPException(404, "No searchable PDF can be made of it: it has no page pictures, or its source is gone.")
    try:
        return searchable_pdf(document, source)
    except Exception as error:  # pikepdf and Pillow raise all kinds on damaged files
        raise HTTPException(422, "Its pages could not be copied.") from error


@dataclass(frozen=True, slots=True)
class Offered:
    """A doubtful field of a document, as the queue offers it."""

    path: str
    subject: str | None
    doubt: Doubt


def queue(parts: Parts, first: int, count: int) -> tuple[int, list[Offered]]:
    """How many fields are doubtful, and some of them, the most doubtful first; what was settled meanwhile is none."""
    settled = {(one.path, one.field) for one in parts.reviewing.all() if not one.undone_at}
    with parts.library.index() as connection:
        rows = connection.execute(
            "SELECT path, subject, doubt FROM doubts JOIN documents ON documents.id = doubts.document"
            " ORDER BY score DESC, document, field"
        ).fetchall()
    offered = [Offered(path, subject, doubt_of_row(doubt)) for path, subject, doubt in rows]
    left = [one for one in offered if (one.path, one.doubt.field) not in settled]
    return len(left), left[first : first + count]


def figures(parts: Parts) -> Figures:
    """What the overview shows."""
    corrections = sum(not one.undone_at for one in parts.reviewing.all())
    return figures_of(parts.library, corrections, date.today())
