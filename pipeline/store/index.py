"""corpus.sqlite: the full-text index, a row a section, with an exact column and one without marks (đ included)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.store.alike import ALIKE_SCHEMA, ALIKE_TABLES, Alike
from pipeline.store.database import database_error, open_database
from pipeline.store.doubts import Doubt
from pipeline.store.entries import IndexEntry, Part, exact_form, folded_form, name_words
from pipeline.store.filing import Filing, part_tags, role_mask
from pipeline.store.registers import REGISTER_SCHEMA, Registers, stored_facts

INDEX_VERSION = 5
_COPY = "copy"  # kind of the part that holds the name of a copy, whose path is its `section`
_UNFINISHED = "unfinished"  # meta key, there while documents of an index made anew are still missing

PARTS_OF_ONE = 1 << 20
"""A part's id is its document's times this, and its place there: whose a part is can be told without looking it up."""

# The index is contentless: FTS5 keeps only its inverted lists, the text is in `parts`. unicode61 splits at everything
# that is no letter or digit, so '28/KH-UBND' is the phrase 28 kh ubnd, in the index and in the query alike. A number
# of a document that is gone is given to no other, so who has counted documents before has only to count the new ones.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (
  id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, doc_id TEXT NOT NULL, document_type TEXT,
  number TEXT, date TEXT, issuing_body TEXT, subject TEXT, status TEXT NOT NULL, pages INTEGER NOT NULL,
  filing TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS parts (
  id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents (id), kind TEXT NOT NULL, section TEXT,
  title TEXT, heading TEXT, roles TEXT NOT NULL, within_roles TEXT NOT NULL, role_mask INTEGER NOT NULL, page INTEGER,
  text TEXT NOT NULL, lead TEXT
);
CREATE INDEX IF NOT EXISTS parts_with_roles ON parts (id, role_mask) WHERE role_mask <> 0;
CREATE INDEX IF NOT EXISTS parts_by_document ON parts (document);
CREATE INDEX IF NOT EXISTS parts_of_copies ON parts (section) WHERE kind = 'copy';
CREATE INDEX IF NOT EXISTS documents_by_number ON documents (number);
CREATE TABLE IF NOT EXISTS doubts (
  document INTEGER NOT NULL REFERENCES documents (id), score REAL NOT NULL, field TEXT NOT NULL, doubt TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS doubts_by_document ON doubts (document);
CREATE INDEX IF NOT EXISTS doubts_by_score ON doubts (score DESC, document);
CREATE TABLE IF NOT EXISTS copies (path TEXT PRIMARY KEY, original TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
  exact, folded, tags, content = '', tokenize = "unicode61 remove_diacritics 0"
);
"""


_TABLES = ("words", "copies", "parts", "doubts", "documents", "facts", "mentions", "unsettled")


class CorpusIndex(Registers, Alike):
    """corpus.sqlite, for writing. Only the run that holds the folder's lock has one."""

    _SCHEMA = REGISTER_SCHEMA + ALIKE_SCHEMA + _SCHEMA
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
                    for table in (*_TABLES, *ALIKE_TABLES):
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
        sketch = (entry.path, entry.sketch, entry.number, entry.date, entry.document_type) if entry.sketch else None
        self._put_sketch(sketch, entry.path)
        run = self._connection.execute
        cursor = run(
            "INSERT INTO documents"
            " (path, doc_id, document_type, number, date, issuing_body, subject, status, pages, filing)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(entry.path, entry.doc_id, entry.document_type, entry.number, entry.date, entry.issuing_body),
                *(entry.subject, entry.status, entry.pages, _filing_row(entry.filing)),
            ),
        )
        document = cursor.lastrowid or 0
        tags = " ".join(entry.filing.tags(entry.document_type))
        parts = (*entry.parts, *map(_copy_part, self.copies_of(entry.path)))
        self._put_parts(document, tags, enumerate(parts, start=document * PARTS_OF_ONE))
        doubts = [(document, one.score, one.field, json.dumps(asdict(one), ensure_ascii=False)) for one in entry.doubts]
        self._connection.executemany("INSERT INTO doubts VALUES (?, ?, ?, ?)", doubts)

    def _put_parts(self, document: int, tags: str, parts: Iterable[tuple[int, Part]]) -> None:
        rows, words = [], []
        for row, part in parts:
            roles, within = json.dumps(part.roles), json.dumps(part.within_roles)
            mask = role_mask(part.roles, part.within_roles)
            rows.append(
                (
                    *(row, document, part.kind, part.section, part.title, part.heading, roles, within, mask),
                    *(part.page, part.text, part.lead),
                )
            )
            words.append((row, *_words(part.kind, part.text, tags, part.roles, part.within_roles)))
        self._connection.executemany(
            "INSERT INTO parts (id, document, kind, section, title, heading, roles, within_roles, role_mask, page,"
            " text, lead) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        self._connection.executemany("INSERT INTO words (rowid, exact, folded, tags) VALUES (?, ?, ?, ?)", words)

    def put_copy(self, path: str, original: str) -> None:
        """Take note that `path` has the content of `original`; a search finds it, by its name too, as the original."""
        self.delete(path)
        self._connection.execute("INSERT INTO copies VALUES (?, ?)", (path, original))
        for document, tags in self._tags("WHERE path = ?", original):
            query = "SELECT max(id) + 1 FROM parts WHERE document = ?"
            (row,) = self._connection.execute(query, (document,)).fetchone()
            self._put_parts(document, tags, [(row, _copy_part(path))])
        self._has_other_names(original)

    def delete(self, path: str) -> None:
        """Forget the document at `path`, if the index knows it."""
        before = self._facts(path)
        self._forget(path)
        self._put_facts(path, None, before)
        self._put_sketch(None, path)

    def _forget(self, path: str) -> None:
        run = self._connection.execute
        for (original,) in run("SELECT original FROM copies WHERE path = ?", (path,)).fetchall():
            run("DELETE FROM copies WHERE path = ?", (path,))
            self._has_other_names(original)
            self._forget_parts("kind = ? AND section = ?", _COPY, path)
        found = run("SELECT id FROM documents WHERE path = ?", (path,)).fetchone()
        if found is not None:
            self._forget_parts("document = ?", *found)
            run("DELETE FROM doubts WHERE document = ?", found)
            run("DELETE FROM documents WHERE id = ?", found)

    def _forget_parts(self, which: str, *values: object) -> None:
        run = self._connection.execute
        # A contentless index has to be told the very words it is to forget.
        query = f"SELECT id, document, kind, text, roles, within_roles FROM parts WHERE {which}"  # noqa: S608 - constants
        parts = run(query, values).fetchall()
        tags = dict(row for document in {part[1] for part in parts} for row in self._tags("WHERE id = ?", document))
        self._connection.executemany(
            "INSERT INTO words (words, rowid, exact, folded, tags) VALUES ('delete', ?, ?, ?, ?)",
            [
                (row, *_words(kind, text, tags[document], json.loads(roles), json.loads(within)))
                for row, document, kind, text, roles, within in parts
            ],
        )
        run(f"DELETE FROM parts WHERE {which}", values)  # noqa: S608 - constants

    def _tags(self, which: str, *values: object) -> list[tuple[int, str]]:
        """(id, words that stand for what it is filed by) of documents."""
        query = f"SELECT id, document_type, filing FROM documents {which}"  # noqa: S608 - constants
        found = self._connection.execute(query, values).fetchall()
        return [(row, " ".join(filing_of_row(filing).tags(kind))) for row, kind, filing in found]


def _words(kind: str, text: str, tags: str, roles: Sequence[str], within: Sequence[str]) -> tuple[str, str, str]:
    """What the index's three columns hold of a part."""
    return exact_form(text), folded_form(text), " ".join((tags, *part_tags(kind, roles, within)))


def _filing_row(filing: Filing) -> str:
    return json.dumps(asdict(filing), ensure_ascii=False)


def filing_of_row(row: str) -> Filing:
    """What the column `filing` of the index holds."""
    return Filing(**_frozen(json.loads(row)))


def doubt_of_row(row: str) -> Doubt:
    """What the column `doubt` of the index holds."""
    return Doubt(**_frozen(json.loads(row)))


def _frozen(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """JSON's lists as the tuples that were written."""
    if isinstance(value, dict):
        return {name: _frozen(one) for name, one in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _copy_part(path: str) -> Part:
    """The name of a file with the same content, by which its original is found."""
    return Part(_COPY, name_words(path), section=path)


def stored_entry(connection: sqlite3.Connection, path: str) -> IndexEntry | None:
    """What the index behind `connection` keeps of the document at `path`."""
    columns = "id, doc_id, status, pages, document_type, number, date, issuing_body, subject, filing"
    found = connection.execute(f"SELECT {columns} FROM documents WHERE path = ?", (path,)).fetchone()  # noqa: S608
    if found is None:
        return None
    query = (
        "SELECT kind, text, section, title, heading, roles, within_roles, page, lead FROM parts"
        " WHERE document = ? AND kind <> 'copy' ORDER BY id"
    )
    parts = tuple(
        Part(kind, text, section, title, heading, tuple(json.loads(roles)), tuple(json.loads(within)), page, lead)
        for kind, text, section, title, heading, roles, within, page, lead in connection.execute(query, found[:1])
    )
    values = dict(zip(columns.split(", ")[1:], found[1:], strict=True))
    values["filing"] = filing_of_row(values["filing"])
    rows = connection.execute("SELECT doubt FROM doubts WHERE document = ? ORDER BY rowid", found[:1])
    doubts = tuple(doubt_of_row(doubt) for (doubt,) in rows)
    sketch = connection.execute("SELECT sketch FROM sketches WHERE path = ?", (path,)).fetchone()
    facts = stored_facts(connection, path)
    return IndexEntry(path=path, parts=parts, doubts=doubts, facts=facts, sketch=sketch[0] if sketch else "", **values)


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
