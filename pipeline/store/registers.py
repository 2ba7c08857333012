"""The part of corpus.sqlite in which documents bear witness to each other's numbers and dates.

A register is what shares a symbol and a year. When a document comes, goes or changes, the registers of it and of what
it cites are noted as `unsettled`, in the same transaction; who settles them (`pipeline.run.settling`) crosses them off.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, astuple, replace
from typing import TYPE_CHECKING

from pipeline.evidence.facts import Facts, Mention, group_key, in_order
from pipeline.store.database import Database

if TYPE_CHECKING:
    from pipeline.evidence.corpus import Group

REGISTER_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (path TEXT PRIMARY KEY, register TEXT NOT NULL, facts TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS facts_by_register ON facts (register);
CREATE TABLE IF NOT EXISTS mentions (
  path TEXT NOT NULL, register TEXT NOT NULL, mention TEXT NOT NULL, PRIMARY KEY (register, path, mention)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mentions_by_path ON mentions (path);
CREATE TABLE IF NOT EXISTS unsettled (register TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class Registers(Database):
    """The tables of witnesses in the index."""

    def _facts(self, path: str) -> Facts | None:
        with self._reported():
            return stored_facts(self._connection, path)

    def _put_facts(self, path: str, facts: Facts | None, before: Facts | None) -> None:
        """Keep what a document says of itself and others; what then has to be settled anew is noted."""
        run = self._connection.execute
        if facts == before:
            return
        run("DELETE FROM facts WHERE path = ?", (path,))
        run("DELETE FROM mentions WHERE path = ?", (path,))
        if facts is not None:
            run("INSERT INTO facts VALUES (?, ?, ?)", (path, facts.key, _facts_row(facts)))
            rows = [(path, mention.key, json.dumps(astuple(mention), ensure_ascii=False)) for mention in facts.mentions]
            self._connection.executemany("INSERT INTO mentions VALUES (?, ?, ?)", rows)
        self._connection.executemany(
            "INSERT OR IGNORE INTO unsettled VALUES (?)", [(key,) for key in sorted(touched(before, facts))]
        )

    def unsettled(self) -> list[str]:
        """The registers (symbol and year) of which documents may say something new of each other."""
        return [key for (key,) in self._fetch("SELECT register FROM unsettled ORDER BY register")]

    def settled(self, key: str) -> None:
        """Take note that this is laid over them; inside a transaction."""
        self._connection.execute("DELETE FROM unsettled WHERE register = ?", (key,))

    def group(self, key: str) -> Group:
        """The documents of a register, and all that mentions one of them, by path."""
        from pipeline.evidence.corpus import Group  # noqa: PLC0415  weighing reads structure; a search asks for neither

        symbol = key.partition("|")[0]
        undated = group_key(symbol, None)
        documents = self._fetch("SELECT path, facts FROM facts WHERE register = ? ORDER BY path", key)
        query = "SELECT path, mention FROM mentions WHERE register IN (?, ?) ORDER BY path, mention"
        mentions = self._fetch(query, key, undated)
        return Group(
            [_facts_of_row(path, facts, ()) for path, facts in documents],
            [(path, Mention(*json.loads(mention))) for path, mention in mentions],
        )

    def registers_of(self, symbol: str) -> list[str]:
        """The registers of a symbol, one a year."""
        query = "SELECT DISTINCT register FROM facts WHERE register >= ? AND register < ? ORDER BY register"
        return [key for (key,) in self._fetch(query, f"{symbol}|", f"{symbol}}}")]

    def _has_other_names(self, original: str) -> None:
        """A copy of a document came or went: its name bears witness too."""
        self._connection.execute(
            "INSERT OR IGNORE INTO unsettled SELECT register FROM facts WHERE path = ?", (original,)
        )

    def copies_of(self, path: str) -> list[str]:
        """The paths of the files that have the same content."""
        return [copy for (copy,) in self._fetch("SELECT path FROM copies WHERE original = ? ORDER BY path", path)]


def touched(before: Facts | None, after: Facts | None) -> set[str]:
    """The registers in which something changes when a document's facts do.

    What others said of it is no fact of its own: that it was laid over it changes nothing for them.
    """
    keys: set[str] = set()
    own = [replace(one, outside="", mentions=()) if one else None for one in (before, after)]
    if own[0] != own[1]:
        keys |= {one.key for one in own if one and one.symbol}
    mentioned = [set(one.mentions) if one else set() for one in (before, after)]
    return keys | {mention.key for mention in mentioned[0] ^ mentioned[1]}


def _facts_row(facts: Facts) -> str:
    kept = {name: value for name, value in asdict(facts).items() if name not in ("path", "mentions")}
    return json.dumps(kept, ensure_ascii=False)


def _facts_of_row(path: str, row: str, mentions: tuple[Mention, ...]) -> Facts:
    return Facts(path=path, mentions=mentions, **json.loads(row))


def stored_facts(connection: sqlite3.Connection, path: str) -> Facts | None:
    """What the index behind `connection` keeps of a document as a witness."""
    found = connection.execute("SELECT facts FROM facts WHERE path = ?", (path,)).fetchone()
    if found is None:
        return None
    rows = connection.execute("SELECT mention FROM mentions WHERE path = ?", (path,))
    return _facts_of_row(path, found[0], in_order(Mention(*json.loads(row)) for (row,) in rows))
