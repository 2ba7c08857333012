"""The section tree: numbering of all styles, damage repaired from the sequence, mistakes kept, paragraphs joined."""

from __future__ import annotations

import pytest

from pipeline.structure import build_structure
from tests.structure.samples import (
    COMMUNE_PLAN,
    DAMAGED_PLAN,
    DECISION_WITH_REGULATION,
    find,
    ocr_line,
    ocr_page,
    outline,
    structure_of,
)


def tree_of(body: str) -> list[str]:
    return outline(structure_of(f"KẾ HOẠCH\nThi đua năm 2024\n\nUBND xã xây dựng kế hoạch như sau:\n\n{body}").sections)


def test_letters_romans_figures_and_small_letters_nest() -> None:
    assert outline(structure_of(COMMUNE_PLAN).sections) == [
        "A “MỤC ĐÍCH, YÊU CẦU”",
        "  1 “Mục đích”",
        "  2 “Yêu cầu”",
        "B “NỘI DUNG VÀ GIẢI PHÁP”",
        "  I “Nội dung”",
        "    1 “Trong lĩnh vực kinh tế”",
        "      a",
        "      b",
        "    2 “Trong lĩnh vực văn hóa - xã hội”",
        "  II “Giải pháp”",
        "    1",
        "    2",
        "C “KHEN THƯỞNG”",
        "  1 “Hình thức”",
        "  2 “Số lượng”",
        "  3 “Hồ sơ gồm”",
        "  4 “Thời gian nộp hồ sơ”",
        "D “TỔ CHỨC THỰC HIỆN”",
        "  1 “Công chức Văn phòng - Thống kê”",
        "  2",
    ]


def test_articles_in_chapters_of_an_attached_regulation() -> None:
    structure = structure_of(DECISION_WITH_REGULATION)
    assert outline(structure.sections) == [
        "Điều 1",
        "Điều 2",
        "Điều 3",
        "- “QUY CHẾ Thi đua của huyện Tân Lập”",
        "  Chương I “QUY ĐỊNH CHUNG”",
        "    Điều 1 “Phạm vi điều chỉnh”",
        "    Điều 2 “Đối tượng áp dụng”",
        "      1",
        "      2",
        "  Chương II “NỘI DUNG THI ĐUA”",
        "    Điều 3 “Hình thức tổ chức thi đua”",
        "      1 “Thi đua thường xuyên”",
        "        a",
        "        b",
        "      2",
    ]
    assert structure.preamble[0] == "CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN TÂN LẬP"
    assert structure.preamble[-1] == "QUYẾT ĐỊNH:"
    assert [role.value for role in structure.sections[3].roles] == ["phu_luc"]


def test_numerals_damaged_by_ocr_are_repaired_from_the_sequence() -> None:
    structure = structure_of(DAMAGED_PLAN)
    assert [section.number for section in structure.sections] == ["I", "II", "III", "IV", "V"]
    assert [child.number for child in structure.sections[4].children] == ["1", "2"]


@pytest.mark.parametrize(
    ("numerals", "repaired"),
    [
        (["I.", "1.", "I11.", "IV."], ["I", "II", "III", "IV"]),
        (["I.", "H.", "HI.", "IV.", "V."], ["I", "II", "III", "IV", "V"]),
        (["l.", "II.", "IIl.", "1V.", "V."], ["I", "II", "III", "IV", "V"]),
        (["I.", "IL", "IIL", "IV.", "V.", "VL", "VIL"], ["I", "II", "III", "IV", "V", "VI", "VII"]),
    ],
)
def test_romans_are_read_as_their_neighbours_make_them(numerals: list[str], repaired: list[str]) -> None:
    titles = ["MỤC ĐÍCH", "NỘI DUNG", "ĐỐI TƯỢNG", "THỜI GIAN", "KINH PHÍ", "KHEN THƯỞNG", "TỔ CHỨC THỰC HIỆN"]
    body = "\n\n".join(
        f"{number} {title}\n\n1. Việc thứ nhất.\n\n2. Việc thứ hai."
        for number, title in zip(numerals, titles, strict=False)
    )
    found = structure_of(f"KẾ HOẠCH\nThi đua\n\nCăn cứ chương trình công tác;\n\n{body}\n").sections
    assert [section.number for section in found] == repaired


def test_the_authors_own_mistakes_stay() -> None:
    body = "\n".join(
        f"{number}. {title}\n1. Việc thứ nhất.\n2. Việc thứ hai.\n"
        for number, title in [
            ("I", "MỤC ĐÍCH"),
            ("II", "NỘI DUNG"),
            ("II", "KHEN THƯỞNG"),
            ("III", "TỔ CHỨC THỰC HIỆN"),
        ]
    )
    assert [line for line in tree_of(body) if not line.startswith(" ")] == [
        "I “MỤC ĐÍCH”",
        "II “NỘI DUNG”",
        "II “KHEN THƯỞNG”",
        "III “TỔ CHỨC THỰC HIỆN”",
    ]


def test_a_letter_left_out_stays_left_out() -> None:
    assert tree_of("1. Hồ sơ\na) Thành phần hồ sơ:\n- Tờ trình.\nc) Số lượng hồ sơ: 02 bộ\n") == [
        "1 “Hồ sơ”",
        "  a “Thành phần hồ sơ”",
        "  c “Số lượng hồ sơ”",
    ]


def test_headings_without_numbers_carry_numbered_items() -> None:
    body = (
        "MỤC ĐÍCH, YÊU CẦU\n\n- Tạo sân chơi lành mạnh cho đoàn viên.\n\n"
        "ĐỐI TƯỢNG, THỜI GIAN\n\n1. Đối tượng: đoàn viên.\n\n2. Thời gian\n\n2.1. Vòng sơ khảo: tháng 5/2022.\n\n"
        "TỔ CHỨC THỰC HIỆN\n\nBan Tuyên giáo chủ trì.\n"
    )
    assert tree_of(body) == [
        "- “MỤC ĐÍCH, YÊU CẦU”",
        "- “ĐỐI TƯỢNG, THỜI GIAN”",
        "  1 “Đối tượng”",
        "  2 “Thời gian”",
        "    2.1 “Vòng sơ khảo”",
        "- “TỔ CHỨC THỰC HIỆN”",
    ]


def test_dash_style_of_the_party_and_deep_figures() -> None:
    body = (
        "I- MỤC ĐÍCH\n1- Mục đích\nGiúp chi bộ.\n2- Yêu cầu\n2.1- Đúng quy trình.\n2.2- Khách quan.\n"
        "II- TỔ CHỨC THỰC HIỆN\nGiao Văn phòng theo dõi.\n"
    )
    assert tree_of(body) == [
        "I “MỤC ĐÍCH”",
        "  1 “Mục đích”",
        "  2 “Yêu cầu”",
        "    2.1",
        "    2.2",
        "II “TỔ CHỨC THỰC HIỆN”",
    ]


def test_quantities_and_dates_at_the_start_of_a_line_are_no_items() -> None:
    structure = structure_of(DAMAGED_PLAN)
    first = find(structure.sections, "1.1")
    assert first.children == []
    assert "trồng ít nhất 10. Cây trồng phải phù hợp" in first.text
    assert "Thời gian từ ngày 15. Kết quả" in find(structure.sections, "1.2").text
    assert [mark.text for mark in structure.marks[1] if mark.kind == "page_number"] == ["1"]


def test_a_heading_broken_over_lines_is_one() -> None:
    structure = structure_of(
        "KẾ HOẠCH\nThi đua\n\nCăn cứ chương trình công tác năm 2024 của xã, Ủy ban nhân dân xã ban hành kế\n"
        "hoạch phát động phong trào thi đua trên địa bàn xã với những nội dung như\nsau:\n\n"
        "I. ĐỐI TƯỢNG, TIÊU CHUẨN, HÌNH THỨC VÀ SỐ LƯỢNG\nKHEN THƯỞNG\n\n"
        "1. Đối tượng: Tập thể, cá nhân có thành tích tiêu biểu, xuất sắc trong tổ chức,\nthực hiện phong trào.\n"
    )
    assert structure.sections[0].heading == "ĐỐI TƯỢNG, TIÊU CHUẨN, HÌNH THỨC VÀ SỐ LƯỢNG KHEN THƯỞNG"


def test_paragraphs_go_on_over_blank_lines_and_page_breaks_in_mid_sentence() -> None:
    long_item = (
        "Giao cơ quan thường trực theo dõi, đôn đốc, kiểm tra các cơ quan, đơn vị trong việc tổ chức"
        " triển khai thực hiện. Tham mưu"
    )
    text = (
        f"KẾ HOẠCH\n\nThi đua năm 2024\n\nI. TỔ CHỨC THỰC HIỆN\n\n1. {long_item}\n\nHội đồng Thi đua xem xét.\n\n"
        "2. Nâng cao chất lượng phục vụ; đảm\n\f\nbảo tính chuyên nghiệp, trách nhiệm của đội ngũ cán bộ.\n"
    )
    structure = structure_of(text)
    assert find(structure.sections, "1.1").text == f"{long_item} Hội đồng Thi đua xem xét."
    assert find(structure.sections, "1.2").text == (
        "Nâng cao chất lượng phục vụ; đảm bảo tính chuyên nghiệp, trách nhiệm của đội ngũ cán bộ."
    )


def test_first_line_indents_of_a_scan_begin_paragraphs() -> None:
    full = 1470
    lines = [
        ocr_line("KẾ HOẠCH", 300, 750, centred=True),
        ocr_line("Khảo sát giường bệnh", 350, 680, centred=True),
        ocr_line("I. MỤC ĐÍCH", 450, 340, gap=1.0),
        ocr_line("Nắm rõ số liệu thống kê về giường bệnh kế hoạch và giường bệnh thực", 500, 340, right=full),
        ocr_line("kê tại từng khoa của bệnh viện trong toàn tỉnh, làm căn cứ xây dựng kế", 545, 240, right=full),
        ocr_line("hoạch năm sau.", 590, 240),
        ocr_line("Báo cáo phải trung thực, đầy đủ và gửi đúng thời gian theo quy định của", 640, 340, right=full),
        ocr_line("ngành.", 685, 240),
        ocr_line("II. THỜI GIAN", 735, 340),
        ocr_line("Thực hiện trong quý I.", 785, 340),
    ]
    sections = build_structure([ocr_page(1, lines)]).sections
    assert [section.heading for section in sections] == ["MỤC ĐÍCH", "THỜI GIAN"]
    assert sections[0].text.split("\n") == [
        "Nắm rõ số liệu thống kê về giường bệnh kế hoạch và giường bệnh thực kê tại từng khoa của bệnh viện"
        " trong toàn tỉnh, làm căn cứ xây dựng kế hoạch năm sau.",
        "Báo cáo phải trung thực, đầy đủ và gửi đúng thời gian theo quy định của ngành.",
    ]
    assert sections[0].bbox == [340, 450, 340 + 16 * 11, 490]


def test_running_heads_and_page_numbers_become_marks() -> None:
    pages = [
        ocr_page(
            number,
            [
                ocr_line("Kế hoạch thi đua năm 2024 của xã", 80, 500),
                ocr_line(f"{number}. Việc thứ {number} cần làm ngay trong tháng này.", 300, 340, gap=1.0),
                ocr_line(str(number), 2250, 820),
            ],
        )
        for number in range(1, 5)
    ]
    structure = build_structure(pages)
    assert [section.number for section in structure.sections] == ["1", "2", "3", "4"]
    for number in range(2, 5):
        kinds = [mark.kind.value for mark in structure.marks[number]]
        assert sorted(kinds) == ["page_number", "running_head"]


WRAPPED = """\
KẾ HOẠCH

Tổ chức Hội thi báo cáo viên năm 2021

I. MỤC ĐÍCH, YÊU CẦU
{gap}1. Đánh giá thực chất đội ngũ báo cáo viên, phát hiện và bồi dưỡng nhân tố
mới của các chi bộ.
{gap}2. Hội thi được tổ chức nghiêm túc, tiết kiệm, bảo đảm phòng, chống dịch
COVID-19.
{gap}II. TỔ CHỨC THỰC HIỆN
{gap}1. Thành lập Ban Tổ chức, Ban Giám khảo.
{gap}2. Các đảng ủy, chi ủy trực thuộc gửi danh sách thí sinh về Ban Tuyên giáo
Huyện ủy trước ngày 10/6/2021.
{gap}3. Trung tâm Văn hóa - Thể thao và Truyền thông huyện đưa tin, phát sóng
Hội thi.
"""


@pytest.mark.parametrize("gap", ["", "\n"])
def test_a_row_that_begins_with_a_capital_in_mid_sentence_goes_on(gap: str) -> None:
    sections = structure_of(WRAPPED.format(gap=gap)).sections
    assert outline(sections) == ["I “MỤC ĐÍCH, YÊU CẦU”", "  1", "  2", "II “TỔ CHỨC THỰC HIỆN”", "  1", "  2", "  3"]
    assert find(sections, "1.2").text.endswith("phòng, chống dịch COVID-19.")
    assert find(sections, "2.2").text.endswith("Ban Tuyên giáo Huyện ủy trước ngày 10/6/2021.")


@pytest.mark.parametrize(
    ("upper", "figure", "letter"),
    [("{}/-", "{}/-", "{}-"), ("{} -", "{} -", "{} -"), ("{}.-", "{}.-", "{}/-"), ("{}/", "{})-", "{} – ")],
)
@pytest.mark.parametrize("numbers", ["AB", ("I", "II")])
def test_signs_of_typed_documents_number_all_levels(upper: str, figure: str, letter: str, numbers: str) -> None:
    one, two = (figure.format(number) for number in (1, 2))
    body = (
        f"{upper.format(numbers[0])} Mục đích:\n\n{one} Nâng cao năng suất.\n\n{two} Giữ vững an ninh.\n\n"
        f"{upper.format(numbers[1])} Biện pháp:\n\n{one} Chia làm hai đợt:\n\n"
        f"{letter.format('a')} Đợt đầu vào mùa khô.\n\n"
        f"{letter.format('b')} Đợt sau vào cuối năm.\n\n{two} Kiểm tra các ấp.\n"
    )
    assert tree_of(body) == [
        f"{numbers[0]} “Mục đích”",
        "  1",
        "  2",
        f"{numbers[1]} “Biện pháp”",
        "  1 “Chia làm hai đợt”",
        "    a",
        "    b",
        "  2",
    ]


def test_a_dash_between_words_or_figures_numbers_nothing() -> None:
    lines = "I. NỘI DUNG\n\n1. Mở lớp:\n\n2-3 ngày một lần thì kiểm tra.\n\ny - bác sĩ trực.\n\n2. Đóng lớp.\n"
    assert tree_of(lines) == ["I “NỘI DUNG”", "  1 “Mở lớp”", "  2"]


def test_a_row_that_begins_with_a_quantity_in_mid_sentence_goes_on() -> None:
    text = (
        "KẾ HOẠCH\n\nThi đua năm 2023\n\nI. TỔ CHỨC THỰC HIỆN\n\n"
        "Phòng Tổ chức tổng hợp kết quả, trình Hội đồng Thi đua trong vòng\n05 ngày làm việc kể từ khi kết thúc đợt.\n"
    )
    (section,) = structure_of(text).sections
    assert section.text.endswith("Hội đồng Thi đua trong vòng 05 ngày làm việc kể từ khi kết thúc đợt.")


def test_what_sets_all_to_work_begins_a_paragraph_after_a_full_row() -> None:
    text = (
        "KẾ HOẠCH\n\nThi đua năm 2023\n\nI. TỔ CHỨC THỰC HIỆN\n\n1. Các khu phố\n"
        "Thành lập tổ rà soát dữ liệu, niêm yết công khai kết quả tại nhà văn hóa khu phố.\n"
        "Căn cứ Kế hoạch này, yêu cầu các phòng chuyên môn, đơn vị và các khu phố nghiêm túc\ntriển khai thực hiện./.\n"
    )
    (section,) = structure_of(text).sections
    assert section.text.startswith("Căn cứ Kế hoạch này")
    assert section.children[0].heading == "Các khu phố"
