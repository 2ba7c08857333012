"""What the API takes and gives, as its description has it."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, Field

from pipeline.store.finding import FoundDocument
from pipeline.store.reviews import Correction
from pipeline.web.library import Neighbour


class HitOut(BaseModel):
    """A place in a document that a search found."""

    kind: str = Field(description="section, header, preamble, recipients, signer, table, page, name …")
    section: str | None
    title: str | None = Field(description="number and heading, or the numbers down to the item")
    roles: list[str]
    page: int | None
    score: float
    snippet: str
    highlights: list[tuple[int, int]] = Field(description="(start, end) in the snippet")


class DocumentOut(BaseModel):
    """A document in a list."""

    key: str = Field(description="names the document in URLs of this API")
    path: str
    doc_id: str
    document_type: str | None
    number: str | None
    date: str | None
    issuing_body: str | None
    subject: str | None
    status: str
    pages: int
    level: str | None
    body: str | None = Field(description="issuing body in normal form")
    places: list[str]
    year: str | None
    period: list[str]
    deadlines: list[str]
    problems: list[str]
    reviewed: bool
    quality: float | None
    copies: list[str]
    hits: list[HitOut] = []
    more_hits: int = 0


class CountOut(BaseModel):
    """A value of a facet, and how many of the documents have it."""

    value: str
    count: int


class SearchOut(BaseModel):
    """A page of documents."""

    total: int
    total_is_exact: bool = Field(description="false: there are more; only the newest finds were counted")
    documents: list[DocumentOut]
    facets: dict[str, list[CountOut]]
    next: str | None = Field(description="cursor of the next page; null on the last one")


class CorrectionOut(BaseModel):
    """A value that a person typed, confirmed or emptied."""

    id: str
    doc_id: str
    path: str
    field: str
    value: str | list[str] | None
    machine: Any = None
    by: str
    at: str
    undone_by: str | None = None
    undone_at: str | None = None


class CorrectionIn(BaseModel):
    """A correction to be made: `value`, or what is there is right (`confirm`), or it has to be empty (null)."""

    path: str = Field(max_length=5000)
    field: str = Field(max_length=200, examples=["header.number"])
    value: str | list[str] | None = Field(default=None, examples=["28/KH-UBND"])
    confirm: bool = False
    by: str = Field(default="", max_length=80, description="who corrects")


class DoubtOut(BaseModel):
    """A field worth a look."""

    key: str
    path: str
    field: str
    value: str | None
    page: int | None
    bbox: list[int] | None
    confidence: float | None
    reasons: list[str]
    suggestions: list[str]
    score: float


class QueueOut(BaseModel):
    """A page of the queue."""

    total: int
    fields: list[DoubtOut]
    next: str | None


class NeighbourOut(BaseModel):
    """Another document of the corpus."""

    key: str
    path: str
    number: str | None
    document_type: str | None
    date: str | None
    subject: str | None


class CitationsOut(BaseModel):
    """What a document cites, and what cites it."""

    cites: list[dict[str, Any]] = Field(
        description="citations of the contract, each with `document`: it in this corpus"
    )
    cited_by: list[NeighbourOut]


class HealthOut(BaseModel):
    """Whether the server can answer."""

    status: str
    documents: int
    being_filled: bool


class TakenOut(BaseModel):
    """How many corrections were taken in."""

    taken: int


def key_of(path: str) -> str:
    """What names a document in a URL: its path, as letters that need no escaping."""
    return base64.urlsafe_b64encode(path.encode("utf-8", "surrogateescape")).decode().rstrip("=")


def document_out(found: FoundDocument) -> DocumentOut:
    """A document that was found, for a list."""
    filing = found.filing
    return DocumentOut(
        key=key_of(found.path),
        **{
            name: getattr(found, name) for name in ("path", "doc_id", "document_type", "number", "date", "issuing_body")
        },
        **{name: getattr(found, name) for name in ("subject", "status", "pages")},
        **{name: getattr(filing, name) for name in ("level", "body", "year", "reviewed", "quality")},
        places=list(filing.places),
        period=list(filing.periods),
        deadlines=list(filing.due),
        problems=list(filing.problems),
        copies=list(found.copies),
        hits=[HitOut.model_validate(asdict(hit)) for hit in found.hits],
        more_hits=found.more,
    )


def neighbour_out(one: Neighbour) -> NeighbourOut:
    """Another document, with its key."""
    return NeighbourOut(key=key_of(one.path), **asdict(one))


def correction_out(one: Correction) -> CorrectionOut:
    """A correction as the API tells it."""
    held = one.as_dict()
    return CorrectionOut(**{name: held[name] for name in CorrectionOut.model_fields})
