"""corpus.sqlite: the full-text index, a row a section, with an exact column and one without marks (đ included)."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.evidence.facts import Facts, facts_of
from pipeline.schema import Document, FieldValue, Header, Section
from pipeline.store.database import database_error, open_database
from pipeline.store.registers import REGISTER_SCHEMA, Registers, stored_facts
from pipeline.vietnamese.administrative.dates import parse_iso
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.tones import to_old_style

INDEX_VERSION = 3
_UNFINISHED = "unfinished"  # meta key, there while documents of an index made anew are still missing
_LEAD = 200  # characters

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
  title TEXT, heading TEXT, roles TEXT NOT NULL, within_roles TEXT NOT NULL, page INTEGER, text TEXT NOT NULL,
  lead TEXT
);
CREATE INDEX IF NOT EXISTS parts_by_document ON parts (document);
CREATE TABLE IF NOT EXISTS copies (path TEXT PRIMARY KEY, original TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
  exact, folded, content = '', tokenize = "unicode61 remove_diacritics 0"
);
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A row of the index: a section, the preamble, the letterhead, the recipients … of one document.

    `title` is what a person calls the section: number and heading, or for an item without a heading the numbers down to
    it and the nearest heading above. `lead` is what a section that is only a heading begins with further down; it is
    shown, and found there, not here.
    """

    kind: str
    text: str
    section: str | None = None
    title: str | None = None
    heading: str | None = None
    roles: tuple[str, ...] = ()
    within_roles: tuple[str, ...] = ()
    page: int | None = None
    lead: str | None = None


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
    facts: Facts | None = None


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
        number=_value(header.number) if header.number and header.number.complete else None,
        date=_value(header.date),
        issuing_body=_value(header.issuing_body),
        subject=_value(header.subject),
        parts=tuple(_storable(part) for part in _parts(document)),
        facts=facts_of(document),
    )


def _value(field: FieldValue | None) -> str | None:
    return _stored(field.value) if field and field.value else None


def _stored(text: str) -> str:
    """NFC, and nothing that SQLite could not take (lone surrogates)."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())


def _storable(part: Part) -> Part:
    title, heading, lead = (text and _stored(text) for text in (part.title, part.heading, part.lead))
    return replace(part, text=_stored(part.text), title=title, heading=heading, lead=lead)


def _parts(document: Document) -> Iterator[Part]:
    first_page = document.pages[0].number if document.pages and document.pages[0].width else None
    if values := list(filter(None, _header_lines(document.header))):
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


def _header_lines(header: Header) -> Iterator[str | None]:
    yield from map(_value, (header.parent_body, header.issuing_body, header.number))
    yield ", ".join(filter(None, (_value(header.place), _in_words(_value(header.date)))))
    yield from map(_value, (header.document_type, header.subject))


def _in_words(iso: str | None) -> str:
    """A header's date as documents print it; empty for what is no date."""
    date = parse_iso(iso or "")
    return date.in_words if date else ""


def _section_parts(section: Section, above: _Above | None = None) -> Iterator[Part]:
    above = above or _Above()
    heading = " ".join(filter(None, [section.number and f"{section.number}.", section.heading])) or None
    text = "\n".join(filter(None, [section.heading, section.text]))
    roles = tuple(str(role) for role in section.roles)
    if text:
        title = heading if section.heading else above.title_of(section.number)
        lead = _lead(section) or None
        yield Part("section", text, section.id, title, heading, roles, above.roles, section.page, lead)
    for child in section.children:
        yield from _section_parts(child, above.then(section))


@dataclass(frozen=True, slots=True)
class _Above:
    """What stands above a section: the numbers down to it, the nearest heading, the roles."""

    numbers: tuple[str, ...] = ()
    heading: str | None = None
    roles: tuple[str, ...] = ()

    def then(self, section: Section) -> _Above:
        """What stands above the children of `section`."""
        roles = tuple(dict.fromkeys((*map(str, section.roles), *self.roles)))
        return _Above(self._down_to(section.number), section.heading or self.heading, roles)

    def title_of(self, number: str | None) -> str | None:
        """What an item without a heading is called: 'V.1 (TỔ CHỨC THỰC HIỆN)'."""
        path = ".".join(self._down_to(number)) if number else ""
        if self.heading is None:
            return f"{path}." if path else None
        return f"{path} ({self.heading})" if path else self.heading

    def _down_to(self, number: str | None) -> tuple[str, ...]:
        if not number:
            return self.numbers
        if self.numbers and number.startswith(f"{self.numbers[-1]}."):  # 2.1 below 2
            return (*self.numbers[:-1], number)
        return (*self.numbers, number)


def _lead(section: Section) -> str:
    """How the first item of a section that is only a heading begins, cut after a word; '' for other sections."""
    if section.text or not section.children:
        return ""
    first = section.children[0]
    own = [first.number and f"{first.number}.", first.heading, first.text.partition("\n")[0], _lead(first)]
    words = " ".join(filter(None, own))
    return words if len(words) <= _LEAD else words[:_LEAD].rpartition(" ")[0] + " …"


def _closing_parts(document: Document) -> Iterator[Part]:
    last_page = document.pages[-1].number if document.pages and document.pages[-1].width else None
    if recipients := [value for field in document.recipients if (value := _value(field))]:
        page = document.recipients[0].page or last_page
        yield Part("recipients", "\n".join(recipients), page=page)
    signers = document.signers or ([document.signer] if document.signer else [])
    fields = [field for signer in signers for field in (signer.authority, signer.position, signer.name)]
    if names := [value for field in fields if (value := _value(field))]:
        yield Part("signer", "\n".join(names), page=next((f.page for f in fields if f and f.page), last_page))


class CorpusIndex(Registers):
    """corpus.sqlite, for writing. Only the run that holds the folder's lock has one."""

    _SCHEMA = REGISTER_SCHEMA + _SCHEMA
    _VERSION_KEY = "index_version"
    _VERSION = INDEX_VERSION
    _OTHER_VERSION = "It was made by a newer sohoa: use that one, or remove the file and run `sohoa ingest` again."

    def _prepare(self) -> None:
        """Take what an earlier version of sohoa made out of the file; `is_unfinished` until it is made anew."""
        run = self._connection.execute
        if run("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            found = self.meta(self._VERSION_KEY)
            if found is not None and found.isdecimal() and int(found) < INDEX_VERSION:
                with self.transaction():
                    for table in ("words", "copies", "parts", "documents", "facts", "mentions", "unsettled"):
                        run(f"DROP TABLE IF EXISTS {table}")
                    run("UPDATE meta SET value = ? WHERE key = ?", (str(INDEX_VERSION), self._VERSION_KEY))
                    run("INSERT OR REPLACE INTO meta VALUES (?, '1')", (_UNFINISHED,))
        super()._prepare()

    @property
    def is_unfinished(self) -> bool:
        """Whether documents that were in an earlier version of this index may be missing in it."""
        return self.meta(_UNFINISHED) is not None

    @property
    def is_empty(self) -> bool:
        """Whether it knows no document."""
        return not self._fetch("SELECT 1 FROM documents LIMIT 1")

    def set_unfinished(self, unfinished: bool) -> None:
        """Take note, inside a transaction, that documents are still missing, or that none is."""
        if unfinished:
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, '1')", (_UNFINISHED,))
        else:
            self._connection.execute("DELETE FROM meta WHERE key = ?", (_UNFINISHED,))

    def put(self, entry: IndexEntry) -> None:
        """Insert or replace what the index knows of `entry.path`."""
        before = self._facts(entry.path)
        self._forget(entry.path)
        self._put_facts(entry.path, entry.facts, before)
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
                "INSERT INTO parts (document, kind, section, title, heading, roles, within_roles, page, text, lead)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(document, part.kind, part.section, part.title, part.heading, json.dumps(part.roles)),
                    *(json.dumps(part.within_roles), part.page, part.text, part.lead),
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
        self._has_other_names(original)

    def delete(self, path: str) -> None:
        """Forget the document at `path`, if the index knows it."""
        before = self._facts(path)
        self._forget(path)
        self._put_facts(path, None, before)

    def _forget(self, path: str) -> None:
        run = self._connection.execute
        for (original,) in run("SELECT original FROM copies WHERE path = ?", (path,)).fetchall():
            run("DELETE FROM copies WHERE path = ?", (path,))
            self._has_other_names(original)
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


def stored_entry(connection: sqlite3.Connection, path: str) -> IndexEntry | None:
    """What the index behind `connection` keeps of the document at `path`."""
    columns = "id, doc_id, status, pages, document_type, number, date, issuing_body, subject"
    found = connection.execute(f"SELECT {columns} FROM documents WHERE path = ?", (path,)).fetchone()  # noqa: S608
    if found is None:
        return None
    query = (
        "SELECT kind, text, section, title, heading, roles, within_roles, page, lead FROM parts"
        " WHERE document = ? ORDER BY id"
    )
    parts = tuple(
        Part(kind, text, section, title, heading, tuple(json.loads(roles)), tuple(json.loads(within)), page, lead)
        for kind, text, section, title, heading, roles, within, page, lead in connection.execute(query, found[:1])
    )
    values = dict(zip(columns.split(", ")[1:], found[1:], strict=True))
    return IndexEntry(path=path, parts=parts, facts=stored_facts(connection, path), **values)


@contextmanager
def open_index(corpus: Path) -> Iterator[sqlite3.Connection]:
    """The whole index at `corpus`, of this version, for reading. Raises UnusableInputError, OutputError."""
    try:
        connection = open_database(corpus, read_only=True)
    except sqlite3.Error as error:
        if corpus.is_file():
            raise database_error(corpus, error) from error
        raise UnusableInputError(
            ProblemCode.UNREADABLE_FILE, f"There is no search index at {corpus}.", remedy="Run `sohoa ingest` first."
        ) from error
    try:
        _check_whole(connection, corpus)
        yield connection
    except sqlite3.Error as error:
        raise database_error(corpus, error) from error
    finally:
        connection.close()


def _check_whole(connection: sqlite3.Connection, corpus: Path) -> None:
    meta: dict[str, str] = dict(connection.execute("SELECT key, value FROM meta"))
    code = ProblemCode.UNREADABLE_FILE
    if meta.get(CorpusIndex._VERSION_KEY) != str(INDEX_VERSION):
        raise UnusableInputError(
            code,
            f"The search index {corpus} was made by another version of sohoa.",
            remedy="Run `sohoa ingest` again: it makes the index anew from the documents and reads no file again.",
        )
    if _UNFINISHED in meta:
        raise UnusableInputError(
            code,
            f"The search index {corpus} is being made anew.",
            remedy="Wait for `sohoa ingest` to end; if none is running, run it again.",
        )
