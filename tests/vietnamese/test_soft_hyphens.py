"""Soft hyphens are invisible in Unicode text; in TCVN3 text taken for Latin letters their code is the letter ư."""

from __future__ import annotations

import pytest

from pipeline.vietnamese.unicode import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("ho\u00adạt động", "hoạt động"),
        ("plan\u00adning", "planning"),
        ("n\u00adíc ta", "n\u00adíc ta"),
        ("yªu n\u00adíc\u0007", "yªu n\u00adíc"),
    ],
)
def test_a_soft_hyphen_stays_only_where_it_may_be_a_letter(text, cleaned):
    assert clean(text) == cleaned
