"""Finds documents: hits grouped by the document they stand in, a page at a time, with facets counted beside them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.store.catalogue import Catalogue, FacetValue
from pipeline.store.filing import Filing, tag
from pipeline.store.index import PARTS_OF_ONE, filing_of_row
from pipeline.store.query import Query
from pipeline.store.ranking import Scored, ranked
from pipeline.store.search import (
    MOST_COUNTED,
    Asked,
    Hit,
    hit_of,
    newest_matches,
    on_its_page,
    part_rows,
    ranked_rows,
    tags_asked,
)
from pipeline.store.spellings import with_abbreviations

HITS_OF_ONE = 3  # shown of one document; its page shows all
_MOST_VALUES = 12  # of a facet: more is a list to search in, not to choose from
_MOST_LISTED = 200_000  # documents of a list without words
_ENOUGH = 30  # parts: with fewer, looser finds are added


class Sort(StrEnum):
    """The order of documents."""

    RELEVANCE = "relevance"
    LATEST = "latest"
    EARLIEST = "earliest"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search: the query as typed, (facet, value) it is narrowed by, the order, which of the documents."""

    query: str = ""
    narrowed: tuple[tuple[str, str], ...] = ()
    sort: Sort = Sort.RELEVANCE
    first: int = 0
    count: int = 10


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document with the best of its hits; `more` parts of it were found as well."""

    path: str
    doc_id: str
    document_type: str | None
    number: str | None
    date: str | None
    issuing_body: str | None
    subject: str | None
    status: str
    pages: int
    filing: Filing
    copies: tuple[str, ...]
    hits: tuple[Hit, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A page of documents. With `is_all` false there are more than `total`: only the newest finds were counted."""

    total: int
    is_all: bool
    documents: tuple[FoundDocument, ...]
    facets: dict[str, list[FacetValue]]


@dataclass(frozen=True, slots=True)
class _Found:
    """Ids of documents in their order, the parts found in them, the best of those parts by document."""

    documents: Sequence[int]
    parts: Sequence[int] | None
    best: dict[int, list[Scored]]
    is_all: bool = True


def find(
    connection: sqlite3.Connection, catalogue: Catalogue, wanted: Wanted, read: Callable[[str], bytes] | None = None
) -> Finding:
    """The documents that a search finds. A query without words lists what it is narrowed to, the latest first.

    `read` gives files of OUT by name, to tell the page of each hit; without it hits have the page their section begins
    on. Raises UsageError for a query that is too long.
    """
    catalogue.refresh(connection)
    query = with_abbreviations(connection, Query.read(wanted.query))
    asked = Asked(query, tags=tags_asked((*query.narrowed, *wanted.narrowed)))
    found = (
        _with_words(connection, catalogue, asked, wanted.sort) if query.items else _listed(connection, catalogue, asked)
    )
    order = list(reversed(found.documents)) if wanted.sort is Sort.EARLIEST else found.documents
    shown = order[wanted.first : wanted.first + wanted.count]
    documents = tuple(_document(connection, asked, found, one, read) for one in shown)
    places = catalogue.places(found.documents)
    return Finding(len(found.documents), found.is_all, documents, catalogue.counts(places, found.parts, _MOST_VALUES))


def _listed(connection: sqlite3.Connection, catalogue: Catalogue, asked: Asked) -> _Found:
    """The latest documents first; where roles are asked for, those with sections that have them."""
    places, parts = catalogue.places(catalogue.documents), None
    if asked.tags:
        # Every document has a name, one part: with it alone there is one find a document.
        one_each = asked.tags if asked.asks_for_roles else f'({asked.tags}) AND (tags : "{tag("kind", "name")}")'
        found = newest_matches(connection, one_each, _MOST_LISTED)
        places = catalogue.places(_documents(found))
        parts = found if asked.asks_for_roles else None
    documents: list[int] = catalogue.documents[catalogue.latest_first(places)].tolist()
    return _Found(documents, parts, {})


def _with_words(connection: sqlite3.Connection, catalogue: Catalogue, asked: Asked, sort: Sort) -> _Found:
    matches = newest_matches(connection, asked.match(asked.items))
    rows = ranked_rows(connection, asked, _ENOUGH)
    best: dict[int, list[Scored]] = {}
    for scored in rows:
        best.setdefault(scored[0]["document"], []).append(scored)
    parts = list(dict.fromkeys([*matches, *(row["id"] for row, _ in rows)]))
    places = catalogue.latest_first(catalogue.places(_documents(parts)))
    by_date: list[int] = catalogue.documents[places].tolist()
    known = set(by_date)
    documents = (
        by_date
        if sort is not Sort.RELEVANCE
        else list(dict.fromkeys([*(one for one in best if one in known), *by_date]))
    )
    return _Found(documents, parts, best, len(matches) < MOST_COUNTED)


def _documents(parts: Iterable[int]) -> Iterable[int]:
    return {part // PARTS_OF_ONE for part in parts}


_COLUMNS = "path, doc_id, document_type, number, date, issuing_body, subject, status, pages, filing"


def _document(
    connection: sqlite3.Connection, asked: Asked, found: _Found, document: int, read: Callable[[str], bytes] | None
) -> FoundDocument:
    rows = found.best.get(document)
    if rows is None and (asked.items or asked.asks_for_roles):
        # Of what is not among the best of all, the best within the document are looked up now.
        match = asked.match(asked.items) if asked.items else asked.tags
        rows = ranked(part_rows(connection, match, inside=document), asked.query)
    hits = [
        on_its_page(read, hit_of(connection, row, score, asked))
        if read and _goes_on(connection, row)
        else hit_of(connection, row, score, asked)
        for row, score in (rows or [])[:HITS_OF_ONE]
    ]
    values: Any = connection.execute(f"SELECT {_COLUMNS} FROM documents WHERE id = ?", (document,)).fetchone()  # noqa: S608
    copies = connection.execute("SELECT path FROM copies WHERE original = ? ORDER BY path", values[:1]).fetchall()
    return FoundDocument(
        **dict(zip(_COLUMNS.split(", ")[:-1], values, strict=False)),
        filing=filing_of_row(values[-1]),
        copies=tuple(path for (path,) in copies),
        hits=tuple(hits),
        more=max(0, len(rows or ()) - HITS_OF_ONE),
    )


def _goes_on(connection: sqlite3.Connection, row: sqlite3.Row) -> bool:
    """Whether a part may go on over the page that it begins on: what is behind it begins on another, or nothing is.

    Only then is its document opened to tell the page of a hit: that takes most of the time of a search.
    """
    if row["page"] is None or row["kind"] in ("header", "name", "copy", "suggestion", "mark"):
        return False
    behind = connection.execute("SELECT page FROM parts WHERE id = ?", (row["id"] + 1,)).fetchone()
    return behind is None or behind[0] != row["page"]
