"""Letterheads with something wrong in them: nothing is made up, what is sure stays, and what is missing is said."""

from __future__ import annotations

import pytest

from tests.structure.samples import codes_of, header_of, structure_of

_TITLE = "\n\nKẾ HOẠCH\nChỉnh lý tài liệu\n\nI. MỤC ĐÍCH\nNâng cao nhận thức về lưu trữ.\n"


def head(number: str, date: str = "Sơn Hà, ngày 14 tháng 5 năm 2024") -> str:
    return f"UBND HUYỆN SƠN HÀ\n{number}\n{date}{_TITLE}"


@pytest.mark.parametrize("line", ["Số:", "Số: ……", "Số:      /KH-UBND", "Số: …/KH-UBND"])
def test_a_place_left_blank_gets_no_number_and_says_so(line: str) -> None:
    structure = structure_of(head(line))
    number = structure.header.number
    assert number is not None
    assert not number.complete
    assert number.kind == "blank"
    assert "number_unreadable" in codes_of(structure)
    assert header_of(structure)["date"] == "2024-05-14"


def test_of_two_numbers_the_first_is_the_document_s() -> None:
    assert header_of(structure_of(head("Số: 47/KH-UBND\nSố: 48/KH-UBND")))["number"] == "47/KH-UBND"


def test_a_number_of_the_body_is_none_of_a_letterhead_without_one() -> None:
    text = head("") + "Thực hiện Kế hoạch số 12/KH-UBND.\n| STT | Số: 99/QĐ-UBND |\n"
    assert header_of(structure_of(text))["number"] is None


def test_a_party_number_may_have_its_dash_before_the_type() -> None:
    assert header_of(structure_of(head("Số 12-KH/ĐU")))["number"] == "12-KH/ĐU"


@pytest.mark.parametrize(
    ("date", "kept"),
    [
        ("Sơn Hà, ngày 31 tháng 02 năm 2024", "2024-02"),
        ("Sơn Hà, ngày     tháng 5 năm 2024", "2024-05"),
        ("Sơn Hà, ngày mười bốn tháng năm năm 2024", None),
    ],
)
def test_a_date_that_is_none_or_not_in_figures_keeps_what_is_sure(date: str, kept: str | None) -> None:
    structure = structure_of(head("Số: 47/KH-UBND", date))
    assert header_of(structure)["date"] == kept
    assert "date_partial" in codes_of(structure)
    assert header_of(structure)["number"] == "47/KH-UBND"
