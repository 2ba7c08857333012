"""The one grammar of dates: what is written in any way is read back, and what the calendar does not have never is."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vietnamese.administrative.dates import (
    DATE_LINE,
    DAYS_OF_MONTH,
    QUARTER,
    TYPED_DATE,
    YEARS,
    PrintedDate,
    date_in,
    date_of,
    date_pattern,
    is_day,
    parse_date,
    parse_iso,
    quarter_number,
    year_in,
)
from pipeline.vietnamese.folding import flat, strip_marks

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
WAYS_OF_A_DAY = (
    "ngày {d} tháng {m} năm {y}", "ngày {d:02} tháng {m:02} năm {y}", "Ngày {d} tháng {m:02} năm {y}",
    "{d} tháng {m} năm {y}", "ngày {d}/{m}/{y}", "ngày {d:02}/{m:02}/{y}", "{d}/{m}/{y}", "{d:02}/{m:02}/{y}",
    "{d:02}.{m:02}.{y}", "{d}-{m}-{y}",
    "ngày {d:02}.{m:02}.{y}", "ngày {d:02}-{m}-{y}", "{d} / {m} / {y}", "{d} - {m} - {y}", "NGÀY {d} THÁNG {m} NĂM {y}",
    "ngày {d} tháng {m}, năm {y}", "ngày  {d}  tháng  {m}  năm  {y}", "{y}-{m:02}-{d:02}", "ngày {d} tháng {m}/{y}",
)  # fmt: skip
WAYS_OF_A_MONTH = (
    "tháng {m} năm {y}", "tháng {m:02} năm {y}", "tháng {m}/{y}", "tháng {m:02}/{y}", "Tháng {m}-{y}", "tháng {m}.{y}",
    "{m}/{y}", "{m:02}/{y}", "{y}-{m:02}", "THÁNG {m} NĂM {y}", "tháng {m}, năm {y}",
)  # fmt: skip
WAYS_WITHOUT_YEAR = (
    "ngày {d}/{m}",
    "ngày {d} tháng {m}",
    "{d}/{m}",
    "{d:02}/{m:02}",
    "ngày {d:02}.{m:02}",
    "ngày {d}-{m}",
)


@given(DAYS, st.sampled_from(WAYS_OF_A_DAY), st.booleans())
def test_a_day_is_read_back_from_every_way_of_writing(day: date, way: str, unmarked: bool) -> None:
    text = way.format(d=day.day, m=day.month, y=day.year)
    found = parse_date(strip_marks(text) if unmarked else text)
    assert found is not None, text
    assert found.iso == day.isoformat()


@given(DAYS, st.sampled_from(WAYS_OF_A_MONTH))
def test_a_month_is_read_back_from_every_way_of_writing(day: date, way: str) -> None:
    assert parse_date(way.format(m=day.month, y=day.year)) == PrintedDate(day.year, day.month)


@given(DAYS, st.sampled_from(WAYS_WITHOUT_YEAR))
def test_a_day_without_its_year_is_read_back(day: date, way: str) -> None:
    found = parse_date(way.format(d=day.day, m=day.month))
    assert found == PrintedDate(None, day.month, day.day)
    assert found.iso == f"--{day.month:02}-{day.day:02}"


@given(DAYS)
def test_the_ways_of_a_date_are_read_as_it(day: date) -> None:
    for printed in (PrintedDate(day.year, day.month, day.day), PrintedDate(day.year, day.month), PrintedDate(day.year)):
        assert {parse_date(way) for way in (*printed.ways(), printed.in_words, printed.iso)} == {printed}
        assert parse_iso(printed.iso) == printed


@given(st.integers(0, 99), st.integers(0, 99), st.integers(1, 9999), st.sampled_from(WAYS_OF_A_DAY))
def test_what_the_calendar_does_not_have_is_never_read(day: int, month: int, year: int, way: str) -> None:
    exists = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    text = way.format(d=day, m=month, y=f"{year:04}")
    found = parse_date(text)
    assert (found is not None and found.day is not None) == exists, text


@pytest.mark.parametrize(
    "text", ["31/02/2024", "ngày 29 tháng 2 năm 2023", "31/4", "32/1/2024", "tháng 13/2024", "0/5/2024"]
)
def test_days_and_months_that_do_not_exist(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize("text", ["5.16", "1-2", "12/2024/QĐ-UBND", "ngày", "năm 20245", "20/11/20245", "", "năm nay"])
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


def test_a_leap_day_may_lack_its_year() -> None:
    assert parse_date("29/2") == PrintedDate(None, 2, 29)
    assert parse_date("30/2") is None


def test_of_a_day_that_does_not_exist_the_year_is_left() -> None:
    match = re.search(date_pattern(1), flat("ngày 31/02/2020"))
    assert match is not None
    assert date_in(match, 1) is None
    assert year_in(match, 1) == PrintedDate(2020)


@given(st.text(alphabet="0123456789/.- ngàythámnăm", max_size=40))
def test_no_text_breaks_the_grammar(text: str) -> None:
    for match in re.finditer(date_pattern(7), flat(text)):
        found = date_in(match, 7)
        assert found is None or parse_date(found.in_words) == found
    parse_date(text)


def test_two_dates_in_one_pattern_keep_apart() -> None:
    match = re.search(rf"{date_pattern(1)} den {date_pattern(2)}", flat("ngày 6/11 đến 15/11/2017"))
    assert match is not None
    assert date_in(match, 1) == PrintedDate(None, 11, 6)
    assert date_in(match, 2) == PrintedDate(2017, 11, 15)


def test_days_of_a_month_years_and_quarters() -> None:
    days = re.search(DAYS_OF_MONTH, flat("ngày 15 - 20/11/2024"))
    assert days is not None
    assert (days["first_day"], days["last_day"], days["their_month"], days["their_year"]) == ("15", "20", "11", "2024")
    years = re.search(YEARS, flat("giai đoạn 2021 – 2025"))
    assert years is not None
    assert (years["first_year"], years["last_year"]) == ("2021", "2025")
    for text, number in (("quý I", 1), ("Quý IV", 4), ("quý 3", 3)):
        quarter = re.search(QUARTER, flat(text))
        assert quarter is not None and quarter_number(quarter["quarter"]) == number


@pytest.mark.parametrize(
    ("line", "slots"),
    [
        ("Hòa Phong, ngày 09 tháng 12 năm 2024", ("09", "12", "2024")),
        ("Kiên Giang, ngày    tháng 11 năm 2017", ("", "11", "2017")),
        ("ngày ....... tháng ....... năm 20...", (".......", ".......", "20...")),
        ("NGÀY 5 THÁNG 3 NĂM 2O21", ("5", "3", "2o21")),
        ("ngđy 1l thãng 4 nãm 2010", ("1l", "4", "2010")),
    ],
)
def test_slots_of_a_letterheads_date(line: str, slots: tuple[str, str, str]) -> None:
    match = DATE_LINE.search(flat(line))
    assert match is not None
    assert match.group("day", "month", "year") == slots


@given(DAYS, st.sampled_from(WAYS_OF_A_DAY[:13] + WAYS_OF_A_MONTH[:10]))
def test_what_people_type_is_found_whole(day: date, way: str) -> None:
    text = way.format(d=day.day, m=day.month, y=day.year)
    match = re.search(TYPED_DATE, text, re.IGNORECASE)
    assert match is not None and parse_date(match[0]) is not None


def test_whole_days_in_iso_form() -> None:
    assert is_day("2024-02-29")
    assert not any(map(is_day, ("2023-02-29", "2024-02", "2024", "", "2024-2-9", "20240229")))


def test_parts_of_no_date_are_none() -> None:
    assert date_of(None, None, 5) is None
    assert date_of(2024, None, 5) is None
    assert date_of("", "", "") is None
    assert date_of("2024", "", "") == PrintedDate(2024)
