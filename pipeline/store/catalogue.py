"""All documents of an index by what they are filed by, in memory: to count facets, to sort by date, to list.

Some 400 bytes a document and 12 a section with a role. It follows the index: `refresh` takes in what is new since.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.store.filing import FACETS, ROLE_BITS, Filing, tag
from pipeline.store.index import PARTS_OF_ONE, filing_of_row

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value that documents are filed by, and how many of those found are."""

    value: str
    count: int


@dataclass(slots=True)
class _Facet:
    """Which documents have which values: place of the document and number of the value, a pair each."""

    labels: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    documents: Ints = field(default_factory=lambda: _NONE)
    values: Ints = field(default_factory=lambda: _NONE)

    def number(self, name: str, value: str) -> int:
        """The number of a value; what differs in marks and case alone is one."""
        key = tag(name, value)
        if key not in self.numbers:
            self.numbers[key] = len(self.labels)
            self.labels.append(value)
        return self.numbers[key]


class Catalogue:
    """The documents of one index. Not for several threads at once."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self.documents: Ints = _NONE  # ids, ascending
        self.dates: Ints = _NONE  # 20240308; 20240300 and 20240000 where less is known, 0 without a date
        self._facets = {name: _Facet() for name in FACETS if name != "role"}
        self._parts: Ints = _NONE  # ids of parts with roles, ascending
        self._masks: Ints = _NONE
        self._last_part = -1

    def refresh(self, connection: sqlite3.Connection) -> None:
        """Take in what came since the last time; all of it anew where something went."""
        last, count = connection.execute("SELECT max(id), count(*) FROM documents").fetchone()
        known = int(self.documents[-1]) if len(self.documents) else 0
        if (last or 0) == known and count == len(self.documents):
            return
        query = "SELECT id, document_type, date, filing FROM documents WHERE id > ? ORDER BY id"
        rows = connection.execute(query, (known,)).fetchall()
        if count != len(self.documents) + len(rows):
            self._clear()
            rows = connection.execute(query, (0,)).fetchall()
        self._add(rows)
        self._add_roles(connection)

    def _add(self, rows: Sequence[tuple[int, str | None, str | None, str]]) -> None:
        first = len(self.documents)
        self.documents = np.concatenate([self.documents, np.array([row[0] for row in rows], np.int64)])
        self.dates = np.concatenate([self.dates, np.array([_day(row[2]) for row in rows], np.int64)])
        pairs: dict[str, list[tuple[int, int]]] = {name: [] for name in self._facets}
        for place, (_, kind, _, filing) in enumerate(rows, start=first):
            for name, values in _values(kind, filing_of_row(filing)).items():
                pairs[name] += [(place, self._facets[name].number(name, value)) for value in values]
        for name, found in pairs.items():
            facet, new = self._facets[name], np.array(found, np.int64).reshape(-1, 2)
            facet.documents = np.concatenate([facet.documents, new[:, 0]])
            facet.values = np.concatenate([facet.values, new[:, 1]])

    def _add_roles(self, connection: sqlite3.Connection) -> None:
        query = (
            "SELECT id, role_mask FROM parts INDEXED BY parts_with_roles WHERE role_mask <> 0 AND id > ? ORDER BY id"
        )
        rows = np.array(connection.execute(query, (self._last_part,)).fetchall(), np.int64).reshape(-1, 2)
        self._parts = np.concatenate([self._parts, rows[:, 0]])
        self._masks = np.concatenate([self._masks, rows[:, 1]])
        if len(self._parts):
            self._last_part = int(self._parts[-1])

    def places(self, documents: Iterable[int]) -> Ints:
        """Where documents stand in it, by their ids; those it does not know are left out."""
        wanted = np.unique(np.fromiter(documents, np.int64))
        found = np.searchsorted(self.documents, wanted)
        inside = found < len(self.documents)
        places: Ints = found[inside][self.documents[found[inside]] == wanted[inside]]
        return places

    def latest_first(self, places: Ints) -> Ints:
        """Those places by date, the latest first; without a date last, in the order in which they came."""
        order: Ints = places[np.lexsort((places, -self.dates[places]))]
        return order

    def counts(self, places: Ints, parts: Iterable[int] | None, most: int) -> dict[str, list[FacetValue]]:
        """For each facet the `most` frequent values among documents; roles by the parts that were found, or all."""
        inside = np.zeros(len(self.documents), np.bool_)
        inside[places] = True
        counted = {"role": self._roles(inside, parts)}
        for name, facet in self._facets.items():
            counts = np.bincount(facet.values[inside[facet.documents]], minlength=len(facet.labels))
            counted[name] = _most(facet.labels, counts, most, by_value=name in ("year", "period"))
        return counted

    def _roles(self, inside: Flags, parts: Iterable[int] | None) -> list[FacetValue]:
        ids, masks = self._parts, self._masks
        if parts is not None:
            wanted = np.unique(np.fromiter(parts, np.int64))
            at = np.searchsorted(ids, wanted)
            at = at[at < len(ids)]
            at = at[np.isin(ids[at], wanted, assume_unique=True)]
            ids, masks = ids[at], masks[at]
        if not len(ids):
            return []
        starts = np.flatnonzero(np.diff(ids // PARTS_OF_ONE, prepend=-1))
        of_documents = np.bitwise_or.reduceat(masks, starts)
        at = np.searchsorted(self.documents, ids[starts] // PARTS_OF_ONE)
        of_documents = of_documents[inside[np.minimum(at, len(inside) - 1)]]
        counts = {role: int(np.count_nonzero(of_documents & bit)) for role, bit in ROLE_BITS.items()}
        return [FacetValue(role, count) for role, count in counts.items() if count]


def _values(kind: str | None, filing: Filing) -> dict[str, Iterable[str]]:
    return {
        "type": [kind] if kind else [],
        "level": [filing.level] if filing.level else [],
        "body": [filing.body] if filing.body else [],
        "place": filing.places,
        "year": [filing.year] if filing.year else [],
        "period": filing.periods,
        "deadline": ["any", *sorted({day[:4] for day in filing.due})] if filing.due else ["none"],
        "problem": ["any", *filing.problems] if filing.problems else ["none"],
        "reviewed": ["yes" if filing.reviewed else "no"],
    }


def _most(labels: Sequence[str], counts: Ints, most: int, *, by_value: bool) -> list[FacetValue]:
    found = [FacetValue(label, int(count)) for label, count in zip(labels, counts, strict=True) if count]
    found.sort(key=lambda one: (-one.count, one.value))
    return sorted(found[:most], key=lambda one: one.value, reverse=True) if by_value else found[:most]


def _day(iso: str | None) -> int:
    year, month, day = ([*(iso or "").split("-"), "0", "0"])[:3]
    return int(year) * 10_000 + int(month) * 100 + int(day) if year.isdecimal() and (month + day).isdecimal() else 0
