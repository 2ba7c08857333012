"""What stands at a page's foot and head, and what a line search passes over in tables; on drawn pages."""

from __future__ import annotations

import pytest

from pipeline.reading import Reader
from pipeline.settings import ReadingSettings
from pipeline.values import MarkKind
from tests.reading.samples import PARAGRAPHS, drawn, page_of

BODY = [(200, 300 + 60 * row, " ".join(PARAGRAPHS[row % 5].split()[:14]), 39) for row in range(24)]
NOTES = [
    (200, 2060, "1 Theo số liệu của Phòng Nội vụ huyện, tính đến ngày 31 tháng 12 năm 2023.", 28),
    (200, 2100, "2 Không kể các xã đã được công nhận đạt chuẩn nông thôn mới trước năm 2020", 28),
    (200, 2140, "theo quyết định của Ủy ban nhân dân tỉnh.", 28),
]
RULE = (200, 2040, 590, 2040)


@pytest.fixture(scope="module")
def reader():
    return Reader(ReadingSettings())


def test_footnotes_are_marks_and_the_page_number_below_them_too(reader):
    (page,) = reader.read([page_of(drawn([*BODY, *NOTES, (815, 2240, "2", 34)], [RULE]))])
    notes = [mark.text for mark in page.marks if mark.kind is MarkKind.FOOTNOTE]
    assert [note[:2] for note in notes] == ["1 ", "2 "]
    assert notes[1].endswith("nhân dân tỉnh.")
    assert [mark.text for mark in page.marks if mark.kind is MarkKind.PAGE_NUMBER] == ["2"]
    assert len(page.lines) == len(BODY)


@pytest.mark.parametrize(
    ("texts", "rules"),
    [
        ([*BODY, *NOTES], []),  # small print without a rule
        ([*BODY, *[(x, y, text, 39) for x, y, text, _ in NOTES[:1]]], [RULE]),  # a rule, but print as large as the text
        ([*BODY, (200, 2060, "Nơi nhận:", 28), (200, 2100, "- Như trên;", 28)], [RULE]),
        (
            [*BODY, (200, 1990, "Nơi nhận:", 28), (200, 2060, "- Như Điều 3;", 28), (200, 2100, "- Lưu: VT.", 28)],
            [RULE],
        ),
        ([*BODY[:20], (200, 1990, "Ghi chú về biểu mẫu", 39), *NOTES], [(200, 2034, 500, 2034)]),  # an underline
    ],
    ids=["no rule", "large print", "recipients", "a rule among recipients", "underline"],
)
def test_other_lines_at_the_foot_stay_in_the_text(reader, texts, rules):
    (page,) = reader.read([page_of(drawn(texts, rules))])
    assert [mark for mark in page.marks if mark.kind is MarkKind.FOOTNOTE] == []
    assert len(page.lines) == len(texts)


def test_the_number_beside_a_running_head_is_a_page_number_and_the_head_alone_remains(reader):
    head = [(200, 110, "Kế hoạch thi đua, khen thưởng năm 2024", 34), (1420, 110, "3", 34)]
    (page,) = reader.read([page_of(drawn([*head, *BODY]))])
    assert [mark.text for mark in page.marks if mark.kind is MarkKind.PAGE_NUMBER] == ["3"]
    assert page.lines[0].text == "Kế hoạch thi đua, khen thưởng năm 2024"


def table_of(rows):
    """A ruled table of three columns: its texts and rules, 70 pixels a row."""
    columns = (200, 300, 1100, 1450)
    edges = [600 + 70 * row for row in range(len(rows) + 1)]
    texts = [
        (columns[at] + (35 if at == 0 else 15), edges[row] + 14, text, 39)
        for row, cells in enumerate(rows)
        for at, text in enumerate(cells)
        if text
    ]
    across = [(columns[0], edge, columns[-1], edge) for edge in edges]
    return texts, [*across, *((column, edges[0], column, edges[-1]) for column in columns)]


def test_a_lone_number_in_a_cell_is_read_and_its_row_is_whole(reader):
    rows = [("TT", "Nội dung", "Số lượng"), ("1", "Sau đại học", ""), ("1", "Dược sĩ đại học", "12")]
    rows += [("2", "Dược sĩ trung học", ""), ("3", "Dược tá", "4")]
    texts, rules = table_of(rows)
    (page,) = reader.read([page_of(drawn([*BODY[:4], *texts], rules))])
    cells = {line.cell[1:]: line.text for line in page.lines if line.cell}
    assert cells == {(r, c): text for r, row in enumerate(rows) for c, text in enumerate(row) if text}


def test_bold_capitals_whose_strokes_touch_are_no_rule_of_the_table(reader):
    """The bars of "STT" make one long stroke in a narrow cell; the head row stays one row."""
    rows = [("STT", "Đơn vị kiểm tra", "Thời gian"), ("1.", "Bệnh viện đa khoa huyện Tân Hiệp", "Ngày 20")]
    texts, rules = table_of(rows)
    stroke = (236, 646, 286, 646)
    (page,) = reader.read([page_of(drawn([*BODY[:4], *texts], [*rules, stroke]))])
    assert {line.cell[1] for line in page.lines if line.cell and "Đơn vị" in line.text} == {0}
    assert {line.cell[1] for line in page.lines if line.cell and "Bệnh viện" in line.text} == {1}
