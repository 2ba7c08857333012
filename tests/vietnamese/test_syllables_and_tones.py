"""Syllables by phonotactics, the two styles of tone placement, and clean Unicode."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vietnamese.syllables import is_syllable
from pipeline.vietnamese.tones import ToneStyle, in_style, style_counts, to_new_style, to_old_style
from pipeline.vietnamese.unicode import clean


@pytest.mark.parametrize(
    "word", ["nghiệp", "giết", "quyển", "gìn", "hoà", "hòa", "thuở", "khuỷu", "Đường", "ƯƠM", "yêu"]
)
def test_syllables_of_the_language(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["bat", "ce", "ngi", "kă", "qa", "dk", "w", "nghành", "ctia", "10ng", "ởở", "thươngg"])
def test_what_cannot_be_a_syllable(word: str) -> None:
    assert not is_syllable(word)


def test_styles_turn_into_each_other_and_closed_syllables_stay() -> None:
    assert to_old_style("Hoà, THUỶ, hoàn, quý") == "Hòa, THỦY, hoàn, quý"
    assert to_new_style("Hòa, THỦY, hoàn, quý") == "Hoà, THUỶ, hoàn, quý"
    assert style_counts("hòa hoà thuỷ quý") == (1, 2)


@given(st.text(alphabet="hòaóàthủyỷquýkếỏ ,HÒAOÀ"))
def test_a_style_applied_twice_changes_nothing_more(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    for style in ToneStyle:
        once = in_style(text, style)
        assert in_style(once, style) == once


@given(st.text())
def test_cleaned_text_is_nfc_and_keeps_its_lines(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned.count("\n") == text.count("\n")
    assert clean(cleaned) == cleaned
