"""The server: its parts put together, errors answered alike, limits around all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

import pipeline
from pipeline.errors import SohoaError
from pipeline.web import api, pages
from pipeline.web.access import LOCAL_HOSTS, Access, Guard
from pipeline.web.answers import Parts, problem, status_of
from pipeline.web.extracting import Extracting
from pipeline.web.library import Library, UnknownDocumentError
from pipeline.web.pictures import Pictures
from pipeline.web.reviewing import Reviewing

_MOST_BYTES = 64 << 20  # of a request: a file to extract
_GZIP_FROM = 800  # bytes


def create_app(out: Path, *, access: Access, archive: Path | None = None, language: str = "vi") -> FastAPI:
    """The application over one OUT. Raises UnusableInputError when there are no results there."""
    library = Library(out, archive)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        reviewing, pictures = Reviewing(library), Pictures()
        app.state.parts = Parts(library, pictures, reviewing, Extracting(), access, language)
        try:
            yield
        finally:
            reviewing.close()
            pictures.close()

    app = FastAPI(
        title="sohoa",
        version=pipeline.__version__,
        description="Search and read a corpus of Vietnamese plan documents; correct what was misread.",
        openapi_url=f"{api.PREFIX}/openapi.json",
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    app.include_router(api.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    for kind in (SohoaError, UnknownDocumentError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _answered)
    app.add_middleware(GZipMiddleware, minimum_size=_GZIP_FROM)
    # Without tokens only this machine's own names lead here; with them, the names are the office's affair.
    hosts = frozenset() if access.tokens else LOCAL_HOSTS | {"testserver"}
    app.add_middleware(Guard, hosts=hosts, most_bytes=_MOST_BYTES)
    return app


async def _answered(request: Request, error: Exception) -> Response:
    """An error as the API, or a page, tells it."""
    if isinstance(error, HTTPException):
        status, detail = error.status_code, str(error.detail)
    elif isinstance(error, RequestValidationError):
        status, detail = 422, "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])
    else:
        status, detail = status_of(error)
    headers = getattr(error, "headers", None) or {}
    if request.url.path.startswith("/api/"):
        answer: Response = problem(status, HTTPStatus(status).phrase, detail)
    else:
        answer = pages.error_page(request, status, detail)
    answer.headers.update(headers)
    return answer
