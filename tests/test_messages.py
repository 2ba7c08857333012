"""The catalogue: complete in both languages, and nothing in it that nobody says."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from pipeline.errors import ProblemCode
from pipeline.messages import Language, Messages, catalogue, spoken
from pipeline.run.report.report_html import report_page
from pipeline.store.ledger import FileStatus

PACKAGE = Path(__file__).resolve().parent.parent / "pipeline"


def places(sentence: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name)


def test_both_languages_have_the_same_sentences_with_the_same_places() -> None:
    english, vietnamese = catalogue()[Language.EN], catalogue()[Language.VI]
    assert list(english) == list(vietnamese)
    assert {key: places(text) for key, text in english.items()} == {
        key: places(text) for key, text in vietnamese.items()
    }


def test_every_code_and_status_has_a_sentence_and_no_other_has() -> None:
    for table in catalogue().values():
        assert {key.removeprefix("code.") for key in table if key.startswith("code.")} == set(ProblemCode)
        assert {key.removeprefix("status.") for key in table if key.startswith("status.")} == set(FileStatus)


def test_every_sentence_is_said_somewhere_and_all_that_is_said_is_there() -> None:
    said = set()
    for path in (PACKAGE / "run" / "report" / "report_html.py", PACKAGE / "cli" / "batch.py"):
        said |= set(re.findall(r"(?:say|told)\(\s*\"([a-z_.]+)\"", path.read_text("utf-8")))
        said |= set(re.findall(r"say\('([a-z_.]+)'", path.read_text("utf-8")))
    own = {key for key in catalogue()[Language.EN] if not key.startswith(("code.", "status."))}
    assert said == own


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "vi_VN.UTF-8"}, Language.VI),
        ({"LANG": "en_US.UTF-8"}, Language.EN),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C.UTF-8"}, Language.EN),
        ({}, Language.EN),
    ],
)
def test_the_language_is_that_of_the_environment(environment: dict[str, str], language: Language) -> None:
    assert spoken(environment).language is language
    assert spoken(environment, Language.VI).language is Language.VI


def report(path: str = "2024/KH 28.pdf") -> dict:
    problem = {"code": "number_unreadable", "message": "The number could not be read.", "page": 2}
    locked = {"code": "encrypted", "message": "The PDF is protected by a password.", "page": None}
    return {
        "run": "r", "state": "finished", "started": "2026-01-01", "archive": "/kho",
        "files": {
            "met": 2, "worked_on": 2, "unchanged": 0, "newly_failed": 1, "failed_before": 0, "acknowledged": 0,
            "by_status": {"done": 1, "failed-terminal": 1},
        },
        "pages": {"total": 3, "worked_on": 3}, "speed": {"seconds": 1, "jobs": 1, "pages_per_minute": 3},
        "memory": {"worker_peak_bytes": 1}, "versions": {"sohoa": "0.1"}, "page_confidence": {"0.00": 1},
        "slowest": [], "deleted": ["cũ.pdf"], "failures_not_listed": 0,
        "failures": [{"path": "khoá.pdf", "status": "failed-terminal", "problems": [locked], "new": True}],
        "to_check": [{"path": path, "status": "done", "problems": [problem], "new": False}],
    }  # fmt: skip


def test_the_page_groups_files_by_reason_and_links_document_source_and_page() -> None:
    page = report_page(report(), Messages(Language.VI))
    assert "<html lang='vi'>" in page
    assert "Số văn bản chưa đọc được chắc chắn." in page
    assert "href='documents/2024/KH%2028.pdf.json'" in page
    assert "href='file:///kho/2024/KH%2028.pdf#page=2'>trang 2</a>" in page
    assert page.index("Tệp có mật khẩu") < page.index("Tệp đã xong nhưng nên xem lại")
    assert "<script" not in page
    assert "Protected by a password" in report_page(report(), Messages(Language.EN))


def test_no_name_becomes_a_part_of_the_page() -> None:
    page = report_page(report("<b>'\"&.pdf"), Messages(Language.EN))
    assert "<b>" not in page
    assert "href='documents/%3Cb%3E%27%22%26.pdf.json'" in page
