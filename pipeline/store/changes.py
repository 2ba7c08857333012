"""The part of the ledger that tells what changed since when: for feeds that move only that, and for receivers.

Each change of a document takes the next number; a path keeps its last one, so the log is never longer than the list of
paths that ever were. Who remembers the number it has seen is told all that came after, once it asks again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum

from pipeline.errors import UsageError
from pipeline.store.database import Database

START = "start"  # the token of one who has seen nothing

CHANGE_SCHEMA = """
CREATE TABLE IF NOT EXISTS changes (
  path TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, added INTEGER NOT NULL, document_sha256 TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS receivers (address TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
"""
_FEED = "feed"


class ChangeKind(StrEnum):
    """What became of a document since somebody looked."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of the document of a path; `digest` is the document's, None of one that was removed."""

    number: int
    path: str
    kind: ChangeKind
    digest: str | None


class Changes(Database):
    """The tables of changes in the ledger."""

    def _prepare(self) -> None:
        super()._prepare()
        with self.transaction():
            run = self._connection.execute
            run("INSERT OR IGNORE INTO meta VALUES (?, ?)", (_FEED, secrets.token_hex(6)))
            # What an earlier version wrote has no numbers yet.
            if run("SELECT count(*) FROM changes").fetchone() == (0,):
                numbered = "row_number() OVER (ORDER BY path)"
                run(
                    f"INSERT INTO changes SELECT path, {numbered}, {numbered}, document_sha256 FROM files "  # noqa: S608
                    "WHERE document_sha256 IS NOT NULL"
                )

    def _note_change(self, path: str, digest: str | None) -> None:
        """Number a change, if it is one; inside a transaction."""
        found = self._connection.execute(
            "SELECT added, document_sha256 FROM changes WHERE path = ?", (path,)
        ).fetchone()
        added, before = found or (None, None)
        if before == digest:
            return
        (last,) = self._connection.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()
        added = added if before is not None else last + 1
        self._connection.execute("INSERT OR REPLACE INTO changes VALUES (?, ?, ?, ?)", (path, last + 1, added, digest))

    def changes_after(self, number: int, most: int = -1) -> Iterator[Change]:
        """At most so many (-1: all) of the changes behind the one of this number, in their order."""
        query = "SELECT number, path, added, document_sha256 FROM changes WHERE number > ? ORDER BY number LIMIT ?"
        with self._reported(), closing(self._connection.execute(query, (number, most))) as cursor:
            for at, path, added, digest in cursor:
                kind = ChangeKind.ADDED if added > number else ChangeKind.CHANGED
                yield Change(at, path, ChangeKind.REMOVED if digest is None else kind, digest)

    def token(self, number: int | None = None) -> str:
        """What to remember of the state at a change (default: the last one)."""
        if number is None:
            ((number,),) = self._fetch("SELECT coalesce(max(number), 0) FROM changes")
        return f"{self.meta(_FEED)}-{number}"

    def number_of(self, token: str) -> int:
        """The change that a token names. Raises UsageError for one of another corpus."""
        feed, _, number = token.partition("-")
        if token == START:
            return 0
        if feed != self.meta(_FEED) or not number.isdecimal():
            raise UsageError(
                f"'{token}' is no token of this corpus: it was made anew, or the token is another's.",
                remedy=f"Begin again with --since {START}.",
            )
        return int(number)

    def received(self, address: str) -> int:
        """The number of the last change that a receiver has taken; 0 of one that is new."""
        found = self._fetch("SELECT number FROM receivers WHERE address = ?", address)
        return int(found[0][0]) if found else 0

    def set_received(self, address: str, number: int) -> None:
        """Take note that a receiver has all up to this change; inside a transaction."""
        self._connection.execute("INSERT OR REPLACE INTO receivers VALUES (?, ?)", (address, number))
