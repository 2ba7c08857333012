"""What becomes of a document's number and date when all witnesses were heard."""

from __future__ import annotations

import pytest

from pipeline.evidence.settle import Outside, settled, unsettled
from pipeline.schema import Candidate, Evidence
from pipeline.values import Filling
from tests.evidence.samples import GIVEN_FROM, day_slot, document_of, number_slot, page_of, read


def codes(document):
    return [problem.code for problem in document.problems]


def test_a_pen_number_that_nobody_reads_is_suggested_by_the_file_s_name_and_not_given():
    document = document_of(page_of(number_slot()), "upload/2084 kh syt.pdf")
    number = document.header.number
    assert (number.value, number.complete, number.kind) == ("/KH-SYT", False, "handwritten")
    (offered,) = number.suggestions
    assert (offered.value, offered.source) == ("2084/KH-SYT", "file_name")
    assert "2084 kh syt.pdf" in offered.evidence
    assert "number_unreadable" in codes(document)


def test_engine_and_name_that_agree_give_the_number():
    document = document_of(page_of(number_slot(("2084", 0.5))), "upload/2084 kh syt.pdf")
    number = document.header.number
    assert (number.value, number.complete, number.serial) == ("2084/KH-SYT", True, "2084")
    assert number.sources == ["engine", "file_name"]
    assert number.confidence >= GIVEN_FROM
    assert number.suggestions == []
    assert "number_unreadable" not in codes(document)


def test_the_engine_s_guess_at_a_pen_number_is_never_given_alone():
    document = document_of(page_of(number_slot(("2084", 0.99))))
    assert document.header.number.value == "/KH-SYT"
    assert [one.value for one in document.header.number.suggestions] == ["2084/KH-SYT"]


def test_a_blank_place_gets_no_number_however_many_know_one():
    slot = number_slot(filling=Filling.BLANK)
    outside = Outside(
        number=(Evidence(source="citation", words="", candidates=[Candidate(value="2084", probability=0.96)]),)
    )
    document = settled(read(page_of(slot), "2084 kh syt.pdf"), GIVEN_FROM, outside=outside)
    assert (document.header.number.value, document.header.number.kind) == ("/KH-SYT", "blank")
    assert document.header.number.suggestions[0].value == "2084/KH-SYT"


def test_clear_ink_wins_over_a_lying_name_and_the_contradiction_is_said():
    document = document_of(page_of(number_slot(("2128", 0.985), ("2123", 0.01), reader="ink")), "2084 kh syt.pdf")
    assert document.header.number.value == "2128/KH-SYT"
    assert codes(document).count("number_contradicted") == 1


def test_unclear_ink_against_a_name_gives_nothing():
    document = document_of(page_of(number_slot(("2128", 0.8), reader="ink")), "2084 kh syt.pdf")
    assert document.header.number.value == "/KH-SYT"
    assert {one.value for one in document.header.number.suggestions} == {"2128/KH-SYT", "2084/KH-SYT"}


def test_a_printed_number_stays_and_a_name_that_says_another_is_named():
    document = document_of(page_of(number="Số: 77/KH-SYT"), "2084 kh syt.pdf")
    assert document.header.number.value == "77/KH-SYT"
    assert "number_contradicted" in codes(document)
    assert "number_contradicted" not in codes(document_of(page_of(number="Số: 77/KH-SYT"), "77 kh syt.pdf"))


def test_ink_gives_the_day_when_it_is_sure_and_suggests_it_when_not():
    sure = document_of(page_of(day_slot(("14", 0.99), reader="ink"))).header.date
    assert (sure.value, sure.precision, sure.sources) == ("2017-11-14", "day", ["text", "ink"])
    doubtful = document_of(page_of(day_slot(("14", 0.6), ("19", 0.3), reader="ink"))).header.date
    assert (doubtful.value, doubtful.precision) == ("2017-11", "month")
    assert [one.value for one in doubtful.suggestions] == ["2017-11-14", "2017-11-19"]


def test_a_day_that_does_not_exist_is_not_offered():
    page = page_of(day_slot(("31", 0.99), reader="ink"))
    assert document_of(page).header.date.suggestions == []


def test_an_annex_that_names_the_paper_says_its_number_and_day():
    page = page_of(
        number_slot(("2084", 0.4)),
        day_slot(("06", 0.4)),
        below=("(Kèm theo Kế hoạch số 2084/KH-SYT ngày 06/11/2017 của Sở Y tế)",),
    )
    header = document_of(page).header
    assert (header.number.value, header.date.value) == ("2084/KH-SYT", "2017-11-06")
    assert "attached" in header.number.sources


def test_settling_again_gives_the_same_and_other_names_are_heard_anew():
    document = document_of(page_of(number_slot(("2084", 0.5)), day_slot(("06", 0.5))), "2084 kh syt.pdf")
    assert settled(document, GIVEN_FROM) == document
    moved = document.model_copy(update={"source": document.source.model_copy(update={"path": "scan.pdf"})})
    fresh = document_of(page_of(number_slot(("2084", 0.5)), day_slot(("06", 0.5))), "scan.pdf")
    assert settled(moved, GIVEN_FROM) == fresh
    assert unsettled(document.header).number.value == "/KH-SYT"


def test_a_document_from_json_settles_to_the_same_bytes():
    document = document_of(page_of(number_slot(("2084", 0.5)), day_slot(("06", 0.5))), "2084 kh syt.pdf")
    again = type(document).model_validate_json(document.model_dump_json())
    assert settled(again, GIVEN_FROM).model_dump_json() == document.model_dump_json()


@pytest.mark.parametrize("path", ["2084 kh syt.pdf", "a.pdf"])
def test_a_letterhead_in_which_no_number_was_found_keeps_its_problem(path):
    document = document_of(page_of(number="PHÒNG NGHIỆP VỤ"), path)
    assert "number_unreadable" in codes(document)
    number = document.header.number
    assert number is None if path == "a.pdf" else number.value is None and number.suggestions
