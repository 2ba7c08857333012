"""Degrees, titles of honour and military ranks before a name: "PGS.TS. Lê Hoàng Anh", "Đại tá Nguyễn Văn Bình"."""

from __future__ import annotations

import re

from pipeline.vietnamese.administrative.tables import table
from pipeline.vietnamese.letters import LOWER, UPPER

_RANKS = table("people")["ranks"]
DEGREES: list[str] = sorted(_RANKS["degrees"].split(), key=len, reverse=True)
"""Degrees and titles of honour in letters, the longest first."""
_DEGREE = "|".join((r"(?:B[Ss]\.?\s?)?CK\s?[I12]{1,2}", *(f"{degree[0]}(?i:{degree[1:]})" for degree in DEGREES)))
_MILITARY = "|".join((*_RANKS["military"], *_RANKS["spelt_out"]))
DEGREES_WITH_DOT = (*(f"{degree}." for degree in DEGREES), "BS.CK1.", "BS.CK2.")
"""Degrees as they stand before a name inside a sentence."""

# A dot, a comma or a blank stands behind a rank; where all of them were lost, a name goes on in small letters.
_BEHIND = rf"(?:\s?[.,]\s*|\s+|(?=[{UPPER}][{LOWER}]))"
_BEFORE_NAME = re.compile(rf"(?:(?:{_DEGREE}|{_MILITARY}){_BEHIND})+(?=[{UPPER}])")
_DEGREES_ALONE = re.compile(rf"(?:(?:{_DEGREE})\.?)+")
_GLUED = re.compile(rf"(?:(?:{_DEGREE})\.)+(?=[{UPPER}])")


def ranks_length(text: str) -> int:
    """How many characters of `text` are ranks with what stands behind them, before a name; 0 where there are none."""
    match = _BEFORE_NAME.match(text)
    return match.end() if match else 0


def without_ranks(text: str) -> str:
    """`text` without the ranks before a name."""
    return text[ranks_length(text) :]


def is_degree(word: str) -> bool:
    """Whether a word is nothing but degrees, dots in between or behind: "PGS.TS.", "BSCKII"."""
    return bool(_DEGREES_ALONE.fullmatch(word))


def glued_length(word: str) -> int:
    """How many characters of a word are degrees to which a name is glued: 3 of "TS.Vũ"; 0 where there is none."""
    match = _GLUED.match(word)
    return match.end() if match else 0
