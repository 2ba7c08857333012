"""Reports, resolutions and Markdown dumps go the same way as plans."""

from __future__ import annotations

from tests.structure.samples import find, header_of, outline, signers_of, structure_of

REPORT = """\
PHÒNG GIÁO DỤC VÀ ĐÀO TẠO
TRƯỜNG TIỂU HỌC BÌNH AN

Số: 21/BC-TH

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập – Tự do – Hạnh phúc

Đông Hải, ngày 31 tháng 5 năm 2022

BÁO CÁO TỔNG KẾT PHONG TRÀO THI ĐUA
NĂM HỌC 2021 - 2022

Phần thứ nhất
KẾT QUẢ THỰC HIỆN

I/ ĐẶC ĐIỂM TÌNH HÌNH
1/ Thuận lợi:
- Được sự quan tâm của cấp trên.
II/ KẾT QUẢ
1/ Công tác tuyên truyền
a/ Đối với giáo viên: 100% tham gia.
b/ Đối với học sinh: 98% tham gia.
2/ Kết quả cụ thể
2.1/ Về học tập
Có 245 học sinh hoàn thành tốt.

Phần thứ hai
PHƯƠNG HƯỚNG NĂM HỌC SAU

I/ MỤC TIÊU
Phấn đấu 100% học sinh tham gia.

Nơi nhận:                                    HIỆU TRƯỞNG
- Phòng GD&ĐT (b/c);
- Lưu VT.


                                        Đặng Thị Thu Hà
"""

RESOLUTION = """\
HỘI ĐỒNG NHÂN DÂN    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
XÃ TÂN PHÚ           Độc lập - Tự do - Hạnh phúc
Số: 05/NQ-HĐND       Tân Phú, ngày 15 tháng 7 năm 2023

NGHỊ QUYẾT
Về nhiệm vụ 6 tháng cuối năm 2023

HỘI ĐỒNG NHÂN DÂN XÃ TÂN PHÚ
KHÓA XII, KỲ HỌP THỨ 7

Căn cứ Luật Tổ chức chính quyền địa phương số 77/2015/QH13;
Xét Tờ trình số 44/TTr-UBND ngày 03/7/2023 của Ủy ban nhân dân xã.

QUYẾT NGHỊ:

Điều 1. Ban hành chương trình công tác với các nội dung sau:
I. CHỈ TIÊU
1. Thu ngân sách đạt 1.250.000.000 đồng, bằng 62,5% dự toán.
2. Sản lượng lúa đạt 4.200 tấn.
II. NHIỆM VỤ
1. Về kinh tế
a) Đẩy mạnh thu ngân sách.
b) Phòng trừ dịch bệnh.
c) Xây dựng giao thông.
d) Quản lý đất đai.
đ) Bảo vệ môi trường.
e) Phát triển thương mại.
Điều 2. Tổ chức thực hiện
Giao Ủy ban nhân dân xã tổ chức thực hiện Nghị quyết này.

Nơi nhận:
- HĐND, UBND huyện;
- Lưu: VT.

CHỦ TỊCH
Lưu Bá Nghĩa
"""

MARKDOWN = """\
## KẾ HOẠCH

**Phát động thi đua “Mùa xuân trồng cây” năm 2025**

Căn cứ Kế hoạch 15/KH-UBND của UBND huyện;

**1. Mục đích, yêu cầu**

1.1. Mục đích: tăng độ che phủ rừng.

**2. Nội dung**

| TT | Thôn | Số cây |
|----|------|--------|
| 1 | Đông | 300 |

**3. Tổ chức thực hiện**

**3.1. Công chức Địa chính** chịu trách nhiệm hướng dẫn kỹ thuật.

Yêu cầu các thôn nghiêm túc thực hiện Kế hoạch này./.

**Nơi nhận:**

- Như trên;
- Lưu VT.

**TM. UBND XÃ**
**KT. CHỦ TỊCH**
**PHÓ CHỦ TỊCH**

**Giàng A Páo**
"""


def test_a_report_in_parts() -> None:
    structure = structure_of(REPORT)
    header = header_of(structure)
    assert header["document_type"] == "BÁO CÁO"
    assert header["subject"] == "TỔNG KẾT PHONG TRÀO THI ĐUA NĂM HỌC 2021 - 2022"
    assert header["parent_body"] == "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO"
    assert outline(structure.sections) == [
        "Phần thứ nhất “KẾT QUẢ THỰC HIỆN”",
        "  I “ĐẶC ĐIỂM TÌNH HÌNH”",
        "    1 “Thuận lợi”",
        "  II “KẾT QUẢ”",
        "    1 “Công tác tuyên truyền”",
        "      a “Đối với giáo viên”",
        "      b “Đối với học sinh”",
        "    2 “Kết quả cụ thể”",
        "      2.1 “Về học tập”",
        "Phần thứ hai “PHƯƠNG HƯỚNG NĂM HỌC SAU”",
        "  I “MỤC TIÊU”",
    ]
    assert signers_of(structure) == [(None, "HIỆU TRƯỞNG", "Đặng Thị Thu Hà")]


def test_numerals_inside_an_article_stay_inside_and_vietnamese_letters_follow_each_other() -> None:
    structure = structure_of(RESOLUTION)
    assert outline(structure.sections) == [
        "Điều 1",
        "  I “CHỈ TIÊU”",
        "    1",
        "    2",
        "  II “NHIỆM VỤ”",
        "    1 “Về kinh tế”",
        *(f"      {letter}" for letter in "abcdđe"),
        "Điều 2 “Tổ chức thực hiện”",
    ]
    assert structure.preamble[0] == "HỘI ĐỒNG NHÂN DÂN XÃ TÂN PHÚ KHÓA XII, KỲ HỌP THỨ 7"
    assert [(c.type, c.number) for c in structure.citations] == [("Luật", "77/2015/QH13"), ("Tờ trình", "44/TTr-UBND")]
    assert find(structure.sections, "1.1.1").text.startswith("Thu ngân sách đạt 1.250.000.000 đồng")


def test_a_markdown_dump_with_bold_headings_and_a_table() -> None:
    structure = structure_of(MARKDOWN)
    assert outline(structure.sections) == [
        "1 “Mục đích, yêu cầu”",
        "  1.1 “Mục đích”",
        "2 “Nội dung”",
        "3 “Tổ chức thực hiện”",
        "  3.1",
    ]
    assert structure.sections[1].text == "TT | Thôn | Số cây\n1 | Đông | 300"
    assert structure.sections[2].text == "Yêu cầu các thôn nghiêm túc thực hiện Kế hoạch này./."
    assert signers_of(structure) == [("TM. UBND XÃ KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Giàng A Páo")]


def test_a_joint_plan_of_two_bodies_has_its_own_type() -> None:
    text = """\
CÔNG AN - HUYỆN ĐOÀN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
HUYỆN PHÚ LONG                    Độc lập - Tự do - Hạnh phúc
Số: 03/KHLT-CA-HĐ             Phú Long, ngày 02 tháng 3 năm 2024

KẾ HOẠCH LIÊN TỊCH
Phối hợp phòng, chống ma túy

A. MỤC ĐÍCH
Kéo giảm số người nghiện.
"""
    header = header_of(structure_of(text))
    assert (header["document_type"], header["number"]) == ("KẾ HOẠCH LIÊN TỊCH", "03/KHLT-CA-HĐ")
    assert header["issuing_body"] == "CÔNG AN - HUYỆN ĐOÀN HUYỆN PHÚ LONG"
