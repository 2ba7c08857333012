"""Checks an OUT folder against itself: every digest, every document's schema, every row of ledger and index."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from pipeline.errors import UnusableInputError
from pipeline.schema import Document, Status
from pipeline.store.atomic import TEMPORARY_PREFIX
from pipeline.store.database import open_database
from pipeline.store.documents import from_json, to_text
from pipeline.store.entries import index_entry
from pipeline.store.index import open_index, stored_entry
from pipeline.store.layout import document_name, text_name
from pipeline.store.ledger import FileStatus, Ledger, LedgerRow
from pipeline.store.results import Results


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it should be; `path` names a file inside OUT."""

    path: str
    message: str


def verify(results: Results) -> Iterator[Fault]:
    """Yield every fault of what lies in OUT; none when it is sound. Raises UnusableInputError, OutputError."""
    out = results.databases
    with open_index(out.corpus) as index, Ledger(out.ledger, read_only=True) as ledger:
        yield from _index_faults_within(index)
        yield from _damage("corpus.sqlite", index)
        if out.reviews.is_file():
            with closing(open_database(out.reviews, read_only=True)) as reviews:
                yield from _damage("reviews.sqlite", reviews)
        expected = set()
        for row in ledger.rows():
            if row.status is FileStatus.JOINED:
                continue  # its pages are in the document of another file
            expected |= {document_name(row.path), text_name(row.path)}
            yield from _file_faults(results, row, index)
        yield from _strays(results, expected)
        yield from _index_strays(index, ledger)


def _damage(name: str, connection: sqlite3.Connection) -> Iterator[Fault]:
    try:
        messages = [message for (message,) in connection.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        messages = [str(error)]
    for message in messages:
        if message != "ok":
            yield Fault(name, f"The database is damaged: {message}.")


def _index_faults_within(connection: sqlite3.Connection) -> Iterator[Fault]:
    lost = connection.execute("SELECT count(*) FROM parts WHERE id NOT IN (SELECT id FROM words_docsize)").fetchone()[0]
    if lost:
        yield Fault("corpus.sqlite", f"{lost} sections are not in the full-text index.")


def _file_faults(results: Results, row: LedgerRow, index: sqlite3.Connection) -> Iterator[Fault]:
    name = document_name(row.path)
    try:
        data = results.read(name)
    except OSError as error:
        yield Fault(name, f"The document cannot be read: {error.strerror}.")
        return
    if row.document_sha256 is None:
        yield Fault(name, "A run was stopped while it replaced this document; the next run does it again.")
    elif hashlib.sha256(data).hexdigest() != row.document_sha256:
        yield Fault(name, "The document is not the one that was written.")
    try:
        document = from_json(data)
    except UnusableInputError as error:
        yield Fault(name, str(error))
        return
    if (document.source.document_path, document.source.sha256) != (row.path, row.sha256):
        yield Fault(name, "The document is of another source file than the ledger says.")
    yield from _text_faults(results, row, document)
    yield from _index_faults(row, document, index)


def _text_faults(results: Results, row: LedgerRow, document: Document) -> Iterator[Fault]:
    name = text_name(row.path)
    if document.status is Status.FAILED:
        if results.has(name):
            yield Fault(name, "There is a text of a file that failed.")
        return
    try:
        data = results.read(name)
    except OSError as error:
        yield Fault(name, f"The text cannot be read: {error.strerror}.")
        return
    if hashlib.sha256(data).hexdigest() != row.text_sha256:
        yield Fault(name, "The text is not the one that was written.")
    elif data != to_text(document).encode("utf-8", "backslashreplace"):
        yield Fault(name, "The text is not that of the document.")


def _index_faults(row: LedgerRow, document: Document, index: sqlite3.Connection) -> Iterator[Fault]:
    stored = stored_entry(index, row.path)
    if document.status is Status.FAILED or row.duplicate_of or row.gone:
        if stored is not None:
            yield Fault("corpus.sqlite", f"{row.path} is in the index and should not be.")
        return
    if stored != index_entry(document):
        how = "is not in the index" if stored is None else "is in the index with other content"
        yield Fault("corpus.sqlite", f"{row.path} {how}.")


def _strays(results: Results, expected: set[str]) -> Iterator[Fault]:
    for tree in ("documents", "text"):
        for name in results.names(tree):
            if name not in expected:
                left = name.rpartition("/")[2].startswith(TEMPORARY_PREFIX)
                message = "Left by a killed run; the next run removes it." if left else "No ledger row owns it."
                yield Fault(name, message)


def _index_strays(index: sqlite3.Connection, ledger: Ledger) -> Iterator[Fault]:
    for (path,) in index.execute("SELECT path FROM documents UNION SELECT path FROM copies ORDER BY path"):
        if ledger.get(path) is None:
            yield Fault("corpus.sqlite", f"{path} is in the index but not in the ledger.")
