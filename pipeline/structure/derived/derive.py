"""From a document as printed to what is concluded of it: `derive` is a pure function of the contract's document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.schema import (
    AuthorityLevel,
    Derived,
    DerivedPeriod,
    DerivedText,
    DerivedUnit,
    Document,
    Status,
    Witness,
)
from pipeline.structure.derived.bodies import Area, area_of, level_of
from pipeline.structure.derived.witnesses import Said, issuing_body, mentioned_areas, own_kind
from pipeline.structure.entities.admin_units import NEW, OLD, REFORM, AdminUnit, Rank, named, province_of, unit
from pipeline.vietnamese.administrative.dates import YEARS
from pipeline.vietnamese.folding import flat

_YEAR = re.compile(r"(?<![\d/.-])(?:năm|nam)\s+((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_SPAN = re.compile(rf"\b{YEARS}")
_FOLDER_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
# How sure a unit is that one witness alone names, by the witness.
_TRUST = {
    Witness.LETTERHEAD: 0.98,
    Witness.PREAMBLE: 0.85,
    Witness.SUBJECT: 0.9,
    Witness.PLACE: 0.85,
    Witness.RECIPIENTS: 0.8,
    Witness.FOLDER: 0.7,
}
_ABOVE = {Rank.COMMUNE: (Rank.DISTRICT, Rank.PROVINCE), Rank.DISTRICT: (Rank.PROVINCE,), Rank.PROVINCE: ()}
_CENTRAL = frozenset({AuthorityLevel.BO})
_PLACE_RANKS = {
    AuthorityLevel.XA: Rank.COMMUNE,
    AuthorityLevel.HUYEN: Rank.DISTRICT,
    AuthorityLevel.TINH: Rank.PROVINCE,
    AuthorityLevel.SO: Rank.PROVINCE,
}

Found = tuple[Area, list[Witness]]


def derive(document: Document) -> Derived | None:
    """Body, level, area, year and period that `document` allows to conclude; None for a file that failed.

    Nothing is guessed: what no witness tells, or several tell differently, stays null.
    """
    if document.status is Status.FAILED:
        return None
    said = issuing_body(document)
    year = _year(document)
    areas = _areas(document, said)
    units = _units(areas, since_reform=_since_reform(document, year))
    return Derived(
        body=DerivedText(value=said.name, sources=[said.source], confidence=_round(said.sure)) if said else None,
        level=level_of(said.name) if said else _level_by_kind(document),
        commune=units.get(Rank.COMMUNE),
        district=units.get(Rank.DISTRICT),
        province=units.get(Rank.PROVINCE),
        year=year,
        period=_period(document),
    )


def _level_by_kind(document: Document) -> AuthorityLevel | None:
    kind = own_kind(document)
    return level_of(f"Ủy ban nhân dân {kind}") if kind else None


# ------------------------------------------------------------------ area


def _areas(document: Document, said: Said | None) -> dict[Rank, Found]:
    """The area of the body at each rank, with its witnesses: its own one, and those above it that agree."""
    own = area_of(said.name) if said else None
    level = level_of(said.name) if said else None
    if level in _CENTRAL:
        return {}
    found: dict[Rank, Found] = {}
    if own and said:
        found[own.rank] = (own, [said.source])
    mentions = _of_rank(list(mentioned_areas(document)), level)
    ranks = _ABOVE[own.rank] if own else (Rank.PROVINCE,) if level is AuthorityLevel.SO else tuple(Rank)
    for rank in ranks:
        if (told := _agreed([mention for mention in mentions if mention[0].rank is rank])) is not None:
            found.setdefault(rank, told)
    return found


def _of_rank(mentions: Sequence[tuple[Area, Witness]], level: AuthorityLevel | None) -> list[tuple[Area, Witness]]:
    """`mentions` with the date line's place, which names no kind, at the one rank that its body's level tells."""
    at = _PLACE_RANKS.get(level) if level else None
    if at is None:
        places = [area for area, witness in mentions if witness is Witness.PLACE]
        at = next((area.rank for area in places if len(named(area.rank, area.name)) in {1, 2}), None)
    return [(area, witness) for area, witness in mentions if witness is not Witness.PLACE or area.rank is at]


def _agreed(mentions: Sequence[tuple[Area, Witness]]) -> Found | None:
    """The one area that the weightiest witness names; None where it names two."""
    known = [(area, witness) for area, witness in mentions if area.kind or named(area.rank, area.name)]
    for weightiest in dict.fromkeys(witness for _, witness in known):
        names = {area.name.casefold(): area for area, witness in known if witness is weightiest}
        if len(names) == 1:
            area = next(iter(names.values()))
            same = [witness for other, witness in known if other.name.casefold() == area.name.casefold()]
            return area, list(dict.fromkeys(same))
        if weightiest is not Witness.RECIPIENTS:
            return None
    return None


def _units(areas: dict[Rank, Found], *, since_reform: bool) -> dict[Rank, DerivedUnit]:
    """The areas with their official codes, and those above them that the list adds."""
    units: dict[Rank, DerivedUnit] = {}
    lowest = next((rank for rank in (Rank.COMMUNE, Rank.DISTRICT, Rank.PROVINCE) if rank in areas), None)
    listed = _listed(areas, lowest, since_reform=since_reform) if lowest else None
    for rank, (area, witnesses) in areas.items():
        one = listed if rank is lowest else _parent(listed, rank) or _only(rank, area, since_reform=since_reform)
        sure = max(_TRUST.get(witness, 0.8) for witness in witnesses)
        units[rank] = _derived_unit(one, _full(area), witnesses, sure)
    if lowest is None or listed is None:
        return units
    for rank in _ABOVE[lowest]:
        if rank not in units and (above := _parent(listed, rank)) is not None:
            units[rank] = _derived_unit(above, above.full_name, [Witness.GAZETTEER], units[lowest].confidence)
    return units


def _listed(areas: dict[Rank, Found], lowest: Rank, *, since_reform: bool) -> AdminUnit | None:
    """The unit of the list that the lowest area is, told from others of its name by the areas above it."""
    area = areas[lowest][0]
    fitting = [one for one in named(lowest, area.name) if not area.kind or one.kind.casefold() == area.kind]
    age = NEW if since_reform else OLD
    fitting = [one for one in fitting if one.age == age] or fitting
    for rank in _ABOVE[lowest]:
        if rank in areas:
            name = areas[rank][0].name.casefold()
            fitting = [one for one in fitting if (above := _parent(one, rank)) and above.name.casefold() == name]
    return fitting[0] if len(fitting) == 1 else None


def _only(rank: Rank, area: Area, *, since_reform: bool) -> AdminUnit | None:
    age = NEW if since_reform else OLD
    units = [one for one in named(rank, area.name) if not area.kind or one.kind.casefold() == area.kind]
    units = [one for one in units if one.age == age] or units
    return units[0] if len(units) == 1 else None


def _parent(one: AdminUnit | None, rank: Rank) -> AdminUnit | None:
    if one is None:
        return None
    if rank is Rank.PROVINCE:
        return province_of(one)
    if rank is Rank.DISTRICT and one.rank is Rank.COMMUNE and one.age == OLD:
        return unit(OLD, Rank.DISTRICT, one.parent)
    return None


def _derived_unit(one: AdminUnit | None, name: str, witnesses: Sequence[Witness], sure: float) -> DerivedUnit:
    if one is None:
        return DerivedUnit(name=name, sources=list(witnesses), confidence=_round(sure * 0.95))
    code = one.code if one.age == OLD else None
    now = one.code if one.age == NEW else one.became[0] if len(one.became) == 1 else None
    became = unit(NEW, one.rank, now) if now else None
    return DerivedUnit(
        name=one.full_name,
        code=code,
        code_2025=now,
        name_2025=became.full_name if became else None,
        sources=list(witnesses),
        confidence=_round(sure),
    )


def _full(area: Area) -> str:
    return f"{area.kind[:1].upper()}{area.kind[1:]} {area.name}".strip()


# ------------------------------------------------------------------ time


def _year(document: Document) -> DerivedText | None:
    header = document.header
    if header.date and header.date.value:
        sure = header.date.confidence or 0.99
        return DerivedText(value=header.date.value[:4], sources=[Witness.DATE], confidence=_round(sure))
    if header.number and header.number.year:
        return DerivedText(value=str(header.number.year), sources=[Witness.NUMBER], confidence=0.97)
    subject = header.subject.value if header.subject else None
    if subject and (years := set(_YEAR.findall(subject))) and len(years) == 1 and not _SPAN.search(subject):
        return DerivedText(value=years.pop(), sources=[Witness.SUBJECT], confidence=0.85)
    for folder in reversed(document.source.path.split("/")[:-1]):
        if named_year := _FOLDER_YEAR.search(folder):
            return DerivedText(value=named_year[1], sources=[Witness.FOLDER], confidence=0.7)
    return None


def _since_reform(document: Document, year: DerivedText | None) -> bool:
    """Whether the document is of the time since July 2025; a year alone is as late as its end only from 2026 on."""
    date = document.header.date.value if document.header.date else None
    return (date if date and len(date) > 4 else f"{year.value}-01" if year else "") >= REFORM


def _period(document: Document) -> DerivedPeriod | None:
    subject = document.header.subject.value if document.header.subject else None
    if subject and (span := _SPAN.search(flat(subject))):
        return DerivedPeriod(
            begins=span["first_year"], ends=span["last_year"], sources=[Witness.SUBJECT], confidence=0.97
        )
    for period in document.plan.periods if document.plan else ():
        if period.what is None and (period.begins or period.ends):
            sure = period.confidence or 0.9
            return DerivedPeriod(
                begins=period.begins, ends=period.ends, sources=[Witness.SECTIONS], confidence=_round(sure)
            )
    if subject and len(years := set(_YEAR.findall(subject))) == 1:
        year = years.pop()
        return DerivedPeriod(begins=year, ends=year, sources=[Witness.SUBJECT], confidence=0.9)
    return None


def _round(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)
