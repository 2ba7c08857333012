"""The word lists of `words.toml`, ready to use."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pipeline.vietnamese.administrative.matching import skeleton
from pipeline.vietnamese.administrative.posts import POSTS
from pipeline.vietnamese.folding import fold


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word lists; what each is for stands in `words.toml`."""

    open_words: frozenset[str]
    body: re.Pattern[str]
    positions: dict[str, str]
    positions_by_marks: frozenset[str]
    preamble_openers: tuple[str, ...]
    sure_openers: tuple[str, ...]
    closing_formulas: tuple[str, ...]
    laws: tuple[str, ...]


@cache
def lexicon() -> Lexicon:
    """The package's word lists, read once."""
    data = tomllib.loads(resources.files("pipeline.structure.words").joinpath("words.toml").read_text(encoding="utf-8"))
    bodies = "|".join(re.escape(word.replace("_", " ")) for word in data["bodies"].split())
    return Lexicon(
        open_words=frozenset(word for marked in data["open_words"].split() for word in (marked, fold(marked))),
        body=re.compile(f"^(?:{bodies})"),
        positions={skeleton(position): position for position in POSTS},
        positions_by_marks=_told_by_marks(POSTS),
        preamble_openers=tuple(data["preamble_openers"]),
        sure_openers=tuple(data["sure_openers"]),
        closing_formulas=tuple(data["closing_formulas"]),
        laws=tuple(sorted(data["laws"], key=len, reverse=True)),
    )


def _told_by_marks(positions: Sequence[str]) -> frozenset[str]:
    """Positions that only marks tell from another ("THỨ TRƯỞNG", "THỦ TRƯỞNG")."""
    alike = Counter(map(skeleton, positions))
    return frozenset(one for one in positions if alike[skeleton(one)] > 1)
