"""What the corpus amounts to: counts, failures, missing fields, deadlines, rewards."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from pipeline.store.filing import Filing
from pipeline.store.index import filing_of_row
from pipeline.web.library import Library, Neighbour

_MOST_BODIES, _MOST_REWARDS, _MOST_DEADLINES = 12, 40, 60
FIELDS = ("number", "date", "issuing_body", "document_type", "subject")
_BANDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)


@dataclass(frozen=True, slots=True)
class Due:
    """A dated deadline of a document."""

    day: str
    document: Neighbour


@dataclass(frozen=True, slots=True)
class RewardRow:
    """How many rewards plans of a year offer in an authority's name."""

    authority: str
    year: str
    collectives: int
    individuals: int
    plans: int


@dataclass(slots=True)
class Figures:
    """All that the overview shows."""

    documents: int = 0
    pages: int = 0
    corrections: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    failures: list[tuple[str, int]] = field(default_factory=list)
    problems: list[tuple[str, int]] = field(default_factory=list)
    quality: list[tuple[str, int]] = field(default_factory=list)
    missing: list[tuple[str, dict[str, int], int]] = field(default_factory=list)
    missing_bodies: list[tuple[str, int]] = field(default_factory=list)
    reviewed: int = 0
    deadlines: list[tuple[str, list[Due]]] = field(default_factory=list)
    rewards: list[RewardRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    document: Neighbour
    missing: tuple[str, ...]
    pages: int
    filing: Filing


def figures_of(library: Library, corrections: int, today: date) -> Figures:
    """The figures of a corpus; deadlines from a month before `today` on. Raises UnusableInputError, OutputError."""
    rows = _rows(library)
    figures = Figures(
        documents=len(rows),
        pages=sum(row.pages for row in rows),
        corrections=corrections,
        reviewed=sum(row.filing.reviewed for row in rows),
        problems=Counter(code for row in rows for code in row.filing.problems).most_common(),
        quality=_bands([row.filing.quality for row in rows if row.filing.quality is not None]),
        missing=_by_year(rows),
        missing_bodies=_by_body(rows),
        deadlines=_calendar(rows, (today - timedelta(days=31)).isoformat()),
        rewards=_rewards(rows),
    )
    with library.ledger() as ledger:
        figures.statuses = ledger.counts()
        failed = Counter(row.problems[0].code for row in ledger.rows() if row.status.failed and row.problems)
    figures.failures = failed.most_common()
    return figures


def _rows(library: Library) -> list[_Row]:
    query = (
        "SELECT path, number, document_type, date, subject, issuing_body, pages, filing FROM documents ORDER BY path"
    )
    with library.index() as connection:
        found = connection.execute(query).fetchall()
    rows = []
    for path, number, kind, day, subject, body, pages, filing in found:
        held = {"number": number, "date": day, "issuing_body": body, "document_type": kind, "subject": subject}
        missing = tuple(name for name in FIELDS if not held[name])
        rows.append(_Row(Neighbour(path, number, kind, day, subject), missing, pages, filing_of_row(filing)))
    return rows


def _bands(values: Sequence[float]) -> list[tuple[str, int]]:
    """How many documents lie in each band of mean confidence."""
    counted = []
    for low, high in pairwise(_BANDS):
        counted.append((f"{low:.0%} – {min(high, 1.0):.0%}", sum(low <= value < high for value in values)))
    return counted if values else []


def _by_year(rows: Iterable[_Row]) -> list[tuple[str, dict[str, int], int]]:
    """(year, documents that lack each field, documents), the latest first."""
    years: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        years[row.filing.year or "?"].append(row)
    return [
        (year, {name: sum(name in row.missing for row in held) for name in FIELDS}, len(held))
        for year, held in sorted(years.items(), reverse=True)
    ]


def _by_body(rows: Iterable[_Row]) -> list[tuple[str, int]]:
    return Counter(row.filing.body or "?" for row in rows if row.missing).most_common(_MOST_BODIES)


def _calendar(rows: Iterable[_Row], first: str) -> list[tuple[str, list[Due]]]:
    """(month, deadlines in it) from a day on; where all are over, the last ones there were."""
    due = sorted({(day, row.document.path): Due(day, row.document) for row in rows for day in row.filing.due}.items())
    ahead = [one for (day, _), one in due if day >= first] or [one for _, one in due][-_MOST_DEADLINES:]
    months: dict[str, list[Due]] = defaultdict(list)
    for one in ahead[:_MOST_DEADLINES]:
        months[one.day[:7]].append(one)
    return list(months.items())


def _rewards(rows: Iterable[_Row]) -> list[RewardRow]:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        year = row.filing.year or "?"
        for authority, collectives, individuals in row.filing.rewards:
            held = sums[(authority or row.filing.body or "?", year)]
            held[0] += collectives
            held[1] += individuals
        for authority in {one[0] for one in row.filing.rewards}:
            sums[(authority or row.filing.body or "?", year)][2] += 1
    found = [RewardRow(authority, year, *numbers) for (authority, year), numbers in sums.items()]
    return sorted(found, key=lambda one: (one.year, one.collectives + one.individuals), reverse=True)[:_MOST_REWARDS]
