"""Searches corpus.sqlite: ranked sections for a query typed with marks, without, or with some."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.store.index import exact_form, folded_form, open_index
from pipeline.store.locating import page_of_hit
from pipeline.store.query import TOKEN, Item, Query, Tokens
from pipeline.store.results import FolderResults
from pipeline.store.snippets import snippet_of

_CANDIDATES = 200  # rows taken from each query for ranking by hand; deeper ones are not what anyone looks for
# When no section has all words of a longer query, those with most of them. Not for two words: one syllable of a
# two-syllable word is another word.
_FORGIVING_FROM = 3
_FORGIVEN_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that a query found. `title` is what to call it; `highlights` are (start, end) in `snippet`."""

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
    title: str | None
    heading: str | None
    roles: tuple[str, ...]
    page: int | None
    snippet: str
    highlights: tuple[tuple[int, int], ...]
    copies: tuple[str, ...] = ()


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
    follow each other; a date is found in all the ways in which documents write it; sections with a -word are left out.
    `exact` asks for the marks as typed; otherwise marks count only for the rank, and for what is to be left out. `role`
    keeps sections that have the role, or lie inside one that has it. `read` gives the documents by their names in OUT,
    to tell the page of a hit (default: those beside the index). Raises UsageError for an empty query,
    UnusableInputError without an index.
    """
    wanted = Query.parse(query)
    if limit < 1:
        raise UsageError("--limit has to be at least 1.")
    with open_index(corpus) as connection:
        rows = _candidates(connection, wanted, exact=exact, role=role)
        hits = [_hit(connection, row, score, wanted, exact=exact) for row, score in _ranked(rows, wanted)[:limit]]
        return [_on_its_page(read or FolderResults(corpus.parent).read, hit) for hit in hits]


def _phrases(forms: Iterable[Tokens]) -> str:
    return "(" + " OR ".join('"' + " ".join(tokens) + '"' for tokens in forms) + ")"


def _match(items: Iterable[Sequence[Tokens]], column: str, joint: str, left_out: Sequence[Item]) -> str:
    """What FTS5 is asked. Marks that were typed on a word to leave out are meant: -giấy keeps sections with giày."""
    match = f"{column} : (" + joint.join(_phrases(forms) for forms in items) + ")"
    for item in left_out:
        other = "exact" if item.has_marks else column
        match = f"({match}) NOT ({other} : {_phrases(item.exact if other == 'exact' else item.folded)})"
    return match


def _candidates(connection: sqlite3.Connection, query: Query, *, exact: bool, role: str | None) -> list[sqlite3.Row]:
    column, items = "exact" if exact else "folded", query.forms(exact=exact)

    def rows(wanted: Iterable[Sequence[Tokens]], joint: str) -> list[sqlite3.Row]:
        return _rows(connection, _match(wanted, column, joint, query.left_out), role)

    found = {row["id"]: row for row in rows([(query.as_typed(exact=exact),)], "")}
    found |= {row["id"]: row for row in rows(items, " AND ")}
    if not found and len(items) >= _FORGIVING_FROM:
        form = exact_form if exact else folded_form
        return [row for row in rows(items, " OR ") if _share(form(row["text"]), items) >= _FORGIVEN_SHARE]
    return list(found.values())


def _share(form: str, items: Sequence[Sequence[Tokens]]) -> float:
    """How many of the query's items a text has, 0 to 1."""
    text = " ".join(TOKEN.findall(form))
    return sum(_has(text, forms) for forms in items) / len(items)


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


def _ranked(rows: list[sqlite3.Row], query: Query) -> list[tuple[sqlite3.Row, float]]:
    """Best first. bm25 does not know that words stand together or that the marks are right; people do."""
    scored = [(row, round(-row["rank"] * _boost(row, query), 6)) for row in rows]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]["path"], pair[0]["id"]))


def _boost(row: sqlite3.Row, query: Query) -> float:
    exact = " ".join(TOKEN.findall(exact_form(row["text"])))
    folded = folded_form(exact)
    boost = 1.0
    if _contains(folded, query.as_typed(exact=False)):
        boost *= 1.6
    if any(item.has_marks for item in query.items):
        if _contains(exact, query.as_typed(exact=True)):
            boost *= 2.0
        elif all(_has(exact, forms) for forms in query.forms(exact=True)):
            boost *= 1.4
    heading = " ".join(TOKEN.findall(folded_form(row["heading"] or "")))
    if heading and all(_has(heading, forms) for forms in query.forms(exact=False)):
        boost *= 1.5
    return boost


def _has(text: str, forms: Iterable[Tokens]) -> bool:
    return any(_contains(text, tokens) for tokens in forms)


def _contains(text: str, tokens: Tokens) -> bool:
    return f" {' '.join(tokens)} " in f" {text} "


def _hit(connection: sqlite3.Connection, row: sqlite3.Row, score: float, query: Query, *, exact: bool) -> Hit:
    text = "\n".join(filter(None, (row["text"], row["lead"])))
    snippet, highlights = snippet_of(text, query.forms(exact=exact), exact_form if exact else folded_form)
    copies = connection.execute("SELECT path FROM copies WHERE original = ? ORDER BY path", (row["path"],)).fetchall()
    names = ("path", "doc_id", "document_type", "number", "date", "issuing_body", "subject", "kind", "section")
    return Hit(
        score=score,
        **{name: row[name] for name in names},
        title=row["title"],
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
