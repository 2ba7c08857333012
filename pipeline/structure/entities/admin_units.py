"""Việt Nam's administrative units with their official codes, before and since July 2025 (`units.tsv`)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pipeline.resources import model_file
from pipeline.vietnamese.tones import to_old_style

OLD, NEW = "2020", "2025"
REFORM = "2025-07"  # districts were abolished and communes merged on 1 July 2025


class Rank(StrEnum):
    """The rank of an administrative unit."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


_RANKS = {
    "tỉnh": Rank.PROVINCE,
    "quận": Rank.DISTRICT,
    "huyện": Rank.DISTRICT,
    "thị xã": Rank.DISTRICT,
    "xã": Rank.COMMUNE,
    "phường": Rank.COMMUNE,
    "thị trấn": Rank.COMMUNE,
    "đặc khu": Rank.COMMUNE,
}


@dataclass(frozen=True, slots=True)
class AdminUnit:
    """A province, district or commune of one age; `became` are the codes since July 2025, the main one first."""

    age: str
    rank: Rank
    code: str
    parent: str
    kind: str
    name: str
    became: tuple[str, ...]

    @property
    def full_name(self) -> str:
        """'Xã Hòa Phong'."""
        return f"{self.kind} {self.name}"


def rank_of(kind: str, name: str) -> Rank | None:
    """The rank of a unit of a kind ('xã', 'thành phố'); a city is a province where the list has one of that name."""
    folded = kind.casefold().strip(" .")
    if folded in {"thành phố", "tp"}:
        is_province = any(unit.kind == "Thành phố" for unit in named(Rank.PROVINCE, name))
        return Rank.PROVINCE if is_province else Rank.DISTRICT
    return _RANKS.get(folded)


def named(rank: Rank, name: str) -> list[AdminUnit]:
    """All units of a rank with that name, marks counted, tone placement and case not; of both ages."""
    return _by_name().get((rank, _key(name)), [])


def unit(age: str, rank: Rank, code: str) -> AdminUnit | None:
    """The unit of a code; None where the list has none."""
    return _by_code().get((age, rank, code))


def province_of(found: AdminUnit) -> AdminUnit | None:
    """The province that a unit lies in, of its own age."""
    if found.rank is Rank.PROVINCE:
        return found
    if found.age == NEW or found.rank is Rank.DISTRICT:
        return unit(found.age, Rank.PROVINCE, found.parent)
    district = unit(OLD, Rank.DISTRICT, found.parent)
    return province_of(district) if district else None


@cache
def all_units() -> tuple[AdminUnit, ...]:
    """The whole list, read once: by age, rank and code."""
    lines = model_file("units.tsv").read_text(encoding="utf-8").splitlines()[1:]
    units = []
    for line in lines:
        age, rank, code, parent, kind, name, became = line.split("\t")
        units.append(AdminUnit(age, Rank(rank), code, parent, kind, name, tuple(became.split(";")) if became else ()))
    return tuple(units)


@cache
def _by_name() -> dict[tuple[Rank, str], list[AdminUnit]]:
    found: dict[tuple[Rank, str], list[AdminUnit]] = defaultdict(list)
    for one in all_units():
        found[one.rank, _key(one.name)].append(one)
    return dict(found)


@cache
def _by_code() -> dict[tuple[str, Rank, str], AdminUnit]:
    return {(one.age, one.rank, one.code): one for one in all_units()}


def _key(name: str) -> str:
    return to_old_style(" ".join(name.casefold().replace("-", " ").split()))
