"""corpus.sqlite: the full-text index, a row a section, with an exact column and one without marks (đ included)."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.schema import Document, FieldValue, Section
from pipeline.store.database import Database
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.tones import to_old_style

INDEX_VERSION = 1

# The index is contentless: FTS5 keeps only its inverted lists, the text is in `parts`. unicode61 splits at everything
# that is no letter or digit, so '28/KH-UBND' is the phrase 28 kh ubnd, in the index and in the query alike.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, doc_id TEXT NOT NULL, document_type TEXT, number TEXT, date TEXT,
  issuing_body TEXT, subject TEXT, status TEXT NOT NULL, pages INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS parts (
  id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents (id), kind TEXT NOT NULL, section TEXT,
  heading TEXT, roles TEXT NOT NULL, within_roles TEXT NOT NULL, page INTEGER, text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS parts_by_document ON parts (document);
CREATE TABLE IF NOT EXISTS copies (path TEXT PRIMARY KEY, original TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
  exact, folded, content = '', tokenize = "unicode61 remove_diacritics 0"
);
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A row of the index: a section, the preamble, the letterhead, the recipients … of one document."""

    kind: str
    text: str
    section: str | None = None
    heading: str | None = None
    roles: tuple[str, ...] = ()
    within_roles: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """All that the index keeps of one document."""

    path: str
    doc_id: str
    status: str
    pages: int
    document_type: str | None
    number: str | None
    date: str | None
    issuing_body: str | None
    subject: str | None
    parts: tuple[Part, ...]


def exact_form(text: str) -> str:
    """What the exact column holds: NFC, lower case, one way of placing tones; every mark kept, same length."""
    return to_old_style(unicodedata.normalize("NFC", text)).lower()


def folded_form(text: str) -> str:
    """What the folded column holds: no marks, lower case."""
    return fold(unicodedata.normalize("NFC", text))


def index_entry(document: Document) -> IndexEntry:
    """What is searchable of `document`."""
    header = document.header
    return IndexEntry(
        path=document.source.path,
        doc_id=document.doc_id,
        status=document.status,
        pages=len(document.pages),
        document_type=_value(header.document_type),
        number=_value(header.number),
        date=_value(header.date),
        issuing_body=_value(header.issuing_body),
        subject=_value(header.subject),
        parts=tuple(replace(part, text=_stored(part.text)) for part in _parts(document)),
    )


def _value(field: FieldValue | None) -> str | None:
    return _stored(field.value) if field and field.value else None


def _stored(text: str) -> str:
    """NFC, and nothing that SQLite could not take (lone surrogates)."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())


def _parts(document: Document) -> Iterator[Part]:
    header = document.header
    named = [header.parent_body, header.issuing_body, header.number, header.document_type, header.subject]
    first_page = document.pages[0].number if document.pages and document.pages[0].width else None
    if values := [value for field in named if (value := _value(field))]:
        yield Part("header", "\n".join(values), page=first_page)
    if document.preamble:
        yield Part("preamble", "\n".join(document.preamble), page=first_page)
    for section in document.sections:
        yield from _section_parts(section)
    for table in document.tables:
        rows = [" | ".join(_value(cell) or "" for cell in row) for row in table.rows]
        yield Part("table", "\n".join(rows), section=table.section, page=table.page)
    yield from _closing_parts(document)
    if not document.sections:
        # Nothing but pages: a letter, an unreadable structure. They must be found all the same.
        for page in document.pages:
            text = "\n".join(line.text for line in page.lines)
            if text.strip():
                yield Part("page", text, page=page.number)


def _section_parts(section: Section, within: tuple[str, ...] = ()) -> Iterator[Part]:
    heading = " ".join(filter(None, [section.number and f"{section.number}.", section.heading])) or None
    text = "\n".join(filter(None, [section.heading, section.text]))
    roles = tuple(str(role) for role in section.roles)
    if text:
        yield Part("section", text, section.id, heading, roles, within, section.page)
    for child in section.children:
        yield from _section_parts(child, tuple(dict.fromkeys((*roles, *within))))


def _closing_parts(document: Document) -> Iterator[Part]:
    last_page = document.pages[-1].number if document.pages and document.pages[-1].width else None
    if recipients := [value for field in document.recipients if (value := _value(field))]:
        page = document.recipients[0].page or last_page
        yield Part("recipients", "\n".join(recipients), page=page)
    signers = document.signers or ([document.signer] if document.signer else [])
    fields = [field for signer in signers for field in (signer.authority, signer.position, signer.name)]
    if names := [value for field in fields if (value := _value(field))]:
        yield Part("signer", "\n".join(names), page=next((f.page for f in fields if f and f.page), last_page))


class CorpusIndex(Database):
    """corpus.sqlite, for writing. Only the run that holds the folder's lock has one."""

    _SCHEMA = _SCHEMA
    _VERSION_KEY = "index_version"
    _VERSION = INDEX_VERSION
    _OTHER_VERSION = "Remove it and run `sohoa ingest --force`."

    def put(self, entry: IndexEntry) -> None:
        """Insert or replace what the index knows of `entry.path`."""
        self.delete(entry.path)
        run = self._connection.execute
        cursor = run(
            "INSERT INTO documents (path, doc_id, document_type, number, date, issuing_body, subject, status, pages)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(entry.path, entry.doc_id, entry.document_type, entry.number, entry.date),
                *(entry.issuing_body, entry.subject, entry.status, entry.pages),
            ),
        )
        document = cursor.lastrowid
        for part in entry.parts:
            row = run(
                "INSERT INTO parts (document, kind, section, heading, roles, within_roles, page, text)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(document, part.kind, part.section, part.heading, json.dumps(part.roles)),
                    *(json.dumps(part.within_roles), part.page, part.text),
                ),
            ).lastrowid
            run(
                "INSERT INTO words (rowid, exact, folded) VALUES (?, ?, ?)",
                (row, exact_form(part.text), folded_form(part.text)),
            )

    def put_copy(self, path: str, original: str) -> None:
        """Take note that `path` has the content of `original`; a search finds it through the original."""
        self.delete(path)
        self._connection.execute("INSERT INTO copies VALUES (?, ?)", (path, original))

    def delete(self, path: str) -> None:
        """Forget the document at `path`, if the index knows it."""
        run = self._connection.execute
        run("DELETE FROM copies WHERE path = ?", (path,))
        found = run("SELECT id FROM documents WHERE path = ?", (path,)).fetchone()
        if found is None:
            return
        # A contentless index has to be told the very words it is to forget.
        for row, text in run("SELECT id, text FROM parts WHERE document = ?", found).fetchall():
            run(
                "INSERT INTO words (words, rowid, exact, folded) VALUES ('delete', ?, ?, ?)",
                (row, exact_form(text), folded_form(text)),
            )
        run("DELETE FROM parts WHERE document = ?", found)
        run("DELETE FROM documents WHERE id = ?", found)

    def optimise(self) -> None:
        """Merge the inverted lists into one: a smaller file and faster searches."""
        with self._reported():
            self._connection.execute("INSERT INTO words (words) VALUES ('optimize')")


def stored_entry(connection: sqlite3.Connection, path: str) -> IndexEntry | None:
    """What the index behind `connection` keeps of the document at `path`."""
    columns = "id, doc_id, status, pages, document_type, number, date, issuing_body, subject"
    found = connection.execute(f"SELECT {columns} FROM documents WHERE path = ?", (path,)).fetchone()  # noqa: S608
    if found is None:
        return None
    query = "SELECT kind, text, section, heading, roles, within_roles, page FROM parts WHERE document = ? ORDER BY id"
    parts = tuple(
        Part(kind, text, section, heading, tuple(json.loads(roles)), tuple(json.loads(within)), page)
        for kind, text, section, heading, roles, within, page in connection.execute(query, found[:1])
    )
    values = dict(zip(columns.split(", ")[1:], found[1:], strict=True))
    return IndexEntry(path=path, parts=parts, **values)
