"""Searches corpus.sqlite: ranked sections for a query typed with marks, without, or with some."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.store.entries import exact_form, folded_form
from pipeline.store.index import open_index
from pipeline.store.locating import page_of_hit
from pipeline.store.query import TOKEN, Item, Query, Tokens
from pipeline.store.results import FolderResults
from pipeline.store.snippets import snippet_of

_CANDIDATES = 200  # rows taken from each query for ranking by hand; deeper ones are not what anyone looks for
_VERY_MANY = 10_000  # parts: looking all of them up costs more than it keeps out
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

    Every word has to occur, in the section or in the letterhead of its document: a topic here, a place or a year there
    (if there is no such section, most of three or more words). Words in double quotes have to follow each other; a date
    is found in all the ways in which documents write it; sections with a -word are left out.
    `exact` asks for the marks as typed; otherwise marks count only for the rank, and for what is to be left out. `role`
    keeps sections that have the role, or lie inside one that has it. `read` gives the documents by their names in OUT,
    to tell the page of a hit (default: those beside the index). Raises UsageError for an empty query,
    UnusableInputError without an index.
    """
    wanted = Query.parse(query)
    if limit < 1:
        raise UsageError("--limit has to be at least 1.")
    with open_index(corpus) as connection:
        rows = _ranked(_candidates(connection, wanted, exact=exact, role=role), wanted)
        if len(rows) < limit:
            rows += _behind(rows, _ranked(_under_letterheads(connection, wanted, exact=exact, role=role), wanted))
        if not rows:
            rows = _ranked(_forgiven(connection, wanted, exact=exact, role=role), wanted)
        hits = [_hit(connection, row, score, wanted, exact=exact) for row, score in rows[:limit]]
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
    """Sections that have all that is asked for."""
    column, items = _column(exact=exact), query.forms(exact=exact)
    phrase = _rows(connection, _match([(query.as_typed(exact=exact),)], column, "", query.left_out), role)
    scattered = _rows(connection, _match(items, column, " AND ", query.left_out), role)
    return list({row["id"]: row for row in phrase + scattered}.values())


def _under_letterheads(
    connection: sqlite3.Connection, query: Query, *, exact: bool, role: str | None
) -> list[sqlite3.Row]:
    """Sections that have all that is asked for only together with the letterhead of their document."""
    column, items = _column(exact=exact), query.forms(exact=exact)
    documents = _documents_with_the_rare_ones(connection, items, column)
    if documents is not None and not documents:
        return []
    # Letterheads and names, which have the rarer words, would be all that comes.
    below = "AND parts.kind NOT IN ('header', 'name', 'copy', 'suggestion', 'mark')"
    if documents is not None:
        below += " AND parts.document IN (SELECT value FROM json_each(:documents))"
    rows = _rows(connection, _match(items, column, " OR ", query.left_out), role, below, documents or ())
    above = "SELECT document, text FROM parts WHERE kind = 'header' AND document IN (SELECT value FROM json_each(?))"
    heads = dict(connection.execute(above, (json.dumps([row["document"] for row in rows]),)))

    def needs_both(row: sqlite3.Row) -> bool:
        own, head = row["text"], heads.get(row["document"], "")
        has_all = [_share(text, items, exact=exact) == 1 for text in (own, head, f"{own}\n{head}")]
        return has_all == [False, False, True]

    return [row for row in rows if needs_both(row)]


def _documents_with_the_rare_ones(
    connection: sqlite3.Connection, items: Iterable[Sequence[Tokens]], column: str
) -> set[int] | None:
    """The documents that have those of `items` that not very many parts have; None where very many have each."""
    having = f"SELECT document FROM parts WHERE id IN (SELECT rowid FROM words WHERE words MATCH ? LIMIT {_VERY_MANY})"  # noqa: S608 - a constant
    documents: set[int] | None = None
    for forms in items:
        found = connection.execute(having, (_match([forms], column, "", ()),)).fetchall()
        if len(found) < _VERY_MANY:
            these = {document for (document,) in found}
            documents = these if documents is None else documents & these
    return documents


def _forgiven(connection: sqlite3.Connection, query: Query, *, exact: bool, role: str | None) -> list[sqlite3.Row]:
    """Sections that have most of what a longer query asks for."""
    items = query.forms(exact=exact)
    if len(items) < _FORGIVING_FROM:
        return []
    rows = _rows(connection, _match(items, _column(exact=exact), " OR ", query.left_out), role)
    return [row for row in rows if _share(row["text"], items, exact=exact) >= _FORGIVEN_SHARE]


def _column(*, exact: bool) -> str:
    return "exact" if exact else "folded"


def _share(text: str, items: Sequence[Sequence[Tokens]], *, exact: bool) -> float:
    """How many of the query's items a text has, 0 to 1."""
    words = " ".join(TOKEN.findall(exact_form(text) if exact else folded_form(text)))
    return sum(_has(words, forms) for forms in items) / len(items)


def _rows(
    connection: sqlite3.Connection, match: str, role: str | None, only: str = "", documents: Iterable[int] = ()
) -> list[sqlite3.Row]:
    """What FTS5 ranks first, of all parts or of those that the condition `only` keeps."""
    only_role = "AND (parts.roles LIKE :role OR parts.within_roles LIKE :role)" if role else ""
    cursor = connection.execute(
        f"""
        SELECT parts.*, documents.path, documents.doc_id, documents.document_type, documents.number, documents.date,
          documents.issuing_body, documents.subject, bm25(words) AS rank
        FROM words JOIN parts ON parts.id = words.rowid JOIN documents ON documents.id = parts.document
        WHERE words MATCH :match {only_role} {only} ORDER BY bm25(words) LIMIT {_CANDIDATES}
        """,  # noqa: S608 - only constants of this module
        {"match": match, "role": f'%"{role}"%', "documents": json.dumps(list(documents))},
    )
    cursor.row_factory = sqlite3.Row
    return cursor.fetchall()


_Scored = tuple[sqlite3.Row, float]


def _ranked(rows: list[sqlite3.Row], query: Query) -> list[_Scored]:
    """Best first. bm25 does not know that words stand together or that the marks are right; people do."""
    scored = [(row, round(-row["rank"] * _boost(row, query) * _OF_KIND.get(row["kind"], 1.0), 6)) for row in rows]
    places = {row["id"]: _named(row, query) for row in rows}
    return sorted(scored, key=lambda pair: (-places[pair[0]["id"]], -pair[1], pair[0]["path"], pair[0]["id"]))


# What is not said in the document itself comes behind what is, where all else is equal.
_OF_KIND = {"name": 0.4, "copy": 0.4, "mark": 0.5, "suggestion": 0.2}


def _named(row: sqlite3.Row, query: Query) -> int:
    """Whether a query that has a number in it names the document of a row: by its number, its file, a suggestion."""
    asked = {token for token in query.as_typed(exact=False) if token not in _NO_NAME}
    if not any(token.isdigit() or token[:-1].isdigit() for token in asked):
        return 0
    if row["kind"] == "header":
        number = TOKEN.findall(folded_form(row["number"] or ""))
        own = {*number, *TOKEN.findall(folded_form(row["document_type"] or ""))}
        return 3 * (bool(number) and number[0] in asked and asked <= own)
    tier = {"name": 2, "copy": 2, "suggestion": 1}.get(row["kind"], 0)
    return tier if tier and asked <= set(TOKEN.findall(folded_form(row["text"]))) else 0


_NO_NAME = frozenset({"so"})


def _behind(first: list[_Scored], rest: list[_Scored]) -> list[_Scored]:
    """`rest` with scores that leave it behind `first`."""
    least = min((score for _, score in first), default=math.inf)
    return [(row, min(score, least)) for row, score in rest]


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


def _is_left_out(text: str, query: Query) -> bool:
    """Whether it has what the query leaves out: nobody who typed -giấy wants to be shown it below a heading."""
    exact, folded = (" ".join(TOKEN.findall(form(text))) for form in (exact_form, folded_form))
    return any(_has(exact, item.exact) if item.has_marks else _has(folded, item.folded) for item in query.left_out)


def _has(text: str, forms: Iterable[Tokens]) -> bool:
    return any(_contains(text, tokens) for tokens in forms)


def _contains(text: str, tokens: Tokens) -> bool:
    return f" {' '.join(tokens)} " in f" {text} "


def _hit(connection: sqlite3.Connection, row: sqlite3.Row, score: float, query: Query, *, exact: bool) -> Hit:
    lead = row["lead"] if row["lead"] and not _is_left_out(row["lead"], query) else None
    text = "\n".join(filter(None, (row["text"], lead)))
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
