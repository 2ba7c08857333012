"""Plans as different authorities write them (Party, unions, two offices together); pages cut in the closing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.structure import build_structure, with_corrections
from pipeline.structure.words.positions import position_in
from pipeline.values import Box, MarkKind, Page, PageMark, Region, TextSource, Word
from tests.structure.samples import (
    codes_of,
    header_of,
    ocr_line,
    ocr_page,
    outline,
    signers_of,
    structure_of,
    value,
)

PARTY_PLAN = """ĐẢNG BỘ TỈNH LÀO CAI
ĐẢNG ỦY XÃ MƯỜNG HUM
*

ĐẢNG CỘNG SẢN VIỆT NAM

Số 31-KH/ĐU

Mường Hum, ngày 08 tháng 9 năm 2025

KẾ HOẠCH

học tập nghị quyết năm 2025

I- MỤC ĐÍCH

- Nâng cao nhận thức của đảng viên.

II- TỔ CHỨC THỰC HIỆN

1- Ban Xây dựng Đảng

Theo dõi, đôn đốc các chi bộ.

{closing}

Nơi nhận:
- Các chi bộ;
- Lưu Văn phòng.

T/M BAN THƯỜNG VỤ
PHÓ BÍ THƯ

Giàng A Páo
"""


@pytest.mark.parametrize(
    "closing",
    [
        "Căn cứ kế hoạch này, các chi bộ xây dựng kế hoạch cụ thể để thực hiện.",
        "Trên cơ sở Kế hoạch này, các chi bộ tổ chức triển khai đến đảng viên.",
        "Quá trình thực hiện nếu có vướng mắc, đề nghị các chi bộ phản ánh về Đảng ủy./.",
    ],
)
def test_what_sets_all_to_work_or_hears_of_obstacles_ends_the_document(closing: str) -> None:
    structure = structure_of(PARTY_PLAN.format(closing=closing))
    assert structure.sections[-1].text == closing
    assert structure.sections[-1].children[-1].text == "Theo dõi, đôn đốc các chi bộ."
    assert header_of(structure)["number"] == "31-KH/ĐU"
    assert signers_of(structure) == [("T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ", "Giàng A Páo")]


def test_a_sentence_on_this_ground_inside_an_item_stays_there() -> None:
    body = "- Các tổ dân phố: căn cứ kế hoạch này đăng ký mô hình.\n\n- Theo kế hoạch này, mỗi tổ có một mô hình."
    structure = structure_of(PARTY_PLAN.format(closing=body))
    assert structure.sections[-1].text == ""


YOUTH_PLAN = """{left}

ĐOÀN TNCS HỒ CHÍ MINH

Số: 64-KH/TĐTN-VP

Kon Tum, ngày 03 tháng 3 năm 2025

KẾ HOẠCH

Tổ chức Tháng Thanh niên năm 2025

I. MỤC ĐÍCH

- Phát huy vai trò xung kích của đoàn viên.
"""


@pytest.mark.parametrize(
    ("left", "parent", "issuing"),
    [
        ("TỈNH ĐOÀN KON TUM\nBAN THƯỜNG VỤ\n***", "TỈNH ĐOÀN KON TUM", "BAN THƯỜNG VỤ"),
        ("TỈNH ĐOÀN KON TUM\nHUYỆN ĐOÀN SA THẦY", "TỈNH ĐOÀN KON TUM", "HUYỆN ĐOÀN SA THẦY"),
    ],
)
def test_the_youth_unions_name_stands_where_others_have_their_motto(left: str, parent: str, issuing: str) -> None:
    structure = structure_of(YOUTH_PLAN.format(left=left))
    header = header_of(structure)
    assert (header["parent_body"], header["issuing_body"]) == (parent, issuing)
    assert header["number"] == "64-KH/TĐTN-VP"
    assert "ĐOÀN TNCS HỒ CHÍ MINH" in [mark.text for mark in structure.marks[1] if mark.kind is MarkKind.MOTTO]


def test_an_organ_belongs_to_the_body_printed_under_it() -> None:
    text = (
        "HỘI LHPN TỈNH YÊN BÁI\nBAN THƯỜNG VỤ\nHỘI LHPN HUYỆN TRẤN YÊN\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "Độc lập - Tự do - Hạnh phúc\n\nSố: 12/KH-BTV\n\nTrấn Yên, ngày 02 tháng 3 năm 2018\n\nKẾ HOẠCH\n\n"
        "Thi đua năm 2018\n\nI. MỤC ĐÍCH\n\n- Vận động hội viên.\n"
    )
    header = header_of(structure_of(text))
    assert header["parent_body"] == "HỘI LHPN TỈNH YÊN BÁI"
    assert header["issuing_body"] == "BAN THƯỜNG VỤ HỘI LHPN HUYỆN TRẤN YÊN"


@pytest.mark.parametrize("position", ["THỨ TRƯỞNG", "THỦ TRƯỞNG"])
def test_positions_that_only_a_mark_tells_apart_stay_as_printed(position: str) -> None:
    assert position_in(position) == position
    assert position_in("PHÓ THỦ TRƯỞNG") == "PHÓ THỦ TRƯỞNG"  # and no PHÓ THỦ TƯỚNG


def joint_closing() -> Page:
    return ocr_page(
        2,
        [
            ocr_line("KT. GIÁM ĐỐC CÔNG AN TỈNH KT. GIÁM ĐỐC SỞ GIÁO DỤC VÀ", 300, right=1500),
            ocr_line("PHÓ GIÁM ĐỐC", 340, left=320, right=560),
            ocr_line("ĐÀO TẠO", 340, left=1090, right=1250),
            ocr_line("PHÓ GIÁM ĐỐC", 380, left=1050, right=1290),
            ocr_line("Đại tá Vi Văn Sơn", 560, left=310, right=570),
            ocr_line("Hoàng Thị Thoa", 600, left=1060, right=1280),
        ],
    )


def test_two_authorities_on_one_line_are_two_signers() -> None:
    body = ocr_page(
        1,
        [ocr_line("KẾ HOẠCH PHỐI HỢP", 200), ocr_line("I. MỤC ĐÍCH", 300), ocr_line("Tuyên truyền cho học sinh.", 360)],
    )
    signers = signers_of(build_structure([body, joint_closing()]))
    assert signers == [
        ("KT. GIÁM ĐỐC CÔNG AN TỈNH", "PHÓ GIÁM ĐỐC", "Đại tá Vi Văn Sơn"),
        ("KT. GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO", "PHÓ GIÁM ĐỐC", "Hoàng Thị Thoa"),
    ]


def plan_with_closing(*lines, marks: tuple[PageMark, ...] = ()) -> list[Page]:
    body = ocr_page(
        1, [ocr_line("KẾ HOẠCH", 200), ocr_line("I. MỤC ĐÍCH", 300), ocr_line("Nâng cao chất lượng dạy học./.", 360)]
    )
    return [body, Page(2, TextSource.OCR, tuple(lines), marks=marks, width=1654, height=2339)]


LEFT, RIGHT = Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT


def test_a_closing_at_the_top_of_a_page_is_no_letterhead() -> None:
    pages = plan_with_closing(
        ocr_line("Nơi nhận:", 160, region=LEFT, right=360),
        ocr_line("- UBND huyện;", 200, region=LEFT, right=480),
        ocr_line("- Lưu: NV", 240, region=LEFT, right=400),
        ocr_line("KT. TRƯỞNG PHÒNG", 160, left=1000, region=RIGHT, right=1380),
        ocr_line("PHÓ TRƯỞNG PHÒNG", 200, left=990, region=RIGHT, right=1390),
        ocr_line("Mùi Văn Thắng", 440, left=1060, region=RIGHT, right=1320),
    )
    structure = build_structure(pages)
    assert [value(item) for item in structure.recipients] == ["UBND huyện", "Lưu: NV"]
    assert signers_of(structure) == [("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG", "Mùi Văn Thắng")]


def test_what_seals_left_is_no_recipient_and_a_name_under_one_is_named_as_missing() -> None:
    pages = plan_with_closing(
        ocr_line("Nơi nhận:", 400, region=Region.CLOSING_LEFT, right=360),
        ocr_line("- Lưu: VT", 440, region=Region.CLOSING_LEFT, right=400),
        ocr_line("4", 2100, left=630, region=Region.CLOSING_LEFT, right=640, confidence=0.2),
        ocr_line("HIỆU TRƯỞNG", 400, left=1000, region=Region.CLOSING_RIGHT, right=1300),
        ocr_line("0. 493. 9 0 0", 2120, left=690, region=Region.CLOSING_RIGHT, right=790, confidence=0.14),
        marks=(PageMark(MarkKind.SEAL, Box(900, 380, 1160, 650), None, None),),
    )
    structure = build_structure(pages)
    assert [value(item) for item in structure.recipients] == ["Lưu: VT"]
    assert signers_of(structure) == [(None, "HIỆU TRƯỞNG", None)]
    assert "field_unreadable" in codes_of(structure)
    assert {"4", "0. 493. 9 0 0"} <= {mark.text for mark in structure.marks[2]}
    mended = with_corrections(pages, structure.corrections)[1]
    assert [line.text for line in mended.lines] == ["Nơi nhận:", "- Lưu: VT", "HIỆU TRƯỞNG"]
    assert "text_lost" not in codes_of(structure)


def page_of_section(heading: str, upper: str, lower: str) -> Page:
    """A page with a section of two full rows."""
    rows = [ocr_line(upper, 320, right=1400), ocr_line(lower, 360, right=1400)]
    return ocr_page(1, [ocr_line("KẾ HOẠCH", 200), ocr_line(heading, 260), *rows])


def test_a_speck_after_a_word_ends_no_sentence() -> None:
    page = page_of_section(
        "I. MỤC ĐÍCH", "Kỷ yếu quảng bá hình ảnh và nâng cao uy.", "tín của nhà trường. Mỗi khoa gửi một bài."
    )
    structure = build_structure([page])
    assert structure.sections[0].text == (
        "Kỷ yếu quảng bá hình ảnh và nâng cao uy tín của nhà trường. Mỗi khoa gửi một bài."
    )
    assert with_corrections([page], structure.corrections)[0].lines[2].text.endswith("nâng cao uy")


def test_a_damaged_numeral_without_its_dot_is_repaired_from_the_sequence() -> None:
    texts = ["KẾ HOẠCH", "I. Mục đích", "- Một câu.", "II. Yêu cầu", "- Hai câu.", "ỈI Thi đua cải cách", "- Ba câu."]
    page = ocr_page(
        1,
        [
            ocr_line(text, 200 + 70 * place, gap=0.7)
            for place, text in enumerate([*texts, "IV. Chỉ tiêu", "- Bốn câu."])
        ],
    )
    assert outline(build_structure([page]).sections) == [
        "I “Mục đích”",
        "II “Yêu cầu”",
        "III “Thi đua cải cách”",
        "IV “Chỉ tiêu”",
    ]


def test_a_heading_may_list_bodies_with_a_semicolon() -> None:
    text = (
        "CHỈ THỊ\n\nVề thi đua\n\n1. Các sở, ban, ngành; Ủy ban nhân dân các xã, phường\n\n"
        "a) Kiện toàn hội đồng.\n\nb) Tổ chức ký giao ước.\n\n2. Sở Nội vụ\n\na) Theo dõi việc thực hiện.\n"
    )
    assert outline(structure_of(text).sections)[0] == "1 “Các sở, ban, ngành; Ủy ban nhân dân các xã, phường”"


def test_an_office_of_two_names_is_one_issuer() -> None:
    text = (
        "QUYẾT ĐỊNH\n\nVề quy chế\n\nĐiều 1. Thay thế Quyết định số 88/QĐ-UBDT ngày 03 tháng 3 năm 2023 của Bộ trưởng, "
        "Chủ nhiệm Ủy ban Dân tộc.\n"
    )
    assert [citation.issuer for citation in structure_of(text).citations] == ["Bộ trưởng, Chủ nhiệm Ủy ban Dân tộc"]


def test_a_stamp_that_says_what_it_is_gets_its_kind() -> None:
    stamp = PageMark(MarkKind.STAMP, Box(300, 300, 480, 360), "HỎA TỐC", 0.9)
    other = PageMark(MarkKind.STAMP, Box(100, 300, 280, 360), "ĐẾN", 0.9)
    lines = (ocr_line("KẾ HOẠCH", 200), ocr_line("I. MỤC ĐÍCH", 300), ocr_line("- Một việc.", 360))
    page = Page(1, TextSource.OCR, lines, marks=(stamp, other), width=1654, height=2339)
    kinds = {mark.text: mark.kind for mark in build_structure([page]).marks[1]}
    assert kinds == {"HỎA TỐC": MarkKind.URGENCY, "ĐẾN": MarkKind.STAMP}


def test_a_name_that_stands_right_of_its_position_lost_its_beginning() -> None:
    right = Region.CLOSING_RIGHT
    pages = plan_with_closing(
        ocr_line("Nơi nhận:", 400, region=Region.CLOSING_LEFT, right=360),
        ocr_line("TM. CHÍNH PHỦ", 400, left=1000, region=right, right=1240),
        ocr_line("KT. THỦ TƯỚNG", 440, left=1000, region=right, right=1240),
        ocr_line("Lưu Quang", 700, left=1085, region=right, right=1240),
    )
    structure = build_structure(pages)
    messages = [problem.message for problem in structure.problems if problem.code == "field_unreadable"]
    assert any("position" in message for message in messages)
    assert any("beginning seems to be lost" in message for message in messages)
    name = structure.signers[0].name
    assert name is not None and name.confidence is not None and name.confidence < 0.5


def test_a_document_whose_number_is_unreadable_does_not_cite_itself() -> None:
    text = (
        "SỞ Y TẾ\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\nSố:      /KH-SYT\n\nNam Định, ngày 06 tháng 11 năm 2017\n\n"
        "KẾ HOẠCH\n\nKiểm tra năm 2017\n\nI. MỤC ĐÍCH\n\n- Kiểm tra theo Quyết định số 12/QĐ-SYT ngày 06/11/2017.\n\n"
        "PHỤ LỤC\n\n(Kèm theo Kế hoạch số 024/KH-SYT ngày 06/11/2017 của Sở Y tế)\n"
    )
    assert [citation.number for citation in structure_of(text).citations] == ["12/QĐ-SYT"]


@pytest.mark.parametrize("number", ["02/KH-CTĐ3", "01/KHLT-HND-HPN-ĐTN", "12/KH-K2TĐ"])
def test_symbols_of_clusters_and_of_three_bodies(number: str) -> None:
    text = f"CỤM THI ĐUA SỐ 3\n\nSố: {number}\n\nHà Tĩnh, ngày 14 tháng 3 năm 2023\n\nKẾ HOẠCH\n\nHoạt động năm 2023\n"
    structure = structure_of(text + "\nI. NỘI DUNG\n\n- Ký giao ước.\n")
    assert header_of(structure)["number"] == number
    assert "text_lost" not in codes_of(structure)


def test_positions_in_text_that_no_engine_read_stay_as_written() -> None:
    lines = (
        ocr_line("Nơi nhận:", 400, region=Region.CLOSING_LEFT, right=360),
        ocr_line("TỔ TRƯỜNG", 400, left=1000, region=Region.CLOSING_RIGHT, right=1240),
        ocr_line("Lê Văn Tám", 600, left=1000, region=Region.CLOSING_RIGHT, right=1240),
    )
    read = build_structure(plan_with_closing(*lines))
    written = build_structure(
        [
            Page(page.number, TextSource.TEXT_LAYER, page.lines, width=1654, height=2339)
            for page in plan_with_closing(*lines)
        ]
    )
    assert signers_of(read)[0][1] == "TỔ TRƯỞNG"
    assert signers_of(written)[0][1] == "TỔ TRƯỜNG"


def head_page(body: str, place: str, text: str, raw: str | None = None) -> Page:
    lines = [
        replace(ocr_line(body, 160, region=LEFT, right=600), raw=raw or body),
        ocr_line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 160, left=800, region=RIGHT, right=1500),
        ocr_line("Số: 88/KH-PNV", 240, region=LEFT, right=560),
        ocr_line(f"{place}, ngày 14 tháng 5 năm 2019", 240, left=900, region=RIGHT, right=1400),
        ocr_line("KẾ HOẠCH", 360),
        ocr_line("I. MỤC ĐÍCH", 460, gap=0.8),
        ocr_line(f"- {text}", 520, gap=0.8),
    ]
    return ocr_page(1, lines)


@pytest.mark.parametrize(
    ("body", "raw", "place", "text", "expected"),
    [
        # restoration chose another word
        ("UBND HUYỆN VÂN HẾ", "UBND HUYỆN VÂN HÕ", "Vân Hồ", "Các xã.", ("UBND HUYỆN VÂN HỒ", "Vân Hồ")),
        # the document tells which of two spellings is right
        ("UBND XÃ CÓ LOA", None, "Cổ Loa", "Nhân dân xã Cổ Loa.", ("UBND XÃ CỔ LOA", "Cổ Loa")),
        ("UBND XÃ VIÊN AN", None, "Viện An", "Nhân dân xã Viên An.", ("UBND XÃ VIÊN AN", "Viên An")),
        # nothing tells
        ("UBND XÃ VIÊN AN", None, "Viện An", "Các ấp.", ("UBND XÃ VIÊN AN", "Viện An")),
        # two names
        ("UBND XÃ TÂN HƯNG", None, "Sóc Sơn", "Xã Sóc Sơn.", ("UBND XÃ TÂN HƯNG", "Sóc Sơn")),
    ],
)
def test_body_and_place_help_to_read_each_other(
    body: str, raw: str | None, place: str, text: str, expected: tuple[str, str]
) -> None:
    header = header_of(build_structure([head_page(body, place, text, raw)]))
    assert (header["issuing_body"], header["place"]) == expected


def test_a_party_number_broken_at_a_lines_end_is_whole_again() -> None:
    page = page_of_section(
        "I. CĂN CỨ", "Thực hiện Hướng dẫn số 18-", "HD/BDVTU ngày 12/8/2025 của Ban Dân vận Tỉnh ủy."
    )
    structure = build_structure([page])
    assert "số 18-HD/BDVTU ngày" in structure.sections[0].text
    assert [citation.number for citation in structure.citations] == ["18-HD/BDVTU"]


def test_what_asks_all_begins_anew_though_the_stop_before_it_was_read_as_a_comma() -> None:
    page = ocr_page(
        1,
        [
            ocr_line("KẾ HOẠCH", 200),
            ocr_line("Căn cứ chỉ tiêu được giao, Công ty phát động thi đua với các nội dung sau:", 230, right=1500),
            ocr_line("Kết quả thi đua được công bố tại hội nghị người lao động của Công ty.", 245, right=1500),
            ocr_line("4. Tổ chức thực hiện", 260),
            ocr_line("4.1. Các Điện lực: phát động đến người lao động,", 320, right=1100),
            ocr_line("Yêu cầu các đơn vị triển khai thực hiện./.", 360, right=1000),
        ],
    )
    (section,) = build_structure([page]).sections
    assert section.text == "Yêu cầu các đơn vị triển khai thực hiện./."
    assert section.children[0].text == "phát động đến người lao động."


def test_a_dash_that_joins_two_bodies_is_no_stroke() -> None:
    words = [
        Word(text, Box(240 + 60 * place, 160, 290 + 60 * place, 200), 0.95)
        for place, text in enumerate(["HỘI", "NÔNG", "DÂN"])
    ]
    dash = Word("-", Box(480, 170, 490, 180), 0.4)
    first = replace(ocr_line("HỘI NÔNG DÂN -", 160, region=LEFT, right=600), words=(*words, dash))
    lines = [
        first,
        ocr_line("HỘI PHỤ NỮ XÃ MƯỜNG LÒ", 200, region=LEFT, right=600),
        ocr_line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 160, left=800, region=RIGHT, right=1500),
        ocr_line("KẾ HOẠCH", 360),
        ocr_line("I. MỤC ĐÍCH", 460, gap=0.8),
        ocr_line("- Trồng cây.", 520, gap=0.8),
    ]
    assert header_of(build_structure([ocr_page(1, lines)]))["issuing_body"] == "HỘI NÔNG DÂN - HỘI PHỤ NỮ XÃ MƯỜNG LÒ"
