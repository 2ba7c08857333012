"""What other documents say of a number or a day that a file leaves open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.evidence.corpus import Group, outside_of
from pipeline.evidence.facts import Facts, Mention, facts_of, fingerprint, resemblance
from tests.evidence.samples import document_of, number_slot, page_of

OPEN = Facts(
    "a.pdf", "kh-syt", "so y te", "ke hoach", "kiem tra chat luong benh vien nam 2017", None, "2017-11", True, ""
)
CITED = Mention(
    "2084/KH-SYT", "kh-syt", "2084", "2017-11-06", "ke hoach", "so y te", "kiem tra chat luong benh vien nam 2017"
)


def said(own, *, documents=(), mentions=(CITED,)):
    outside = outside_of(own, Group([own, *documents], [("b.pdf", mention) for mention in mentions]))
    return [
        [(one.source, c.value, c.probability) for one in part for c in one.candidates]
        for part in (outside.number, outside.date)
    ]


def test_a_document_that_cites_the_paper_by_its_subject_says_number_and_day():
    number, date = said(OPEN)
    assert number == [("citation", "2084", 0.97)]
    assert date == [("citation", "2017-11-06", 0.97)]


def test_without_a_subject_it_says_less_and_among_rivals_hardly_anything():
    bare = replace(CITED, title=None)
    assert said(OPEN, mentions=[bare])[0] == [("citation", "2084", 0.9)]
    rival = replace(OPEN, path="c.pdf", subject="khac")
    assert said(OPEN, mentions=[bare], documents=[rival])[0][0][2] < 0.5
    assert said(OPEN, mentions=[replace(CITED, title="mot viec khac han khong lien quan")])[0][0][2] < 0.2


@pytest.mark.parametrize(
    "mention",
    [
        replace(CITED, date="2017-12-06"),
        replace(CITED, type="quyet dinh"),
        replace(CITED, issuer="so noi vu"),
        replace(CITED, symbol="kh-snv"),
    ],
)
def test_another_month_type_body_or_symbol_is_another_paper(mention):
    assert said(OPEN, mentions=[mention]) == [[], []]


def test_a_number_that_another_paper_has_is_not_this_one_s():
    other = replace(OPEN, path="c.pdf", serial="2084", subject="khac")
    assert said(OPEN, documents=[other])[0] == []


def test_a_known_number_gets_its_day_from_who_cites_it():
    assert said(replace(OPEN, serial="2084"))[1] == [("citation", "2017-11-06", 0.97)]
    assert said(replace(OPEN, serial="2085"))[1] == []


def test_two_numbers_for_one_paper_share_what_one_would_have():
    other = replace(CITED, serial="2184", number="2184/KH-SYT")
    assert [probability for _, _, probability in said(OPEN, mentions=[CITED, other])[0]] == [0.485, 0.485]


def test_another_reading_of_the_same_text_says_its_number():
    text = [f"w{at}" for at in range(60)]
    page = page_of(number_slot(), below=(" ".join(text),))
    own = replace(facts_of(document_of(page)), path="x.pdf")
    other = replace(own, path="y.pdf", serial="2084")
    assert said(own, documents=[other], mentions=[])[0] == [("copy", "2084", 0.8)]
    assert said(own, documents=[replace(other, date="2017-12")], mentions=[])[0] == []


def test_neighbours_in_the_register_bound_the_number_by_their_days():
    before = replace(OPEN, path="m.pdf", serial="2080", date="2017-10-30")
    behind = replace(OPEN, path="n.pdf", serial="2090", date="2017-12-01")
    others = [replace(CITED, serial="2184", number="2184/KH-SYT"), CITED]
    number, _ = said(OPEN, documents=[before, behind], mentions=others)
    register = {value: probability for source, value, probability in number if source == "register"}
    assert register["2084"] > 100 * register["2184"]


def test_facts_leave_out_what_other_documents_added():
    document = document_of(page_of(number_slot(("2084", 0.5))), "2084 kh syt.pdf")
    facts = facts_of(document)
    assert (facts.serial, facts.symbol, facts.body, facts.date, facts.is_open) == (
        "2084",
        "kh-syt",
        "so y te",
        "2017-11",
        True,
    )
    number = document.header.number.model_copy(update={"sources": ["citation"]})
    settled = document.model_copy(update={"header": document.header.model_copy(update={"number": number})})
    assert facts_of(settled).serial is None


def test_sketches_tell_readings_of_one_text_from_other_texts():
    one = document_of(page_of(below=(" ".join(f"mot{at}" for at in range(80)),)))
    damaged = document_of(page_of(below=(" ".join(f"mot{at}" if at != 40 else "sai" for at in range(80)),)))
    other = document_of(page_of(below=(" ".join(f"hai{at}" for at in range(80)),)))
    assert resemblance(fingerprint(one), fingerprint(damaged)) > 0.7 > resemblance(fingerprint(one), fingerprint(other))
    assert resemblance("", fingerprint(one)) == 0
