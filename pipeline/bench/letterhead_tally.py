"""What the letterhead benchmark counts: what was said of each labelled number and date, and how surely."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipeline.bench.letterhead_pages import LetterheadPage
from pipeline.evidence.weighing import key_of
from pipeline.schema import DateValue, Document, NumberValue, Suggestion
from pipeline.vietnamese.administrative.document_numbers import labelled_number

BINS = (0.0, 0.5, 0.8, 0.9, 0.97)


@dataclass(frozen=True)
class Outcome:
    """What was said of a page's number or date: the value, if one was given, and what else was offered.

    `kind` is how it was written, of a date "handwritten" where the day or the month was. `confidence` is that of the
    likeliest, value or suggestion, and `likeliest` whether that is right. `sure`: a person reads it for certain.
    """

    document: str
    office: str
    part: str
    kind: str
    truth: str
    value: str | None
    right: bool
    offered: bool
    likeliest: bool
    confidence: float
    sure: bool
    said: tuple[str, ...]

    @property
    def wrong(self) -> bool:
        """Whether a value was given that is not the right one."""
        return self.value is not None and not self.right


def outcomes(page: LetterheadPage, document: Document) -> Iterator[Outcome]:
    """What was said of the page's number and date, as far as they are labelled."""
    header = document.header
    if page.number:
        found = header.number
        given = found.value if found and found.complete else None
        yield _outcome(page, ("number", page.kinds.get("number", "")), (page.number, given), found, _same_serial)
    if page.date:
        by_pen = "handwritten" in (page.kinds.get("day"), page.kinds.get("month"))
        kind = "handwritten" if by_pen else page.kinds.get("day", "")
        day = header.date
        given = day.value if day and day.precision == "day" else None
        yield _outcome(page, ("date", kind), (page.date, given), day, str.__eq__)


def _outcome(
    page: LetterheadPage,
    what: tuple[str, str],
    values: tuple[str, str | None],
    found: NumberValue | DateValue | None,
    same: Callable[[str, str], bool],
) -> Outcome:
    (part, kind), (truth, given) = what, values
    suggested: list[Suggestion] = list(found.suggestions) if found else []
    likeliest = given or (suggested[0].value if suggested else None)
    confidence = (found.confidence if found and given else suggested[0].confidence if suggested else 0.0) or 0.0
    said = tuple(one.words for one in found.evidence) if found else ()
    right = given is not None and same(given, truth)
    return Outcome(
        document=page.name,
        office=page.office,
        part=part,
        kind=kind,
        truth=truth,
        value=given,
        right=right,
        offered=right or any(same(one.value, truth) for one in suggested),
        likeliest=likeliest is not None and same(likeliest, truth),
        confidence=confidence,
        sure=page.sure or part == "date",
        said=said,
    )


def _same_serial(one: str, other: str) -> bool:
    """Whether two numbers have one serial: what was filled in. The symbol is print and measured elsewhere."""
    return _serial(one) == _serial(other)


def _serial(number: str) -> str:
    found = labelled_number(number)
    return key_of(found.number.serial if found else number)


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    count: int
    total: int

    @property
    def rate(self) -> float:
        """0..1; 1 of nothing."""
        return self.count / self.total if self.total else 1.0

    def __str__(self) -> str:
        return f"{self.rate:.1%} ({self.count} of {self.total})"


def share(of: Iterable[Outcome], test: Callable[[Outcome], bool]) -> Share:
    """How many of the outcomes pass a test."""
    held = list(of)
    return Share(sum(map(test, held)), len(held))


def reliability(of: Iterable[Outcome]) -> list[tuple[str, Share]]:
    """How often the likeliest was right, by how sure it was said to be."""
    held = list(of)
    rows = []
    for low, high in zip(BINS, (*BINS[1:], 1.01), strict=True):
        own = [one for one in held if low <= one.confidence < high and one.confidence > 0]
        rows.append((f"{low:.2f} to {min(1.0, high):.2f}", share(own, lambda one: one.likeliest)))
    return rows
