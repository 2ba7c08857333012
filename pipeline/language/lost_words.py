"""Compares what came in with what went out: letters and figures of the one that the other does not have.

Marks, case, blanks and signs are passed over: encodings, spaced titles and glued words are put right in between.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from pipeline.errors import ProblemCode
from pipeline.values import PageProblem
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.unicode import clean

_WORD = re.compile(r"[^\W_]+")
_SHOWN = 6  # words
_A_WORD = 3  # letters; single ones may be bullets of symbol fonts, or others that they were taken for


def lost_words(
    came_in: Iterable[str], went_out: Iterable[str], what: str, page: int | None = None
) -> list[PageProblem]:
    """A problem when the texts of `went_out` lack a word's letters or more of those of `came_in`.

    `what` says where they were and where they are not: "of the text layer are on no line of the page".
    """
    before, after = list(map(_plain, came_in)), list(map(_plain, went_out))
    missing = Counter("".join(before)) - Counter("".join(after))
    count = sum(number for letter, number in missing.items() if letter.isalnum())
    if count < _A_WORD:
        return []
    words = Counter(word for text in before for word in _WORD.findall(text) if len(word) > 1)
    words -= Counter(word for text in after for word in _WORD.findall(text))
    if not words:
        return []
    sample = ", ".join(f"“{word}”" for word in list(words)[:_SHOWN])
    return [PageProblem(ProblemCode.TEXT_LOST, f"{count} letter(s) {what}: {sample}.", page)]


def _plain(text: str) -> str:
    return fold(clean(text))
