"""The two ways of placing the tone mark on oa, oe, uy: 'hòa, thủy' (old) and 'hoà, thuỷ' (new).

Both are in use, often in one archive. A document keeps its own style; models and the index fold to the old one.
"""

from __future__ import annotations

import re
from enum import StrEnum

_OLD = ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"]
_NEW = ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"]


def _cases(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """All three ways of casing each pair: lower, Capitalised, UPPER."""
    return {cased(a): cased(b) for a, b in pairs for cased in (str, str.capitalize, str.upper)}


_TO_OLD = _cases(list(zip(_NEW, _OLD, strict=True)))
_TO_NEW = _cases(list(zip(_OLD, _NEW, strict=True)))
# Only open syllables differ ('hoàn', 'thuyền' are written one way), and never after q ('quý', 'quỳ').
_NEW_FORM = re.compile("(?<![qQ])(" + "|".join(_TO_OLD) + r")(?!\w)")
_OLD_FORM = re.compile("(?<![qQ])(" + "|".join(_TO_NEW) + r")(?!\w)")


class ToneStyle(StrEnum):
    """Where the tone mark of an open oa, oe, uy stands."""

    OLD = "old"
    NEW = "new"


def to_old_style(text: str) -> str:
    """'hoà, thuỷ' → 'hòa, thủy'; everything else unchanged. `text` is NFC."""
    return _NEW_FORM.sub(lambda match: _TO_OLD[match[0]], text)


def to_new_style(text: str) -> str:
    """'hòa, thủy' → 'hoà, thuỷ'; everything else unchanged. `text` is NFC."""
    return _OLD_FORM.sub(lambda match: _TO_NEW[match[0]], text)


def style_counts(text: str) -> tuple[int, int]:
    """How many syllables of `text` are unmistakably in the (old, new) style."""
    return len(_OLD_FORM.findall(text)), len(_NEW_FORM.findall(text))


def in_style(text: str, style: ToneStyle) -> str:
    """`text` with every open oa, oe, uy written in `style`."""
    return to_old_style(text) if style is ToneStyle.OLD else to_new_style(text)
