"""Doubt is told: words that stayed as they were read though they may be others, and a page that shows them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cli.restore_html import restored_page
from pipeline.restoration import Change, RestoredLine, Restorer, load_restorer
from pipeline.restoration.results import IN_DOUBT, Alternative
from pipeline.settings import RestorationSettings

WORDS = st.sampled_from(
    [
        "Uy",
        "ban",
        "nhan",
        "dan",
        "xa",
        "Tam",
        "Son",
        "to",
        "chuc",
        "ke",
        "hoach",
        "<b>",
        "&",
        "12",
        "thon",
        "Khe",
        "Tram",
    ]
)


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


def test_the_page_marks_doubtful_words_with_what_else_they_may_be_and_escapes_all() -> None:
    line = RestoredLine(
        "kế hoạch <Ban> nhanh",
        0.3,
        (Change(0, "ke", "kế", -1.0, 0.99), Change(3, "hoach", "hoạch", -1.0, 0.6, (Alternative("hoách", -3.0),))),
        doubts=(Change(9, "<Ban>", "<Ban>", -2.0, 0.3, (Alternative("<Bản>", -2.1),)),),
    )
    page = restored_page("a&b.txt", [line, RestoredLine("", 1.0)])
    assert "a&amp;b.txt" in page
    assert "<ins title='read: ke · 99% sure'>kế</ins> " in page
    assert "<mark title='read: hoach · 60% sure · or: hoách'>hoạch</mark>" in page
    assert "<mark title='read: &lt;Ban&gt; · 30% sure · or: &lt;Bản&gt;'>&lt;Ban&gt;</mark> nhanh</p>" in page
    assert "2 words were restored (dotted), 2 are less than 80% sure" in page


@settings(deadline=None, max_examples=30)
@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_doubts_stand_where_they_say_and_changed_nothing(restorer: Restorer, text: str) -> None:
    (line,) = restorer.restore_lines([text])
    for doubt in line.doubts:
        assert text[doubt.start : doubt.start + len(doubt.raw)] == doubt.raw == doubt.text
        assert doubt.confidence < IN_DOUBT
        assert doubt.candidates
    assert [told.start for told in line.told()] == sorted({told.start for told in line.told()})
    assert restored_page("x", [line]).count("<p>") == 1
