"""Roman numerals as headings and quarters are numbered with them."""

from __future__ import annotations

_PARTS = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
          (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_HIGHEST = 39  # no document has forty chapters, and an L is nearly always "I." misread


def to_roman(value: int) -> str:
    """The numeral of a number from 1 on: 'XIV' of 14."""
    numeral = ""
    for worth, letters in _PARTS:
        count, value = divmod(value, worth)
        numeral += letters * count
    return numeral


ROMAN_NUMERALS = tuple(map(to_roman, range(1, _HIGHEST + 1)))
"""The numerals from I on, as far as headings go."""
_VALUES = {numeral: value for value, numeral in enumerate(ROMAN_NUMERALS, start=1)}


def roman_value(numeral: str) -> int | None:
    """The number that a heading's numeral in capitals stands for; None for what is none, such as 'IIII'."""
    return _VALUES.get(numeral)
