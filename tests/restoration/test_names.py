"""Capitals say something of a word: names are restored as names, and left alone where they were read soundly."""

from __future__ import annotations

import pytest

from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import RestorationSettings

BEFORE = "Ké hoach cia Uy ban nhan dan xa vé viéc t6 chirc thuc hién phong trao thi dua nim 2024."


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("ba Lo Thi Bich va ong Nguyen Quoc Cuong", "bà Lò Thị Bích và ông Nguyễn Quốc Cường"),
        ("- Luu: VT, (Phuong).", "- Lưu: VT, (Phương)."),
        ("cac ong Dang Hong Phuc, Vo Van Loc", "các ông Đặng Hồng Phúc, Võ Văn Lộc"),
    ],
)
def test_names_are_made_of_words_that_are_names(restorer: Restorer, read: str, printed: str) -> None:
    assert restorer.restore_lines([BEFORE, "", read, "", BEFORE])[2].text == printed


@pytest.mark.parametrize("name", ["Ngô Quý Tỵ", "Kim Huê", "Quàng Văn Xôm", "Lường Thị Ún"])
def test_names_that_an_engine_read_soundly_stay(restorer: Restorer, name: str) -> None:
    lines = ["CHỦ TỊCH", name, f"Giao ông {name} theo dõi, đôn đốc việc thực hiện kế hoạch này."]
    assert [line.text for line in restorer.restore_lines(lines, by_engine=[True] * 3)] == lines


def test_a_word_in_use_is_not_taken_for_another_one_with_a_letter_more(restorer: Restorer) -> None:
    lines = ["Các ấp, tổ nhân dân tự quản phối hợp thực hiện.", "Đơn vị khá: 02 đơn vị."]
    assert [line.text for line in restorer.restore_lines(lines, by_engine=[True] * 2)] == lines


def test_what_two_marks_blurred_into_a_tilde_is_put_right(restorer: Restorer) -> None:
    line = restorer.restore_lines(["Kế hoạch cải tạo bệnh viện nãm 2017 của Sở Y tế."], by_engine=[True])[0]
    assert line.text == "Kế hoạch cải tạo bệnh viện năm 2017 của Sở Y tế."


def test_a_letter_that_no_word_is_written_with_is_the_word_it_looks_like(restorer: Restorer) -> None:
    lines = ["Các tổ chức, cá nhân ö nước ngoài được mua di vật."]
    assert " ở nước ngoài" in restorer.restore_lines(lines, by_engine=[True])[0].text


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("TỐ CHỨC THỰC HIỆN", "TỔ CHỨC THỰC HIỆN"),
        ("CHÍ TIÊU", "CHỈ TIÊU"),
        ("NGUYỄN VĂN TỴ", "NGUYỄN VĂN TỴ"),
        ("HOÀNG ĐỨC HUÊ", "HOÀNG ĐỨC HUÊ"),
    ],
)
def test_headings_in_capitals_are_proofread_and_names_in_capitals_are_left(
    restorer: Restorer, read: str, printed: str
) -> None:
    assert restorer.restore_lines([read], by_engine=[True])[0].text == printed
