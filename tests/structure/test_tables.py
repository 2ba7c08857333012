"""Table rows as text and as table objects, also over a page break."""

from __future__ import annotations

from pipeline.structure.lines.model import Node, Paragraph, Row
from pipeline.structure.tables.tables import find_tables, is_same_row, table_row
from pipeline.values import Box, Line, Region


def cell_row(number: int, page: int, cell: tuple[int, int, int], text: str, *, width: int = 400) -> Row:
    _, row, column = cell
    left = 100 + column * width // 4
    box = Box(left, 100 + row * 30, left + width // 4 - 10, 125 + row * 30)
    line = Line(text, text, box=box, confidence=0.9, region=Region.TABLE, cell=cell)
    return Row(number, page, text, line)


def grid(page: int, rows: list[list[str]], table: int = 0, width: int = 400) -> list[Paragraph]:
    """A paragraph for each row; a cell's lines are separated by '/', an empty cell has no line at all."""
    paragraphs = []
    number = page * 1000
    for index, cells in enumerate(rows):
        lines = []
        for column, cell in enumerate(cells):
            for part in filter(None, cell.split("/")):
                lines.append(cell_row(number, page, (table, index, column), part, width=width))
                number += 1
        paragraphs.append(table_row(lines))
    return paragraphs


def values(table: object) -> list[list[str]]:
    return [[cell.value for cell in row] for row in table.rows]  # type: ignore[attr-defined]


def test_row_text_has_cells_between_bars_and_cell_lines_joined() -> None:
    (paragraph,) = grid(1, [["1", "Phòng khám/số 5", "Sáng"]])
    assert paragraph.text == "1 | Phòng khám số 5 | Sáng"


def test_empty_cell_keeps_its_place_before_a_filled_one_only() -> None:
    first, last = grid(1, [["1", "", "Sáng"], ["2", "Trạm", ""]])
    assert first.text == "1 |  | Sáng"
    assert last.text == "2 | Trạm"


def test_pieces_point_at_their_characters() -> None:
    (paragraph,) = grid(1, [["1", "", "Sáng thứ hai"]])
    assert [paragraph.text[p.start : p.end] for p in paragraph.pieces] == ["1", "Sáng thứ hai"]


def test_table_object_has_every_cell_with_box_and_page() -> None:
    node = Node(paragraphs=tuple(grid(2, [["TT", "Nội dung"], ["1", "Khám bệnh"]])))
    (table,) = find_tables([node])
    assert (table.section, table.page) == ("1", 2)
    assert values(table) == [["TT", "Nội dung"], ["1", "Khám bệnh"]]
    assert table.rows[1][1].bbox == [200, 130, 290, 155]
    assert table.bbox == [100, 100, 290, 155]


def test_empty_cells_are_empty_strings_and_rows_are_equally_long() -> None:
    node = Node(paragraphs=tuple(grid(1, [["TT", "Nội dung", "Ghi chú"], ["1"], ["", "Khám", ""]])))
    (table,) = find_tables([node])
    assert values(table) == [["TT", "Nội dung", "Ghi chú"], ["1", "", ""], ["", "Khám", ""]]


def test_table_over_a_page_break_is_one() -> None:
    rows = grid(1, [["TT", "Nơi"], ["1", "An"]]) + grid(2, [["2", "Bình"]])
    (table,) = find_tables([Node(paragraphs=tuple(rows))])
    assert values(table) == [["TT", "Nơi"], ["1", "An"], ["2", "Bình"]]


def test_head_row_printed_again_belongs_to_the_table_once() -> None:
    rows = grid(1, [["TT", "Nội dung"], ["1", "An"]]) + grid(2, [["TT", "Nôi dung"], ["2", "Bình"]])
    (table,) = find_tables([Node(paragraphs=tuple(rows))])
    assert [row[0] for row in values(table)] == ["TT", "1", "2"]


def test_table_over_three_pages_is_one() -> None:
    rows = grid(1, [["TT", "Nơi"], ["1", "An"]]) + grid(2, [["2", "Bình"]]) + grid(3, [["3", "Chi"]])
    assert len(find_tables([Node(paragraphs=tuple(rows))])) == 1


def test_sparse_rest_with_the_same_sides_still_belongs() -> None:
    rows = grid(1, [["TT", "Nơi", "Ai", "Ghi chú"]]) + grid(2, [["29. Các phòng ban", "", "Ông An"]], width=530)
    (table,) = find_tables([Node(paragraphs=tuple(rows))])
    assert len(table.rows) == 2


def test_other_table_on_the_next_page_stays_its_own() -> None:
    rows = grid(1, [["TT", "Nơi"], ["1", "An"]]) + grid(2, [["Ngày", "Giờ", "Phòng", "Tên"]], width=900)
    assert len(find_tables([Node(paragraphs=tuple(rows))])) == 2


def test_text_between_two_tables_parts_them() -> None:
    rows = [*grid(1, [["1", "An"]]), Paragraph("Danh sách dự phòng:"), *grid(2, [["2", "Bình"]])]
    assert len(find_tables([Node(paragraphs=tuple(rows))])) == 2


def test_two_tables_on_one_page_are_two() -> None:
    rows = grid(1, [["1", "An"]]) + grid(1, [["2", "Bình"]], table=1)
    assert len(find_tables([Node(paragraphs=tuple(rows))])) == 2


def test_table_of_a_sub_section_names_it() -> None:
    child = Node(paragraphs=tuple(grid(1, [["1", "An"]])))
    (table,) = find_tables([Node(heading="I", children=(Node(heading="1"), child))])
    assert table.section == "1.2"


def test_section_without_tables_has_none() -> None:
    assert find_tables([Node(paragraphs=(Paragraph("Một | hai"),))]) == []


def test_cell_beside_a_tilted_row_belongs_to_it() -> None:
    def at(cell: tuple[int, int, int], left: int, top: int, text: str = "x") -> Row:
        return Row(0, 1, text, Line(text, text, box=Box(left, top, left + 80, top + 40), cell=cell))

    row = [at((0, 0, 1), 300, 104), at((0, 0, 2), 500, 110)]
    assert is_same_row(row, at((0, 1, 0), 100, 100))  # lost its row on a tilted page
    assert not is_same_row(row, at((0, 1, 0), 100, 160))  # the next row
    assert not is_same_row(row, at((0, 1, 1), 300, 106))  # a column that the row has already
    assert not is_same_row(row, at((1, 0, 0), 100, 100))  # another table
