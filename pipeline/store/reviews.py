"""reviews.sqlite: what people corrected, apart from what the machine makes. Never rebuilt and never overwritten.

A correction belongs to the content of a source file (`doc_id`), so it follows a file that is moved or copied, and stays
when the file is done again. It is laid over the machine's document (`overlay.py`) when that is written; `unapplied`
names the documents for which that is still to be done, so a run that is killed in between loses nothing. Rows are only
added; undoing one notes who undid it and when. Several processes may write: SQLite lets one at a time.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.errors import UsageError
from pipeline.store.database import Database

REVIEWS_VERSION = 1
Value = str | list[str] | None
"""What a person typed: text, a list of words (roles), or None for a field that has to be empty."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS corrections (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, doc_id TEXT NOT NULL, path TEXT NOT NULL,
  field TEXT NOT NULL, value TEXT NOT NULL, machine TEXT NOT NULL, anchor TEXT, by TEXT NOT NULL, at TEXT NOT NULL,
  undone_by TEXT, undone_at TEXT
);
CREATE INDEX IF NOT EXISTS corrections_by_document ON corrections (doc_id);
CREATE TABLE IF NOT EXISTS unapplied (doc_id TEXT PRIMARY KEY, change TEXT NOT NULL) WITHOUT ROWID;
"""
_COLUMNS = "id, doc_id, path, field, value, machine, anchor, by, at, undone_by, undone_at"


@dataclass(frozen=True, slots=True)
class Correction:
    """One value that a person typed, confirmed or emptied.

    `field` is a path as `overlay.py` reads it ("header.number"). `machine` is what stood there, `anchor` text by which
    an item of a list is known again when the machine orders them differently. Times are ISO 8601 in UTC.
    """

    doc_id: str
    path: str
    field: str
    value: Value
    machine: Any
    by: str
    at: str
    anchor: str | None = None
    id: str = ""
    undone_by: str | None = None
    undone_at: str | None = None

    @property
    def confirms(self) -> bool:
        """Whether the person left the machine's value as it was."""
        return bool(self.value == self.machine)

    def as_dict(self) -> dict[str, Any]:
        """For JSON Lines; `of_dict` reads it back."""
        return asdict(self)

    @staticmethod
    def of_dict(row: dict[str, Any]) -> Correction:
        """The correction that `as_dict` gave. Raises UsageError for what is none."""
        known = Correction.__dataclass_fields__
        try:
            found = Correction(**{name: row[name] for name in known if name in row})
        except TypeError as error:
            raise UsageError(f"This is not a correction: {error}.") from error
        words = (found.doc_id, found.path, found.field, found.by, found.at, found.id)
        if not all(isinstance(word, str) for word in words) or not found.field:
            raise UsageError("This is not a correction: its fields are not text.")
        return found


class ReviewStore(Database):
    """reviews.sqlite. What `add` and `undo` have returned survives whatever happens to the process."""

    _SCHEMA = _SCHEMA
    _VERSION_KEY = "reviews_version"
    _VERSION = REVIEWS_VERSION
    _OTHER_VERSION = "It was made by a newer sohoa: use that one. Do not remove the file: it holds people's work."

    def add(self, corrections: Iterable[Correction]) -> list[Correction]:
        """Keep corrections, all of them or none, each with an id of its own; those whose id is known stay as they are.

        Of a known one that was undone elsewhere it is noted that it was.
        """
        named = [one if one.id else _with_id(one) for one in corrections]
        with self.transaction():
            for one in named:
                self._connection.execute(
                    f"INSERT OR IGNORE INTO corrections ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                    _row(one),
                )
                if one.undone_at:
                    self._connection.execute(
                        "UPDATE corrections SET undone_by = ?, undone_at = ? WHERE id = ? AND undone_at IS NULL",
                        (one.undone_by, one.undone_at, one.id),
                    )
                self._has_changed(one.doc_id)
        return named

    def undo(self, identity: str, by: str, at: str) -> Correction:
        """Take a correction back. Raises UsageError when there is none with this id, or it is taken back already."""
        with self.transaction():
            found = next(self._select("WHERE id = ?", (identity,)), None)
            if found is None:
                raise UsageError(f"There is no correction {identity}.", remedy="`sohoa review list` shows them.")
            if found.undone_at:
                raise UsageError(f"The correction {identity} was undone before, by {found.undone_by}.")
            self._connection.execute(
                "UPDATE corrections SET undone_by = ?, undone_at = ? WHERE id = ?", (by, at, identity)
            )
            self._has_changed(found.doc_id)
        return found

    def active(self, doc_id: str) -> list[Correction]:
        """The corrections in force of one content, the last one of each field, in the order in which they were made."""
        found = self._select("WHERE doc_id = ? AND undone_at IS NULL", (doc_id,))
        return list({one.field: one for one in found}.values())

    def all(self, path: str | None = None) -> Iterator[Correction]:
        """All corrections, undone ones too, in the order in which they were made; of one path only, if it is given."""
        return self._select("WHERE path = ?", (path,)) if path else self._select("")

    def unapplied(self) -> dict[str, str]:
        """The documents whose corrections are still to be laid over them or taken off, each with its last change."""
        return dict(self._fetch("SELECT doc_id, change FROM unapplied ORDER BY doc_id"))

    def applied(self, changes: Mapping[str, str]) -> None:
        """Take note that this is done, where nobody changed anything meanwhile."""
        with self.transaction():
            self._connection.executemany("DELETE FROM unapplied WHERE doc_id = ? AND change = ?", changes.items())

    def _has_changed(self, doc_id: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO unapplied VALUES (?, ?)", (doc_id, secrets.token_hex(8)))

    def _select(self, where: str, values: tuple[object, ...] = ()) -> Iterator[Correction]:
        query = f"SELECT {_COLUMNS} FROM corrections {where} ORDER BY sequence"  # noqa: S608 - only names of this module
        with self._reported(), closing(self._connection.execute(query, values)) as cursor:
            for identity, doc_id, path, field, value, machine, *rest in cursor:
                anchor, by, at, undone_by, undone_at = rest
                yield Correction(
                    *(doc_id, path, field, json.loads(value), json.loads(machine), by, at),
                    *(anchor, identity, undone_by, undone_at),
                )


def _with_id(correction: Correction) -> Correction:
    return Correction.of_dict({**correction.as_dict(), "id": secrets.token_hex(8)})


def _row(one: Correction) -> tuple[object, ...]:
    value, machine = (json.dumps(part, ensure_ascii=False) for part in (one.value, one.machine))
    return (
        *(one.id, one.doc_id, one.path, one.field, value, machine, one.anchor),
        *(one.by, one.at, one.undone_by, one.undone_at),
    )
