"""Dates as documents print them: 'ngày 8 tháng 3 năm 2024', '08/3/2024', 'tháng 3/2024', 'năm 2024', 'quý I năm 2024'.

One grammar for all who meet them (letterhead, citations, typed values, entities, search), written without marks: it is
matched on `flat` text, whose characters keep their places. A `PrintedDate` is one that the calendar has: 31/02 and
29/02/2023 are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.vietnamese.folding import flat

_LEAP_YEAR = 2000  # a day without its year may be the 29th of February

# Without "ngày" or a year "5.16" and "1-2" are numbers, "15/11" is a day.
_DAY_SIGN = r"(?:/|(?:(?<=ngay \d\d)|(?<=ngay \d)|(?=[.-]\s*\d{1,2}\s*[.-]\s*\d{4}))[.-]|\s+thang\s+)"
_OF_YEAR = r"(?:\s*[/.-]\s*|,?\s+nam\s+)"
_DAY = (
    rf"(?:ngay\s+)?(?P<day_>\d{{1,2}})\s*{_DAY_SIGN}\s*(?P<month_>\d{{1,2}})(?!\d)"
    rf"(?:{_OF_YEAR}(?P<year_>\d{{4}})(?!\d))?"
)
_MONTH = rf"thang\s*(?P<whole_month_>\d{{1,2}})(?:{_OF_YEAR}|\s+)(?P<year_of_month_>\d{{4}})(?!\d)"
_YEAR = r"nam\s+(?P<whole_year_>\d{4})(?!\d)"

HOUR = r"(?:\d{1,2}\s*(?:gio|h)\s*(?:\d{1,2}\s*(?:phut)?)?\s*,?\s*)"
"""An hour before a day: "16 giờ 30 phút, ngày …"."""
DAYS_OF_MONTH = (
    r"ngay\s+(?P<first_day>\d{1,2})\s*(?:-|–|den)\s*(?P<last_day>\d{1,2})"
    r"\s*[/.-]\s*(?P<their_month>\d{1,2})\s*[/.-]\s*(?P<their_year>\d{4})(?!\d)"
)
"""Days that share month and year: "ngày 15 - 20/11/2024"."""
_FROM_YEAR = r"(?:giai doan|nhiem ky|tu nam|(?:trong )?cac nam|nam(?: hoc)?)"
YEARS = rf"{_FROM_YEAR}\s+(?P<first_year>\d{{4}})\s*(?:[-–—]|den)\s*(?:nam\s+)?(?P<last_year>\d{{4}})(?!\d)"
"""Years from one to another: "giai đoạn 2021 - 2025", "nhiệm kỳ 2020 – 2025", "năm học 2024-2025"."""
QUARTER = r"quy\s+(?P<quarter>i{1,3}|iv|[1-4])\b"
"""A quarter; `quarter_number` says which."""
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}

# Day, month and year of a letterhead as they are filled in: each may be blank, leaders, strokes or digits.
DATE_LINE = re.compile(
    r"(?P<label>ng[ad]y)\s*(?P<day>.{0,8}?)\s*(?:th[ae]ng|(?<=\d)[/.-](?=\d))\s*(?P<month>.{0,8}?)\s*"
    r"(?:nam|(?<=\d)[/.-](?=\d{4}))\s*(?P<year>[\d.…lioszs]{0,6}(?:\s\d{1,2})?)"
)
"""Place and date of a letterhead, from "ngày" on."""


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A day, month or year that there is, in the precision printed; a day may lack its year."""

    year: int | None
    month: int | None = None
    day: int | None = None

    @property
    def iso(self) -> str:
        """ISO 8601: '2024-03-08', '2024-03', '2024'; '--03-08' without a year."""
        parts = (f"{self.year:04d}" if self.year is not None else "-", *(f"{part:02d}" for part in self._rest))
        return "-".join(parts)

    @property
    def in_words(self) -> str:
        """As letterheads print it: 'ngày 8 tháng 3 năm 2024'."""
        named = zip(("ngày", "tháng", "năm"), (self.day, self.month, self.year), strict=True)
        return " ".join(f"{name} {value}" for name, value in named if value is not None)

    def ways(self) -> Iterator[str]:
        """All ways in which documents write it, but for signs: with words and without, with zeros and without."""
        year = "" if self.year is None else f"{self.year:04d}"
        if self.month is None:
            yield f"năm {year}"
            return
        for month in dict.fromkeys((str(self.month), f"{self.month:02d}")):
            for day in dict.fromkeys((str(self.day), f"{self.day:02d}")) if self.day is not None else ("",):
                of_year = f" năm {year}" if year else ""
                yield f"{day} tháng {month}{of_year}".strip()
                yield "/".join(filter(None, (day, month, year)))
        if year:
            yield self.iso

    @property
    def _rest(self) -> Iterator[int]:
        return (part for part in (self.month, self.day) if part is not None)


def date_of(year: str | int | None, month: str | int | None = None, day: str | int | None = None) -> PrintedDate | None:
    """The date with these parts; None where there is none such (31/02), or nothing of it."""
    numbers = [int(part) if part not in (None, "") else None for part in (year, month, day)]
    if numbers[:2] == [None, None] or (numbers[2] is not None and numbers[1] is None):
        return None
    try:
        date(*(if_none if part is None else part for part, if_none in zip(numbers, (_LEAP_YEAR, 1, 1), strict=True)))
    except ValueError:
        return None
    return PrintedDate(*numbers)


def date_pattern(index: int) -> str:
    """A printed date in `flat` text: a day (with or without its year), a month or a year; `date_in` reads the match.

    Patterns with several dates give each an index of its own.
    """
    whole = "|".join((_DAY, _MONTH, _YEAR))
    return f"(?:{re.sub(r'(?<=_)(?=>)', str(index), whole)})"


def date_in(match: re.Match[str], index: int) -> PrintedDate | None:
    """The date that `date_pattern(index)` found; None for none, and for one that does not exist."""
    groups = match.groupdict()
    day, month, whole_month = (groups.get(f"{name}_{index}") for name in ("day", "month", "whole_month"))
    year = year_in(match, index)
    return date_of(year.year if year else None, month or whole_month, day)


def year_in(match: re.Match[str], index: int) -> PrintedDate | None:
    """The year alone of the date that `date_pattern(index)` found: what is left of a day that does not exist."""
    names = ("year", "year_of_month", "whole_year")
    return date_of(next(filter(None, (match.groupdict().get(f"{name}_{index}") for name in names)), None))


def has_day(match: re.Match[str], index: int) -> bool:
    """Whether `date_pattern(index)` found a day rather than a month or a year."""
    return match.groupdict().get(f"day_{index}") is not None


def quarter_number(quarter: str) -> int:
    """1..4 of what `QUARTER` found."""
    return _QUARTERS.get(quarter) or int(quarter)


_YEAR_TYPED = r"(?:\s*[/.-]\s*|,?\s+n[aă]m\s+)\d{4}"
TYPED_DATE = (
    rf"(?:ng[aà]y\s+)?\d{{1,2}}(?:\s*[/.-]\s*|\s+th[aá]ng\s+)\d{{1,2}}{_YEAR_TYPED}"
    rf"|\d{{4}}-\d{{1,2}}(?:-\d{{1,2}})?|(?:th[aá]ng\s+)?\d{{1,2}}{_YEAR_TYPED}"
)
"""A day or month with its year as people type it in a query, with marks or without; `parse_date` reads it."""


def is_day(iso: str) -> bool:
    """Whether it is a whole date that exists: not 2024-02-31, and not 2024-02."""
    found = parse_iso(iso)
    return found is not None and found.day is not None and found.iso == iso


_WHOLE = re.compile(date_pattern(1))
_BARE_MONTH = re.compile(rf"(?P<month>\d{{1,2}}){_OF_YEAR}(?P<year>\d{{4}})")
_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")


def parse_date(text: str) -> PrintedDate | None:
    """The date that the whole of `text` prints, in any way of writing, marks or not; None where it is none.

    >>> parse_date("Ngày 08 tháng 3 năm 2024").iso, parse_date("tháng 3/2024").iso, parse_date("31/02/2024")
    ('2024-03-08', '2024-03', None)
    """
    words = flat(text).strip()
    if match := _WHOLE.fullmatch(words):
        return date_in(match, 1)
    match = _BARE_MONTH.fullmatch(words) or _ISO.fullmatch(words)
    return date_of(match["year"], match["month"], match.groupdict().get("day")) if match else None


def parse_iso(iso: str) -> PrintedDate | None:
    """The date of '2024-03-08', '2024-03' or '2024'; None where it is none, or does not exist."""
    match = _ISO.fullmatch(iso)
    return date_of(match["year"], match["month"], match["day"]) if match else None
