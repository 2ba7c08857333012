"""Folding for search and for tolerant comparison: marks off, đ included, lower case."""

from __future__ import annotations

import unicodedata

_D_BAR = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})


def strip_marks(text: str) -> str:
    """`text` without any diacritic, case kept: 'Đường' → 'Duong'. One output letter for each input letter (NFC)."""
    decomposed = unicodedata.normalize("NFD", text.translate(_D_BAR))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare)


def fold(text: str) -> str:
    """The form under which two spellings count as the same: no marks, lower case."""
    return strip_marks(text).lower()
