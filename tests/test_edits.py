"""Edits: whatever is put right, one after the other, can be undone to the letter."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.edits import By, Correction, Edit, composed, cut, differences, put_right, undone

texts = st.text(alphabet="ab ăđ.,", max_size=12)


@st.composite
def corrections(draw: st.DrawFn, text: str) -> list[Correction]:
    """Some corrections of `text`, insertions and deletions among them; they may overlap."""
    spans = draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, 4), texts), max_size=4))
    names = draw(st.lists(st.sampled_from(list(By)), min_size=4, max_size=4))
    return [
        Correction(start, text[start : start + size], new, 0.5, by)
        for (start, size, new), by in zip(spans, names, strict=False)
    ]


def is_sound(text: str, edits: tuple[Edit, ...]) -> bool:
    """In order, apart, and true: each says what stands at its place."""
    apart = all(one.end <= other.start for one, other in pairwise(edits))
    return apart and all(text[edit.start : edit.end] == edit.text and edit.read != edit.text for edit in edits)


@given(st.data(), texts)
def test_what_was_put_right_can_be_undone(data: st.DataObject, text: str) -> None:
    new, edits = put_right(text, data.draw(corrections(text)))
    assert is_sound(new, edits)
    assert undone(new, edits) == text


@given(st.data(), texts)
def test_edits_of_many_stages_lead_back_to_what_was_read(data: st.DataObject, text: str) -> None:
    now, edits = text, ()
    for _ in range(3):
        now, later = put_right(now, data.draw(corrections(now)))
        edits = composed(now, edits, later)
        assert is_sound(now, edits)
        assert undone(now, edits) == text


@given(texts, texts)
def test_differences_of_any_two_texts(before: str, after: str) -> None:
    edits = differences(before, after, By.UNICODE, 1.0)
    assert is_sound(after, edits)
    assert undone(after, edits) == before


def test_words_that_changed_are_told_one_by_one() -> None:
    edits = differences("uy ban nhan dan xã", "ủy ban nhân dân xã", By.RESTORATION, None)
    assert [(edit.read, edit.text) for edit in edits] == [("uy", "ủy"), ("nhan", "nhân"), ("dan", "dân")]


def test_what_two_stages_touched_names_both_and_the_smaller_chance() -> None:
    text, restored = put_right("UBND xa:", [Correction(5, "xa:", "xã:", 0.7, By.RESTORATION)])
    text, mended = put_right(text, [Correction(7, ":", ";", None, By.LINE_ENDS)])
    assert text == "UBND xã;"
    assert composed(text, restored, mended) == (Edit(5, 8, "xa:", "xã;", 0.7, "restoration+line_ends"),)


def test_what_is_taken_back_is_no_edit() -> None:
    text, first = put_right("a) b", [Correction(0, "a)", "d)", 0.9, By.SEQUENCE)])
    text, second = put_right(text, [Correction(0, "d)", "a)", 0.9, By.LINE_ENDS)])
    assert composed(text, first, second) == ()


def test_corrections_that_do_not_fit_are_left_out() -> None:
    wrong = [Correction(0, "y", "z", 1.0, By.LINE_ENDS), Correction(9, "", "z", 1.0, By.LINE_ENDS)]
    assert put_right("xã", wrong) == ("xã", ())
    overlapping = [Correction(0, "xã", "Xã", 1.0, By.LINE_ENDS), Correction(1, "ã", "a", 1.0, By.LINE_ENDS)]
    assert put_right("xã", overlapping)[0] == "Xã"


def test_edits_of_a_part_count_from_its_beginning() -> None:
    edits = (Edit(0, 2, "So", "Số", 0.9, "restoration"), Edit(5, 7, "xa", "xã", 0.8, "restoration"))
    assert cut(edits, 4, 8) == (Edit(1, 3, "xa", "xã", 0.8, "restoration"),)


def test_only_what_was_done_before_raw_was_written_is_of_reading() -> None:
    assert Edit(0, 1, ":", ";", None, "punctuation+signer").is_of_reading
    assert not Edit(0, 1, ":", ";", None, "punctuation+line_ends").is_of_reading
