"""Words of which an engine left a letter, capitals without marks, and letters of items."""

from __future__ import annotations

import pytest

from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import RestorationSettings

BEFORE = "Ké hoach cia Uy ban nhan dan xa vé viéc t6 chirc thuc hién phong trao thi dua nim 2024."


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


def restored(restorer: Restorer, line: str) -> str:
    """`line` as restored in the middle of a misread page."""
    return restorer.restore_lines([BEFORE, "", line, "", BEFORE])[2].text


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("V. TO CHUC THUC HIEN", "V. TỔ CHỨC THỰC HIỆN"),  # words that are none without marks are not taken as they are
        ("V/ TO CHUC THUC HIEN", "V/ TỔ CHỨC THỰC HIỆN"),
        ("- Hoi déng thi dua khen thuong xA;", "- Hội đồng thi đua khen thưởng xã;"),  # a capital within a word
        ("- Thuong truc HDND xa;", "- Thường trực HĐND xã;"),  # abbreviations are words, to what stands beside them
        ("dau tu co s vat chat phuc vu day hoc", "đầu tư cơ sở vật chất phục vụ dạy học"),  # one letter is left
    ],
)
def test_what_is_left_of_words_is_completed(restorer: Restorer, read: str, printed: str) -> None:
    assert restored(restorer, read) == printed


def test_the_letter_of_an_item_stays(restorer: Restorer) -> None:
    assert restored(restorer, "c) Cac co quan, don vi té chirc thuc hién.").startswith("c) Các")
    assert "điểm c khoản" in restored(restorer, "theo quy dinh tai diém c khoan 1 Diéu 5 Luat Thi dua")


@pytest.mark.parametrize("word", ["online", "internet", "Facebook", "video"])
def test_foreign_words_stay(restorer: Restorer, word: str) -> None:
    assert word in restored(restorer, f"tuyén truyén trén {word} va céac phuong tién thong tin").split()
