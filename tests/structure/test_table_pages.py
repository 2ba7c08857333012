"""Which lines become cells: frames and cut titles do not, columns without rules do; numbers and cut rows put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.structure.lines.model import Node
from pipeline.structure.tables.number_columns import repaired_sequence
from pipeline.structure.tables.settle import settle_tables
from pipeline.structure.tables.tables import find_tables, is_same_row, whole_rows
from pipeline.values import Box, Line, Page, Region, TextSource, Word
from tests.structure.samples import pages_of, structure_of
from tests.structure.test_tables import cell_row, grid, values

CHARACTER = 16  # pixels


def settled(pages: list[Page]) -> list[Page]:
    """The pages that `settle_tables` gives."""
    return settle_tables(pages)[0]


def line_of(*pieces: tuple[int, str], top: int = 100, text: str | None = None, region: Region = Region.BODY) -> Line:
    """A recognised line: pieces of text that begin at the given pixels, their words one character apart."""
    words = []
    for left, piece in pieces:
        at = left
        for word in piece.split():
            words.append(Word(word, Box(at, top, at + CHARACTER * len(word), top + 40), 0.9))
            at += CHARACTER * (len(word) + 1)
    raw = "    ".join(piece for _, piece in pieces)
    box = Box.around(word.box for word in words if word.box)
    return Line(text or raw, raw, box=box, confidence=0.9, words=tuple(words), region=region)


def page_of(lines: Sequence[Line], source: TextSource = TextSource.OCR) -> Page:
    return Page(1, source, tuple(lines), 1650, 2300)


def rows_of(page: Page) -> list[list[str]]:
    """The cells of a page's tables by row; a line that is no cell is a row of its own."""
    rows: dict[object, list[str]] = {}
    for index, line in enumerate(page.lines):
        rows.setdefault(line.cell[:2] if line.cell else index, []).append(line.text)
    return list(rows.values())


ROADS = [
    line_of((250, "Loại đường"), (700, "Bề rộng"), (1100, "Xi măng"), top=100),
    line_of((250, "Đường trục thôn"), (700, "3,0 m"), (1100, "160 tấn"), top=150),
    line_of((250, "Đường ngõ xóm"), (700, "2,0 m"), (1100, "95 tấn"), top=200),
    line_of((250, "Đường nội đồng"), (700, "2,5 m"), (1100, "110 tấn"), top=250),
]


def test_lines_in_three_columns_are_a_table_with_boxes() -> None:
    lead = line_of((320, "Mức hỗ trợ cho mỗi km đường:"), top=40)
    (page,) = settled([page_of([lead, *ROADS])])
    assert rows_of(page)[1:3] == [["Loại đường", "Bề rộng", "Xi măng"], ["Đường trục thôn", "3,0 m", "160 tấn"]]
    assert page.lines[0] == lead
    last = page.lines[-1]
    assert (last.cell, last.region, last.text) == ((0, 3, 2), Region.TABLE, "110 tấn")
    assert last.box == Box(1100, 250, 1212, 290)


def test_columns_are_cut_in_the_restored_text_where_they_are_in_the_engines_words() -> None:
    damaged = line_of((250, "Đ ường ngõ xóm"), (700, "2,0 m"), (1100, "95 tấn"), text="Đường ngõ xóm 2,0 m 95 tấn")
    lines = [replace(line, gap_before=0.2) for line in (ROADS[0], damaged, *ROADS[2:])]
    (page,) = settled([page_of(lines)])
    assert rows_of(page)[1] == ["Đường ngõ xóm", "2,0 m", "95 tấn"]


def test_a_cells_second_line_goes_on_with_its_row() -> None:
    wrapped = line_of((250, "liên xã đi qua"), top=200)
    (page,) = settled([page_of([*ROADS[:2], wrapped, *ROADS[2:]])])
    assert rows_of(page)[1] == ["Đường trục thôn", "3,0 m", "160 tấn", "liên xã đi qua"]


def test_a_dumps_columns_are_a_table_in_the_document() -> None:
    text = """KẾ HOẠCH
Làm đường năm 2023

I. NỘI DUNG
Mức hỗ trợ cho mỗi km đường:
Loại đường          Bề rộng     Xi măng
Đường trục thôn     3,0 m       160 tấn
Đường ngõ xóm       2,0 m       95 tấn
Đường nội đồng      2,5 m       110 tấn
II. KINH PHÍ
Từ ngân sách xã.
"""
    structure = structure_of(text)
    (table,) = structure.tables
    assert values(table)[2] == ["Đường ngõ xóm", "2,0 m", "95 tấn"]
    assert "Đường ngõ xóm | 2,0 m | 95 tấn" in structure.sections[0].text
    assert not structure.problems


def test_a_programme_and_a_list_of_persons_are_tables_of_two_columns() -> None:
    text = """KẾ HOẠCH
Tổ chức Ngày hội

I. CHƯƠNG TRÌNH

07h30 - 08h00          Đón tiếp đại biểu
08h00 - 08h15          Chào cờ, tuyên bố lý do
08h15 - 09h00          Báo cáo tổng kết phong trào
                       của Ban Tổ chức
09h00 - 10h30          Tham luận, trao thưởng

II. BAN TỔ CHỨC

Ông Trần Văn Bình          Trưởng ban
Bà Lê Thị Hoa              Phó Trưởng ban
Ông Ngô Đức Mạnh           Ủy viên
Bà Phạm Thị Thu Hằng       Ủy viên, Thư ký

III. TỔ CHỨC THỰC HIỆN

Các thôn thực hiện kế hoạch.
"""
    programme, persons = structure_of(text).tables
    assert values(programme)[1:3] == [
        ["08h00 - 08h15", "Chào cờ, tuyên bố lý do"],
        ["08h15 - 09h00", "Báo cáo tổng kết phong trào của Ban Tổ chức"],
    ]
    assert values(persons)[0] == ["Ông Trần Văn Bình", "Trưởng ban"]


@pytest.mark.parametrize(
    "text",
    [
        # letterhead and closing
        "UBND XÃ HÒA AN              CỘNG HÒA XÃ HỘI\nSố: 12/KH-UBND              Độc lập - Tự do\n"
        "VĂN PHÒNG 12                Hòa An, ngày 3\nSố 4                        trang 5",
        "Nơi nhận:                      TM. ỦY BAN NHÂN DÂN\n- Như trên;          số 4       CHỦ TỊCH 1\n"
        "- Lưu VT.            số 5       (Đã ký) 1\nxã              2               Nguyễn Văn An 3",
        # a form to fill in
        "Họ và tên: ..........   Năm sinh: ......   Lớp: .....\nNơi ở: ..........       Nghề: ......       Số: .....\n"
        "Cha: ..........         Mẹ: ......         Con: .....",
        # a list of persons, which are items
        "1. Ông Trần An       Hiệu trưởng       Trưởng ban\n2. Ông Lê Bình       Phó Hiệu trưởng   Phó ban\n"
        "3. Bà Hồ Chi         Giáo viên         Ủy viên",
        # signatures of three
        "NGƯỜI LẬP          KẾ TOÁN TRƯỞNG     GIÁM ĐỐC\n(Ký, họ tên)       (Ký, họ tên)       (Ký, họ tên)\n"
        "Trần An            Lê Bình            Hồ Chi",
        # two columns of words
        "Chào mừng        Đại hội\nNăm mới          Thắng lợi\nĐoàn kết         Kỷ cương\nSáng tạo         Phát triển",
    ],
)  # fmt: skip
def test_what_only_looks_like_columns_is_left_alone(text: str) -> None:
    pages = pages_of(text)
    assert settled(pages) == pages


def test_justified_prose_is_left_alone() -> None:
    lines = [
        line_of((100, "Các cơ quan, đơn"), (420, "vị, địa phương"), (760, "trên địa bàn"), top=100),
        line_of((100, "xã có trách nhiệm"), (480, "triển khai thực hiện"), (900, "nghiêm túc"), top=150),
        line_of((100, "các nội dung"), (340, "của Kế hoạch này"), (700, "theo đúng quy định"), top=200),
    ]
    assert settled([page_of(lines)]) == [page_of(lines)]


def cell_line(cell: tuple[int, int, int], left: int, right: int, top: int, text: str) -> Line:
    return Line(text, text, box=Box(left, top, right, top + 40), confidence=0.9, region=Region.TABLE, cell=cell)


def test_a_title_cut_at_a_tables_rules_is_text_again() -> None:
    title = [
        cell_line((0, 0, 0), 280, 600, 150, "(Kèm theo Kế hoạch"),
        cell_line((0, 0, 0), 400, 602, 195, "của Sở Y tế"),
        cell_line((0, 0, 1), 610, 900, 152, "số 84/KH-SYT ngày 06/11"),
        cell_line((0, 0, 1), 604, 880, 197, "về kiểm tra năm 2017)"),
    ]
    (page,) = settled([page_of(title)])
    assert [line.text for line in page.lines] == [
        "(Kèm theo Kế hoạch số 84/KH-SYT ngày 06/11",
        "của Sở Y tế về kiểm tra năm 2017)",
    ]
    assert all(line.cell is None for line in page.lines)


def test_a_single_row_with_room_between_its_cells_stays_a_table() -> None:
    row = [cell_line((0, 0, 0), 280, 400, 150, "Tập thể"), cell_line((0, 0, 1), 500, 620, 150, "Cá nhân")]
    assert settled([page_of(row)]) == [page_of(row)]


def test_the_text_of_a_frame_is_text() -> None:
    frame = [cell_line((0, 0, 0), 280, 900, 150, "Ghi chú: hồ sơ gửi"), cell_line((0, 0, 0), 280, 700, 195, "về xã.")]
    (page,) = settled([page_of(frame)])
    assert [line.cell for line in page.lines] == [None, None]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["10", "1!", "12"], ["10", "11", "12"]),
        (["26.", "2.", "28."], ["26.", "27.", "28."]),
        (["16.", "17", "18."], ["16.", "17.", "18."]),
        (["9", "10", "1 1"], ["9", "10", "11"]),
        (["1", "1", "2"], ["1", "1", "2"]),  # the author's own
        (["3", "5", "6"], ["3", "5", "6"]),
        (["I", "a", "II"], ["I", "a", "II"]),
        (["0", ""], ["0", ""]),
    ],
)
def test_damaged_numbers_are_told_by_their_neighbours(cells: list[str], expected: list[str]) -> None:
    assert repaired_sequence(cells) == expected


@given(st.lists(st.text(max_size=4), max_size=8))
def test_any_cells_are_taken_and_numbers_in_order_stay(cells: list[str]) -> None:
    assert len(repaired_sequence(cells)) == len(cells)
    ordered = [f"{number}." for number in range(1, len(cells) + 1)]
    assert repaired_sequence(ordered) == ordered


def test_a_row_cut_by_a_page_break_is_one() -> None:
    above = grid(1, [["TT", "Việc", "Ai"], ["1", "Kiểm tra", "Công an"], ["2", "Cấp áo phao", "Ban An toàn"]])
    below = grid(2, [["", "", "tỉnh"], ["3", "Tổng kết", "Văn phòng"]])
    rows = whole_rows([*above, *below])
    assert [row.text for row in rows[2:]] == ["2 | Cấp áo phao | Ban An toàn tỉnh", "3 | Tổng kết | Văn phòng"]
    (table,) = find_tables([Node(paragraphs=tuple(rows))])
    assert [row[0] for row in values(table)] == ["TT", "1", "2", "3"]


def test_a_row_cut_by_a_page_break_goes_on_under_a_head_printed_again() -> None:
    above = grid(1, [["TT", "Việc"], ["1", "Cấp áo phao"], ["2", "Kiểm tra các"]])
    below = grid(2, [["TT", "Việc"], ["", "bến đò"], ["3", "Tổng kết"]])
    (table,) = find_tables([Node(paragraphs=tuple(whole_rows([*above, *below])))])
    assert values(table) == [["TT", "Việc"], ["1", "Cấp áo phao"], ["2", "Kiểm tra các bến đò"], ["3", "Tổng kết"]]


@pytest.mark.parametrize(
    "below",
    [
        [["", "Tổ chức khen thưởng"]],  # a row of its own, its number lost
        [["3", "bến đò"]],
        [["bến đò", ""]],
    ],
)
def test_a_new_row_on_the_next_page_stays_one(below: list[list[str]]) -> None:
    above = grid(1, [["TT", "Việc"], ["1", "Cấp áo phao"], ["2", "Kiểm tra các bến"]])
    rows = [*above, *grid(2, below)]
    assert whole_rows(rows) == rows


def test_a_head_cell_beside_a_cell_of_two_lines_belongs_to_its_row() -> None:
    row = [cell_row(0, 1, (0, 0, 1), "Thời gian"), cell_row(1, 1, (0, 0, 1), "kiểm tra")]
    row[1] = replace(row[1], line=replace(row[1].line, box=Box(200, 130, 290, 155)))
    number = replace(cell_row(2, 1, (0, 1, 0), "STT"), line=cell_line((0, 1, 0), 100, 160, 112, "STT"))
    assert is_same_row(row, number)


def test_a_cells_last_line_that_became_a_row_belongs_to_its_cell() -> None:
    def at(cell: tuple[int, int, int], left: int, top: int, text: str) -> Line:
        return cell_line(cell, left, left + 90, top, text)

    lines = [at((0, 3, 1), 200, 100, "Cấp áo"), at((0, 3, 1), 200, 145, "phao"), at((0, 3, 2), 300, 100, "Ban An toàn")]
    row = [replace(cell_row(i, 1, (0, 3, 1), line.text), text=line.text, line=line) for i, line in enumerate(lines)]
    rest = at((0, 4, 2), 300, 146, "tỉnh")
    assert is_same_row(row, replace(row[0], text="tỉnh", line=rest))
    below = at((0, 4, 2), 300, 190, "tỉnh")  # as far below as a rule needs
    assert not is_same_row(row, replace(row[0], text="tỉnh", line=below))
