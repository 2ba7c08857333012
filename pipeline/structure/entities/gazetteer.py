"""Names of places: Việt Nam's provinces, districts and communes, old and new, without their kind."""

from __future__ import annotations

from functools import cache

from pipeline.structure.entities.admin_units import Rank, all_units
from pipeline.vietnamese.folding import flat

PROVINCE = Rank.PROVINCE
MOST_SYLLABLES = 6  # "Thành phố" aside, no name in the list is longer


@cache
def places() -> dict[str, Rank]:
    """Folded name → the highest rank that a unit of that name has; numbered units ("Quận 3") need no list."""
    ranks: dict[str, Rank] = {}
    for rank, names in names_by_rank().items():
        for name in names:
            ranks.setdefault(flat(name), Rank(rank))
    return ranks


def longest_place(words: list[str], level: Rank | None = None) -> int:
    """How many of the first `words` make the name of a known place; 0 when none does."""
    for count in range(min(len(words), MOST_SYLLABLES), 0, -1):
        known = places().get(flat(" ".join(words[:count])))
        if known is not None and (level is None or known == level):
            return count
    return 0


def names_by_rank() -> dict[str, set[str]]:
    """The names without their kind, by rank; numbered units left out."""
    names: dict[str, set[str]] = {rank.value: set() for rank in Rank}
    for unit in all_units():
        if len(unit.name) > 1 and not unit.name.isdigit():
            names[unit.rank.value].add(unit.name)
    return names
