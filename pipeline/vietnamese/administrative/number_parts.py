"""A document's number taken apart, whole or without its serial."""

from __future__ import annotations

import re
from typing import NamedTuple

_PARTS = re.compile(
    r"(?P<serial>\d{1,6}[^\W\d_]?(?:\.\d{1,4})?)?(?:/(?P<year>(?:19|20)\d{2})(?![^/-]))?(?:[/-](?P<symbol>[^\W\d_].*))?"
)


class NumberParts(NamedTuple):
    """A number taken apart; what it lacks is None."""

    serial: str | None = None
    year: int | None = None
    symbol: str | None = None


def number_parts(number: str) -> NumberParts:
    """The parts of a number in plain spelling.

    >>> number_parts("15/2010/QĐ-UBND")
    NumberParts(serial='15', year=2010, symbol='QĐ-UBND')
    >>> number_parts("/KH-SYT").symbol, number_parts("12-KH/ĐU").symbol, number_parts("/KH-SYT").serial
    ('KH-SYT', 'KH/ĐU', None)
    """
    match = _PARTS.fullmatch(number)
    if match is None:
        return NumberParts()
    year = match["year"]
    return NumberParts(match["serial"], int(year) if year else None, match["symbol"])
