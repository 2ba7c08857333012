"""A stop read as a comma and a semicolon read as a colon, put right by the list they stand in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.structure import build_structure, with_corrections
from pipeline.structure.loss import words
from pipeline.values import Line, Page, Region, TextSource, Word
from tests.structure.samples import find, ocr_line, ocr_page


def read(texts: list[str], source: TextSource = TextSource.OCR) -> Page:
    lines = [ocr_line(text, 200 + 60 * place, gap=0.5) for place, text in enumerate(texts)]
    return Page(1, source, tuple(lines), width=1654, height=2339)


def text_of(texts: list[str], identity: str = "1", source: TextSource = TextSource.OCR) -> str:
    return find(build_structure([read(texts, source)]).sections, identity).text


BULLETS = ["I. NỘI DUNG", "- Dọn vệ sinh đường làng,", "- Trồng hai trăm cây xanh.", "- Sơn lại cổng chào của thôn."]


def test_comma_before_the_next_item_was_a_stop() -> None:
    assert text_of(BULLETS).split("\n")[0] == "- Dọn vệ sinh đường làng."


def test_comma_among_semicolons_was_one() -> None:
    texts = [
        "I. HỒ SƠ",
        "- Tờ trình của đơn vị,",
        "- Báo cáo thành tích;",
        "- Biên bản họp xét;",
        "- Danh sách trích ngang.",
    ]
    assert text_of(texts).split("\n")[0] == "- Tờ trình của đơn vị;"


def test_colon_with_nothing_under_it_in_a_list_of_semicolons_was_one() -> None:
    texts = [
        "I. HỒ SƠ",
        "- Tờ trình của đơn vị;",
        "- Báo cáo thành tích cá nhân:",
        "- Biên bản họp xét;",
        "- Danh sách.",
    ]
    assert text_of(texts).split("\n")[1] == "- Báo cáo thành tích cá nhân;"


def test_colon_over_a_list_of_its_own_stays() -> None:
    texts = [
        "I. HỒ SƠ",
        "- Tờ trình của đơn vị;",
        "- Báo cáo thành tích cá nhân:",
        "+ Bản chính;",
        "+ Bản sao.",
        "- Biên bản;",
    ]
    assert text_of(texts).split("\n")[1].endswith(":")


def test_lead_in_and_label_keep_their_colon() -> None:
    texts = [
        "I. HỒ SƠ",
        "- Tờ trình của đơn vị;",
        "- Tài liệu kèm theo gồm có:",
        "- Biên bản;",
        "- Cá nhân:",
        "- Giấy mời;",
    ]
    lines = text_of(texts).split("\n")
    assert (lines[1][-1], lines[3][-1]) == (":", ":")


def test_last_sentence_of_a_numbered_item() -> None:
    texts = [
        "I. TỔ CHỨC",
        "1. Văn phòng tổng hợp, báo cáo hằng tháng,",
        "2. Các thôn triển khai thực hiện.",
        "II. KINH PHÍ",
    ]
    assert text_of(texts, "1.1") == "Văn phòng tổng hợp, báo cáo hằng tháng."


@pytest.mark.parametrize("source", [TextSource.TEXT_FILE, TextSource.TEXT_LAYER, TextSource.DOCX])
def test_what_no_engine_read_is_left_as_it_is(source: TextSource) -> None:
    assert text_of(BULLETS, source=source).split("\n")[0].endswith(",")


def test_authors_own_commas_stay() -> None:
    texts = ["I. THÀNH PHẦN", "- Đại diện Sở Y tế,", "- Đại diện Sở Nội vụ,", "- Đại diện Sở Tài chính."]
    assert [line[-1] for line in text_of(texts).split("\n")] == [",", ",", "."]


def test_sentence_that_goes_on_keeps_its_comma() -> None:
    texts = ["I. NỘI DUNG", "- Tuyên truyền, vận động nhân dân,", "- nhắc nhở các hộ gia đình.", "- Kiểm tra định kỳ."]
    assert text_of(texts).split("\n")[0].endswith(",")


def test_reason_that_another_follows_ends_with_a_semicolon() -> None:
    page = read(
        [
            "KẾ HOẠCH",
            "Thi đua năm 2024",
            "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022:",
            "Căn cứ Kế hoạch số 12/KH-UBND ngày 05 tháng 01 năm 2024 của huyện;",
            "I. MỤC ĐÍCH",
            "- Nâng cao nhận thức.",
        ]
    )
    assert build_structure([page]).preamble[0].endswith("2022;")


def test_what_was_mended_stands_in_the_lines_and_in_the_steps() -> None:
    pages = [read(BULLETS)]
    structure = build_structure(pages)
    (mended,) = with_corrections(pages, structure.corrections)
    assert [(edit.read, edit.text, edit.by) for edit in mended.lines[1].edits] == [(",", ".", "line_ends")]
    assert mended.lines[1].text == "- Dọn vệ sinh đường làng."
    assert mended.lines[1].raw == "- Dọn vệ sinh đường làng,"
    assert [(step.step, step.settings) for step in mended.steps] == [("line_ends", {"signs": 1})]
    assert words(line.text for line in mended.lines) == words(line.text for line in pages[0].lines)


def test_stroke_of_a_frame_after_a_heading_is_a_mark_and_a_printed_figure_is_not() -> None:
    def line(text: str, top: int, last: float) -> Line:
        found = ocr_line(text, top, gap=0.5)
        sure = [0.97] * (len(text.split()) - 1) + [last]
        words = tuple(Word(word, found.box, share) for word, share in zip(text.split(), sure, strict=True))
        return Line(text, text, found.box, 0.95, words, gap_before=0.5)

    lines = [
        line("I. Nhiệm vụ 1", 200, 0.41),
        ocr_line("- Trồng cây xanh dọc các tuyến đường của thôn.", 260, gap=0.5),
        line("II. Đợt 1", 320, 0.41),
    ]
    lines += [
        ocr_line("- Từ tháng 3 đến hết tháng 6 năm 2024 tại các thôn.", 380, gap=0.5),
        line("III. Tuyến 2", 440, 0.97),
        ocr_line("- Làm đường giao thông nông thôn và nhà văn hóa.", 500, gap=0.5),
    ]
    structure = build_structure([ocr_page(1, lines)])
    assert [section.heading for section in structure.sections] == ["Nhiệm vụ", "Đợt 1", "Tuyến 2"]
    assert "1" in [mark.text for mark in structure.marks[1]]


def test_scribble_after_the_end_sign_is_a_mark() -> None:
    lines = [
        ocr_line("I. NỘI DUNG", 200, gap=0.5),
        ocr_line("- Trồng cây xanh dọc các tuyến đường của thôn.", 260, gap=0.5),
    ]
    lines.append(ocr_line("Trên đây là Kế hoạch trồng cây của xã./. ưẠ n", 320, gap=0.5))
    structure = build_structure([ocr_page(1, lines)])
    assert structure.sections[0].text.endswith("của xã./.")
    assert [mark.text for mark in structure.marks[1]] == ["ưẠ n"]
    assert not structure.problems


def test_a_line_inside_a_frame_is_mended_on_its_page_too() -> None:
    framed = [
        replace(ocr_line(text, 260 + 60 * place, gap=0.5), cell=(0, 0, 0), region=Region.TABLE)
        for place, text in enumerate(
            ["- Tờ trình của đơn vị;", "- Báo cáo thành tích cá nhân:", "- Biên bản họp xét;", "- Danh sách."]
        )
    ]
    pages = [ocr_page(1, [ocr_line("I. HỒ SƠ", 200, gap=0.5), *framed])]
    structure = build_structure(pages)
    assert find(structure.sections, "1").text.split("\n")[1] == "- Báo cáo thành tích cá nhân;"
    (mended,) = with_corrections(pages, structure.corrections)
    assert mended.lines[2].text == "- Báo cáo thành tích cá nhân;"
    assert mended.lines[2].cell == (0, 0, 0)


def test_the_end_of_a_title_that_a_table_cut_is_mended_in_the_piece_that_holds_it() -> None:
    def piece(text: str, column: int, left: int) -> Line:
        return replace(ocr_line(text, 260, left, gap=0.5), cell=(0, 0, column), region=Region.TABLE)

    cut = [piece("- Dọn vệ sinh", 0, 240), piece("đường làng,", 1, 240 + 16 * 14)]
    below = [ocr_line(text, 320 + 60 * place, gap=0.5) for place, text in enumerate(BULLETS[2:])]
    pages = [ocr_page(1, [ocr_line("I. NỘI DUNG", 200, gap=0.5), *cut, *below])]
    structure = build_structure(pages)
    assert find(structure.sections, "1").text.split("\n")[0] == "- Dọn vệ sinh đường làng."
    (mended,) = with_corrections(pages, structure.corrections)
    assert [line.text for line in mended.lines[1:3]] == ["- Dọn vệ sinh", "đường làng."]


def test_a_number_of_a_column_is_put_right_on_its_page_too() -> None:
    numbers, names = ["1", "2.", "3", "4"], ["Bí thư", "Chủ tịch", "Phó bí thư", "Ủy viên"]
    lines = []
    for row, (number, name) in enumerate(zip(numbers, names, strict=True)):
        top = 200 + 60 * row
        lines.append(replace(ocr_line(number, top), cell=(0, row, 0), region=Region.TABLE))
        lines.append(replace(ocr_line(name, top, 400), cell=(0, row, 1), region=Region.TABLE))
    pages = [ocr_page(1, lines)]
    (mended,) = with_corrections(pages, build_structure(pages).corrections)
    assert [line.text for line in mended.lines[::2]] == ["1", "2", "3", "4"]
    assert mended.lines[2].raw == "2."


@pytest.mark.parametrize(
    ("item", "end", "below"),
    [
        ("d) Có kế hoạch ứng phó sự cố theo quy định tại Phụ lục", ";", "đ) Có thiết bị đo."),
        ("- Tổ chức phong trào thi đua trong toàn huyện năm nay", ";", "- Khen thưởng kịp thời."),
        ("d) Các tổ chức, cá nhân có trách nhiệm thực hiện như sau", ":", "- Báo cáo kết quả."),
        ("d) Các tổ chức, cá nhân có trách nhiệm thực hiện như sau", ":", "a) Báo cáo kết quả."),
        ("- Địa chỉ thường trú", ":", "- Điện thoại"),
    ],
    ids=["next letter", "same dash", "announced by dashes", "announced by letters", "form"],
)
def test_an_item_right_above_the_next_one_announced_nothing(item: str, end: str, below: str) -> None:
    pages = [read(["I. NỘI DUNG", f"{item}:", below])]
    (mended,) = with_corrections(pages, build_structure(pages).corrections)
    assert mended.lines[1].text == f"{item}{end}"


def test_a_paragraph_between_two_lists_keeps_its_colon() -> None:
    between = "Các cơ quan, đơn vị có trách nhiệm thực hiện các nhiệm vụ sau:"
    texts = [
        "I. NỘI DUNG",
        "- Tổ chức phong trào thi đua trong toàn huyện.",
        between,
        "- Báo cáo kết quả về Văn phòng.",
    ]
    assert between in text_of(texts)


def test_recipients_end_in_semicolons() -> None:
    left = ["Nơi nhận:", "- Sở Nội vụ (b/c):", "Như Điều 3:", "- Các phòng:", "+ Kế toán;", "- Lưu: VT:"]
    lines = [ocr_line("KẾ HOẠCH", 200), ocr_line("I. NỘI DUNG", 300, gap=0.8)]
    lines.append(ocr_line("- Nâng cao nhận thức của cán bộ, công chức trong toàn ngành.", 380, gap=0.5))
    lines += [ocr_line(text, 600 + 50 * row, 150, region=Region.CLOSING_LEFT) for row, text in enumerate(left)]
    lines += [
        ocr_line(text, 600 + 50 * row, 900, region=Region.CLOSING_RIGHT)
        for row, text in enumerate(["GIÁM ĐỐC", "Trần Văn An"])
    ]
    pages = [ocr_page(1, lines)]
    structure = build_structure(pages)
    assert [field.value for field in structure.recipients] == [
        "Sở Nội vụ (b/c)",
        "Như Điều 3",
        "Các phòng",
        "Kế toán",
        "Lưu: VT",
    ]
    (mended,) = with_corrections(pages, structure.corrections)
    assert [line.text for line in mended.lines if line.region is Region.CLOSING_LEFT] == [
        "Nơi nhận:",
        "- Sở Nội vụ (b/c);",
        "Như Điều 3;",
        "- Các phòng:",
        "+ Kế toán;",
        "- Lưu: VT;",
    ]
