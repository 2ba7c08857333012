"""Fonts of the time before Unicode whose letters are not what their codes say."""

from __future__ import annotations

import re

# ABC (TCVN3) capital fonts: .VnTimeH, .VnArialH … show small letters as capitals.
_CAPITAL_FONT = re.compile(r"^\.Vn.*H$", re.I)
# In TCVN3 the letters ă â ê ô ơ ư đ have codes for both cases; the toned ones have codes for small letters only.
_TCVN3_CAPITALS = str.maketrans("¨©ª«¬\u00ad®", "¡¢£¤¥¦§")


def as_shown(text: str, font: str) -> str:
    """`text` as the `font` shows it, as far as its encoding has codes for it: small letters of a capital font.

    Toned letters keep their code: whoever converts the encoding sees from their neighbours that they are capitals.
    """
    if not _CAPITAL_FONT.match(font):
        return text
    return "".join(c.upper() if c.isascii() else c for c in text).translate(_TCVN3_CAPITALS)
