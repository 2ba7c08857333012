"""Folding for search and for tolerant comparison: marks off, đ included, lower case."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_D_BAR = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})


def strip_marks(text: str) -> str:
    """`text` without any diacritic, case kept: 'Đường' → 'Duong'. One output letter for each input letter (NFC)."""
    if text.isascii():
        return text
    bare = text.translate(_BARE)
    return bare if bare.isascii() else _decomposed(text)


def _decomposed(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.translate(_D_BAR))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare)


# Latin letters of which a plain one is left, the same by this table as by decomposing, and ten times as fast.
_LATIN = [chr(code) for low, high in ((0xC0, 0x250), (0x1E00, 0x1F00)) for code in range(low, high)]
_BARE = str.maketrans({letter: _decomposed(letter) for letter in _LATIN if _decomposed(letter).isascii()})


def fold(text: str) -> str:
    """The form under which two spellings count as the same: no marks, lower case."""
    return strip_marks(text).lower()


def flat(text: str) -> str:
    """`text` without marks and in lower case, every character at its place (unlike `fold`, for any input)."""
    return "".join(map(_fold_char, text))


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    folded = fold(char)
    return folded if len(folded) == 1 else char
