"""Nothing is lost and nothing is kept twice, whatever the text; and the check says so when something is."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.structure import build_structure
from pipeline.structure.lines.model import with_ids
from pipeline.structure.lines.paragraphs import join
from pipeline.structure.loss import check_loss
from pipeline.structure.rows import collect
from pipeline.values import Line, Page, Region, TextSource
from tests.structure.samples import (
    COMMUNE_PLAN,
    DAMAGED_PLAN,
    DECISION_WITH_REGULATION,
    LETTER,
    codes_of,
    ocr_line,
    ocr_page,
    structure_of,
)

SAMPLES = [COMMUNE_PLAN, DAMAGED_PLAN, DECISION_WITH_REGULATION, LETTER]

# Pieces that documents are made of, in any order: the seams between header, body, closing and annexes in all ways.
PIECES = st.sampled_from(
    [
        "UBND XÃ MINH TÂN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "UBND XÃ MINH TÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: 12/KH-UBND Minh Tân, ngày 02 tháng 5 năm 2024",
        "Số:",
        "KẾ HOẠCH",
        "Thi đua “Dân vận khéo",
        "V/v đăng ký thi đua",
        "Kính gửi: Các thôn.",
        "Căn cứ Luật Lưu trữ năm 2024;",
        "I. MỤC ĐÍCH",
        "III. NỘI DUNG",
        "1.",
        "1. Đối tượng: các thôn",
        "2) Yêu cầu",
        "a) Tập thể:",
        "Điều 1. Phạm vi",
        "Chương I",
        "- Tờ trình;",
        "+ Biên bản họp",
        "Trên đây là Kế hoạch./.",
        "Nơi nhận:",
        "Nơi nhận: TM. ỦY BAN NHÂN DÂN",
        "- Lưu: VT. KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "CHỦ TỊCH HIỆU TRƯỞNG",
        "Nguyễn Văn An",
        "Nguyễn Văn An Trần Thị Bình",
        "(Đã ký)",
        "PHỤ LỤC I",
        "DANH SÁCH",
        "3",
        "Trang 2/4",
        "bảo đảm tiến độ và chất lượng",
        "MẬT",
        "\f",
        "",
    ]
)


def assert_nothing_is_lost(text: str) -> None:
    structure = structure_of(text)
    assert "text_lost" not in codes_of(structure), [problem.message for problem in structure.problems]


@pytest.mark.parametrize("text", SAMPLES)
def test_samples_lose_nothing(text: str) -> None:
    assert_nothing_is_lost(text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=25))
@example(["KẾ HOẠCH", "Số: 12/KH-UBND Minh Tân, ngày 02 tháng 5 năm 2024"])
def test_any_order_of_pieces_loses_nothing(pieces: list[str]) -> None:
    assert_nothing_is_lost("\n".join(pieces))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_any_text_at_all_is_taken(text: str) -> None:
    line_texts = text.split("\n")
    lines = tuple(Line(part, part) for part in line_texts)
    structure = build_structure([Page(1, TextSource.TEXT_FILE, lines)])
    assert "text_lost" not in codes_of(structure)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(PIECES, st.sampled_from(list(Region)), st.integers(0, 40), st.floats(0, 3), st.booleans()),
        max_size=20,
    )
)
def test_any_lines_of_a_scan_lose_nothing(parts: list[tuple[str, Region, int, float, bool]]) -> None:
    lines = []
    for number, (text, region, indent, gap, centred) in enumerate(parts):
        line = ocr_line(text, 100 + 50 * number, 240 + 16 * indent, region=region, gap=gap, centred=centred)
        cell = (0, number, indent % 3) if region is Region.TABLE else None
        lines.append(dataclasses.replace(line, cell=cell))
    structure = build_structure([ocr_page(1, lines[:10]), ocr_page(2, lines[10:])])
    assert "text_lost" not in codes_of(structure)
    for _, node in with_ids(structure.nodes):
        for paragraph in node.paragraphs:
            assert all(0 <= piece.start <= piece.end <= len(paragraph.text) for piece in paragraph.pieces)


def test_the_check_names_words_that_are_missing_and_words_kept_twice() -> None:
    rows = collect([Page(1, TextSource.TEXT_FILE, (Line("Một hai ba", "Một hai ba"),))]).rows
    assert check_loss(rows, [], [join(rows)], []) == []
    (lost,) = check_loss(rows, [], [join(rows).cut(0, 7)], [])
    assert (lost.code, lost.page) == ("text_lost", 1)
    assert "“ba”" in lost.message
    (doubled,) = check_loss(rows, [join(rows)], [join(rows).cut(0, 3)], [])
    assert "kept twice" in doubled.message


def test_places_of_characters_lead_back_to_their_lines() -> None:
    lines = [
        ocr_line("KẾ HOẠCH", 100, 700, centred=True),
        ocr_line("Thi đua", 150, 720, centred=True),
        ocr_line("I. MỤC ĐÍCH", 250, 340, gap=1.0),
        ocr_line(
            "Nâng cao chất lượng phục vụ nhân dân của tất cả các cơ quan trong", 300, 340, right=1480, confidence=0.9
        ),
        ocr_line("toàn huyện.", 345, 240, confidence=0.5),
    ]
    (node,) = build_structure([ocr_page(1, lines)]).nodes
    start = node.text.index("toàn huyện")
    place = node.locate(start, start + len("toàn huyện"))
    assert place.page == 1
    assert place.confidence == 0.5
    assert place.box is not None
    assert (place.box.left, place.box.top) == (240, 345)
