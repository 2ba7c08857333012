"""Corrections laid over a document: every kind of field, list items that moved, what finds its place no more."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.schema import Document, PageLine, PageRecord
from pipeline.store.overlay import checked, place_of, reviewed
from pipeline.store.reviews import Correction
from tests.test_schema import TEXT, document_of, text_page

LINES = [PageLine(text=line, raw=line) for line in TEXT.split("\n")]
PAGE = PageRecord(number=1, width=0, height=0, text_source="text_file", lines=LINES)
DOCUMENT = document_of([text_page(TEXT)]).model_copy(update={"pages": [PAGE]})


def correction(field, value, document=DOCUMENT):
    place = place_of(document, field)
    return Correction(
        document.doc_id, "a.txt", field, value, place.value, "Lan", "2025-11-30T10:00:00+00:00", place.anchor
    )


def after(*made):
    return reviewed(DOCUMENT, made)


def test_a_person_s_number_stands_and_the_machine_s_is_kept_beside_it():
    number = after(correction("header.number", "16/KH-UBND")).header.number
    assert (number.value, number.serial, number.symbol, number.complete) == ("16/KH-UBND", "16", "KH-UBND", True)
    assert (number.reviewed, number.machine, number.sources, number.confidence) == (True, "15/KH-UBND", ["review"], 1.0)
    assert json.loads(number.model_dump_json())["machine"] == "15/KH-UBND"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("header.subject", "Tháng thanh niên"),
        ("header.urgency", "HỎA TỐC"),
        ("signer.name", "Trần Thị Mai Hoa"),
        ("signers[0].position", "PHÓ CHỦ TỊCH"),
        ("recipients[1]", "Lưu: VP"),
        ("sections[1].heading", "ĐỐI TƯỢNG"),
        ("sections[2.1].number", "2"),
        ("sections[1].roles", ["doi_tuong"]),
        ("plan.deadlines[0].what", "báo cáo tháng"),
        ("pages[1].lines[2].text", "Sông Lam, ngày 03 tháng 3 năm 2025"),
    ],
)
def test_each_kind_of_field_takes_a_correction_and_says_what_was_there(field, value):
    made = correction(field, value)
    found = place_of(after(made), field)
    assert found.value == value
    parts = json.dumps(after(made).model_dump(mode="json"), ensure_ascii=False)
    assert '"reviewed": true' in parts
    assert Document.model_validate(json.loads(parts)) == after(made)


def test_a_correction_of_the_first_signer_shows_in_both_places():
    document = after(correction("signers[0].name", "Lê Văn A"))
    assert document.signer == document.signers[0]
    assert document.signer.name.value == "Lê Văn A"


def test_a_field_is_emptied_and_a_recipient_removed():
    document = after(correction("header.subject", None), correction("recipients[0]", None))
    assert (document.header.subject.value, document.header.subject.reviewed) == (None, True)
    assert [one.value for one in document.recipients] == ["Lưu: VT"]


def test_a_confirmed_value_is_marked_and_stays():
    place = correction("header.place", "Sông Lam")
    assert place.confirms
    assert (after(place).header.place.value, after(place).header.place.reviewed) == ("Sông Lam", True)


def test_an_item_is_found_where_it_moved_to_and_a_lost_one_is_a_problem():
    made = correction("recipients[1]", "Lưu: Văn phòng")
    moved = DOCUMENT.model_copy(update={"recipients": DOCUMENT.recipients[::-1]})
    assert [one.value for one in reviewed(moved, [made]).recipients] == ["Lưu: Văn phòng", "Như trên"]
    gone = DOCUMENT.model_copy(update={"recipients": DOCUMENT.recipients[:1]})
    found = reviewed(gone, [made])
    assert found.recipients == gone.recipients
    assert [problem.code for problem in found.problems][-1:] == ["review_conflict"]


def test_what_a_person_settled_is_no_problem_any_more():
    blank = document_of([text_page(TEXT.replace("Số: 15/", "Số:     /"))])
    assert "number_unreadable" in {problem.code for problem in blank.problems}
    made = correction("header.number", "15/KH-UBND", blank)
    assert "number_unreadable" not in {problem.code for problem in reviewed(blank, [made]).problems}


@pytest.mark.parametrize(
    "field",
    [
        "",
        "header",
        "header.colour",
        "signers[7].name",
        "sections[9.9].heading",
        "plan",
        "x[",
        "recipients[99]",
        "sections[1].text",
        "plan.deadlines[0].start",
    ],
)
def test_a_field_that_does_not_exist_is_refused(field):
    with pytest.raises(UsageError):
        place_of(DOCUMENT, field)


@pytest.mark.parametrize(
    ("field", "value"),
    [("sections[1].roles", ["no_role"]), ("plan.deadlines[0].bound", "soon"), ("recipients[0]", ["a"])],
)
def test_a_value_that_the_field_cannot_hold_is_refused(field, value):
    with pytest.raises(UsageError):
        place_of(DOCUMENT, field).put(value)


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("header.number", "2119 / KH-SYT", "2119/KH-SYT"),
        ("header.number", "12-KH/ĐU ", "12-KH/ĐU"),
        ("header.date", "14/11/2017", "2017-11-14"),
        ("header.date", "2017-11", "2017-11"),
        ("header.subject", " như cũ", " như cũ"),
    ],
)
def test_numbers_and_dates_are_kept_in_their_plain_form(field, typed, kept):
    assert checked(field, typed) == kept


@pytest.mark.parametrize("typed", ["hôm qua", "32/1/2020", "2017-13", ""])
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(UsageError):
        checked("header.date", typed)


@given(st.text(max_size=60))
def test_no_name_of_a_field_does_worse_than_be_refused(field):
    try:
        place_of(DOCUMENT, field)
    except UsageError as error:
        assert field in error.message or "[" in error.message
