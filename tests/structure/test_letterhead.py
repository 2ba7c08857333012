"""Letterhead and title: columns, names over two lines, what is blank or damaged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.structure import build_structure
from pipeline.values import Line, Page, Region
from tests.structure.samples import (
    COMMUNE_PLAN,
    DAMAGED_PLAN,
    DECISION_WITH_REGULATION,
    LETTER,
    codes_of,
    header_of,
    ocr_line,
    ocr_page,
    structure_of,
    value,
)

BODY = "\n\nKẾ HOẠCH\nThi đua năm 2024\n\nI. MỤC ĐÍCH\nNâng cao chất lượng công tác.\n"


def test_two_columns_on_one_line_are_told_apart() -> None:
    assert header_of(structure_of(COMMUNE_PLAN)) == {
        "parent_body": "UBND HUYỆN BẮC SƠN",
        "issuing_body": "UBND XÃ ĐỒNG TIẾN",
        "number": "45/KH-UBND",
        "place": "Đồng Tiến",
        "date": "2021-03-05",
        "document_type": "KẾ HOẠCH",
        "subject": "Thi đua “Dân vận khéo” và khen thưởng trên địa bàn xã năm 2021",
    }


def test_a_body_over_two_lines_is_one_name() -> None:
    header = header_of(structure_of(DECISION_WITH_REGULATION))
    assert header["issuing_body"] == "ỦY BAN NHÂN DÂN HUYỆN TÂN LẬP"
    assert header["parent_body"] is None
    assert header["document_type"] == "QUYẾT ĐỊNH"


def test_a_letter_has_its_subject_under_the_number_and_no_printed_type() -> None:
    header = header_of(structure_of(LETTER))
    assert header["parent_body"] == "UBND TỈNH HÀ LÂM"
    assert header["issuing_body"] == "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG"
    assert header["document_type"] is None
    assert header["subject"] == "V/v đăng ký thi đua năm 2026 và đề nghị công nhận sáng kiến"
    assert header["date"] == "2025-11-28"


@pytest.mark.parametrize(
    ("line", "number", "readable"),
    [
        ("Số: 12/KH-UBND", "12/KH-UBND", True),
        ("Số:12/KH-UBND", "12/KH-UBND", True),
        ("Số 07-KH/ĐU", "07-KH/ĐU", True),
        ("S6: 121/KH-UBND", "121/KH-UBND", True),
        ("Số: 2119 /KH-SYT", "2119/KH-SYT", True),
        ("Số: 15a/KH-UBND", "15a/KH-UBND", True),
        ("Số: 1462/KH-U BND", "1462/KH-UBND", True),
        ("Số:      /KH-UBND", "/KH-UBND", False),
        ("Số: ....../KH-UBND", "/KH-UBND", False),
        ("Số:4/M 9 /KH-SYT", "/KH-SYT", False),
        ("Số      -KH/ĐU", "-KH/ĐU", False),
        ("Số:", None, False),
    ],
)
def test_number_is_what_is_printed_and_never_a_guess(line: str, number: str | None, readable: bool) -> None:
    structure = structure_of(f"UBND XÃ MINH TÂN\n{line}\nMinh Tân, ngày 02 tháng 5 năm 2024{BODY}")
    assert header_of(structure)["number"] == number
    assert ("number_unreadable" in codes_of(structure)) is not readable


@pytest.mark.parametrize(
    ("line", "place", "date"),
    [
        ("Minh Tân, ngày 02 tháng 5 năm 2024", "Minh Tân", "2024-05-02"),
        ("Minh Tân, ngày  2  tháng 12 năm 2024", "Minh Tân", "2024-12-02"),
        ("Minh Tân, ngày     tháng 3 năm 2026", "Minh Tân", "2026-03"),
        ("Minh Tân, ngày tháng năm 2026", "Minh Tân", "2026"),
        ("Minh Tân, ngày Aồ tháng 11 năm 2017", "Minh Tân", "2017-11"),
        ("Minh Tân, ngày ll tháng hO năm 2025", "Minh Tân", "2025"),
        ("Minh Tân, ngày 45 tháng 5 năm 2024", "Minh Tân", "2024-05"),
        ("Thành phố Hồ Chí Minh, ngày 09 tháng 12 năm 2024", "Thành phố Hồ Chí Minh", "2024-12-09"),
    ],
)
def test_date_keeps_only_what_is_sure(line: str, place: str, date: str) -> None:
    structure = structure_of(f"UBND XÃ MINH TÂN\nSố: 12/KH-UBND\n{line}{BODY}")
    header = header_of(structure)
    assert (header["place"], header["date"]) == (place, date)
    assert ("date_partial" in codes_of(structure)) is (len(date) < 10)


def test_damaged_letterhead_and_state_motto_are_read_all_the_same() -> None:
    structure = structure_of(DAMAGED_PLAN)
    header = header_of(structure)
    assert header["number"] == "18/KH-UBND"
    assert header["place"] == "Long Hòa"
    assert header["date"] == "2020-04"
    assert header["subject"] == "Phát động phong trào thi đua trồng cây xanh, bảo vệ môi trường năm 2020"
    motto = [mark.text for mark in structure.marks[1] if mark.kind == "motto"]
    assert motto == ["CONG HOA XA HOI CHU NGHIA VIET NAM", "Doc lap - Tu do - Hanh phuc"]


@pytest.mark.parametrize(
    ("title", "kind", "subject"),
    [
        ("KẾ HOẠCH\nPhòng, chống thiên tai\nnăm 2024", "KẾ HOẠCH", "Phòng, chống thiên tai năm 2024"),
        ("KE HOACH\nThi đua năm 2024", "KẾ HOẠCH", "Thi đua năm 2024"),
        ("THÔNGBẢO\nKết luận cuộc họp", "THÔNG BÁO", "Kết luận cuộc họp"),
        ("BÁO CÁO\nKết quả thi đua “Đồng lòng", "BÁO CÁO", "Kết quả thi đua “Đồng lòng"),
        ("TỜ TRÌNH\nVề việc đề nghị khen thưởng", "TỜ TRÌNH", "Về việc đề nghị khen thưởng"),
        ("KẾ HOẠCH\nThi đua ‘“‘Làng xanh”", "KẾ HOẠCH", "Thi đua “Làng xanh”"),
        ("KẾ HOẠCH\nThi đua “‘Làng xanh’ đẹp”", "KẾ HOẠCH", "Thi đua “‘Làng xanh’ đẹp”"),
    ],
)
def test_title_and_subject(title: str, kind: str, subject: str) -> None:
    body = "Căn cứ chương trình công tác năm 2024;\n\nI. MỤC ĐÍCH\nVì dân.\n"
    text = f"UBND XÃ MINH TÂN\nSố: 12/KH-UBND\n\n{title}\n\n{body}"
    header = header_of(structure_of(text))
    assert (header["document_type"], header["subject"]) == (kind, subject)


def test_what_is_no_document_gets_its_text_and_no_header() -> None:
    structure = structure_of("1 2 3\nBảng phân công trực\nThứ hai 08:00 ông Bình\nThứ ba 09:00 bà Lan\n")
    assert set(header_of(structure).values()) == {None}
    assert structure.signers == []
    assert structure.recipients == []
    text = " ".join(section.text for section in structure.sections) + " ".join(structure.preamble)
    assert "Thứ ba 09:00 bà Lan" in text


def test_header_fields_from_an_image_carry_page_box_and_confidence() -> None:
    lines = [
        ocr_line("UBND TỈNH LAM GIANG", 150, 300, region=Region.LETTERHEAD_LEFT),
        ocr_line("SỞ Y TẾ", 200, 380, region=Region.LETTERHEAD_LEFT),
        ocr_line("Số: 77/KH-SYT", 260, 350, region=Region.LETTERHEAD_LEFT, confidence=0.9),
        ocr_line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 150, 800, region=Region.LETTERHEAD_RIGHT),
        ocr_line("Lam Giang, ngày 03 tháng 7 năm 2023", 260, 850, region=Region.LETTERHEAD_RIGHT),
        ocr_line("KẾ HOẠCH", 380, 750, centred=True),
        ocr_line("Khám sức khỏe học sinh", 430, 650, centred=True),
        ocr_line("I. MỤC ĐÍCH", 520, 340, gap=1.0),
        ocr_line("Chăm sóc sức khỏe học sinh trong toàn tỉnh.", 570, 340, gap=0.4),
    ]
    header = build_structure([ocr_page(1, lines)]).header
    assert header.number is not None
    assert (header.number.value, header.number.page) == ("77/KH-SYT", 1)
    assert header.number.confidence is not None
    assert 0.0 < header.number.confidence <= 1.0
    assert header.number.bbox == [350, 260, 350 + 16 * 13, 300]
    assert header.place is not None
    assert header.date is not None
    assert header.place.bbox is not None
    assert header.date.bbox is not None
    assert header.place.bbox[2] <= header.date.bbox[0] + 16
    assert value(header.parent_body) == "UBND TỈNH LAM GIANG"
    assert value(header.issuing_body) == "SỞ Y TẾ"


def title_page(*lines: Line) -> Page:
    head = [
        ocr_line("UBND TỈNH HÀ LÂM", 100, region=Region.LETTERHEAD_LEFT),
        ocr_line("Số: 5/CT-UBND", 160, region=Region.LETTERHEAD_LEFT),
        ocr_line("CHỈ THỊ", 300, 760, centred=True),
    ]
    return ocr_page(1, [*head, *lines])


def test_words_of_a_stamp_before_the_subject_are_a_mark() -> None:
    first = ocr_line("mucsuenseioa uen Về việc tăng cường công tác thi hành án", 360, 240)
    structure = build_structure([title_page(first, ocr_line("Giao các sở thực hiện.", 500, gap=1.5))])
    assert value(structure.header.subject) == "Về việc tăng cường công tác thi hành án"
    assert "mucsuenseioa uen" in [mark.text for mark in structure.marks[1]]
    assert structure.problems == []


def test_text_whose_first_word_was_lost_is_not_the_subject() -> None:
    first = ocr_line("Về việc thi hành án hành chính", 360, 600)
    second = ocr_line(
        "gian qua, công tác triển khai thi hành Luật đã đạt những kết quả tích cực trong tỉnh.", 480, gap=1.3
    )
    structure = build_structure([title_page(first, second)])
    assert value(structure.header.subject) == "Về việc thi hành án hành chính"


REASON = "Thực hiện Chỉ thị số 09/CT-UB ngày 10/02/1998 của Ủy ban nhân dân tỉnh,"


@pytest.mark.parametrize("subject", ["Làm thủy lợi nội đồng năm 1998", "Phát động thi đua “Làm thủy lợi nội đồng"])
def test_a_reason_right_under_the_subject_is_the_preamble(subject: str) -> None:
    structure = structure_of(f"KẾ HOẠCH\n{subject}\n{REASON} xã đề ra kế hoạch như sau:\nI. MỤC ĐÍCH\nNâng cao.\n")
    assert value(structure.header.subject) == subject
    assert structure.preamble == [f"{REASON} xã đề ra kế hoạch như sau:"]


def test_running_text_under_a_centred_subject_begins_with_its_indent() -> None:
    lines = [
        ocr_line("Về việc làm thủy lợi nội đồng", 360, 600, centred=True),
        ocr_line("Mùa khô năm nay đến sớm hơn mọi năm nên nước về các kênh rạch rất ít, nhiều nơi", 410, 320),
        ocr_line("không còn nước tưới cho lúa và cây màu, đời sống bà con gặp khó khăn hơn trước, xã", 460, 240),
        ocr_line("đề ra kế hoạch như sau:", 510, 240),
        ocr_line("I. MỤC ĐÍCH", 560, 320),
        ocr_line("Nâng cao năng suất.", 610, 320),
    ]
    structure = build_structure([title_page(*lines)])
    assert value(structure.header.subject) == "Về việc làm thủy lợi nội đồng"
    assert [text.split()[0] for text in structure.preamble] == ["Mùa"]


def test_a_plan_that_carries_something_out_says_so_in_its_subject() -> None:
    subject = "Thực hiện cuộc vận động “Nâng cao y đức” và phong trào thi đua năm 2009 của bệnh viện"
    header = header_of(structure_of(f"KẾ HOẠCH\n{subject}\nCăn cứ chương trình công tác;\nI. MỤC ĐÍCH\nVì dân.\n"))
    assert header["subject"] == subject


def test_a_stop_after_the_subject_is_no_part_of_it() -> None:
    assert (
        header_of(structure_of("KẾ HOẠCH\nThi đua năm 2024.\n\nI. MỤC ĐÍCH\nNâng cao.\n"))["subject"]
        == "Thi đua năm 2024"
    )


def test_sign_read_at_the_end_of_a_bodys_first_line_is_none_of_its_name() -> None:
    left, right = Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT
    lines = [
        ocr_line("ỦY BAN NHÂN DÂN.", 100, region=left),
        ocr_line("XÃ PHÚ KHÊ", 150, region=left),
        ocr_line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 100, 800, region=right),
        ocr_line("KẾ HOẠCH", 300, 700, centred=True),
        ocr_line("Thi đua năm 2024", 350, 660, centred=True),
    ]
    assert value(build_structure([ocr_page(1, lines)]).header.issuing_body) == "ỦY BAN NHÂN DÂN XÃ PHÚ KHÊ"


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("số /xH-scH", "/KH-BCH"),
        ("Số: 12/kh-BCH", "12/KH-BCH"),
        ("Số: 12/KH-ThCS", "12/KH-ThCS"),
        ("Số: 12/KH-xyz", "12/KH-xyz"),
    ],
)
def test_a_misread_symbol_is_what_type_and_body_are_abbreviated_to(printed: str, number: str) -> None:
    left, right = Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT
    lines = [
        ocr_line("BỘ CHỈ HUY QUÂN SỰ TỈNH HÀ LÂM", 100, region=left),
        ocr_line(printed, 150, region=left),
        ocr_line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 100, 900, region=right),
        ocr_line("KẾ HOẠCH", 300, 700, centred=True),
        ocr_line("Thi đua năm 2024", 350, 660, centred=True),
    ]
    assert value(build_structure([ocr_page(1, lines)]).header.number) == number


@pytest.mark.parametrize(
    ("line", "number", "place"),
    [
        ("S&: 26 /KH-BTV    Lộc Sơn, ngày 13 tháng 4 năm 2017", "26/KH-BTV", "Lộc Sơn"),
        ("Số: 56/KH-TH2VB Vĩnh An, ngày 4 tháng 9 năm 2019", "56/KH-TH2VB", "Vĩnh An"),
        ("Số: 12/KH-UBND    Phan-rang, ngày 4 tháng 9 năm 1999", "12/KH-UBND", "Phan-rang"),
    ],
)
def test_a_numbers_symbol_is_no_part_of_the_place(line: str, number: str, place: str) -> None:
    structure = structure_of("UBND HUYỆN LỘC SƠN\n" + line + BODY)
    assert (value(structure.header.number), value(structure.header.place)) == (number, place)


def test_a_month_that_reading_took_out_as_handwriting_is_not_read_from_the_raw_line() -> None:
    written = ocr_line("Lam Giang, ngày tháng năm 2023", 260, 850, region=Region.LETTERHEAD_RIGHT)
    guessed = ocr_line("Lam Giang, ngày 27 tháng 1 năm 2023", 260, 850, region=Region.LETTERHEAD_RIGHT)
    lines = [
        ocr_line("UBND TỈNH LAM GIANG", 150, 300, region=Region.LETTERHEAD_LEFT),
        ocr_line("Số: 77/KH-SYT", 260, 350, region=Region.LETTERHEAD_LEFT),
        ocr_line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 150, 800, region=Region.LETTERHEAD_RIGHT),
        replace(written, raw=guessed.raw, words=guessed.words),
        ocr_line("KẾ HOẠCH", 380, 750, centred=True),
        ocr_line("Khám sức khỏe học sinh", 430, 650, centred=True),
    ]
    structure = build_structure([ocr_page(1, lines)])
    assert value(structure.header.date) == "2023"
    assert "date_partial" in [problem.code for problem in structure.problems]


def test_a_type_cut_by_the_letterheads_columns_is_the_title() -> None:
    lines = [
        ocr_line("TRƯỜNG ĐẠI HỌC TÂY HỒ", 140, region=Region.LETTERHEAD_LEFT, right=680),
        ocr_line("Số: 12/KH-ĐHTH", 240, region=Region.LETTERHEAD_LEFT, right=520),
        ocr_line("KẾ", 360, left=733, region=Region.LETTERHEAD_LEFT, right=801),
        ocr_line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 140, left=782, region=Region.LETTERHEAD_RIGHT, right=1506),
        ocr_line("HOẠCH", 361, left=832, region=Region.LETTERHEAD_RIGHT, right=1000),
        ocr_line("Về việc biên soạn kỷ yếu", 410, left=500, right=1200, centred=True),
        ocr_line("I. MỤC ĐÍCH", 500, gap=1.0),
        ocr_line("- Lưu giữ tư liệu.", 560, gap=0.8),
    ]
    structure = build_structure([ocr_page(1, lines)])
    header = header_of(structure)
    assert (header["document_type"], header["subject"]) == ("KẾ HOẠCH", "Về việc biên soạn kỷ yếu")
    assert header["issuing_body"] == "TRƯỜNG ĐẠI HỌC TÂY HỒ"
    assert "text_lost" not in codes_of(structure)
