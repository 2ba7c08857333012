"""Words that an engine joined are parted, torn ones are joined; lines, digits and foreign words stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import RestorationSettings

MISREAD = "Ké hoach cia Uy ban nhan dan xa vé viéc t6 chirc thuc hién phong trao thi dua nim 2024."
UNMARKED = "Ke hoach cua Uy ban nhan dan xa ve viec to chuc thuc hien phong trao thi dua nam 2024."
FOREIGN = ["abc@gmail.com", "www.sohoa.vn", "Facebook", "PAR INDEX", "SIPAS", "Covid-19", "QH15", "F7", "H5N1", "Zalo"]


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


def restored(restorer: Restorer, line: str, around: str = MISREAD) -> str:
    """`line` as restored in the middle of a damaged page."""
    return restorer.restore_lines([around, "", line, "", around])[2].text


@pytest.mark.parametrize(
    ("read", "printed", "around"),
    [
        ("Quyét dinh ngay09 thang8 nam2017 cia Uy ban", "Quyết định ngày 09 tháng 8 năm 2017 của Ủy ban", MISREAD),
        ("khoan3 Diéu15 Luat nay", "khoản 3 Điều 15 Luật này", MISREAD),
        ("phat trién kinh té xahéi", "phát triển kinh tế xã hội", MISREAD),
        ("khen thuong canhan co thanh tich", "khen thưởng cá nhân có thành tích", UNMARKED),
        ("phat trién gia.dinh va co'so vat chat", "phát triển gia đình và cơ sở vật chất", MISREAD),
        ("nhitng ngu'di dan", "những người dân", MISREAD),
        ("cac tr wong hoc th uc hién nhiém vu", "các trường học thực hiện nhiệm vụ", MISREAD),
        ("cac tr uong hoc th uc hien nhiem vu", "các trường học thực hiện nhiệm vụ", UNMARKED),
    ],
)
def test_lost_and_invented_boundaries_are_put_right(restorer: Restorer, read: str, printed: str, around: str) -> None:
    assert restored(restorer, read, around) == printed


def test_a_change_tells_where_the_torn_word_stood(restorer: Restorer) -> None:
    line = restorer.restore_lines([MISREAD, "cac tr wong hoc ngay09", MISREAD])[1]
    assert [(c.start, c.raw, c.text) for c in line.changes if " " in c.raw + c.text] == [
        (4, "tr wong", "trường"),
        (16, "ngay09", "ngày 09"),
    ]


@pytest.mark.parametrize("around", [MISREAD, UNMARKED])
@pytest.mark.parametrize("word", FOREIGN)
def test_foreign_words_addresses_and_codes_are_neither_parted_nor_changed(
    restorer: Restorer, word: str, around: str
) -> None:
    assert f" {word} " in restored(restorer, f"tuyen truyen tren {word} va cac phuong tien", around)


def test_units_and_letters_of_items_are_not_joined_to_what_follows(restorer: Restorer) -> None:
    assert " m " in restored(restorer, "chiéu dai 100 m o phia tay va 5 m an toan")
    assert "điểm c " in restored(restorer, "theo diém c an dinh tai khoan 1")


_PARTS = [
    "ngay09",
    "thang8",
    "x4",
    "tr",
    "wong",
    "xahéi",
    "th",
    "uc",
    "12/QD-UBND",
    "5.000",
    "F7",
    "c)",
    "nim2024",
    "an",
]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.sampled_from(_PARTS), max_size=8).map(" ".join), min_size=1, max_size=4))
def test_lines_and_figures_stay_and_a_second_restoration_moves_no_boundary(
    restorer: Restorer, lines: list[str]
) -> None:
    first = [line.text for line in restorer.restore_lines([MISREAD, *lines])]
    assert len(first) == len(lines) + 1
    figures = re.compile(r"\d{2,}|(?<=\w)[23789]\b")
    for before, after in zip([MISREAD, *lines], first, strict=True):
        assert all(figure in after for figure in figures.findall(before))
    again = [line.text for line in restorer.restore_lines(first)]
    assert [len(line.split()) for line in again] == [len(line.split()) for line in first]
