"""Letters of list items are known by their sequence, whatever was read of them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.restoration import load_restorer
from pipeline.restoration.sequences.item_letters import Reader, repaired_letters
from pipeline.settings import RestorationSettings
from pipeline.vietnamese.administrative.list_letters import LIST_LETTERS

_SPLIT = re.compile(r"(\s+)")


def _printed(lines: list[str], reader: Reader | None) -> list[str]:
    words = [_SPLIT.split(line) for line in lines]
    for line, at, printed in repaired_letters(words, [reader] * len(lines)):
        words[line][at] = printed
    return ["".join(line) for line in words]


def test_the_second_d_of_a_list_without_marks_is_the_letter_with_a_bar() -> None:
    read = ["c) mot", "d) hai", "d) ba", "e) bon"]
    assert _printed(read, Reader.UNMARKED) == ["c) mot", "d) hai", "đ) ba", "e) bon"]


def test_a_list_that_knows_no_letter_with_a_bar_gets_none() -> None:
    read = ["a) mot", "b) hai", "c) ba", "d) bon", "e) nam", "f) sau"]
    assert _printed(read, Reader.UNMARKED) == read


def test_signs_between_two_letters_are_the_letter_between_them() -> None:
    assert _printed(["a) A", "b) B", "©) C", "đ) D", "đ) Đ", "e) E", "ø) G"], Reader.VIETNAMESE) == [
        *("a) A", "b) B", "c) C", "d) D", "đ) Đ", "e) E", "g) G")
    ]


def test_letters_that_running_text_counts_up_are_a_sequence_too() -> None:
    assert _printed(["tai diem a, b, c, d va d khoan 2"], Reader.UNMARKED) == ["tai diem a, b, c, d va đ khoan 2"]


def test_an_item_in_quotes_stands_in_no_sequence() -> None:
    read = ["a) một", "b) hai", "“e) ba", "d) bốn"]
    assert _printed(read, Reader.VIETNAMESE) == read


def test_what_no_engine_read_keeps_its_letters() -> None:
    read = ["a) một", "b) hai", "e) ba", "đ) bốn"]
    assert _printed(read, None) == read


@given(st.lists(st.sampled_from(LIST_LETTERS), max_size=30))
def test_any_sequence_of_letters_keeps_its_length_and_its_sound_letters(letters: list[str]) -> None:
    printed = _printed([f"{letter}) abc" for letter in letters], Reader.UNMARKED)
    assert len(printed) == len(letters)
    assert all(new[0] == old or old == "d" for new, old in zip(printed, letters, strict=True))


def test_restoration_takes_the_letters_from_the_list() -> None:
    read = ["b) Kiem tra cac xa;", "c) Huong dan ca nhan;", "d) Thuc hien nhiem vu;", "d) Bao cao ket qua;", "e) Khac."]
    lines = load_restorer(RestorationSettings()).restore_lines(read)
    assert [line.text[0] for line in lines] == ["b", "c", "d", "đ", "e"]


def test_a_letter_or_numeral_before_a_slash_is_no_word() -> None:
    read = [
        "1/ Thi dua trong chan nudi",
        "",
        "a/ Di ddi chudng trai ra khdi gam nha",
        "",
        "V/ KINH PHI",
        "VI/ TO CHUC THUC HIEN",
    ]
    printed = load_restorer(RestorationSettings()).restore_lines(read)
    assert [line.text.split(" ")[0] for line in printed] == ["1/", "", "a/", "", "V/", "VI/"]
    assert printed[-1].text == "VI/ TỔ CHỨC THỰC HIỆN"
