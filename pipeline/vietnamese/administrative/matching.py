"""Tolerant comparison of printed words: folded, with a measured allowance for what OCR does to letters."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.vietnamese.administrative.look_alikes import as_phrase
from pipeline.vietnamese.folding import fold

_LETTER = re.compile(r"[^\W\d_]")
_BLANKS = re.compile(r"\s+")


def squeeze(text: str) -> str:
    """`text` with every run of blanks as one space, none at the ends."""
    return _BLANKS.sub(" ", text).strip()


@lru_cache(maxsize=65536)
def skeleton(text: str) -> str:
    """The form in which damaged and whole spellings lie close: folded, lookalikes merged, signs as spaces."""
    return squeeze(re.sub(r"[^\w]+", " ", as_phrase(fold(text))))


def likeness(text: str, phrase: str) -> float:
    """How alike two short texts are when marks and OCR's confusions are set aside, 0..1."""
    return fuzz.ratio(skeleton(text), skeleton(phrase)) / 100.0


ALIKE = 0.8  # of 1: a few damaged letters are allowed
CLOSE = 0.9  # for words with which other sentences begin too: one damaged letter in ten


def is_like(text: str, phrase: str, cutoff: float = ALIKE) -> bool:
    """Whether the whole of `text` says `phrase`, with at most a few damaged letters."""
    return likeness(text, phrase) >= cutoff


def starts_like(text: str, phrase: str, cutoff: float = ALIKE) -> bool:
    """Whether `text` begins with `phrase` (word by word, a few letters damaged)."""
    words = skeleton(phrase).split()
    head = skeleton(text).split()[: len(words)]
    return len(head) == len(words) and fuzz.ratio(" ".join(head), " ".join(words)) >= cutoff * 100


def word_like(word: str, target: str) -> bool:
    """Whether one word is `target` with at most one damaged letter (none in words of two letters)."""
    left, right = skeleton(word), skeleton(target)
    return Levenshtein.distance(left, right, score_cutoff=1) <= (1 if len(right) > 2 else 0)


def letters(text: str) -> list[str]:
    """The letters of `text`."""
    return _LETTER.findall(text)


@lru_cache(maxsize=16384)
def capital_share(text: str) -> float:
    """The share of capitals among the letters of `text`; 0 where there are none."""
    found = letters(text)
    return sum(map(str.isupper, found)) / len(found) if found else 0.0


@lru_cache(maxsize=16384)
def is_capitals(text: str) -> bool:
    """Whether `text` is set in capitals; an OCR slip or a number's letters may be small."""
    return capital_share(text) >= 0.8 and len(letters(text)) >= 2


def starts_lower(text: str) -> bool:
    """Whether the first letter or digit of `text` is a small letter (opening signs are passed over)."""
    for char in text:
        if char.isalpha():
            return char.islower()
        if char.isdigit():
            return False
    return False


def word_count(text: str) -> int:
    """Number of blank-separated words."""
    return len(text.split())
