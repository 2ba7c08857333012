"""Roman numerals, the letters of lists, and what OCR makes of letters and figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vietnamese.administrative.list_letters import LIST_LETTERS, letter_place
from pipeline.vietnamese.administrative.look_alikes import (
    as_figures,
    as_label,
    as_lone_figures,
    as_phrase,
    as_strokes,
    as_word,
)
from pipeline.vietnamese.administrative.roman_numerals import ROMAN_NUMERALS, roman_value, to_roman


@given(st.integers(1, len(ROMAN_NUMERALS)))
def test_a_numeral_is_read_back(value: int) -> None:
    assert roman_value(to_roman(value)) == value
    assert ROMAN_NUMERALS[value - 1] == to_roman(value)


@pytest.mark.parametrize(
    ("value", "numeral"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (39, "XXXIX"), (1994, "MCMXCIV")]
)
def test_numerals(value: int, numeral: str) -> None:
    assert to_roman(value) == numeral


@given(st.text(alphabet="IVXLi1", max_size=6))
def test_what_is_no_numeral_has_no_value(text: str) -> None:
    value = roman_value(text)
    assert value is None or to_roman(value) == text


def test_letters_follow_each_other_as_lists_are_lettered() -> None:
    assert [letter_place(letter) for letter in LIST_LETTERS] == list(range(1, len(LIST_LETTERS) + 1))
    assert letter_place("f") == 6 and letter_place("ă") is None


def test_a_letter_is_what_is_due() -> None:
    assert as_figures("2O1l") == "2011"
    assert as_figures("S") == "5"
    assert as_lone_figures("l2") == "12"
    assert as_lone_figures("S") == "S"
    assert as_strokes("I1l") == "III"
    assert as_strokes("HI") == "III"
    assert as_phrase("n0i nhan") == as_phrase("noi nhan")
    assert as_phrase("kinh gui") == as_phrase("klnh gu1")
    assert as_word("t6 chuc") == "to chuc"
    assert as_label("¢") == "c" and as_label("b") == "b"


@given(st.text(max_size=30))
def test_text_without_look_alikes_stays_and_nothing_is_lost(text: str) -> None:
    for reader in (as_figures, as_lone_figures, as_phrase, as_word, as_strokes, as_label):
        assert reader(reader(text)) == reader(text) or reader is as_word
        assert len(reader(text)) >= len(text)
    assert as_figures("0123456789") == "0123456789"
