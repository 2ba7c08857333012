"""Roman numerals before headings: 'I11.' was III., and '1. NỘI DUNG' between I. and III. was II."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMERALS = (
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
    "XV",
    "XVI",
    "XVII",
)
_VALUES = {numeral: value for value, numeral in enumerate(_NUMERALS, start=1)}
_AS_READ = str.maketrans({"1": "I", "l": "I", "|": "I", "i": "I", "H": "II", "!": "I", "Ï": "I", "Í": "I", "v": "V"})
_LONGEST = 500  # letters of a heading
_HEAD = re.compile(r"[*#]*\s*(?P<number>[IVXLHl1|!i]{1,6})(?P<dot>[.,:]?)\s+(?P<title>\S.*)")


def repair_numerals(lines: Sequence[str]) -> dict[int, tuple[str, str]]:
    """For each line whose leading Roman numeral was misread: (numeral as read, as printed).

    Only lines that go on in capitals count as headings. A numeral is repaired when what was read can be nothing else
    ('I11'), or when its neighbours in the sequence say what it must be.
    """
    heads = [(number, head) for number, head in enumerate(map(_heading, lines)) if head is not None]
    numerals = [head if head in _VALUES else _folded(head) for _, head in heads]
    values = [_VALUES[numeral.rstrip(".")] if numeral else None for numeral in numerals]
    for place, (_, head) in enumerate(heads):
        if _folds_to_ones(head) and 0 < place < len(heads) - 1:
            between = _between(values[place - 1], values[place + 1])
            if between is not None:
                numerals[place], values[place] = between, _VALUES[between]
    for place, (_, head) in enumerate(heads):
        value = _told_apart(values, place, head) if _folds_to_ones(head.replace("L", "I")) else None
        if value is not None:
            numerals[place], values[place] = _NUMERALS[value - 1], value
    return {
        number: (head, numeral)
        for (number, head), numeral in zip(heads, numerals, strict=True)
        if numeral is not None and numeral != head
    }


def _told_apart(values: Sequence[int | None], place: int, head: str) -> int | None:
    """The value of a numeral of strokes that came out as its neighbour's, one stroke more or less: no two follow.

    Both neighbours must speak against what was read without a fault; one is enough against 'Il' after II., and against
    the foot in 'IL' before II.
    """
    own = values[place]
    before = values[place - 1] if place else None
    after = values[place + 1] if place + 1 < len(values) else None
    if own is None or own == 1:
        return None
    if own == before and (after == own + 2 or (after is None and head not in _VALUES)):
        return own + 1
    return own - 1 if own == after and (before == own - 2 or (before is None and head[-1] == "L")) else None


def _folded(head: str) -> str | None:
    """The numeral that `head` can only be ('I11' is III), None where it may be a number."""
    dot = "." if _ends_in_dot_read_as_foot(head) else ""
    folded = (head[:-1] + "I" if dot else head).translate(_AS_READ)
    return folded + dot if folded in _VALUES and any(char in "IVX" for char in head) else None


def _heading(line: str) -> str | None:
    match = _HEAD.fullmatch(line.strip()) if len(line) < _LONGEST else None
    if match is None or not (match["dot"] or _ends_in_dot_read_as_foot(match["number"])):
        return None
    letters = [char for char in match["title"] if char.isalpha()]
    if len(letters) < 3 or sum(char.isupper() for char in letters) < 0.8 * len(letters):
        return None
    return match["number"]


def _ends_in_dot_read_as_foot(head: str) -> bool:
    """'IIL' without a dot was 'III.': the dot became the foot of the last stroke."""
    return len(head) > 1 and head[-1] == "L"


def _folds_to_ones(head: str) -> bool:
    """'1', '11', 'l', 'H': strokes whose number an engine cannot be trusted with."""
    return set(head.translate(_AS_READ)) == {"I"}


def _between(before: int | None, after: int | None) -> str | None:
    """The numeral that fits between two others."""
    return _NUMERALS[before] if before is not None and after == before + 2 else None
