"""Dates in the precision printed: '2024-03-05', '2024-03', '2024', '2022-Q1', '--12-01', as tables want them."""

from __future__ import annotations

import re

_PARTIAL = re.compile(r"^(?P<year>\d{4}|-)(?:-(?P<quarter>Q[1-4])|-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?$")


def is_whole_day(date: str) -> bool:
    """Whether a date names a day of a year."""
    return len(date) == len("2024-03-05") and date[0] != "-"


def date_parts(date: str | None) -> tuple[int | None, int | None, int | None]:
    """(year, month, day) as far as `date` names them; a quarter is none of them."""
    match = _PARTIAL.match(date) if date else None
    if match is None:
        return None, None, None
    year, month, day = (match[name] for name in ("year", "month", "day"))
    return (None if year == "-" else int(year)), _number(month), _number(day)


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None
