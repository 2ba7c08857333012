"""Roman numerals before headings: 'I11.' was III., and '1. NỘI DUNG' between I. and III. was II."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.vietnamese.administrative.look_alikes import as_strokes
from pipeline.vietnamese.administrative.roman_numerals import roman_value, to_roman

_LONGEST = 500  # letters of a heading
_HEAD = re.compile(r"[*#]*\s*(?P<number>[IVXLHl1|!i]{1,6})(?P<dot>[.,:]?)\s+(?P<title>\S.*)")


def repair_numerals(lines: Sequence[str]) -> dict[int, tuple[str, str]]:
    """For each line whose leading Roman numeral was misread: (numeral as read, as printed).

    Only lines that go on in capitals count as headings. A numeral is repaired when what was read can be nothing else
    ('I11'), or when its neighbours in the sequence say what it must be.
    """
    heads = [(number, head) for number, head in enumerate(map(_heading, lines)) if head is not None]
    numerals = [head if roman_value(head) else _folded(head) for _, head in heads]
    values = [roman_value(numeral.rstrip(".")) if numeral else None for numeral in numerals]
    for place, (_, head) in enumerate(heads):
        if _folds_to_ones(head) and "L" not in head and 0 < place < len(heads) - 1:
            between = _between(values[place - 1], values[place + 1])
            if between is not None:
                numerals[place], values[place] = to_roman(between), between
    for place, (_, head) in enumerate(heads):
        value = _told_apart(values, place, head) if _folds_to_ones(head) else None
        if value is not None:
            numerals[place], values[place] = to_roman(value), value
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
    if own == before and (after == own + 2 or (after is None and roman_value(head) is None)):
        return own + 1
    return own - 1 if own == after and (before == own - 2 or (before is None and head[-1] == "L")) else None


def _folded(head: str) -> str | None:
    """The numeral that `head` can only be ('I11' is III), None where it may be a number."""
    dot = "." if _ends_in_dot_read_as_foot(head) else ""
    folded = as_strokes(head)
    return folded + dot if roman_value(folded) and any(char in "IVX" for char in head) else None


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
    return set(as_strokes(head)) == {"I"}


def _between(before: int | None, after: int | None) -> int | None:
    """The number that fits between two others."""
    return before + 1 if before is not None and after == before + 2 else None
