"""The REST API under /api/v1: what the pages show, for other programs. Errors are RFC 9457, pages have cursors."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Path, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from pipeline.errors import UsageError
from pipeline.run.corrections import Wish
from pipeline.schema import Document, Section
from pipeline.store.filing import FACETS
from pipeline.store.finding import Sort, Wanted
from pipeline.web.answers import (
    conditional,
    figures,
    may_read,
    may_review,
    page_of,
    parts_of,
    pdf_of,
    picture,
    queue,
)
from pipeline.web.library import Shown
from pipeline.web.shapes import (
    CitationsOut,
    CorrectionIn,
    CorrectionOut,
    CountOut,
    DoubtOut,
    HealthOut,
    QueueOut,
    SearchOut,
    TakenOut,
    correction_out,
    document_out,
    key_of,
    neighbour_out,
)

PREFIX = "/api/v1"
_MOST = 100  # of a page
_MOST_CORRECTION_BYTES = 20_000
_PROBLEM = {"description": "A problem (RFC 9457)", "content": {"application/problem+json": {}}}
_ERRORS: dict[int | str, dict[str, Any]] = dict.fromkeys((400, 401, 403, 404, 413, 421, 422, 429, 503), _PROBLEM)

router = APIRouter(prefix=PREFIX, dependencies=[Depends(may_read)], responses=_ERRORS)
Key = Annotated[str, Path(description="`key` of a document, as search and lists give it", max_length=6000)]
Cursor = Annotated[str | None, Query(description="`next` of the page before", max_length=200)]
Count = Annotated[int, Query(ge=1, le=_MOST, description="at most so many")]


def path_of(key: str) -> str:
    """The path behind a key. Raises HTTPException for what is no key."""
    try:
        return base64.urlsafe_b64decode(key.encode("ascii") + b"=" * (-len(key) % 4)).decode("utf-8", "surrogateescape")
    except ValueError as error:
        raise HTTPException(404, "There is no such document.") from error


@router.get("/search", summary="Search, with facets beside the documents")
def search(
    request: Request,
    q: Annotated[str, Query(description="the query, in the language of the search page", max_length=2000)] = "",
    role: Annotated[list[str] | None, Query()] = None,
    type: Annotated[list[str] | None, Query()] = None,
    level: Annotated[list[str] | None, Query()] = None,
    body: Annotated[list[str] | None, Query()] = None,
    place: Annotated[list[str] | None, Query()] = None,
    year: Annotated[list[str] | None, Query()] = None,
    period: Annotated[list[str] | None, Query()] = None,
    deadline: Annotated[list[str] | None, Query(description="any, none, 2024, 2024-12 or 2024-12-01")] = None,
    problem: Annotated[list[str] | None, Query(description="any, none, or a problem's code")] = None,
    reviewed: Annotated[list[str] | None, Query(description="yes or no")] = None,
    sort: Sort = Sort.RELEVANCE,
    count: Count = 10,
    cursor: Cursor = None,
) -> SearchOut:
    """Documents with their best hits; without words in `q` all that the filters keep, the latest first."""
    chosen = dict(zip(FACETS, (role, type, level, body, place, year, period, deadline, problem, reviewed), strict=True))
    narrowed = tuple((facet, value) for facet, values in chosen.items() for value in values or ())
    first = _first(cursor)
    found = parts_of(request).library.find(Wanted(q, narrowed, sort, first, count))
    return SearchOut(
        total=found.total,
        total_is_exact=found.is_all,
        documents=[document_out(one) for one in found.documents],
        facets={name: [CountOut(**asdict(one)) for one in values] for name, values in found.facets.items()},
        next=_next(first + count, found.total),
    )


@router.get("/documents", summary="All documents, the latest first")
def documents(request: Request, count: Count = 50, cursor: Cursor = None) -> SearchOut:
    """The whole corpus, a page at a time."""
    return search(request, count=count, cursor=cursor)


@router.get("/documents/{key}", summary="A document as the contract has it", response_model=Document)
def document(request: Request, key: Key) -> Response:
    """The JSON document, corrections laid over it."""
    shown = _shown(request, key)
    return conditional(request, Response(shown.document.model_dump_json(), media_type="application/json"), shown.etag)


@router.get("/documents/{key}/text", summary="Its restored text", response_class=PlainTextResponse)
def document_text(request: Request, key: Key) -> Response:
    """The text, a printed line a line."""
    shown = _shown(request, key)
    lines = ("".join(f"{line.text}\n" for line in page.lines) for page in shown.document.pages)
    return conditional(request, PlainTextResponse("\f".join(lines).encode("utf-8", "replace")), shown.etag)


@router.get("/documents/{key}/pdf", summary="Its source's pages with searchable text", response_class=Response)
def document_pdf(request: Request, key: Key) -> Response:
    """A PDF, where the source has page pictures and still lies in the archive."""
    shown = _shown(request, key)
    return Response(pdf_of(parts_of(request), shown.document), media_type="application/pdf")


@router.get("/documents/{key}/sections", summary="Its sections in reading order, flat")
def sections(request: Request, key: Key, role: str | None = None) -> list[dict[str, Any]]:
    """The sections without their children, each with the depth it stands at; of one role, if it is given."""
    return [found for found in _flat(_shown(request, key).document.sections) if role is None or role in found["roles"]]


@router.get("/documents/{key}/fields", summary="Letterhead, signers, recipients and what is concluded")
def fields(request: Request, key: Key) -> dict[str, Any]:
    """The fields of the contract without pages and sections."""
    kept = {"doc_id", "header", "signers", "recipients", "derived", "problems"}
    return _shown(request, key).document.model_dump(mode="json", include=kept)


@router.get("/documents/{key}/plan", summary="Its typed values: deadlines, rewards, tasks …")
def plan(request: Request, key: Key) -> dict[str, Any] | None:
    """What the plan says in values that can be counted; null where it says none."""
    held = _shown(request, key).document.plan
    return held.model_dump(mode="json") if held else None


@router.get("/documents/{key}/citations", summary="What it cites, and what cites it")
def citations(request: Request, key: Key) -> CitationsOut:
    """Citations with the documents of this corpus that they mean."""
    library, held = parts_of(request).library, _shown(request, key).document
    cited = [(act, neighbour_out(found) if found else None) for act, found in library.cited(held)]
    return CitationsOut(
        cites=[{**act.model_dump(mode="json"), "document": found and found.model_dump()} for act, found in cited],
        cited_by=[neighbour_out(one) for one in library.cited_by(held)],
    )


@router.get("/documents/{key}/pages/{number}", summary="A page, line by line with boxes")
def page(request: Request, key: Key, number: int) -> dict[str, Any]:
    """The page of the contract."""
    return page_of(_shown(request, key).document, number).model_dump(mode="json")


@router.get(
    "/documents/{key}/pages/{number}/image", summary="A page's picture, or a box of it", response_class=Response
)
def page_image(
    request: Request,
    key: Key,
    number: int,
    box: Annotated[str | None, Query(description="left,top,right,bottom in the page's pixels", max_length=40)] = None,
    width: Annotated[int | None, Query(ge=16, le=4000, description="pixels; never more than there are")] = None,
) -> Response:
    """JPEG, drawn from the source file."""
    return picture(request, _shown(request, key), number, box, width)


@router.get("/queue", summary="Fields worth a look, the most doubtful first")
def doubtful(request: Request, count: Count = 20, cursor: Cursor = None) -> QueueOut:
    """What people have settled is not among them."""
    first = _first(cursor)
    total, found = queue(parts_of(request), first, count)
    out = [DoubtOut(key=key_of(one.path), path=one.path, **asdict(one.doubt)) for one in found]
    return QueueOut(total=total, fields=out, next=_next(first + count, total))


@router.get("/corrections", summary="Corrections by people, the last one first")
def corrections(request: Request, count: Count = 50, cursor: Cursor = None) -> list[CorrectionOut]:
    """Those undone too."""
    first = _first(cursor)
    return [correction_out(one) for one in parts_of(request).reviewing.all()[first : first + count]]


@router.post(
    "/corrections", status_code=201, summary="Correct, confirm or empty a field", dependencies=[Depends(may_review)]
)
def correct(request: Request, wanted: CorrectionIn) -> CorrectionOut:
    """What is answered with 201 is kept, whatever happens to the server."""
    if len(json.dumps(wanted.value)) > _MOST_CORRECTION_BYTES:
        raise UsageError("No field holds that much.")
    wish = Wish(wanted.path, wanted.field, wanted.value, wanted.confirm)
    return correction_out(parts_of(request).reviewing.correct(wish, wanted.by))


@router.delete("/corrections/{identity}", summary="Take a correction back", dependencies=[Depends(may_review)])
def undo(request: Request, identity: str, by: Annotated[str, Query(max_length=80)] = "") -> CorrectionOut:
    """The machine's value, or the correction before it, stands again."""
    return correction_out(parts_of(request).reviewing.undo(identity, by))


@router.get("/corrections/export", summary="All corrections as JSON Lines", response_class=StreamingResponse)
def export_corrections(request: Request) -> Response:
    """As `sohoa review import` and the import of this API take them."""
    return StreamingResponse(parts_of(request).reviewing.lines(), media_type="application/x-ndjson")


@router.post("/corrections/import", summary="Take in JSON Lines of corrections", dependencies=[Depends(may_review)])
async def import_corrections(
    request: Request, lines: Annotated[bytes, Body(media_type="application/x-ndjson")]
) -> TakenOut:
    """All of them, or none; what is known already stays as it is."""
    try:
        text = lines.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("This is not UTF-8.") from error
    return TakenOut(taken=await run_in_threadpool(parts_of(request).reviewing.take_in, text.splitlines()))


@router.get("/health", summary="Whether the server can answer")
def health(request: Request) -> HealthOut:
    """How many documents there are, and whether a run adds to them."""
    library = parts_of(request).library
    with library.index() as connection:
        (count,) = connection.execute("SELECT count(*) FROM documents").fetchone()
    return HealthOut(status="ok", documents=count, being_filled=library.is_being_filled())


@router.get("/metrics", summary="Figures of the corpus for Prometheus", response_class=PlainTextResponse)
def metrics(request: Request) -> str:
    """Documents, pages, corrections, files by outcome."""
    held = figures(parts_of(request))
    lines = [f"sohoa_documents {held.documents}", f"sohoa_pages {held.pages}", f"sohoa_reviewed {held.reviewed}"]
    lines += [f"sohoa_corrections {held.corrections}"]
    lines += [f'sohoa_files{{status="{status}"}} {count}' for status, count in held.statuses.items()]
    return "\n".join(lines) + "\n"


@router.post(
    "/extract", summary="The JSON of one file that is sent", response_model=Document, dependencies=[Depends(may_review)]
)
async def extract(
    request: Request,
    data: Annotated[bytes, Body(media_type="application/octet-stream", description="the file's content")],
    name: Annotated[str, Query(description="its name; the ending may tell its kind", max_length=255)] = "file",
) -> Response:
    """A PDF, picture, DOCX or text file through the whole way; it is kept nowhere."""
    extracting = parts_of(request).extracting
    if extracting.is_busy:
        return JSONResponse(
            {
                "type": "about:blank",
                "title": "Service Unavailable",
                "status": 503,
                "detail": "Other files are at work.",
            },
            503,
            {"retry-after": "10"},
            media_type="application/problem+json",
        )
    return Response(await extracting.document(data, name), media_type="application/json")


def _shown(request: Request, key: str) -> Shown:
    return parts_of(request).library.shown(path_of(key))


def _first(cursor: str | None) -> int:
    if cursor is None:
        return 0
    digits = cursor.removeprefix("c")
    if not (cursor.startswith("c") and digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise HTTPException(422, "This cursor was not given by this server.")
    return int(digits)


def _next(first: int, total: int) -> str | None:
    return f"c{first}" if first < total else None


def _flat(sections: list[Section], depth: int = 0) -> list[dict[str, Any]]:
    flat = []
    for section in sections:
        flat.append({**section.model_dump(mode="json", exclude={"children"}), "depth": depth})
        flat += _flat(section.children, depth + 1)
    return flat
