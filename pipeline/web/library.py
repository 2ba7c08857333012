"""What the web shows of one OUT: documents with people's corrections laid over them, finds, sources, who cites whom.

Everything is looked up when it is asked for, so what an ingest commits meanwhile is there at once.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from pipeline.evidence.facts import group_key
from pipeline.schema import Citation, Document
from pipeline.store.catalogue import Catalogue
from pipeline.store.documents import from_json
from pipeline.store.finding import Finding, Wanted, find
from pipeline.store.index import open_index
from pipeline.store.layout import OutFolder, document_name, text_name
from pipeline.store.ledger import Ledger, LedgerRow
from pipeline.store.lock import lock_owner
from pipeline.store.overlay import reviewed
from pipeline.store.results import FolderResults
from pipeline.store.reviews import Correction, ReviewStore
from pipeline.vietnamese.folding import fold

_KEPT = 24  # documents in memory: those that people are looking at


class UnknownDocumentError(LookupError):
    """There is no document of that name in this corpus."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as it is shown: corrections laid over the machine's; `etag` changes when anything of it does."""

    document: Document
    corrections: tuple[Correction, ...]
    etag: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another document: enough for a link to it."""

    path: str
    number: str | None
    document_type: str | None
    date: str | None
    subject: str | None


class Library:
    """One OUT, and the archive that it was made from where that is still there."""

    def __init__(self, out: Path, archive: Path | None = None) -> None:
        self.folder = OutFolder(out)
        self.results = FolderResults(out)
        self._archive = archive
        self._catalogue = Catalogue()
        self._documents: OrderedDict[tuple[str, str], Document] = OrderedDict()
        self._lock = Lock()

    @contextmanager
    def index(self) -> Iterator[sqlite3.Connection]:
        """The search index, for one question. Raises UnusableInputError, OutputError."""
        with open_index(self.folder.corpus) as connection:
            yield connection

    def find(self, wanted: Wanted) -> Finding:
        """The documents that a search finds. Raises UsageError, UnusableInputError, OutputError."""
        with self.index() as connection, self._lock:
            return find(connection, self._catalogue, wanted, self.results.read)

    def is_being_filled(self) -> bool:
        """Whether a run writes there now."""
        return lock_owner(self.folder.lock) is not None

    # documents

    def row(self, path: str) -> LedgerRow:
        """What the ledger says of a source file. Raises UnknownDocumentError."""
        with self.ledger() as ledger:
            found = ledger.get(path) if _is_text(path) else None
        if found is None:
            raise UnknownDocumentError(path)
        return found

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, for one question. Raises OutputError."""
        with Ledger(self.folder.ledger, read_only=True) as ledger:
            yield ledger

    def shown(self, path: str) -> Shown:
        """The document of a source file. Raises UnknownDocumentError, UnusableInputError, OutputError."""
        self.row(path)  # only what the ledger knows is read: no name leads out of OUT
        try:
            data = self.results.read(document_name(path))
        except OSError as error:
            raise UnknownDocumentError(path) from error
        stored = self._parsed(path, data)
        corrections = tuple(self._corrections(stored.doc_id))
        state = hashlib.sha256(data + "".join(one.id for one in corrections).encode()).hexdigest()[:32]
        if corrections or any(code.reviewed for code in _header_fields(stored)):
            # A correction stands from the moment it is made; the run that writes it into the files may come later.
            stored = reviewed(self._machine(path, stored), corrections) if corrections else self._machine(path, stored)
        return Shown(stored, corrections, state)

    def _parsed(self, path: str, data: bytes) -> Document:
        key = (path, hashlib.sha256(data).hexdigest())
        with self._lock:
            if key in self._documents:
                self._documents.move_to_end(key)
                return self._documents[key]
        document = from_json(data)
        with self._lock:
            self._documents[key] = document
            while len(self._documents) > _KEPT:
                self._documents.popitem(last=False)
        return document

    def _machine(self, path: str, stored: Document) -> Document:
        with self.ledger() as ledger:
            held = ledger.machine(path)
        return from_json(held) if held else stored

    def _corrections(self, doc_id: str) -> list[Correction]:
        if not self.folder.reviews.is_file():
            return []
        with ReviewStore(self.folder.reviews, read_only=True) as reviews:
            return reviews.active(doc_id)

    def text(self, path: str) -> bytes:
        """The restored text of a source file. Raises UnknownDocumentError."""
        self.row(path)
        try:
            return self.results.read(text_name(path))
        except OSError as error:
            raise UnknownDocumentError(path) from error

    def source(self, document: Document) -> Path | None:
        """The source file where it still lies in the archive as it was read; nothing outside of the archive."""
        archive = self._archive or self._last_archive()
        if archive is None:
            return None
        try:
            root = archive.resolve(strict=True)
            file = (root / document.source.path if root.is_dir() else root).resolve(strict=True)
            inside = file.is_file() and (file == root or file.is_relative_to(root))
            return file if inside and file.stat().st_size == document.source.bytes else None
        except (OSError, ValueError):
            return None

    def _last_archive(self) -> Path | None:
        try:
            named = json.loads(self.results.read("report.json"))["archive"]
            return Path(named) if Path(named).exists() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    # neighbours

    def around(self, path: str) -> tuple[str | None, str | None]:
        """The documents before and behind one, by their paths."""
        with self.index() as connection:
            before = connection.execute("SELECT max(path) FROM documents WHERE path < ?", (path,)).fetchone()[0]
            behind = connection.execute("SELECT min(path) FROM documents WHERE path > ?", (path,)).fetchone()[0]
        return before, behind

    def cited(self, document: Document) -> list[tuple[Citation, Neighbour | None]]:
        """The acts that a document cites, each with the document of this corpus that it is."""
        with self.index() as connection:
            return [(act, _cited(connection, act)) for act in document.citations]

    def cited_by(self, document: Document) -> list[Neighbour]:
        """The documents that cite this one by its number, by path."""
        number, date = document.header.number, document.header.date
        if number is None or not (number.complete and number.symbol and number.serial):
            return []
        symbol, own_date = fold(number.symbol), date.value if date else None
        keys = (group_key(symbol, own_date), group_key(symbol, None))
        with self.index() as connection:
            rows = connection.execute(
                f"SELECT DISTINCT mentions.mention, {_NEIGHBOUR} FROM mentions JOIN documents USING (path)"  # noqa: S608
                " WHERE register IN (?, ?) ORDER BY path",
                keys,
            ).fetchall()
        own = document.source.document_path
        serial = number.serial.lower().lstrip("0")
        return list(
            dict.fromkeys(
                Neighbour(*rest)
                for mention, *rest in rows
                if rest[0] != own and _mentions(json.loads(mention), serial, own_date)
            )
        )


_NEIGHBOUR = "documents.path, documents.number, documents.document_type, documents.date, documents.subject"


def _mentions(mention: list[Any], serial: str, date: str | None) -> bool:
    _number, _symbol, cited_serial, cited_date, *_ = mention
    return cited_serial.lstrip("0") == serial and (not cited_date or not date or cited_date[:10] == date[:10])


def _cited(connection: sqlite3.Connection, act: Citation) -> Neighbour | None:
    """The one document with an act's number; of several the one with its date."""
    if not act.number:
        return None
    rows = connection.execute(f"SELECT {_NEIGHBOUR} FROM documents WHERE number = ?", (act.number,)).fetchall()  # noqa: S608
    found = [Neighbour(*row) for row in rows]
    if act.date:
        found = [one for one in found if not one.date or one.date.startswith(act.date) or act.date.startswith(one.date)]
    return found[0] if len(found) == 1 else None


def _is_text(path: str) -> bool:
    """Whether the ledger can hold it: half a letter of UTF-16 is no name."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _header_fields(document: Document) -> Iterator[Any]:
    for name in type(document.header).model_fields:
        held = getattr(document.header, name)
        if held is not None and hasattr(held, "reviewed"):
            yield held
