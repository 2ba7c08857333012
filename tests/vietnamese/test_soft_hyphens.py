"""Soft hyphens are invisible in Unicode text; in TCVN3 text taken for Latin letters their code is the letter ư."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.vietnamese.unicode import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("ho\u00adạt động", "hoạt động"),
        ("plan\u00adning", "planning"),
        ("n\u00adíc ta", "n\u00adíc ta"),
        ("yªu n\u00adíc\u0007", "yªu n\u00adíc"),
        ("\u0080\u00ad", ""),
        ("plan\u00ad\u00a0ning", "plan ning"),
    ],
)
def test_a_soft_hyphen_stays_only_where_it_may_be_a_letter(text, cleaned):
    assert clean(text) == cleaned


@given(st.text(alphabet=st.sampled_from("na í\n\u00ad\u0080\u0085\u00a0\u00a8\u00b5\u00f0\u0301\u0340€ư\u200b")))
@example("\u0080\u00ad")
def test_cleaned_text_with_soft_hyphens_is_clean(text):
    assert clean(clean(text)) == clean(text)
