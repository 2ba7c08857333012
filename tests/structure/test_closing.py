"""Recipients, signers, the closing formula, annexes; columns from geometry and from words."""

from __future__ import annotations

import pytest

from pipeline.structure import Structure, build_structure
from pipeline.structure.words.positions import is_position, looks_like_name
from pipeline.values import Line, Page, Region, TextSource
from pipeline.vietnamese.administrative.family_names import FAMILY_NAMES
from pipeline.vietnamese.administrative.labels import AUTHORITY
from tests.structure.samples import (
    COMMUNE_PLAN,
    DAMAGED_PLAN,
    LETTER,
    codes_of,
    ocr_line,
    ocr_page,
    restored,
    signers_of,
    structure_of,
    value,
)

START = "KẾ HOẠCH\n\nThi đua năm 2024\n\nI. TỔ CHỨC THỰC HIỆN\n\n1. Các thôn triển khai kế hoạch.\n\n"


def recipients_of(structure: Structure) -> list[str | None]:
    return [value(field) for field in structure.recipients]


def test_columns_on_the_same_lines_are_told_apart() -> None:
    structure = structure_of(COMMUNE_PLAN)
    assert recipients_of(structure) == ["UBND huyện (b/c)", "TT Đảng ủy, HĐND xã", "Lưu: VT"]
    assert signers_of(structure) == [("TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Hoàng Văn Thụ")]


def test_columns_run_together_without_any_gap() -> None:
    structure = structure_of(DAMAGED_PLAN)
    assert recipients_of(structure) == ["UBND huyện", "Các ấp", "Lưu: VT"]
    assert signers_of(structure) == [("TM. UBND XA", "CHỦ TỊCH", "Nguyễn Văn Bảy")]


def test_signed_note_is_a_mark_and_no_name() -> None:
    structure = structure_of(LETTER)
    assert signers_of(structure) == [("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Vàng Mí Sình")]
    assert "(Đã ký)" in [mark.text for mark in structure.marks[1]]


@pytest.mark.parametrize(
    ("block", "signer"),
    [
        ("CHỦ TỊCH\n\nNguyễn Thị Hoa", (None, "CHỦ TỊCH", "Nguyễn Thị Hoa")),
        ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nLý A Chớ", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Lý A Chớ")),
        ("T/M BAN CHẤP HÀNH\nBÍ THƯ\n\nMa Thị Liễu", ("T/M BAN CHẤP HÀNH", "BÍ THƯ", "Ma Thị Liễu")),
        ("TL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG\n\nĐỗ Minh", ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "Đỗ Minh")),
        ("TUQ. GIÁM ĐỐC\nTRƯỞNG PHÒNG\n\nBùi Văn Nam", ("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG", "Bùi Văn Nam")),
        ("KT CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nTrần Đức Anh", ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Trần Đức Anh")),
        ("GIÁM ĐỐC\n\nTS. Phạm Quốc Hưng", (None, "GIÁM ĐỐC", "TS. Phạm Quốc Hưng")),
        ("CHÍNH TRỊ VIÊN\n\nTrung tá Đỗ Khắc Chiển", (None, "CHÍNH TRỊ VIÊN", "Trung tá Đỗ Khắc Chiển")),
        ("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n\nH’Wen Êban", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "H’Wen Êban")),
        ("TM. BAN CHỈ ĐẠO\nPHÓ TRƯỞNG NHÓM\n\nLê Văn Sáu", ("TM. BAN CHỈ ĐẠO", "PHÓ TRƯỞNG NHÓM", "Lê Văn Sáu")),
        ("TL. TRƯỞNG BAN\nTRUNG ĐỘI TRƯỞNG\n\nLê Văn Sáu", ("TL. TRƯỞNG BAN", "TRUNG ĐỘI TRƯỞNG", "Lê Văn Sáu")),
    ],
)
def test_authority_position_and_name(block: str, signer: tuple[str | None, str, str]) -> None:
    structure = structure_of(f"{START}Nơi nhận:\n- Như trên;\n- Lưu: VT.\n\n{block}\n")
    assert signers_of(structure) == [signer]
    assert recipients_of(structure) == ["Như trên", "Lưu: VT"]


def test_every_family_name_begins_a_name() -> None:
    for family in FAMILY_NAMES:
        assert looks_like_name(f"{family} Thị Hoa") and looks_like_name(f"{family} Thị Hoa".upper()), family


@pytest.mark.parametrize("family", ["Đậu", "Mông", "Thiều", "Hán", "Siu", "Ksor", "Điểu", "Thẩm"])
def test_a_signer_of_a_rare_family_name_is_found_without_a_problem(family: str) -> None:
    for name in (f"{family} Thị Hoa", f"{family} Thị Hoa".upper()):
        rows = [
            ocr_line("KẾ HOẠCH", 300, 750, centred=True),
            ocr_line("I. MỤC ĐÍCH", 450, 340, gap=1.0),
            ocr_line("Nắm rõ số liệu thống kê./.", 500, 340, gap=0.4),
            ocr_line("Nơi nhận:", 600, region=Region.CLOSING_LEFT),
            *(
                ocr_line(text, top, 1000, region=Region.CLOSING_RIGHT)
                for text, top in (("KT. CHỦ TỊCH", 600), ("PHÓ CHỦ TỊCH", 650), (name, 860))
            ),
        ]
        structure = build_structure([ocr_page(1, rows)])
        assert signers_of(structure) == [("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", name)]
        assert "signer" not in " ".join(problem.message for problem in structure.problems)


def test_two_signers_side_by_side() -> None:
    wide = " " * 20
    structure = structure_of(
        f"{START}Trên đây là kế hoạch phối hợp./.\n\n"
        f"CHỦ TỊCH CÔNG ĐOÀN{wide}HIỆU TRƯỞNG\n\n\nĐinh Thị Mai{wide}      Vũ Hồng Quân\n"
    )
    assert signers_of(structure) == [
        (None, "CHỦ TỊCH CÔNG ĐOÀN", "Đinh Thị Mai"),
        (None, "HIỆU TRƯỞNG", "Vũ Hồng Quân"),
    ]


def test_two_signers_above_the_list_of_recipients_and_offices_in_it_that_look_like_an_authority() -> None:
    wide = " " * 20
    structure = structure_of(
        f"{START}Trên đây là kế hoạch của Bộ Chỉ huy./.\n\n"
        f"CHÍNH ỦY{wide}CHỈ HUY TRƯỞNG\n\n\nĐại tá Lò Văn Pản{wide}      Đại tá Vũ Hồng Quân\n\n"
        "Nơi nhận:\n- Thường trực Bộ CHQS tỉnh;\n- Các phòng: TM, CT, HC, KT;\n- Lưu: VT.\n"
    )
    assert signers_of(structure) == [
        (None, "CHÍNH ỦY", "Đại tá Lò Văn Pản"),
        (None, "CHỈ HUY TRƯỞNG", "Đại tá Vũ Hồng Quân"),
    ]
    assert recipients_of(structure) == ["Thường trực Bộ CHQS tỉnh", "Các phòng: TM, CT, HC, KT", "Lưu: VT"]


def test_a_damaged_name_beside_another_does_not_cost_the_signers() -> None:
    wide = " " * 20
    structure = structure_of(
        f"{START}Trên đây là kế hoạch của Bộ Chỉ huy./.\n\n"
        f"CHÍNH ỦY{wide}CHỈ HUY TRƯỞNG\n\n\nĐại tá Lò Văn Pản{wide}Đại ta P'an Hồng Quân\n\nNơi nhận:\n- Lưu: VT.\n"
    )
    assert signers_of(structure)[0] == (None, "CHÍNH ỦY", "Đại tá Lò Văn Pản")
    assert [position for _, position, _ in signers_of(structure)] == ["CHÍNH ỦY", "CHỈ HUY TRƯỞNG"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TM. ỦY BAN NHÂN DÂN", True),
        ("TM, UBND XÃ", True),
        ("TM BCH CÔNG ĐOÀN", True),
        ("KT, CHỦ TỊCH", True),
        ("TM, CT, HC, KT", False),
        ("KT, HC;", False),
        ("TM/ CT", False),
    ],
)
def test_authorities_and_lists_of_offices(text: str, expected: bool) -> None:
    assert bool(AUTHORITY.match(text)) is expected


def test_the_formula_is_the_last_paragraph_of_the_last_top_level_section() -> None:
    formula = "Trên đây là Kế hoạch thi đua năm 2024, đề nghị các thôn thực hiện."
    last = "Trong quá trình thực hiện, nếu có vướng mắc, báo cáo UBND xã xem xét./."
    structure = structure_of(f"{START}2. Các đoàn thể phối hợp.\n\n{formula}\n\n{last}\n\nNơi nhận:\n- Lưu: VT.\n")
    assert structure.sections[-1].text == f"{formula}\n{last}"
    assert [child.text for child in structure.sections[-1].children] == [
        "Các thôn triển khai kế hoạch.",
        "Các đoàn thể phối hợp.",
    ]


def test_a_formula_in_the_same_paragraph_is_cut_off() -> None:
    structure = structure_of(
        f"{START}2. Các đoàn thể phối hợp. Trên đây là Kế hoạch thi đua năm 2024./.\n\nNơi nhận:\n- Lưu.\n"
    )
    assert structure.sections[-1].text == "Trên đây là Kế hoạch thi đua năm 2024./."
    assert structure.sections[-1].children[1].text == "Các đoàn thể phối hợp."


def scanned(closing: list[tuple[str, int, int, Region, float]]) -> Structure:
    body = [
        ocr_line("KẾ HOẠCH", 300, 750, centred=True),
        ocr_line("Khảo sát giường bệnh", 350, 680, centred=True),
        ocr_line("I. MỤC ĐÍCH", 450, 340, gap=1.0),
        ocr_line("Nắm rõ số liệu thống kê về giường bệnh trong toàn tỉnh./.", 500, 340, gap=0.4),
    ]
    lines = [
        ocr_line(text, top, left, region=region, confidence=confidence)
        for text, top, left, region, confidence in closing
    ]
    return build_structure([ocr_page(1, [*body, *lines])])


def test_closing_of_a_scan_by_its_columns_with_a_damaged_sign() -> None:
    structure = scanned(
        [
            ("Nơinhận:", 700, 240, Region.CLOSING_LEFT, 0.9),
            ("- Các bệnh viện;", 740, 240, Region.CLOSING_LEFT, 0.95),
            ("- Lưu: VT.", 780, 240, Region.CLOSING_LEFT, 0.95),
            ("LT, GIÁM ĐỐC", 700, 1000, Region.CLOSING_RIGHT, 0.7),
            ("HÓ GIÁM ĐỐC", 740, 1000, Region.CLOSING_RIGHT, 0.9),
            ("Nguyên HoàngAnh", 980, 1000, Region.CLOSING_RIGHT, 0.9),
        ]
    )
    assert recipients_of(structure) == ["Các bệnh viện", "Lưu: VT"]
    assert signers_of(structure) == [("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Hoàng Anh")]
    signer = structure.signer
    assert signer is not None
    assert signer.name is not None
    assert signer.name.page == 1
    assert signer.name.confidence is not None
    assert 0.0 < signer.name.confidence <= 1.0


def test_a_name_under_a_seal_is_left_out_and_reported() -> None:
    structure = scanned(
        [
            ("Nơi nhận:", 700, 240, Region.CLOSING_LEFT, 0.9),
            ("- Lưu: VT.", 740, 240, Region.CLOSING_LEFT, 0.95),
            ("GIÁM ĐỐC", 700, 1000, Region.CLOSING_RIGHT, 0.9),
            ("ĐAT HOUNM 3c", 760, 980, Region.CLOSING_RIGHT, 0.2),
        ]
    )
    assert signers_of(structure) == [(None, "GIÁM ĐỐC", None)]
    assert "field_unreadable" in codes_of(structure)


def test_annexes_are_top_level_nodes_of_their_own() -> None:
    structure = structure_of(
        f"{START}Nơi nhận:\n- Lưu: VT.\n\nCHỦ TỊCH\n\nNguyễn Thị Hoa\n\f"
        "PHỤ LỤC I\nDANH SÁCH ĐĂNG KÝ\n(Kèm theo Kế hoạch số 12/KH-UBND)\n1. Thôn Đông\n2. Thôn Đoài\n\f"
        "PHỤ LỤC II\nBIỂU CHẤM ĐIỂM\nNội dung chấm gồm ba phần.\n"
    )
    annexes = structure.sections[1:]
    assert [(node.number, node.heading, [role.value for role in node.roles]) for node in annexes] == [
        ("PHỤ LỤC I", "DANH SÁCH ĐĂNG KÝ", ["phu_luc"]),
        ("PHỤ LỤC II", "BIỂU CHẤM ĐIỂM", ["phu_luc"]),
    ]
    assert annexes[0].text == "(Kèm theo Kế hoạch số 12/KH-UBND)"
    assert [child.text for child in annexes[0].children] == ["Thôn Đông", "Thôn Đoài"]
    assert signers_of(structure) == [(None, "CHỦ TỊCH", "Nguyễn Thị Hoa")]


@pytest.mark.parametrize("text", ["Nguyễn Thị Hoa", "K'sor H'Blâm", "Lê Văn Nam", "PHẠM VĂN HÙNG", "Bế Thị Lan"])
def test_names(text: str) -> None:
    assert looks_like_name(text)


@pytest.mark.parametrize(
    "text", ["Sở Nội vụ", "CHỦ TỊCH", "Các thôn", "Lưu: VT", "Lê Lợi 24", "Phòng Kế hoạch Tài chính huyện"]
)
def test_no_names(text: str) -> None:
    assert not looks_like_name(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PHÓ CHỦ TỊCH", True),
        ("GIÁM ĐỐC SỞ", True),
        ("CHÙ TICH", True),
        ("Chủ tịch", False),
        ("ỦY BAN NHÂN DÂN", False),
    ],
)
def test_positions(text: str, expected: bool) -> None:
    assert is_position(text) is expected


def restored_page(lines: list[tuple[str, str]]) -> Page:
    """A dump's page of (restored, raw) lines."""
    return Page(1, TextSource.TEXT_FILE, tuple(restored(Line(raw, raw), text) for text, raw in lines))


def test_a_damaged_level_at_a_recipients_end_is_put_right_as_its_siblings_have_it() -> None:
    lines = [
        ("Nơi nhận:", "Noi nhan:"),
        ("- Đảng ủy Xã;", "- Dang uy xa;"),
        ("- Hội Nông dân xA;", "- Hoi Nong dan xA;"),
    ]
    lines += [("- Các ban ngành xã;", "- Cac ban nganh xa;"), ("- Lưu: VT.", "- Luu: VT.")]
    recipients = build_structure([restored_page(lines)]).recipients
    assert [item.value for item in recipients[:3]] == ["Đảng ủy xã", "Hội Nông dân xã", "Các ban ngành xã"]


def test_an_author_s_own_capital_stays() -> None:
    lines = ["Nơi nhận:", "- Đảng ủy Xã;", "- Các ban ngành xã;", "- Lưu: VT."]
    recipients = build_structure([restored_page([(line, line) for line in lines])]).recipients
    assert recipients[0].value == "Đảng ủy Xã"


def signature(*lines: tuple[str, float]) -> Page:
    rows = [ocr_line("Trên đây là Kế hoạch của Sở./.", 300), ocr_line("Nơi nhận:", 400, region=Region.CLOSING_LEFT)]
    rows += [
        ocr_line(text, 400 + 60 * place, 1100, region=Region.CLOSING_RIGHT, confidence=confidence)
        for place, (text, confidence) in enumerate(lines)
    ]
    return ocr_page(1, rows)


def test_a_damaged_deputy_is_read_by_the_authority_above_it() -> None:
    page = signature(("TM. CHÍNH PHỦ", 0.9), ("KL.THỦ TƯỚNG", 0.75), ("PHỚ HƯỚNG", 0.26), ("Trần Lưu Quang", 0.9))
    assert signers_of(build_structure([page])) == [("TM. CHÍNH PHỦ KT. THỦ TƯỚNG", "PHÓ THỦ TƯỚNG", "Trần Lưu Quang")]


def test_a_deputy_whose_pho_is_lost_under_the_seal_is_no_chairman() -> None:
    page = signature(("KT. CHỦ TỊCH", 0.9), ("CHỦ TỊCH", 0.55), ("Phạm Trường Thọ", 0.9))
    assert signers_of(build_structure([page])) == [("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Phạm Trường Thọ")]


def test_noise_under_an_authority_is_no_position() -> None:
    page = signature(("KT. GIÁM ĐỐC", 0.9), ("HANH CHU", 0.3), ("Trần Lưu Quang", 0.9))
    assert signers_of(build_structure([page]))[0][1] is None


def test_pen_strokes_after_the_end_of_the_text_are_none_of_it() -> None:
    rows = [ocr_line("I. NỘI DUNG", 200, gap=1), ocr_line("1. Giao các phòng thực hiện kế hoạch này.", 260)]
    rows += [ocr_line("Trên đây là Kế hoạch của Sở Y tế./.", 320), ocr_line("ưẠ n", 380, 900, confidence=0.3)]
    rows += [ocr_line("GIÁM ĐỐC", 440, 1100, region=Region.CLOSING_RIGHT)]
    structure = build_structure([ocr_page(1, rows)])
    assert structure.sections[-1].text.endswith("./.")
    assert "ưẠ n" in [mark.text for mark in structure.marks[1]]
    assert structure.problems == []


def test_an_approvers_block_beside_the_signer_makes_two_signers() -> None:
    text = (
        START.replace("\n\n1.", "\n1.")
        + "PHÊ DUYỆT CỦA SỞ Y TẾ                    GIÁM ĐỐC\nKT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n\n\n"
        + "Đinh Công Tráng                            Bùi Xuân Khoát\n"
    )
    structure = structure_of(text)
    assert [name for _, _, name in signers_of(structure)] == ["Đinh Công Tráng", "Bùi Xuân Khoát"]
    assert structure.recipients == []
    assert "PHÊ DUYỆT" not in structure.sections[-1].children[-1].text


@pytest.mark.parametrize("name", ["H’Wen Êban", "Y’Thuần Niê", "A Thuấn", "Ka Dương"])
def test_names_without_a_kinh_family_name_are_names(name: str) -> None:
    assert looks_like_name(name)


def test_a_family_name_that_has_two_spellings_is_left_as_read() -> None:
    page = signature(("CHỦ TỊCH", 0.9), ("Lường Văn Păn", 0.96))
    assert signers_of(build_structure([page]))[0][2] == "Lường Văn Păn"


def test_words_of_a_seal_that_lie_on_the_position_are_none_of_it() -> None:
    right = Region.CLOSING_RIGHT
    lines = [
        ocr_line("I. TỔ CHỨC THỰC HIỆN", 200, gap=0.5),
        ocr_line("1. Các thôn triển khai kế hoạch này từ ngày 05 tháng 6.", 260, gap=0.5),
        ocr_line("Nơi nhận:", 400, region=Region.CLOSING_LEFT),
        ocr_line("- Lưu: :VT.", 450, region=Region.CLOSING_LEFT),
        ocr_line("TM. ỦY BAN NHÂN DÂN", 400, 1000, region=right),
        ocr_line("CHỦ TỊCH", 450, 1090, region=right),
        ocr_line("NHÂN DÂN", 458, 1100, region=right),
        ocr_line("BAN ★", 500, 1060, region=right),
        ocr_line("Đinh Thị Hà", 640, 1080, region=right),
    ]
    structure = build_structure([ocr_page(1, lines)])
    assert signers_of(structure) == [("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Đinh Thị Hà")]
    assert recipients_of(structure) == ["Lưu: VT"]
    assert {"NHÂN DÂN", "BAN ★"} <= {mark.text for mark in structure.marks[1]}


def test_text_after_a_title_is_no_closing_formula_of_its_own() -> None:
    structure = structure_of(
        f"{START}2. Các khoa, phòng: căn cứ kế hoạch này lập kế hoạch chi tiết.\n\n"
        "Trên đây là Kế hoạch của bệnh viện./."
    )
    (top,) = structure.sections
    assert top.text == "Trên đây là Kế hoạch của bệnh viện./."
    assert top.children[1].text == "căn cứ kế hoạch này lập kế hoạch chi tiết."


def test_a_name_whose_beginning_a_seal_took_is_no_value_and_not_silent() -> None:
    def signed(name: str) -> Structure:
        return scanned(
            [
                ("Nơi nhận:", 700, 240, Region.CLOSING_LEFT, 0.9),
                ("- Lưu: VT.", 740, 240, Region.CLOSING_LEFT, 0.95),
                ("GIÁM ĐỐC", 700, 1000, Region.CLOSING_RIGHT, 0.98),
                (name, 960, 1000, Region.CLOSING_RIGHT, 0.98),
            ]
        )

    whole, cut = signed("Hà Văn Phúc"), signed("Văn Phúc")
    names = [structure.signer.name for structure in (whole, cut) if structure.signer is not None]
    assert [value(name) for name in names] == ["Hà Văn Phúc", None]
    assert names[0] is not None
    assert (names[0].confidence or 0.0) > 0.9
    assert "field_unreadable" not in codes_of(whole)
    assert any("“Văn Phúc”" in problem.message for problem in cut.problems)


@pytest.mark.parametrize(
    "last",
    [
        "Yêu cầu các ngành, các thôn tổ chức thực hiện tốt kế hoạch này.",
        "Đề nghị các cơ quan, đơn vị quan tâm triển khai thực hiện./.",
        "Đề nghị các cơ quan, đơn vị quan tâm triển khai thực hiện. 7.",
        "Nhận được Kế hoạch này, các thôn báo cáo kết quả về xã.",
        "Hướng dẫn này thay thế Hướng dẫn số 12/HD-UBND ngày 08/01/2019.",
        "UBND xã yêu cầu các ngành, các thôn nghiêm túc thực hiện./.",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_document_may_end_otherwise_than_with_the_formula(last: str, gap: str) -> None:
    structure = structure_of(f"{START}2. Các đoàn thể phối hợp.{gap}{last}\n\nNơi nhận:\n- Lưu: VT.\n")
    assert structure.sections[-1].text == last
    assert structure.sections[-1].children[1].text == "Các đoàn thể phối hợp."


def test_what_an_article_says_of_the_whole_act_stays_in_it() -> None:
    structure = structure_of(
        "QUY CHẾ\nThi đua của xã\n\nChương I\nQUY ĐỊNH CHUNG\n\nĐiều 1. Phạm vi\n\nQuy chế này nói về thi đua.\n\n"
        "Chương II\nTHI HÀNH\n\nĐiều 2. Hiệu lực thi hành\n\nQuy chế này có hiệu lực kể từ ngày ký.\n"
    )
    article = structure.sections[-1].children[-1]
    assert (article.heading, article.text) == ("Hiệu lực thi hành", "Quy chế này có hiệu lực kể từ ngày ký.")


@pytest.mark.parametrize("position", ["Q. CHỦ TỊCH", "QUYỀN GIÁM ĐỐC"])
def test_who_holds_an_office_for_the_time_being_signs_with_that_position(position: str) -> None:
    text = START + f"Nơi nhận:\n- Lưu: VT.\n\nTM. ỦY BAN NHÂN DÂN\n{position}\n\nLò Văn Pâng\n"
    assert signers_of(structure_of(text)) == [("TM. ỦY BAN NHÂN DÂN", position, "Lò Văn Pâng")]


def test_older_label_and_a_list_on_one_line() -> None:
    older = structure_of(START + "Nơi gửi:\n- UBND huyện;\n- Lưu.\n\nCHỦ TỊCH\n\nLò Văn Pâng\n")
    assert recipients_of(older) == ["UBND huyện", "Lưu"]
    inline = structure_of(START + "Nơi nhận: Như trên; Lưu VT.\n\nTRƯỞNG THÔN\n\nVõ Hồng Phúc\n")
    assert recipients_of(inline) == ["Như trên", "Lưu VT"]
    assert signers_of(inline) == [(None, "TRƯỞNG THÔN", "Võ Hồng Phúc")]


def test_who_drew_up_a_document_signs_with_that_position() -> None:
    structure = structure_of(START + "NGƯỜI LẬP\t\tHIỆU TRƯỞNG\n\nHà Thị Sen\t\tĐinh Công Lý\n")
    assert signers_of(structure) == [(None, "NGƯỜI LẬP", "Hà Thị Sen"), (None, "HIỆU TRƯỞNG", "Đinh Công Lý")]
