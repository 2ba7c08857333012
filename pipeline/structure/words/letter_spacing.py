"""Titles whose letters are set apart by blanks: "K Ế   H O Ạ C H" says KẾ HOẠCH."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.vietnamese.syllables import is_syllable

_SPACED = re.compile(r"(?:[^\W\d_]\s+){3,}[^\W\d_](?:\s*[:.,])?")
_WORD_GAP = re.compile(r"\s{2,}")
_LONGEST = 8  # letters of a syllable


def with_words(text: str, raw: str) -> str:
    """`text` with its words put together where all its letters stand apart; `raw` is the line with all its blanks.

    Words are told by wider gaps, or, where all gaps are alike, as the fewest syllables that the letters make.
    """
    if not _SPACED.fullmatch(text):
        return text
    parts = _WORD_GAP.split(raw.strip())
    if len(parts) > 1 and re.sub(r"\s", "", raw) == text.replace(" ", ""):
        return " ".join(re.sub(r"\s", "", part) for part in parts)
    letters = re.sub(r"\s", "", text)
    return " ".join(_syllables(letters.rstrip(":.,"))) + letters[len(letters.rstrip(":.,")) :]


@lru_cache(maxsize=1024)
def _syllables(letters: str) -> tuple[str, ...]:
    """The fewest syllables that `letters` make, the longer ones first; all of them together if they make none."""
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(letters) + 1):
        ways = [
            (*way, letters[start:end])
            for start in range(max(0, end - _LONGEST), end)
            if (way := best[start]) is not None and is_syllable(letters[start:end].lower())
        ]
        best.append(min(ways, key=lambda way: (len(way), [-len(part) for part in way]), default=None))
    return best[-1] or (letters,)
