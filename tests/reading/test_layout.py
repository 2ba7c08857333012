"""Reading order: letterhead and closing by columns, page numbers apart, tables cell by cell."""

from __future__ import annotations

import pytest

from pipeline.reading.engines import EngineLine
from pipeline.reading.layout.reading_order import arrange
from pipeline.reading.layout.ruled_tables import find_tables
from pipeline.reading.page_image.ruled_lines import Rule, Rules
from pipeline.values import Box, MarkKind, Region
from tests.reading.samples import line

WIDTH, HEIGHT = 1650, 2340
LETTERHEAD = [
    line("UBND HUYỆN SƠN HÀ", 180, 120),
    line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 780, 120),
    line("PHÒNG NỘI VỤ", 230, 165),
    line("Độc lập - Tự do - Hạnh phúc", 880, 165),
    line("Số: 12/KH-PNV", 230, 230),
    line("Sơn Hà, ngày 11 tháng 3 năm 2024", 860, 230),
    line("KẾ HOẠCH", 740, 320),
    line("Thực hiện công tác thi đua khen thưởng của huyện trong năm hai nghìn không trăm hai tư", 150, 370),
]


def texts(lines):
    return [one.text for one in arrange(lines, WIDTH, HEIGHT).lines]


def test_left_column_of_the_letterhead_comes_before_the_right_one():
    assert texts(LETTERHEAD)[:6] == [
        "UBND HUYỆN SƠN HÀ",
        "PHÒNG NỘI VỤ",
        "Số: 12/KH-PNV",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Sơn Hà, ngày 11 tháng 3 năm 2024",
    ]


def test_letterhead_lines_know_their_column():
    regions = [one.region for one in arrange(LETTERHEAD, WIDTH, HEIGHT).lines]
    assert regions == [Region.LETTERHEAD_LEFT] * 3 + [Region.LETTERHEAD_RIGHT] * 3 + [Region.BODY] * 2


def test_a_letterhead_read_as_one_line_is_cut_where_the_motto_begins():
    whole = line("UBND XÃ PHÚ KHÊ CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 520, 120)
    assert texts([whole, *LETTERHEAD[2:]])[0] == "UBND XÃ PHÚ KHÊ"


def test_a_letterhead_without_room_between_its_columns_is_cut_inside_the_word():
    whole = line("BỘ XÂY DỰNG VÀ MÔI TRƯỜNGCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 180, 120, 24)
    assert texts([whole, *LETTERHEAD[2:]])[:5] == [
        "BỘ XÂY DỰNG VÀ MÔI TRƯỜNG",
        "PHÒNG NỘI VỤ",
        "Số: 12/KH-PNV",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]


def test_a_word_that_ends_like_the_motto_begins_stays_whole():
    running = line("Các phần việc hàng thủcông hòa hợp với nhau trong năm", 150, 500)
    assert "Các phần việc hàng thủcông hòa hợp với nhau trong năm" in texts([*LETTERHEAD, running])


def test_motto_with_misread_letters_still_marks_the_right_column():
    damaged = line("CỌNG HÒA XÃ HỌI CHỦ NGHlA VIẸT NAM", 780, 120)
    assert texts([LETTERHEAD[0], damaged, *LETTERHEAD[2:]])[:3] == [
        "UBND HUYỆN SƠN HÀ",
        "PHÒNG NỘI VỤ",
        "Số: 12/KH-PNV",
    ]


def beside(left, right, gap):
    """Two lines that an engine read as one: `right` begins `gap` pixels behind `left`."""
    moved = line(right.text, left.box.right + gap, left.box.top)
    return EngineLine(Box.around([left.box, moved.box]), (*left.words, *moved.words))


def test_a_letterhead_whose_columns_nearly_touch_is_parted_at_its_gap():
    rows = [
        beside(line("CÔNG AN - HUYỆN ĐOÀN", 180, 120), line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0, 120), 34),
        beside(line("HUYỆN SƠN HÀ BÌNH MINH", 150, 165), line("Độc lập - Tự do - Hạnh phúc", 0, 165), 36),
        beside(line("Số: 12/KHLT-CA-HĐTN", 200, 230), line("Sơn Hà, ngày 11 tháng 3 năm 2024", 0, 230), 40),
    ]
    assert texts([*rows, *LETTERHEAD[6:]]) == [
        "CÔNG AN - HUYỆN ĐOÀN",
        "HUYỆN SƠN HÀ BÌNH MINH",
        "Số: 12/KHLT-CA-HĐTN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Sơn Hà, ngày 11 tháng 3 năm 2024",
        *[one.text for one in LETTERHEAD[6:]],
    ]


def test_an_authority_whose_name_nearly_reaches_the_motto_stays_in_its_column():
    widest = line("SỞ THÔNG TIN VÀ TRUYỀN THÔNG", 36, 165)
    motto = line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", widest.box.right + 20, 120)
    rows = [LETTERHEAD[0], motto, widest, *LETTERHEAD[3:6]]
    assert texts([*rows, *LETTERHEAD[6:]])[1] == "SỞ THÔNG TIN VÀ TRUYỀN THÔNG"
    assert [one.region for one in arrange(rows, WIDTH, HEIGHT).lines].count(Region.LETTERHEAD_RIGHT) == 3


def test_place_and_date_that_begin_left_of_the_motto_stay_in_its_column():
    long_date = line("Thành phố Hồ Chí Minh, ngày 11 tháng 3 năm 2024", 660, 230)
    found = arrange([*LETTERHEAD[:5], long_date, *LETTERHEAD[6:]], WIDTH, HEIGHT).lines
    assert [one.text for one in found if one.region is Region.LETTERHEAD_RIGHT][-1] == long_date.text


def test_a_title_with_a_wide_blank_in_it_is_not_cut_between_the_columns():
    title = beside(line("KẾ", 700, 320), line("HOẠCH", 0, 320), 30)
    found = arrange([*LETTERHEAD[:6], title, *LETTERHEAD[7:]], WIDTH, HEIGHT).lines
    assert [(one.text, one.region) for one in found][6] == ("KẾ HOẠCH", Region.BODY)


def test_addressees_below_the_letterhead_are_read_after_its_right_column():
    found = texts([*LETTERHEAD[:6], line("Kính gửi:", 380, 320), line("- Các phòng, ban của huyện;", 640, 365)])
    assert found[5:7] == ["Sơn Hà, ngày 11 tháng 3 năm 2024", "Kính gửi:"]


def test_recipients_that_were_read_together_with_the_signer_are_parted():
    closing = [
        line("Trên đây là kế hoạch thực hiện công tác thi đua khen thưởng của huyện trong năm nay./.", 150, 900),
        beside(line("Nơi nhận:", 150, 1000), line("TM. ỦY BAN NHÂN DÂN", 0, 1000), 520),
        beside(line("- Thường trực Huyện ủy, Hội đồng nhân dân;", 150, 1045), line("CHỦ TỊCH", 0, 1045), 40),
        line("- Lưu: VT.", 150, 1090),
        line("Nguyễn Văn An", 860, 1300),
    ]
    assert texts([*LETTERHEAD, *closing])[-6:] == [
        "Nơi nhận:",
        "- Thường trực Huyện ủy, Hội đồng nhân dân;",
        "- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "Nguyễn Văn An",
    ]


def test_recipients_and_signer_are_not_read_across():
    closing = [
        line(
            "Trên đây là kế hoạch thực hiện công tác thi đua khen thưởng của huyện trong năm nay và năm sau./.",
            150,
            900,
        ),
        line("Nơi nhận:", 150, 1000),
        line("KT. CHỦ TỊCH", 1080, 1000),
        line("- Như trên;", 150, 1045),
        line("PHÓ CHỦ TỊCH", 1070, 1045),
        line("- Lưu: VT.", 150, 1090),
        line("Nguyễn Văn An", 1070, 1300),
    ]
    layout = arrange([*LETTERHEAD, *closing], WIDTH, HEIGHT)
    assert [one.text for one in layout.lines[-6:]] == [
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Nguyễn Văn An",
    ]
    assert [one.region for one in layout.lines[-3:]] == [Region.CLOSING_RIGHT] * 3


def test_page_number_becomes_a_mark():
    layout = arrange([line("3", 800, 40), *LETTERHEAD], WIDTH, HEIGHT)
    assert [mark.text for mark in layout.marks if mark.kind is MarkKind.PAGE_NUMBER] == ["3"]
    assert "3" not in [one.text for one in layout.lines]


@pytest.mark.parametrize("read", ["l l", "1 1", "Il", "ll"])
def test_a_page_number_read_as_letters_is_one_all_the_same(read):
    layout = arrange([line(read, 800, 40), *LETTERHEAD], WIDTH, HEIGHT)
    assert [mark.text for mark in layout.marks if mark.kind is MarkKind.PAGE_NUMBER] == ["11"]
    assert [one.text for one in layout.lines] == [one.text for one in arrange(LETTERHEAD, WIDTH, HEIGHT).lines]


def test_a_lone_numeral_in_the_text_is_no_page_number():
    assert "II" in texts([*LETTERHEAD, line("II", 800, 900)])


def test_a_number_in_the_text_is_no_page_number():
    body = [line("Số lượng tập thể được khen thưởng trong năm là", 150, 600 + 45 * n) for n in range(5)]
    layout = arrange([*body, line("12", 150, 825)], WIDTH, HEIGHT)
    assert layout.marks == ()


def test_space_above_a_new_paragraph_is_measured_in_line_heights():
    body = [line("một dòng chữ dài của đoạn văn thứ nhất trong kế hoạch", 150, 600 + 45 * n) for n in range(4)]
    after = line("một đoạn mới", 150, 600 + 45 * 4 + 40)
    gaps = [one.gap_before for one in arrange([*body, after], WIDTH, HEIGHT).lines]
    assert gaps[:4] == [0.0] * 4
    assert 1.0 < gaps[4] < 1.8


def _rules(rows, columns):
    return Rules(
        tuple(Rule(y, columns[0], columns[-1]) for y in rows), tuple(Rule(x, rows[0], rows[-1]) for x in columns)
    )


def test_table_is_read_row_by_row_and_cell_by_cell():
    tables = find_tables(_rules([500, 560, 700], [150, 250, 900, 1500]), WIDTH)
    lines = [
        line("STT", 170, 515),
        line("Nội dung", 300, 515),
        line("Đơn vị", 950, 515),
        line("1", 180, 580),
        line("Tuyên truyền trong", 270, 580),
        line("Hội Nông dân", 950, 580),
        line("toàn dân", 270, 625),
    ]
    layout = arrange(lines, WIDTH, HEIGHT, tables)
    assert [(one.text, one.cell) for one in layout.lines] == [
        ("STT", (0, 0, 0)),
        ("Nội dung", (0, 0, 1)),
        ("Đơn vị", (0, 0, 2)),
        ("1", (0, 1, 0)),
        ("Tuyên truyền trong", (0, 1, 1)),
        ("toàn dân", (0, 1, 1)),
        ("Hội Nông dân", (0, 1, 2)),
    ]


def test_table_stands_between_the_text_above_and_below():
    tables = find_tables(_rules([500, 560, 620], [150, 800, 1500]), WIDTH)
    lines = [line("Phần trên", 150, 400), line("ô một", 200, 515), line("ô hai", 900, 515), line("Phần dưới", 150, 700)]
    layout = arrange(lines, WIDTH, HEIGHT, tables)
    assert [one.text for one in layout.lines] == ["Phần trên", "ô một", "ô hai", "Phần dưới"]


def test_words_of_two_cells_read_as_one_line_are_cut_at_the_rule():
    tables = find_tables(_rules([500, 560, 620], [150, 260, 1500]), WIDTH)
    layout = arrange([line("12 Nhiệm vụ", 205, 515)], WIDTH, HEIGHT, tables)
    assert [(one.text, one.cell) for one in layout.lines] == [("12", (0, 0, 0)), ("Nhiệm vụ", (0, 0, 1))]


def test_an_underline_is_no_table():
    assert find_tables(Rules((Rule(200, 900, 1300),), ()), WIDTH) == []


def test_nothing_in_nothing_out():
    assert arrange([], WIDTH, HEIGHT).lines == ()


def test_two_pages_on_one_picture_are_read_one_after_the_other():
    left = [line(f"trang một dòng số {n}", 150, 200 + 50 * n) for n in range(8)]
    right = [line(f"trang hai dòng số {n}", 1800, 200 + 50 * n) for n in range(8)]
    layout = arrange([*right, *left], 3300, 2340)
    assert [one.text for one in layout.lines] == [one.text for one in (*left, *right)]


def test_two_signers_side_by_side_stay_apart_in_the_raw_line():
    body = [line("một dòng chữ dài của đoạn văn thứ nhất trong biên bản cuộc họp", 150, 600 + 45 * n) for n in range(4)]
    row = [line("THƯ KÝ", 250, 900), line("CHỦ TỌA", 1100, 900)]
    last = arrange([*body, *row], WIDTH, HEIGHT).lines[-1]
    assert (last.text, last.raw) == ("THƯ KÝ CHỦ TỌA", "THƯ KÝ    CHỦ TỌA")


def _paragraph(left, top, count, letters=96):
    """Lines of prose one below the other, each as wide as a page of a spread."""
    return [line("chữ " * (letters // 4), left, top + 40 * row, height=28) for row in range(count)]


@pytest.mark.parametrize("on_the_right", [12, 3])
def test_the_second_page_of_a_spread_is_read_after_the_first_however_short_it_is(on_the_right):
    first = [*_paragraph(100, 300, 20), line("trang trái", 100, 1200)]
    second = [*_paragraph(1800, 300, on_the_right - 1), line("trang phải", 1800, 1300)]
    texts = [one.text for one in arrange([*second, *first], 3300, 2300).lines]
    assert texts.index("trang trái") == 20
    assert texts.index("trang phải") == len(texts) - 1


def test_both_pages_of_a_spread_have_letterheads_of_their_own():
    def page(left):
        return [
            line("UBND XÃ PHÚ KHÊ", left + 100, 120),
            line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", left + 850, 120, height=20),
            line("Số: 12/KH-UBND", left + 100, 170),
            line("Độc lập - Tự do - Hạnh phúc", left + 900, 170, height=20),
            *_paragraph(left + 100, 400, 12, letters=80),
        ]

    read = arrange([*page(0), *page(1650)], 3300, 2300).lines
    for half in (read[:16], read[16:]):
        assert [one.text for one in half[:2]] == ["UBND XÃ PHÚ KHÊ", "Số: 12/KH-UBND"]
        assert [one.region for one in half[:2]] == [Region.LETTERHEAD_LEFT] * 2
        assert [one.region for one in half[2:4]] == [Region.LETTERHEAD_RIGHT] * 2
    assert all(one.box.left >= 1650 and one.words[0].box == Box(*one.words[0].box.as_list()) for one in read[16:])
