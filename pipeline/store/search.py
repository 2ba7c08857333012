"""Searches corpus.sqlite: ranked sections for a query typed with marks, without, or with some."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.store.entries import exact_form, folded_form
from pipeline.store.filing import tag
from pipeline.store.index import PARTS_OF_ONE, open_index
from pipeline.store.locating import page_of_hit
from pipeline.store.query import TOKEN, Query, Tokens
from pipeline.store.ranking import Scored, behind, has_one_of, ranked
from pipeline.store.results import FolderResults
from pipeline.store.snippets import snippet_of
from pipeline.store.spellings import with_abbreviations

_LAST_PART = (1 << 63) - 1
_CANDIDATES = 200  # rows taken from each query for ranking by hand; deeper ones are not what anyone looks for
MOST_COUNTED = 20_000
"""Parts that are looked at of what a query matches: the newest. Ranking and counting them takes some 50 ms; of words
that more parts have, nobody looks through all."""
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
    narrowed = (*wanted.narrowed, *((("role", role),) if role else ()))
    with open_index(corpus) as connection:
        asked = Asked(with_abbreviations(connection, wanted), exact, tags_asked(narrowed))
        rows = _each_paper_once(connection, ranked_rows(connection, asked, limit), limit)
        hits = [hit_of(connection, row, score, asked) for row, score in rows[:limit]]
        return [on_its_page(read or FolderResults(corpus.parent).read, hit) for hit in hits]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, whether its marks have to be as typed, and what FTS5 is asked of the words that stand for facets."""

    query: Query
    exact: bool = False
    tags: str = ""

    @property
    def column(self) -> str:
        """The column of the index that is asked."""
        return "exact" if self.exact else "folded"

    @property
    def items(self) -> list[tuple[Tokens, ...]]:
        """The forms of each item that is asked for."""
        return self.query.forms(exact=self.exact)

    @property
    def asks_for_roles(self) -> bool:
        """Whether only parts with certain roles are wanted."""
        return '"role' in self.tags

    def match(self, items: Iterable[Sequence[Tokens]], joint: str = " AND ", column: str = "") -> str:
        """What FTS5 is asked. Marks typed on a word to leave out are meant: -giấy keeps sections with giày."""
        match = f"{column or self.column} : (" + joint.join(_phrases(forms) for forms in items) + ")"
        if self.tags:
            match = f"({match}) AND ({self.tags})"
        for item in self.query.left_out:
            other = "exact" if item.has_marks else self.column
            match = f"({match}) NOT ({other} : {_phrases(item.exact if other == 'exact' else item.folded)})"
        return match


def tags_asked(narrowed: Iterable[tuple[str, str]]) -> str:
    """What FTS5 is asked for these facets' values: any one of those of a facet, and that for each facet."""
    groups: dict[str, list[str]] = {}
    for facet, value in narrowed:
        groups.setdefault(facet, []).append(f'"{tag(facet, value)}"')
    return "tags : (" + " AND ".join(f"({' OR '.join(values)})" for values in groups.values()) + ")" if groups else ""


def ranked_rows(connection: sqlite3.Connection, asked: Asked, enough: int) -> list[Scored]:
    """The parts that are found, best first; looser finds only where there are fewer than `enough`."""
    if not asked.items:
        return [(row, 0.0) for row in _listed(connection, asked)]
    rows = ranked(_candidates(connection, asked), asked.query)
    if len(rows) < enough:
        rows += behind(rows, ranked(_under_letterheads(connection, asked), asked.query))
    if not rows:
        rows = ranked(_forgiven(connection, asked), asked.query)
    return rows


def newest_matches(connection: sqlite3.Connection, match: str, most: int = MOST_COUNTED) -> list[int]:
    """The ids of what matches, the last indexed first; of a word that everything has, the first `most`."""
    query = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
    return [row for (row,) in connection.execute(query, (match, most))]


def _each_paper_once(connection: sqlite3.Connection, rows: list[Scored], limit: int) -> list[Scored]:
    """The first `limit` of `rows` without those of a paper that stands there already from another file of it."""
    kept: list[Scored] = []
    others: dict[str, set[str]] = {}
    for row, score in rows:
        if len(kept) == limit:
            break
        if any(row["path"] in same for same in others.values()):
            continue
        if row["path"] not in others:
            query = "SELECT other FROM alike WHERE path = ? AND copies"
            others[row["path"]] = {other for (other,) in connection.execute(query, (row["path"],))}
        kept.append((row, score))
    return kept


def _phrases(forms: Iterable[Tokens]) -> str:
    return (
        "("
        + " OR ".join('"' + " ".join(tokens).rstrip("*") + '"' + "*" * tokens[-1].endswith("*") for tokens in forms)
        + ")"
    )


def _candidates(connection: sqlite3.Connection, asked: Asked) -> list[sqlite3.Row]:
    """Sections that have all that is asked for; where marks were typed, those that have them are among them."""
    asks = [asked.match(asked.items)]
    if len(asked.items) > 1:
        asks.append(asked.match([(asked.query.as_typed(exact=asked.exact),)]))
    if not asked.exact and any(item.has_marks for item in asked.query.items):
        asks.append(asked.match(asked.query.forms(exact=True), column="exact"))
    return list({row["id"]: row for match in asks for row in part_rows(connection, match)}.values())


# Letterheads and names, which have the rarer words, would be all that comes.
_ABOVE = " OR ".join(f'"{tag("kind", kind)}"' for kind in ("header", "name", "copy", "suggestion", "mark"))


def _under_letterheads(connection: sqlite3.Connection, asked: Asked) -> list[sqlite3.Row]:
    """Sections that have all that is asked for only together with the letterhead of their document."""
    items = asked.items
    documents = _documents_with_the_rare_ones(connection, asked)
    if documents is not None and not documents:
        return []
    match = f"({asked.match(items, ' OR ')}) NOT (tags : ({_ABOVE}))"
    rows = part_rows(connection, match, documents)
    above = "SELECT document, text FROM parts WHERE kind = 'header' AND document IN (SELECT value FROM json_each(?))"
    heads = dict(connection.execute(above, (json.dumps([row["document"] for row in rows]),)))

    def needs_both(row: sqlite3.Row) -> bool:
        own, head = row["text"], heads.get(row["document"], "")
        has_all = [_share(text, items, exact=asked.exact) == 1 for text in (own, head, f"{own}\n{head}")]
        return has_all == [False, False, True]

    return [row for row in rows if needs_both(row)]


def _documents_with_the_rare_ones(connection: sqlite3.Connection, asked: Asked) -> set[int] | None:
    """The documents that have those of the items that not very many parts have; None where very many have each."""
    bare = Asked(Query(asked.query.items), asked.exact)
    documents: set[int] | None = None
    for forms in asked.items:
        found = newest_matches(connection, bare.match([forms]))
        if len(found) < MOST_COUNTED:
            these = {part // PARTS_OF_ONE for part in found}
            documents = these if documents is None else documents & these
    return documents


def _forgiven(connection: sqlite3.Connection, asked: Asked) -> list[sqlite3.Row]:
    """Sections that have most of what a longer query asks for."""
    items = asked.items
    if len(items) < _FORGIVING_FROM:
        return []
    rows = part_rows(connection, asked.match(items, " OR "))
    return [row for row in rows if _share(row["text"], items, exact=asked.exact) >= _FORGIVEN_SHARE]


def _share(text: str, items: Sequence[Sequence[Tokens]], *, exact: bool) -> float:
    """How many of the query's items a text has, 0 to 1."""
    words = " ".join(TOKEN.findall(exact_form(text) if exact else folded_form(text)))
    return sum(has_one_of(words, forms) for forms in items) / len(items)


_SHOWN = """parts.*, documents.path, documents.doc_id, documents.document_type, documents.number, documents.date,
  documents.issuing_body, documents.subject"""


def part_rows(
    connection: sqlite3.Connection, match: str, documents: Iterable[int] | None = None, inside: int | None = None
) -> list[sqlite3.Row]:
    """What FTS5 ranks first, of all documents, of these, or `inside` one; of very many matches, the newest only."""
    if inside is None:
        query = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?"
        (least,) = connection.execute(query, (match, MOST_COUNTED - 1)).fetchone() or (0,)
        most = _LAST_PART
    else:
        least, most = inside * PARTS_OF_ONE, (inside + 1) * PARTS_OF_ONE - 1
    only = "AND rowid / :each IN (SELECT value FROM json_each(:documents))" if documents is not None else ""
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    cursor.execute(
        f"""
        SELECT {_SHOWN}, found.rank FROM (
          SELECT rowid, bm25(words, 1.0, 1.0, 0.0) AS rank FROM words
          WHERE words MATCH :match AND rowid BETWEEN :least AND :most {only} ORDER BY 2 LIMIT {_CANDIDATES}
        ) AS found JOIN parts ON parts.id = found.rowid JOIN documents ON documents.id = parts.document
        ORDER BY found.rank
        """,  # noqa: S608 - only constants of this module
        {
            "match": match,
            "least": least,
            "most": most,
            "each": PARTS_OF_ONE,
            "documents": json.dumps(list(documents or ())),
        },
    )
    return cursor.fetchall()


def _listed(connection: sqlite3.Connection, asked: Asked) -> list[sqlite3.Row]:
    """The letterheads of what a query without words keeps, latest first; with roles, the sections that have them."""
    kind = "section" if asked.asks_for_roles else "header"
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    cursor.execute(
        f"""
        SELECT {_SHOWN}, 0.0 AS rank FROM words JOIN parts ON parts.id = words.rowid
        JOIN documents ON documents.id = parts.document
        WHERE words MATCH ? ORDER BY documents.date DESC, documents.path, parts.id LIMIT {_CANDIDATES}
        """,  # noqa: S608 - only constants of this module
        (f'({asked.tags}) AND (tags : "{tag("kind", kind)}")',),
    )
    return cursor.fetchall()


def _is_left_out(text: str, query: Query) -> bool:
    """Whether it has what the query leaves out: nobody who typed -giấy wants to be shown it below a heading."""
    exact, folded = (" ".join(TOKEN.findall(form(text))) for form in (exact_form, folded_form))
    return any(
        has_one_of(exact, item.exact) if item.has_marks else has_one_of(folded, item.folded) for item in query.left_out
    )


def hit_of(connection: sqlite3.Connection, row: sqlite3.Row, score: float, asked: Asked) -> Hit:
    """A row that was found, with its snippet."""
    lead = row["lead"] if row["lead"] and not _is_left_out(row["lead"], asked.query) else None
    text = "\n".join(filter(None, (row["text"], lead)))
    snippet, highlights = snippet_of(text, asked.items, exact_form if asked.exact else folded_form)
    same = "SELECT path FROM copies WHERE original = :path UNION SELECT other FROM alike WHERE path = :path AND copies"
    copies = connection.execute(f"{same} ORDER BY 1", {"path": row["path"]}).fetchall()
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


def on_its_page(read: Callable[[str], bytes], hit: Hit) -> Hit:
    """A hit with the page on which its first word stands; its section may begin on an earlier one."""
    if not hit.highlights:
        return hit
    return replace(hit, page=page_of_hit(read, hit.path, hit.page, hit.snippet, hit.highlights[0][0]))
