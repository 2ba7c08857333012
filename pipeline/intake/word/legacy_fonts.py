"""Fonts of the time before Unicode, whose letters are not what their codes say: .VnTime, .VnTimeH, VNI-Times …"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pipeline.language.legacy_encodings import LegacyEncoding, decode_legacy, detect_legacy, encoding_of_fonts

# ABC (TCVN3) capital fonts: .VnTimeH, .VnArialH … show small letters as capitals.
_CAPITAL_FONT = re.compile(r"^\.Vn.*H$", re.I)
# In TCVN3 the letters ă â ê ô ơ ư đ have codes for both cases; the toned ones have codes for small letters only.
_TCVN3_CAPITALS = str.maketrans("¨©ª«¬\u00ad®", "¡¢£¤¥¦§")
_UNICODE_LETTER = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")


def as_shown(text: str, font: str) -> str:
    """`text` as the `font` shows it, as far as its encoding has codes for it: small letters of a capital font.

    Toned letters keep their code: whoever converts the encoding sees from their neighbours that they are capitals.
    """
    if not _CAPITAL_FONT.match(font):
        return text
    return "".join(c.upper() if c.isascii() else c for c in text).translate(_TCVN3_CAPITALS)


def encodings_in_use(texts: Mapping[str, Iterable[str]]) -> frozenset[LegacyEncoding]:
    """Which encodings the text of a document is really in, from all that is set in each font: some write Unicode in
    a font that has it not."""
    found = set()
    for encoding in LegacyEncoding:
        fonts = [font for font in texts if encoding_of_fonts((font,)) is encoding]
        sample = " ".join(text for font in fonts for text in texts[font])
        if fonts and detect_legacy(sample, fonts) is encoding:
            found.add(encoding)
    return frozenset(found)


def in_unicode(text: str, font: str, in_use: frozenset[LegacyEncoding]) -> str:
    """`text` set in `font` as it is shown, when the font's encoding is one of those in use; else as it is."""
    encoding = encoding_of_fonts((font,))
    if encoding not in in_use or encoding is None or _UNICODE_LETTER.search(text):
        return text
    return decode_legacy(text, encoding, (font,))
