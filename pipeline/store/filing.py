"""What a document is filed by: its body, level, place, years, deadlines, problems; to filter and to count by.

Each is kept twice: as values in the index's row of the document, for people and for counting, and as words of the index
("levelxa", "year2024"), so that a filter is asked for together with the query's own words, in one look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from types import MappingProxyType

from pipeline.errors import NOTES
from pipeline.schema import DerivedUnit, Document, FieldValue, Reviewed, Role, Section
from pipeline.vietnamese.folding import fold

FACETS = ("role", "type", "level", "body", "place", "year", "period", "deadline", "problem", "reviewed")
"""What a search can be narrowed by, in the order in which it is offered."""

FACET_NAMES: Mapping[str, str] = MappingProxyType(
    {facet: facet for facet in FACETS}
    | {"vaitro": "role", "loai": "type", "cap": "level", "coquan": "body", "noi": "place", "nam": "year"}
    | {"giaidoan": "period", "han": "deadline", "loi": "problem", "soat": "reviewed"}
)
"""What stands before a colon in a query, without marks: năm:2024, cấp:xa, year:2024."""

ROLE_BITS = {role.value: 1 << at for at, role in enumerate(Role)}
_NO_WORD = re.compile(r"[\W_]+")
_YEAR = re.compile(r"\d{4}")
_LONGEST_PERIOD = 30  # years: a plan "đến năm 2030, tầm nhìn 2045" is the longest there is; more is a misreading


@dataclass(frozen=True, slots=True)
class Filing:
    """The values a document is filed by; `places` from the smallest unit up, `due` its dated deadlines.

    `rewards` are (authority, most collectives, most individuals) that it offers; they are counted, not asked for.
    """

    level: str | None = None
    body: str | None = None
    places: tuple[str, ...] = ()
    year: str | None = None
    periods: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    rewards: tuple[tuple[str, int, int], ...] = ()
    problems: tuple[str, ...] = ()
    reviewed: bool = False
    quality: float | None = None

    def tags(self, document_type: str | None) -> Iterator[str]:
        """The words under which the index has each part of the document."""
        single = {"type": document_type, "level": self.level, "body": self.body, "year": self.year}
        yield from (tag(facet, value) for facet, value in single.items() if value)
        yield from (tag("place", place) for place in self.places)
        yield from (tag("period", year) for year in self.periods)
        # A deadline is asked for by its year, its month or its day.
        yield from sorted({tag("deadline", day[:cut]) for day in self.due for cut in (4, 7, 10)})
        yield from (tag("problem", code) for code in self.problems)
        yield tag("deadline", "any") if self.due else tag("deadline", "none")
        yield tag("problem", "any") if self.problems else tag("problem", "none")
        yield tag("reviewed", "yes" if self.reviewed else "no")


def tag(facet: str, value: str) -> str:
    """The word that stands for a value: 'levelxa', 'bodyuybannhandanxaphukhe'; marks and case make no other value.

    >>> tag("type", "KẾ HOẠCH")
    'typekehoach'
    """
    return facet + _NO_WORD.sub("", fold(value))


def part_tags(kind: str, roles: Sequence[str], within: Sequence[str]) -> Iterator[str]:
    """The words for what a part is, and for what it is about or lies inside of."""
    yield tag("kind", kind)
    yield from (tag("role", role) for role in dict.fromkeys((*roles, *within)))


def role_mask(roles: Sequence[str], within: Sequence[str]) -> int:
    """The contract's roles among these, a bit each; those of added rule files have none."""
    mask = 0
    for role in (*roles, *within):
        mask |= ROLE_BITS.get(role, 0)
    return mask


def filing_of(document: Document) -> Filing:
    """What `document` is filed by."""
    derived = document.derived
    units = (derived.commune, derived.district, derived.province) if derived else ()
    return Filing(
        level=derived.level.value if derived and derived.level else None,
        body=derived.body.value if derived and derived.body else _value(document.header.issuing_body),
        places=tuple(dict.fromkeys(name for unit in units if unit for name in _names(unit))),
        year=derived.year.value if derived and derived.year else None,
        periods=tuple(_years(document)),
        due=tuple(sorted(set(_due(document)))),
        rewards=tuple(_rewards(document)),
        problems=tuple(dict.fromkeys(one.code for one in document.problems if one.code not in NOTES)),
        reviewed=any(_reviewed_parts(document)),
        quality=mean_quality(document),
    )


def _value(field: FieldValue | None) -> str | None:
    return field.value if field else None


def _names(unit: DerivedUnit) -> Iterator[str]:
    """A unit's name, and what it became in July 2025."""
    yield unit.name
    if unit.name_2025:
        yield unit.name_2025


def _years(document: Document) -> Iterator[str]:
    period = document.derived.period if document.derived else None
    ends = (
        [int(match[0]) for end in (period.begins, period.ends) if end and (match := _YEAR.match(end))] if period else []
    )
    if ends and max(ends) - min(ends) <= _LONGEST_PERIOD:
        yield from (str(year) for year in range(min(ends), max(ends) + 1))


def _due(document: Document) -> Iterator[str]:
    for deadline in document.plan.deadlines if document.plan else ():
        if deadline.due and _YEAR.match(deadline.due):
            yield deadline.due


def _rewards(document: Document) -> Iterator[tuple[str, int, int]]:
    for reward in document.plan.rewards if document.plan else ():
        if reward.collectives_max or reward.individuals_max:
            yield reward.authority or "", reward.collectives_max or 0, reward.individuals_max or 0


def _reviewed_parts(document: Document) -> Iterator[bool]:
    """Whether a person settled it, of each part that a person can settle."""
    header = document.header
    fields = [getattr(header, name) for name in type(header).model_fields if name not in ("arrival", "e_signatures")]
    fields += [field for one in document.signers for field in (one.authority, one.position, one.name)]
    yield from (field.reviewed for field in (*fields, *document.recipients) if field)
    parts: list[Reviewed] = [line for page in document.pages for line in page.lines]
    if document.plan:
        parts += [item for kind in type(document.plan).model_fields for item in getattr(document.plan, kind)]
    yield from (part.reviewed for part in parts)
    yield from (section.reviewed for section in _all_sections(document.sections))


def _all_sections(sections: Sequence[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _all_sections(section.children)


def mean_quality(document: Document) -> float | None:
    """How sure its lines are, on the mean by their length."""
    lines = [line for page in document.pages for line in page.lines if line.confidence is not None and line.text]
    if not lines:
        return None
    return round(fmean([line.confidence or 0.0 for line in lines], [float(len(line.text)) for line in lines]), 4)
