"""Signs that an engine half lost."""

from __future__ import annotations

import pytest

from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import RestorationSettings


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


def _restored(restorer: Restorer, *lines: str, by_engine: bool = True) -> list[str]:
    return [line.text for line in restorer.restore_lines(lines, by_engine=[by_engine] * len(lines))]


def test_the_end_of_a_document_gets_its_last_dot_back(restorer: Restorer) -> None:
    assert _restored(restorer, "các đơn vị nghiêm túc thực hiện./") == ["các đơn vị nghiêm túc thực hiện./."]
    assert _restored(restorer, "nghiêm túc thực hiện./.") == ["nghiêm túc thực hiện./."]


def test_an_opened_quotation_is_closed_with_its_own_mark(restorer: Restorer) -> None:
    assert _restored(restorer, "phong trào “Tuổi trẻ nói không với", "ma túy', các đơn vị thực hiện.") == [
        "phong trào “Tuổi trẻ nói không với",
        "ma túy”, các đơn vị thực hiện.",
    ]


@pytest.mark.parametrize("sign", ["’", "‘", "“", "’’"])
def test_whatever_the_engine_took_the_closing_mark_for(sign: str, restorer: Restorer) -> None:
    assert _restored(restorer, f"danh hiệu “Lao động tiên tiến{sign}, các đơn vị đề nghị.") == [
        "danh hiệu “Lao động tiên tiến”, các đơn vị đề nghị."
    ]


def test_a_quotation_inside_another_is_closed_first(restorer: Restorer) -> None:
    line = "khẩu hiệu “Học và làm theo ‘lời Bác’ mỗi ngày” được treo"
    assert _restored(restorer, line) == [line]


@pytest.mark.parametrize(
    "line", ["cột cao 5\" và 6'", "phong trào “Nói không” với ma túy'", "đường dẫn C:/tài liệu./", "năm 2024'"]
)
def test_what_may_be_the_authors_stays(line: str, restorer: Restorer) -> None:
    assert _restored(restorer, line, by_engine=False) == [line]
    if "./" not in line:
        assert _restored(restorer, line) == [line]


def test_numerals_that_can_be_only_one_are_put_right_on_pages_that_are_else_clean(restorer: Restorer) -> None:
    lines = ["II. NỘI DUNG THI ĐUA", "IIL KINH PHÍ", "1V. KHEN THƯỞNG", "1. MỤC TIÊU"]
    assert _restored(restorer, *lines) == ["II. NỘI DUNG THI ĐUA", "III. KINH PHÍ", "IV. KHEN THƯỞNG", "1. MỤC TIÊU"]
    assert _restored(restorer, *lines, by_engine=False) == lines
