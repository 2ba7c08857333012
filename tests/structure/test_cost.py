"""Work is bounded: no text makes structure try every pair of places in a line."""

from __future__ import annotations

import pytest

from pipeline.structure import build_structure
from pipeline.structure.entities.citations import mentions
from pipeline.structure.lines.model import Node, Paragraph
from pipeline.structure.plan_values.read import read_plan
from pipeline.structure.words import positions
from pipeline.structure.words.positions import names_two
from pipeline.values import Line, Page, TextSource

MEGABYTE = 1_000_000


@pytest.mark.parametrize("words", ["CHỦ TỊCH PHÓ CHỦ TỊCH ", "Nguyễn Văn An ", "một hai ba "])
def test_a_line_without_end_is_never_cut_everywhere(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    known = positions.looks_like_name

    def counted(text: str) -> bool:
        nonlocal asked
        asked += 1
        return known(text)

    monkeypatch.setattr(positions, "looks_like_name", counted)
    assert not names_two(words * (MEGABYTE // len(words)))
    assert asked <= 64


def test_two_names_and_two_positions_on_a_line_are_still_seen() -> None:
    assert names_two("Nguyễn Văn An Trần Thị Bình")
    assert names_two("CHỦ TỊCH PHÓ CHỦ TỊCH")


def test_acts_cited_in_a_paragraph_without_end_are_all_found() -> None:
    one = "Căn cứ Quyết định số 12/QĐ-UBND ngày 01/02/2024 của UBND xã; "
    found = mentions(one * 1000)
    assert len(found) == 1000
    assert all((one * 1000)[mention.start : mention.end].startswith("Quyết định số 12") for mention in found)


def test_a_document_of_one_long_line_ends() -> None:
    line = "Căn cứ Quyết định số 12/QĐ-UBND ngày 01/02/2024 của UBND xã; " * (MEGABYTE // 310)
    structure = build_structure([Page(1, TextSource.TEXT_FILE, (Line("KẾ HOẠCH", "KẾ HOẠCH"), Line(line, line)))])
    assert [citation.number for citation in structure.citations] == ["12/QĐ-UBND"]


@pytest.mark.parametrize(
    "words", ["gửi báo cáo trước ngày 05 hằng tháng, ", "trong quý I năm 2025 gửi báo cáo, ", "tăng 5%, "]
)
def test_a_sentence_without_end_is_not_tried_from_every_verb(words: str) -> None:
    # Ended never while who hands what to whom was looked for from every verb on to the sentence's end.
    plan = read_plan([Node(paragraphs=(Paragraph(words * 300),))], None)
    assert plan is not None
    assert len(plan.deadlines) + len(plan.thresholds) == 300
