"""Searches corpus.sqlite: ranked sections for a query typed with marks, without, or with some."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import ProblemCode as Code
from pipeline.errors import UnusableInputError, UsageError
from pipeline.store.database import database_error, open_database
from pipeline.store.index import exact_form, folded_form
from pipeline.store.locating import page_of_hit
from pipeline.store.results import FolderResults

_CANDIDATES = 200  # rows taken from each query for ranking by hand; deeper ones are not what anyone looks for
_SNIPPET = 220  # characters
# When no section has all words of a longer query, those with most of them. Not for two words: one syllable of a
# two-syllable word is another word.
_FORGIVING_FROM = 3
_FORGIVEN_SHARE = 0.6
_ITEM = re.compile(r'"([^"]*)"|(\S+)')
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that a query found. `highlights` are (start, end) in `snippet`."""

    score: float
    path: str
    doc_id: str
    document_type: str | None
    number: str | None
    date: str | None
    issuing_body: str | None
    subject: str | None
    kind: str
    section: str | None
    heading: str | None
    roles: tuple[str, ...]
    page: int | None
    snippet: str
    highlights: tuple[tuple[int, int], ...]
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Query:
    """The words and quoted phrases of a query, each a list of tokens, as typed (exact) and without marks."""

    exact: tuple[tuple[str, ...], ...]
    folded: tuple[tuple[str, ...], ...]

    @staticmethod
    def parse(text: str) -> _Query:
        items = [match[1] if match[1] is not None else match[2] for match in _ITEM.finditer(exact_form(text))]
        exact = tuple(tokens for item in items if (tokens := tuple(_TOKEN.findall(item))))
        if not exact:
            raise UsageError("There is no word to search for.", remedy='For example: sohoa search "khen thưởng".')
        return _Query(exact, tuple(tuple(map(folded_form, tokens)) for tokens in exact))


def search(
    corpus: Path,
    query: str,
    *,
    exact: bool = False,
    role: str | None = None,
    limit: int = 10,
    read: Callable[[str], bytes] | None = None,
) -> list[Hit]:
    """The best `limit` sections for `query`, best first; ties in the order of paths.

    Every word has to occur (if no section has them all, most of three or more). Words in double quotes have to
    follow each other.
    `exact` asks for the marks as typed; otherwise marks count only for the rank. `role` keeps sections that have the
    role, or lie inside one that has it. `read` gives the documents by their names in OUT, to tell the page of a hit
    (default: those beside the index). Raises UsageError for an empty query, UnusableInputError without an index.
    """
    wanted = _Query.parse(query)
    if limit < 1:
        raise UsageError("--limit has to be at least 1.")
    try:
        connection = open_database(corpus, read_only=True)
    except sqlite3.Error as error:
        raise UnusableInputError(
            Code.UNREADABLE_FILE, f"There is no search index at {corpus}.", remedy="Run `sohoa ingest` first."
        ) from error
    try:
        rows = _candidates(connection, wanted, exact=exact, role=role)
        hits = [_hit(connection, row, score, wanted, exact=exact) for row, score in _ranked(rows, wanted)[:limit]]
        hits = [_on_its_page(read or FolderResults(corpus.parent).read, hit) for hit in hits]
    except sqlite3.Error as error:
        raise database_error(corpus, error) from error
    finally:
        connection.close()
    return hits


def _match(items: Iterable[Sequence[str]], column: str, joint: str) -> str:
    return f"{column} : (" + joint.join('"' + " ".join(tokens) + '"' for tokens in items) + ")"


def _candidates(connection: sqlite3.Connection, query: _Query, *, exact: bool, role: str | None) -> list[sqlite3.Row]:
    column, items = ("exact", query.exact) if exact else ("folded", query.folded)
    flat = tuple(token for tokens in items for token in tokens)
    found = {row["id"]: row for row in _rows(connection, _match([flat], column, ""), role)}
    found |= {row["id"]: row for row in _rows(connection, _match(items, column, " AND "), role)}
    if not found and len(items) >= _FORGIVING_FROM:
        form = exact_form if exact else folded_form
        some = _rows(connection, _match(items, column, " OR "), role)
        return [row for row in some if _share(form(row["text"]), items) >= _FORGIVEN_SHARE]
    return list(found.values())


def _share(form: str, items: Sequence[Sequence[str]]) -> float:
    """How many of the query's items a text has, 0 to 1."""
    text = " ".join(_TOKEN.findall(form))
    return sum(_contains(text, tokens) for tokens in items) / len(items)


def _rows(connection: sqlite3.Connection, match: str, role: str | None) -> list[sqlite3.Row]:
    only_role = "AND (parts.roles LIKE :role OR parts.within_roles LIKE :role)" if role else ""
    cursor = connection.execute(
        f"""
        SELECT parts.*, documents.path, documents.doc_id, documents.document_type, documents.number, documents.date,
          documents.issuing_body, documents.subject, bm25(words) AS rank
        FROM words JOIN parts ON parts.id = words.rowid JOIN documents ON documents.id = parts.document
        WHERE words MATCH :match {only_role} ORDER BY bm25(words) LIMIT {_CANDIDATES}
        """,  # noqa: S608 - only constants of this module
        {"match": match, "role": f'%"{role}"%'},
    )
    cursor.row_factory = sqlite3.Row
    return cursor.fetchall()


def _ranked(rows: list[sqlite3.Row], query: _Query) -> list[tuple[sqlite3.Row, float]]:
    """Best first. bm25 does not know that words stand together or that the marks are right; people do."""
    scored = [(row, round(-row["rank"] * _boost(row, query), 6)) for row in rows]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]["path"], pair[0]["id"]))


def _boost(row: sqlite3.Row, query: _Query) -> float:
    exact = " ".join(_TOKEN.findall(exact_form(row["text"])))
    folded = folded_form(exact)
    boost = 1.0
    if _contains(folded, (token for tokens in query.folded for token in tokens)):
        boost *= 1.6
    if query.exact != query.folded:
        if _contains(exact, (token for tokens in query.exact for token in tokens)):
            boost *= 2.0
        elif all(_contains(exact, tokens) for tokens in query.exact):
            boost *= 1.4
    heading = " ".join(_TOKEN.findall(folded_form(row["heading"] or "")))
    if heading and all(_contains(heading, tokens) for tokens in query.folded):
        boost *= 1.5
    return boost


def _contains(text: str, tokens: Iterable[str]) -> bool:
    return f" {' '.join(tokens)} " in f" {text} "


def _hit(connection: sqlite3.Connection, row: sqlite3.Row, score: float, query: _Query, *, exact: bool) -> Hit:
    snippet, highlights = _snippet(row["text"], query, exact=exact)
    copies = connection.execute("SELECT path FROM copies WHERE original = ? ORDER BY path", (row["path"],)).fetchall()
    names = ("path", "doc_id", "document_type", "number", "date", "issuing_body", "subject", "kind", "section")
    return Hit(
        score=score,
        **{name: row[name] for name in names},
        heading=row["heading"],
        roles=tuple(json.loads(row["roles"])),
        page=row["page"],
        snippet=snippet,
        highlights=highlights,
        copies=tuple(path for (path,) in copies),
    )


def _on_its_page(read: Callable[[str], bytes], hit: Hit) -> Hit:
    if not hit.highlights:
        return hit
    return replace(hit, page=page_of_hit(read, hit.path, hit.page, hit.snippet, hit.highlights[0][0]))


def _snippet(text: str, query: _Query, *, exact: bool) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The part of `text` with most of the query's words, and where they stand in it."""
    form, items = (exact_form, query.exact) if exact else (folded_form, query.folded)
    wanted = {token for tokens in items for token in tokens}
    # Forms are made token by token: a letter whose lower case is two letters shifts nothing after it.
    spots = [match.span() for match in _TOKEN.finditer(text) if form(match[0]) in wanted]
    if not spots:
        return _cut(text, 0, _SNIPPET), ()
    size = sum(map(len, items))
    best = max(range(len(spots)), key=lambda i: (_density(text, spots, i, size, form), -i))
    start = _word_start(text, max(0, min(spots[best][0] - 60, len(text) - _SNIPPET)))
    end = min(len(text), start + _SNIPPET)
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end -= 1
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    body = text[start:end].replace("\n", " ").rstrip()
    shift = len(before) - start
    marks = tuple((a + shift, b + shift) for a, b in spots if a >= start and b <= start + len(body))
    return before + body + after, marks


def _density(text: str, spots: list[tuple[int, int]], first: int, size: int, form: Callable[[str], str]) -> int:
    """How many different query words stand in the few words from `first` on."""
    return len({form(text[a:b]) for a, b in spots[first : first + size] if b <= spots[first][0] + _SNIPPET // 2})


def _word_start(text: str, at: int) -> int:
    while 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum():
        at -= 1
    return at


def _cut(text: str, start: int, size: int) -> str:
    return text[start : start + size].replace("\n", " ") + (" …" if len(text) > start + size else "")
