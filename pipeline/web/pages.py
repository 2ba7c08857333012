"""The pages: search, a document beside its scan, the queue, corrections, the overview. All work without scripts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, quote, urlencode

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool

from pipeline.run.corrections import Wish
from pipeline.store.filing import FACETS
from pipeline.store.finding import Sort, Wanted
from pipeline.store.query import Query as Words
from pipeline.store.suggesting import unknown_words
from pipeline.web import views
from pipeline.web.access import COOKIE, Right, session_of
from pipeline.web.answers import (
    conditional,
    figures,
    has_picture,
    may_read,
    may_review,
    parts_of,
    pdf_of,
    picture,
    queue,
)
from pipeline.web.charts import bars
from pipeline.web.library import Shown
from pipeline.web.texts import LANGUAGES, text

_A_PAGE = 10  # documents
_LAST_PAGE = 1000
_MOST_FORM_BYTES = 64_000
_YEAR = 365 * 24 * 3600  # seconds that language, theme and name are remembered
_MARGIN = 14  # pixels of the scan shown around a field in the queue

router = APIRouter(include_in_schema=False)
_reading = [Depends(may_read)]
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value that the search is narrowed to, and the URL without it."""

    facet: str
    value: str
    without: str


def _address(path: str) -> str:
    return quote(path, safe="/", errors="surrogateescape")


_templates.filters["address"] = _address


def _language(request: Request) -> str:
    asked = request.query_params.get("lang") or request.cookies.get("lang") or parts_of(request).language
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _render(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401
    language = _language(request)
    theme = request.cookies.get("theme", "")
    page = _templates.get_template(name).render(
        t=partial(text, language),
        lang=language,
        other="en" if language == "vi" else "vi",
        theme=theme if theme in ("light", "dark") else "",
        here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        may_review=parts_of(request).access.right_of(request) >= Right.REVIEW,
        by=request.cookies.get("by", ""),
        **values,
    )
    return HTMLResponse(page, status, {"cache-control": "private, no-cache", "vary": "cookie"})


def error_page(request: Request, status: int, detail: str) -> Response:
    """A page that says what is wrong; to who lacks a token, the one to sign in on."""
    if status == 401:
        return _render(request, "login.html", 401, wrong=False, back=_local(str(request.url.path)))
    words = text(_language(request), {404: "not_found", 403: "may_not"}.get(status, "error"))
    return _render(request, "error.html", status, words=words, detail=detail)


# search


@router.get("/", dependencies=_reading)
def search_page(
    request: Request,
    q: Annotated[str, Query(max_length=2000)] = "",
    sort: Sort = Sort.RELEVANCE,
    page: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1,
) -> Response:
    """Results with facets; without a query the latest documents."""
    given = request.query_params
    narrowed = tuple((facet, value) for facet in FACETS for value in given.getlist(facet) if value)
    wanted = Wanted(q, narrowed, sort, (page - 1) * _A_PAGE, _A_PAGE)
    library = parts_of(request).library
    found = library.find(wanted)
    unknown = unknown_words(library.folder.corpus, q)[:4] if not found.total and Words.read(q).items else []
    return _render(
        request,
        "search.html",
        q=q,
        sort=sort.value,
        found=found,
        page=page,
        pages=min(_LAST_PAGE, math.ceil(found.total / _A_PAGE)),
        facets=FACETS,
        chosen=[Chosen(facet, value, _url(q, sort, _less(narrowed, (facet, value)))) for facet, value in narrowed],
        narrowed=narrowed,
        with_value=lambda facet, value: _url(q, sort, (*narrowed, (facet, value))),
        at_page=lambda number: _url(q, sort, narrowed, number),
        unknown=unknown,
        filling=library.is_being_filled(),
    )


def _less(narrowed: tuple[tuple[str, str], ...], one: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in narrowed if pair != one)


def _url(query: str, sort: Sort, narrowed: tuple[tuple[str, str], ...], page: int = 1) -> str:
    """The plain URL of a search."""
    pairs = [("q", query)] if query else []
    pairs += [("sort", sort.value)] if sort is not Sort.RELEVANCE else []
    pairs += [*narrowed, *([("page", str(page))] if page > 1 else [])]
    return "/?" + urlencode(pairs) if pairs else "/"


# a document


@router.get("/doc/{path:path}", dependencies=_reading)
def document_page(
    request: Request,
    path: str,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    q: Annotated[str, Query(max_length=2000)] = "",
    show: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """A document, page by page; `show` names the field whose box is lit up."""
    parts = parts_of(request)
    shown = parts.library.shown(path)
    document = shown.document
    record = next((one for one in document.pages if one.number == page), None) or next(iter(document.pages), None)
    before, behind = parts.library.around(path)
    header, signers, recipients = (
        views.header_rows(document),
        views.signer_rows(document),
        views.recipient_rows(document),
    )
    rows = {row.name: row for row in (*header, *signers, *recipients)}
    lit = rows[show].bbox if show in rows and record and rows[show].page == record.number else None
    return _render(
        request,
        "document.html",
        document=document,
        path=path,
        q=q,
        show=show,
        lit=lit,
        record=record,
        pictured=record is not None and has_picture(parts, document, record),
        lines=views.line_rows(record.number, record.lines, q) if record else [],
        groups=[("fields", header), ("signers", signers), ("recipients", recipients)],
        outline=views.outline_rows(document.sections),
        values=views.value_rows(document),
        cited=parts.library.cited(document),
        cited_by=parts.library.cited_by(document),
        corrections=[one for one in parts.reviewing.all() if one.doc_id == document.doc_id],
        before=before,
        behind=behind,
    )


@router.get("/image/{number}/{path:path}", dependencies=_reading)
def image(
    request: Request,
    number: int,
    path: str,
    box: Annotated[str | None, Query(max_length=40)] = None,
    width: Annotated[int | None, Query(ge=16, le=4000)] = None,
) -> Response:
    """The picture of a page, or of a box of it."""
    return picture(request, parts_of(request).library.shown(path), number, box, width)


@router.get("/download/{kind}/{path:path}", dependencies=_reading)
def download(request: Request, kind: str, path: str) -> Response:
    """JSON, text or searchable PDF as a file."""
    parts = parts_of(request)
    shown = parts.library.shown(path)
    name = path.rpartition("/")[2]
    if kind == "json":
        return _file(
            request, shown, shown.document.model_dump_json(indent=1).encode(), f"{name}.json", "application/json"
        )
    if kind == "text":
        return _file(request, shown, parts.library.text(path), f"{name}.txt", "text/plain; charset=utf-8")
    if kind == "pdf":
        plain = name if name.lower().endswith(".pdf") else f"{name}.pdf"
        return _file(request, shown, pdf_of(parts, shown.document), plain, "application/pdf")
    raise HTTPException(404, "There is no such download.")


def _file(request: Request, shown: Shown, data: bytes, name: str, media_type: str) -> Response:
    named = f"attachment; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
    return conditional(
        request, Response(data, media_type=media_type, headers={"content-disposition": named}), shown.etag
    )


# review


@router.get("/queue", dependencies=_reading)
def queue_page(request: Request, skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0) -> Response:
    """One doubtful field, its crop large, its value to confirm or to type over."""
    parts = parts_of(request)
    total, found = queue(parts, skip, 1)
    if not found and skip:
        return RedirectResponse("/queue", 303)
    offered = found[0] if found else None
    box = crop = label = None
    if offered is not None:
        document = parts.library.shown(offered.path).document
        record = next((one for one in document.pages if one.number == offered.doubt.page), None)
        if offered.doubt.bbox and record and has_picture(parts, document, record):
            left, top, right, bottom = offered.doubt.bbox
            box = f"{max(0, left - _MARGIN)},{max(0, top - _MARGIN)},{right + _MARGIN},{bottom + _MARGIN}"
            crop = (right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN)
        label = offered.doubt.field.rpartition(".")[2]
    undoable = next((one for one in parts.reviewing.all() if not one.undone_at), None)
    return _render(
        request,
        "queue.html",
        total=total,
        offered=offered,
        box=box,
        crop=crop,
        label=label,
        skip=skip,
        undoable=undoable,
    )


@router.post("/correct", dependencies=[Depends(may_review)])
async def correct(request: Request) -> Response:
    """A field of a form: what was typed, or that it is right, or that it is empty."""
    form = await _form(request)
    action, value = form.get("action", "save"), form.get("value", "").strip()
    field = form.get("field", "")
    typed = value.split() if field.endswith(".roles") else value
    if action == "save" and value == form.get("held", "").strip():
        action = "confirm"
    wish = Wish(form.get("path", ""), field, None if action == "empty" or not value else typed, action == "confirm")
    await run_in_threadpool(parts_of(request).reviewing.correct, wish, form.get("by", ""))
    return _back(form)


@router.post("/undo", dependencies=[Depends(may_review)])
async def undo(request: Request) -> Response:
    """Take a correction back."""
    form = await _form(request)
    await run_in_threadpool(parts_of(request).reviewing.undo, form.get("id", ""), form.get("by", ""))
    return _back(form)


@router.get("/corrections", dependencies=_reading)
def corrections_page(
    request: Request, page: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1, taken: int = -1
) -> Response:
    """Who corrected what."""
    rows = parts_of(request).reviewing.all()
    first = (page - 1) * 50
    return _render(
        request,
        "corrections.html",
        rows=rows[first : first + 50],
        page=page,
        pages=math.ceil(len(rows) / 50),
        taken=taken,
    )


@router.get("/corrections.jsonl", dependencies=_reading)
def corrections_file(request: Request) -> Response:
    """All corrections as JSON Lines, as `sohoa review import` takes them."""
    named = {"content-disposition": 'attachment; filename="corrections.jsonl"'}
    return StreamingResponse(parts_of(request).reviewing.lines(), media_type="application/x-ndjson", headers=named)


@router.get("/health", dependencies=_reading)
def health_page(request: Request) -> Response:
    """Counts, failures, missing fields, deadlines, rewards."""
    held = figures(parts_of(request))
    t = partial(text, _language(request))
    charts = {
        "by_status": bars([(t(f"status.{name}"), count) for name, count in held.statuses.items()], t("by_status")),
        "failures": bars([(t(f"problem.{code}"), count) for code, count in held.failures], t("failures")),
        "problems": bars([(t(f"problem.{code}"), count) for code, count in held.problems], t("problems")),
        "quality": bars(held.quality, t("quality")),
        "missing_body": bars(held.missing_bodies, t("missing_body")),
    }
    return _render(request, "health.html", held=held, charts=charts)


# who, in which language


@router.get("/settings")
def settings(request: Request, lang: str = "", theme: str = "", back: str = "/") -> Response:
    """Remember language and theme."""
    answer = RedirectResponse(_local(back), 303)
    if lang in LANGUAGES:
        answer.set_cookie("lang", lang, max_age=_YEAR, samesite="lax")
    if theme in ("light", "dark"):
        answer.set_cookie("theme", theme, max_age=_YEAR, samesite="lax")
    return answer


@router.post("/login")
async def login(request: Request) -> Response:
    """Take a token for a cookie that proves it."""
    form = await _form(request)
    token, known = form.get("token", "").strip(), parts_of(request).access
    if token not in known.tokens:  # a dictionary's look-up tells nothing of how much of it was right
        return _render(request, "login.html", 401, wrong=True, back=_local(form.get("back", "/")))
    answer = _back(form)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, session_of(token), max_age=_YEAR, httponly=True, samesite="strict", secure=secure)
    return answer


async def _form(request: Request) -> Mapping[str, str]:
    body = await request.body()
    if len(body) > _MOST_FORM_BYTES:
        raise HTTPException(413, "No form holds that much.")
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=40)
    return {name: values[-1] for name, values in fields.items()}


def _back(form: Mapping[str, str]) -> Response:
    answer = RedirectResponse(_local(form.get("back", "/")), 303)
    if form.get("by"):
        answer.set_cookie("by", quote(form["by"][:80], safe=" "), max_age=_YEAR, samesite="lax")
    return answer


def _local(address: str) -> str:
    """An address on this server; '/' for any other."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and "\n" not in address
    return address if plain else "/"
