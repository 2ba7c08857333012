"""The measures of text: known values, and the properties that make them measures."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.measure.text import (
    Rate,
    cer,
    diacritic_errors,
    exact_token_errors,
    graphemes,
    invented_words,
    order_free_wer,
    syllable_errors,
    syllable_key,
    wer,
)
from pipeline.vietnamese.folding import strip_marks

WORDS = "xã thôn đường Hòa hoà THI đua, kế hoạch 2024 (thực hiện) ủy ban - a b"
SYLLABLES = st.sampled_from(WORDS.split())
TEXTS = st.lists(SYLLABLES, max_size=12).map(" ".join)
MEASURES = (cer, wer, order_free_wer, syllable_errors, exact_token_errors, diacritic_errors)


def test_cer_counts_a_marked_letter_as_one_letter_in_nfc_and_in_nfd() -> None:
    truth, observed = "xã Hòa Phú", "xa Hòa Phú"
    assert cer(truth, observed) == Rate(1, 10)
    assert cer(unicodedata.normalize("NFD", truth), observed) == Rate(1, 10)
    assert graphemes("e\u0302\u0301") == ["ế"]
    assert graphemes("q\u0301a") == ["q\u0301", "a"]  # a mark with no composed form stays with its letter


def test_wer_sees_the_order_and_order_free_wer_does_not() -> None:
    assert wer("một hai ba", "hai một ba") == Rate(2, 3)
    assert order_free_wer("một hai ba", "hai một ba") == Rate(0, 3)
    assert order_free_wer("một hai hai", "hai") == Rate(2, 3)
    assert invented_words("một hai", "hai hai ba") == Rate(2, 2)


def test_syllables_are_compared_without_case_edge_signs_and_tone_placement() -> None:
    assert syllable_errors("(Ủy ban) xã Hoà Phú;", "uỷ BAN xã hòa phú") == Rate(0, 5)
    assert syllable_errors("tổ chức thi đua", "tổchức thi dua") == Rate(3, 4)
    assert exact_token_errors("Ủy ban xã.", "ủy ban xã") == Rate(2, 3)
    assert syllable_key("“28/KH-UBND”,") == "28/kh-ubnd"


def test_diacritic_errors_are_counted_among_syllables_with_the_right_letters() -> None:
    assert diacritic_errors("kế hoạch của xã", "ke hoạch ctia xa") == Rate(2, 3)
    assert diacritic_errors("đường", "duong") == Rate(1, 1)


def test_rates_add_up_and_nothing_wrong_with_nothing_is_no_error() -> None:
    assert Rate(1, 10) + Rate(3, 10) == Rate(4, 20)
    assert (Rate(1, 4).rate, Rate(1, 4).accuracy) == (0.25, 0.75)
    assert cer("", "").rate == 0.0
    assert cer("", "x").rate == 1.0


@pytest.mark.parametrize("measure", MEASURES)
@given(text=TEXTS)
def test_a_text_has_no_errors_against_itself(measure, text: str) -> None:
    assert measure(text, text).errors == 0


@given(TEXTS, TEXTS)
def test_every_measure_stays_within_its_bounds(truth: str, observed: str) -> None:
    for measure in (order_free_wer, syllable_errors, exact_token_errors, diacritic_errors):
        rate = measure(truth, observed)
        assert 0 <= rate.errors <= rate.total
    assert order_free_wer(truth, observed).errors <= wer(truth, observed).errors
    assert syllable_errors(truth, observed).errors <= exact_token_errors(truth, observed).errors


@given(TEXTS, TEXTS)
def test_cer_is_a_distance(truth: str, observed: str) -> None:
    assert cer(truth, observed).errors == cer(observed, truth).errors
    assert cer(truth, observed).errors <= max(len(truth), len(observed))


@given(TEXTS)
def test_stripping_marks_leaves_only_diacritic_errors(text: str) -> None:
    bare = strip_marks(text)
    assert diacritic_errors(text, bare).errors == syllable_errors(text, bare).errors
    assert diacritic_errors(text, bare).total == syllable_errors(text, bare).total
