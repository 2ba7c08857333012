"""The plan that the other tests change: right in each of its forms before anything is changed."""

from __future__ import annotations

from pathlib import Path

from tests.cases.facts import document_of
from tests.cases.plans import WordPlan, differences, pdf_of, right, write_docx


def test_the_plan_is_read_rightly_from_text() -> None:
    facts = right()
    assert facts["issuing_body"] == "ỦY BAN NHÂN DÂN XÃ HOA TRÚC"
    assert (facts["number"], facts["place"], facts["date"]) == ("63/KH-UBND", "Hoa Trúc", "2024-08-21")
    assert (facts["document_type"], facts["name"]) == ("KẾ HOẠCH", "Lương Quỳnh Hương")
    assert [number for _, number, _, _ in facts["outline"]] == ["I", "1", "2", "II", "1", "2", "3", "III", "1", "2"]
    assert len(facts["recipients"]) == 5


def test_the_plan_is_the_same_in_word(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "plan.docx", WordPlan().whole)
    assert differences(path) == {}
    assert document_of(path).problems == []


def test_the_plan_is_the_same_in_a_pdf(tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_bytes(pdf_of())
    assert differences(tmp_path / "plan.pdf") == {}
    assert document_of(tmp_path / "plan.pdf").pages[0].text_source == "text_layer"
