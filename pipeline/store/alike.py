"""The part of corpus.sqlite that tells which documents are the same paper, or nearly: scanned twice, draft and signed.

A document's sketch is the smallest hashes of its triples of words (`pipeline.evidence.facts.fingerprint`). Two texts
that are alike share some of their very smallest, so only those are looked up. When a sketch comes, goes or changes, its
document is noted as `unlinked`; who links (`pipeline.run.copies`) crosses it off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.evidence.facts import resemblance
from pipeline.store.database import Database
from pipeline.vietnamese.folding import fold

ALIKE_SCHEMA = """
CREATE TABLE IF NOT EXISTS sketches (
  path TEXT PRIMARY KEY, sketch TEXT NOT NULL, number TEXT, date TEXT, document_type TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sketch_keys (key TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (key, path)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sketch_keys_by_path ON sketch_keys (path);
CREATE TABLE IF NOT EXISTS alike (
  path TEXT NOT NULL, other TEXT NOT NULL, likeness REAL NOT NULL, copies INTEGER NOT NULL, PRIMARY KEY (path, other)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unlinked (path TEXT PRIMARY KEY, stale INTEGER NOT NULL) WITHOUT ROWID;
"""
ALIKE_TABLES = ("sketches", "sketch_keys", "alike", "unlinked")

_KEYS = 8  # of the smallest hashes: two texts that share half of their triples miss each other once in a thousand
_KEY = 8  # letters of a hash
_MOST_BEARERS = 50  # documents with one hash: more have a form in common, not a paper
# The share of triples that two readings of one paper have: at 3 % wrong words each is in a triple with two others, so
# some nine tenths stay. Two years' plans of one commune share most of their text as well: without one number for both
# it takes more.
_SAME_NUMBER, _NO_NUMBER = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another document that is the same paper or nearly. `copies`: the same number and text: it counts once."""

    other: str
    likeness: float
    copies: bool


@dataclass(frozen=True, slots=True)
class _Sketch:
    path: str
    sketch: str
    number: str | None
    date: str | None
    document_type: str | None


class Alike(Database):
    """The tables of likenesses in the index."""

    def _put_sketch(self, new: tuple[str, str, str | None, str | None, str | None] | None, path: str) -> None:
        """Keep what tells whether `path` is like others; None: it is gone. Inside a transaction.

        Links to it stay until those at their other ends are linked anew: only so is it seen that they changed.
        """
        run = self._connection.execute
        before = run("SELECT * FROM sketches WHERE path = ?", (path,)).fetchone()
        if before == new:
            return
        run("INSERT OR IGNORE INTO unlinked SELECT other, 0 FROM alike WHERE path = ?", (path,))
        for table in ("sketches", "sketch_keys"):
            run(f"DELETE FROM {table} WHERE path = ?", (path,))  # noqa: S608 - constants
        if new is None:
            run("DELETE FROM unlinked WHERE path = ?", (path,))
            return
        run("INSERT OR IGNORE INTO unlinked VALUES (?, 0)", (path,))
        run("INSERT INTO sketches VALUES (?, ?, ?, ?, ?)", new)
        keys = {new[1][at : at + _KEY] for at in range(0, min(len(new[1]), _KEYS * _KEY), _KEY)}
        self._connection.executemany("INSERT INTO sketch_keys VALUES (?, ?)", [(key, path) for key in sorted(keys)])

    def unlinked(self) -> list[str]:
        """The documents whose likenesses may have changed."""
        return [path for (path,) in self._fetch("SELECT path FROM unlinked ORDER BY path")]

    def stale(self) -> list[str]:
        """The documents whose likenesses did change, and that do not say so yet."""
        return [path for (path,) in self._fetch("SELECT path FROM unlinked WHERE stale ORDER BY path")]

    def written(self, paths: Iterable[str]) -> None:
        """Take note, in a transaction, that documents say now what they are like."""
        self._connection.executemany("DELETE FROM unlinked WHERE path = ?", [(path,) for path in paths])

    def linked(self, path: str, links: Iterable[Likeness]) -> None:
        """Take note, in a transaction, of all that is like a document; those for which that is new become stale."""
        new = {link.other: link for link in links}
        old = {link.other: link for link in self.likenesses(path)}
        run = self._connection.execute
        run("DELETE FROM unlinked WHERE path = ? AND NOT stale", (path,))
        changed = {other for other in new.keys() | old.keys() if new.get(other) != old.get(other)}
        for other in sorted(changed):
            run(
                "DELETE FROM alike WHERE (path = ? AND other = ?) OR (path = ? AND other = ?)",
                (path, other, other, path),
            )
            if link := new.get(other):
                pairs = [(path, other, link.likeness, link.copies), (other, path, link.likeness, link.copies)]
                self._connection.executemany("INSERT INTO alike VALUES (?, ?, ?, ?)", pairs)
        changed |= {path} if changed else set()
        self._connection.executemany(
            "INSERT OR REPLACE INTO unlinked VALUES (?, 1)", [(one,) for one in sorted(changed)]
        )

    def likenesses(self, path: str) -> list[Likeness]:
        """What is like a document, the likest first."""
        query = "SELECT other, likeness, copies FROM alike WHERE path = ? ORDER BY likeness DESC, other"
        return [Likeness(other, likeness, bool(copies)) for other, likeness, copies in self._fetch(query, path)]

    def found_alike(self, path: str) -> list[Likeness]:
        """What is like a document by text and number, looked up anew."""
        found = self._fetch("SELECT * FROM sketches WHERE path = ?", path)
        if not found:
            return []
        own = _Sketch(*found[0])
        query = (
            "SELECT DISTINCT sketches.* FROM sketch_keys mine JOIN sketch_keys theirs ON theirs.key = mine.key"
            " JOIN sketches ON sketches.path = theirs.path WHERE mine.path = ? AND theirs.path <> mine.path"
            " AND (SELECT count(*) FROM sketch_keys k WHERE k.key = mine.key) <= ?"
        )
        links = (_likeness(own, _Sketch(*row)) for row in self._fetch(query, path, _MOST_BEARERS))
        return [link for link in links if link is not None]


def _likeness(own: _Sketch, other: _Sketch) -> Likeness | None:
    """What `other` is to `own`; None where numbers or years say that they are two papers, or the texts do."""
    alike = round(resemblance(own.sketch, other.sketch), 3)
    numbers = [fold(one.number or "") for one in (own, other)]
    if all(numbers):
        same = numbers[0] == numbers[1] and not _contradict(own.date, other.date)
        return Likeness(other.path, alike, copies=True) if same and alike >= _SAME_NUMBER else None
    if alike < _NO_NUMBER or _contradict(own.date, other.date):
        return None
    return Likeness(other.path, alike, copies=False)


def _contradict(one: str | None, other: str | None) -> bool:
    """Whether two dates, each in the precision known, cannot be the same."""
    if not one or not other:
        return False
    length = min(len(one), len(other))
    return re.sub(r"\D", "", one[:length]) != re.sub(r"\D", "", other[:length])
