"""How much of a text makes no sense as Vietnamese: the test a text layer has to pass."""

from __future__ import annotations

import re

from pipeline.vietnamese.folding import strip_marks
from pipeline.vietnamese.syllables import is_syllable

_LETTERS = re.compile(r"[^\W\d_]+")
# Plain Vietnamese has marks on seven syllables of ten; a text with fewer than this many has lost them.
_USUAL_MARKED = 0.55


def garble_share(words: list[str]) -> float:
    """0 (Vietnamese that makes sense) to 1 (nothing of it does), over words of two letters or more."""
    runs = [run for word in words for run in _LETTERS.findall(word) if len(run) > 1]
    if len(runs) < 10:
        return 0.0
    strange = sum(not is_syllable(run) for run in runs) / len(runs)
    marked = sum(strip_marks(run) != run for run in runs) / len(runs)
    lost_marks = max(0.0, 1 - marked / _USUAL_MARKED)
    return float(min(1.0, max(strange, lost_marks)))
