"""Tables of PDFs with a text layer: cells from the lines that the file draws, however its program drew them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from pipeline.intake import open_source
from pipeline.reading.engines.base import EngineLine
from pipeline.reading.layer_pages import from_layer
from pipeline.reading.layout.drawn_tables import drawn_rules
from pipeline.reading.page_image.ruled_lines import Rule, Rules
from pipeline.reading.text_layer import judge_layer
from pipeline.settings import IntakeSettings
from pipeline.structure import build_structure
from pipeline.values import Box, Page

PROSE = [
    (72, 780 - 18 * row, f"Line {row} of the running text of a page that goes on to its margin") for row in range(6)
]
# x of the columns' edges and y of the rows', in points from the bottom left; two cells of the head are merged.
COLUMNS, ROWS = (72, 110, 300, 400, 520), (600, 570, 540, 500)
CELLS = [
    (80, 565, "TT"), (120, 580, "Noi dung"), (320, 580, "So luong"), (320, 550, "Nam"), (420, 550, "Nu"),
    (80, 520, "1"), (120, 525, "Hop to dan"), (120, 508, "pho hang quy"), (320, 520, "12"), (420, 520, "15"),
]  # fmt: skip
GRID = {
    (0, 0): "TT", (0, 1): "Noi dung", (0, 2): "So luong", (1, 2): "Nam", (1, 3): "Nu",
    (2, 0): "1", (2, 1): "Hop to dan / pho hang quy", (2, 2): "12", (2, 3): "15",
}  # fmt: skip
Text = tuple[float, float, str]


def edges() -> list[tuple[float, float, float, float]]:
    """(x, y, x, y) of every border piece of the table, cell by cell where nothing is merged."""
    pieces: list[tuple[float, float, float, float]] = []
    for y in ROWS:
        for number, (left, right) in enumerate(pairwise(COLUMNS)):
            if not (y == ROWS[1] and number < 2):
                pieces.append((left, y, right, y))
    for number, x in enumerate(COLUMNS):
        for top, bottom in pairwise(ROWS):
            if not (number == 3 and top == ROWS[0]):
                pieces.append((x, bottom, x, top))
    return pieces


def strokes() -> str:
    return "0.5 w " + " ".join(f"{x0} {y0} m {x1} {y1} l S" for x0, y0, x1, y1 in edges())


def one_path() -> str:
    return "0.5 w " + " ".join(f"{x0} {y0} m {x1} {y1} l" for x0, y0, x1, y1 in edges()) + " S"


def thin_rectangles(together: bool = False) -> str:
    paint = "" if together else "f"
    shapes = [
        f"{x0} {y0 - 0.4} {x1 - x0} 0.8 re {paint}" if y0 == y1 else f"{x0 - 0.4} {y0} 0.8 {y1 - y0} re {paint}"
        for x0, y0, x1, y1 in edges()
    ]
    return " ".join(shapes) + (" f" if together else "")


def dots() -> str:
    """Borders of dots, a path for each."""
    places = []
    for x0, y0, x1, y1 in edges():
        count = int(max(x1 - x0, y1 - y0) / 1.5)
        places += [(x0 + (x1 - x0) * at / count, y0 + (y1 - y0) * at / count) for at in range(count)]
    return " ".join(f"{x:.2f} {y:.2f} 0.75 0.75 re f" for x, y in places)


def pdf(path: Path, pages: Sequence[tuple[Sequence[Text], str]], *, rotate: int = 0) -> Path:
    """A PDF whose pages show texts at (x, y) in points and a drawing."""
    with pikepdf.new() as file:
        font = file.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        for texts, drawing in pages:
            page = file.add_blank_page(page_size=(595, 842))
            shown = " ".join(f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET" for x, y, text in texts)
            page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.obj.Contents = pikepdf.Stream(file, f"{drawing}\n{shown}".encode())
            page.obj.Rotate = rotate
        file.save(path)
    return path


def read(path: Path) -> list[Page]:
    with open_source(path, IntakeSettings()) as source:
        return [
            from_layer(page, page.image.size, judge_layer(page.layer, page.image.size[1], has_image=True))
            for page in source.pages()
            if page.image is not None
        ]


def cells(page: Page) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], list[str]] = {}
    for line in page.lines:
        if line.cell is not None:
            found.setdefault(line.cell[1:], []).append(line.text)
    return {cell: " / ".join(texts) for cell, texts in found.items()}


@pytest.mark.parametrize(
    "drawing",
    [
        strokes(),
        one_path(),
        thin_rectangles(),
        thin_rectangles(together=True),
        dots(),
        "0.9 g 72 540 448 60 re f 0.8 G " + strokes(),
        "q 2 0 0 2 0 0 cm "
        + " ".join(f"{x0 / 2} {y0 / 2} m {x1 / 2} {y1 / 2} l S" for x0, y0, x1, y1 in edges())
        + " Q",
    ],
    ids=["strokes", "one path", "filled", "filled at once", "dotted", "shaded head, grey lines", "scaled"],
)
def test_the_cells_of_a_ruled_table_however_its_lines_are_drawn(tmp_path, drawing):
    (page,) = read(pdf(tmp_path / "a.pdf", [([*PROSE, *CELLS], drawing)]))
    assert cells(page) == GRID
    assert [line.text for line in page.lines if line.cell is None] == [text for _, _, text in PROSE]


def test_lines_that_nobody_sees_are_no_table(tmp_path):
    (page,) = read(pdf(tmp_path / "a.pdf", [([*PROSE, *CELLS], "1 G 1 g " + strokes())]))
    assert cells(page) == {}


def test_a_table_on_a_turned_page_is_read_as_it_is_shown(tmp_path):
    turned = [(0.0, 0.0, "")]  # the page shows lying text: both are turned the same way
    drawing = "q 0 1 -1 0 595 0 cm " + strokes() + " " + " ".join(
        f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET" for x, y, text in CELLS
    ) + " Q"  # fmt: skip
    (page,) = read(pdf(tmp_path / "a.pdf", [(turned, drawing)], rotate=90))
    assert cells(page) == GRID


@pytest.mark.parametrize(
    "drawing",
    [
        "0.5 w 72 776 m 260 776 l S 340 758 m 420 758 l S",
        "1 w 40 40 515 762 re S 44 44 507 754 re S",
        "0.5 w 66 680 460 116 re S",
        "0.5 w 72 120 m 216 120 l S",
        "0.5 w 72 700 m 72 400 l S 72 400 m 500 400 l S 72 450 m 500 450 l S 72 500 m 500 500 l S",
    ],
    ids=["underlines", "page border", "a box around text", "rule over footnotes", "axes of a chart"],
)
def test_other_lines_are_no_table(tmp_path, drawing):
    notes = [(72, 105, "1 A note at the foot")]
    (page,) = read(pdf(tmp_path / "a.pdf", [([*PROSE, *notes], drawing)]))
    assert cells(page) == {}
    assert len(page.lines) == len(PROSE) + 1


def test_a_table_without_outer_lines_keeps_its_first_column_and_row(tmp_path):
    inner = [e for e in edges() if e[0] not in (COLUMNS[0], COLUMNS[-1]) or e[0] != e[2]]
    inner = [e for e in inner if e[1] != ROWS[0] or e[1] != e[3]]
    drawing = "0.5 w " + " ".join(f"{x0} {y0} m {x1} {y1} l S" for x0, y0, x1, y1 in inner)
    (page,) = read(pdf(tmp_path / "a.pdf", [([*PROSE, *CELLS], drawing)]))
    assert cells(page) == GRID


def test_rows_parted_by_rules_and_columns_by_blanks_are_no_cells(tmp_path):
    drawing = "0.5 w " + " ".join(f"72 {y} m 520 {y} l S" for y in ROWS) + " 72 500 m 72 600 l S 520 500 m 520 600 l S"
    (page,) = read(pdf(tmp_path / "a.pdf", [([*PROSE, *CELLS], drawing)]))
    assert cells(page) == {}


def test_an_underlined_word_in_a_cell_parts_no_row(tmp_path):
    drawing = strokes() + " 120 522 m 179 522 l S"
    (page,) = read(pdf(tmp_path / "a.pdf", [([*PROSE, *CELLS], drawing)]))
    assert cells(page) == GRID


def test_a_table_over_two_pages_is_one_table_and_its_repeated_head_stands_once(tmp_path):
    def sheet(top: int, rows: list[tuple[str, str, str]]) -> tuple[list[Text], str]:
        texts: list[Text] = []
        path = ""
        for number, row in enumerate(rows):
            y = top - 20 * number
            for x, width, text in zip((72, 140, 400), (68, 260, 100), row, strict=True):
                path += f"{x} {y} {width} 20 re S "
                texts.append((x + 6, y + 6, text))
        return texts, path

    head = [("TT", "Noi dung", "So tien"), ("", "cong viec", "dong")]
    first = sheet(140, [*head, ("1", "Khen thuong", "500"), ("2", "Hoi nghi", "200"), ("3", "Tai lieu", "90")])
    second = sheet(780, [*head, ("4", "Nuoc uong", "30"), ("5", "Tong ket", "120")])
    after = [(72, 700, "Running text after the table.")]
    pages = read(pdf(tmp_path / "a.pdf", [([*PROSE, *first[0]], first[1]), ([*second[0], *after], second[1])]))
    (table,) = build_structure(pages).tables
    assert [[cell.value for cell in row] for row in table.rows] == [
        ["TT", "Noi dung", "So tien"],
        ["", "cong viec", "dong"],
        ["1", "Khen thuong", "500"],
        ["2", "Hoi nghi", "200"],
        ["3", "Tai lieu", "90"],
        ["4", "Nuoc uong", "30"],
        ["5", "Tong ket", "120"],
    ]


def test_a_closing_in_a_frame_is_no_table(tmp_path):
    texts = [(80, 580, "Noi nhan:"), (80, 560, "- Luu: VT."), (320, 580, "GIAM DOC")]
    drawing = "0.5 w 72 540 228 60 re S 300 540 220 60 re S"
    (page,) = read(pdf(tmp_path / "a.pdf", [([*PROSE, *texts], drawing)]))
    assert cells(page) == {}


def test_a_drawing_of_a_hundred_thousand_lines_costs_no_more_than_a_page_of_them(tmp_path):
    drawing = " ".join(f"{at % 595} {at % 800} m {at % 595} {at % 800 + 30} l S" for at in range(100_000))
    path = pdf(tmp_path / "a.pdf", [(PROSE, drawing)])
    with open_source(path, IntakeSettings()) as source:
        (page,) = list(source.pages())
    assert page.layer is not None
    assert 0 < len(page.layer.rules) <= 10_000


def test_more_rules_than_a_table_has_are_a_plan():
    pieces = [Box(0, 10 * at, 1000, 10 * at + 2) for at in range(500)]
    assert drawn_rules(pieces, [], 1000) == Rules()
    assert len(drawn_rules(pieces[:300], [], 1000).horizontal) == 300


def test_pieces_of_a_border_are_joined_and_small_ones_dropped():
    pieces = [Box(100, 50, 200, 52), Box(203, 50, 300, 52), Box(400, 51, 404, 52), Box(100, 52, 102, 90)]
    assert drawn_rules(pieces, list[EngineLine](), 1000) == Rules((Rule(51, 100, 300),), (Rule(101, 52, 90),))
