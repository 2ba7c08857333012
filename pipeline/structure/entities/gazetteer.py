"""Names of places: Việt Nam's provinces, districts and communes, old and new, from the built list `places.txt`."""

from __future__ import annotations

from functools import cache

from pipeline.resources import model_file
from pipeline.structure.plan_values.passages import flat

PROVINCE = "province"
MOST_SYLLABLES = 6  # "Thành phố" aside, no name in the list is longer


@cache
def places() -> dict[str, str]:
    """Folded name → level: 'province', 'district' or 'commune' (the highest a name is known at); read once."""
    levels: dict[str, str] = {}
    for line in model_file("places.txt").read_text(encoding="utf-8").splitlines():
        level, _, name = line.partition("\t")
        levels.setdefault(flat(name), level)
    return levels


def longest_place(words: list[str], level: str | None = None) -> int:
    """How many of the first `words` make the name of a known place; 0 when none does."""
    for count in range(min(len(words), MOST_SYLLABLES), 0, -1):
        known = places().get(flat(" ".join(words[:count])))
        if known is not None and (level is None or known == level):
            return count
    return 0
