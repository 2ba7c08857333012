"""Original documents for the tests of structure, and short ways to look at what was made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.edits import By, differences
from pipeline.intake import open_source
from pipeline.measure.fields import HEADER_FIELDS
from pipeline.schema import FieldValue, Section
from pipeline.settings import IntakeSettings
from pipeline.structure import Structure, build_structure
from pipeline.values import Box, Line, Page, Region, TextSource


def pages_of(text: str) -> list[Page]:
    """A text dump as intake opens it and reading hands it on."""
    if not text.strip():  # intake refuses an empty file
        return [Page(1, TextSource.TEXT_FILE)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dump.txt"
        path.write_text(text, encoding="utf-8")
        with open_source(path, IntakeSettings()) as source:
            return [Page(page.number, TextSource.TEXT_FILE, page.lines) for page in source.pages()]


def structure_of(text: str) -> Structure:
    """The structure of a text dump."""
    return build_structure(pages_of(text))


def outline(sections: Iterable[Section], depth: int = 0) -> list[str]:
    """The tree as indented lines: number, heading in quotes (none for prose)."""
    lines = []
    for section in sections:
        heading = f" “{section.heading}”" if section.heading else ""
        lines.append("  " * depth + f"{section.number or '-'}{heading}")
        lines += outline(section.children, depth + 1)
    return lines


def find(sections: Iterable[Section], identity: str) -> Section:
    """The section with this id."""
    for section in sections:
        if section.id == identity:
            return section
        if identity.startswith(f"{section.id}."):
            return find(section.children, identity)
    raise KeyError(identity)


def value(field: FieldValue | None) -> str | None:
    """A field's bare value."""
    return field.value if field else None


def header_of(structure: Structure) -> dict[str, str | None]:
    """The bare values of letterhead and title."""
    return {name: value(getattr(structure.header, name)) for name in HEADER_FIELDS}


def signers_of(structure: Structure) -> list[tuple[str | None, str | None, str | None]]:
    """(authority, position, name) of each signer."""
    return [(value(s.authority), value(s.position), value(s.name)) for s in structure.signers]


def codes_of(structure: Structure) -> set[str]:
    """The codes of the problems."""
    return {problem.code for problem in structure.problems}


def ocr_line(
    text: str,
    top: int,
    left: int = 240,
    *,
    region: Region = Region.BODY,
    right: int | None = None,
    gap: float = 0.0,
    confidence: float = 0.95,
    centred: bool = False,
) -> Line:
    """A recognised line on a page of 1654 x 2339 pixels, 16 pixels a character unless `right` is given."""
    box = Box(left, top, right or left + 16 * len(text), top + 40)
    indent = (left - 240) / 16
    return Line(text, text, box, confidence, region=region, gap_before=gap, indent=indent, centred=centred)


def restored(line: Line, text: str) -> Line:
    """The line as restoration gives it when it makes `text` of it."""
    return replace(line, text=text, edits=differences(line.text, text, By.RESTORATION, 0.9))


def ocr_page(number: int, lines: Iterable[Line]) -> Page:
    """A page read from an image."""
    return Page(number, TextSource.OCR, tuple(lines), width=1654, height=2339)


COMMUNE_PLAN = """\
UBND HUYỆN BẮC SƠN                    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
UBND XÃ ĐỒNG TIẾN                        Độc lập - Tự do - Hạnh phúc

Số: 45/KH-UBND                        Đồng Tiến, ngày 5 tháng 3 năm 2021

                              KẾ HOẠCH
            Thi đua “Dân vận khéo” và khen thưởng
                    trên địa bàn xã năm 2021

Căn cứ Luật Thi đua, Khen thưởng ngày 26/11/2003;
Căn cứ Kế hoạch số 12-KH/HU ngày 20/01/2021 của Ban Thường vụ Huyện ủy Bắc Sơn về công tác dân vận;
UBND xã ban hành kế hoạch với các nội dung sau:
A. MỤC ĐÍCH, YÊU CẦU
1/ Mục đích
- Nâng cao nhận thức của cán bộ.
- Tạo sự đồng thuận.
2/ Yêu cầu:
- Việc triển khai phải thiết thực.
B. NỘI DUNG VÀ GIẢI PHÁP
I. Nội dung
1. Trong lĩnh vực kinh tế
a. Vận động nhân dân chuyển đổi cơ cấu cây trồng.
b. Xây dựng mô hình sản xuất an toàn.
2. Trong lĩnh vực văn hóa - xã hội: vận động xây dựng đời sống văn hóa.
II. Giải pháp
1. Tăng cường tuyên truyền.
2. Phát huy vai trò người có uy tín.
C. KHEN THƯỞNG
1. Hình thức: Giấy khen của Chủ tịch UBND xã.
2. Số lượng: 03 tập thể, 07 cá nhân.
3. Hồ sơ gồm:
- Tờ trình (01 bản);
- Báo cáo thành tích (02 bản).
4. Thời gian nộp hồ sơ: trước ngày 15/11/2021.
D. TỔ CHỨC THỰC HIỆN
1. Công chức Văn phòng - Thống kê
Tham mưu UBND xã theo dõi, đôn đốc.
2. Đề nghị UBMTTQ Việt Nam xã phối hợp tuyên truyền.
Trên đây là Kế hoạch thi đua năm 2021 của UBND xã./.

Nơi nhận:                                   TM. ỦY BAN NHÂN DÂN
- UBND huyện (b/c);                             KT. CHỦ TỊCH
- TT Đảng ủy, HĐND xã;                         PHÓ CHỦ TỊCH
- Lưu: VT.
                                               Hoàng Văn Thụ
"""

DECISION_WITH_REGULATION = """\
ỦY BAN NHÂN DÂN
HUYỆN TÂN LẬP
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 3312/QĐ-UBND
Tân Lập, ngày 02 tháng 8 năm 2019

QUYẾT ĐỊNH
Về việc ban hành Quy chế thi đua của huyện

CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN TÂN LẬP

Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;
Xét đề nghị của Trưởng phòng Nội vụ huyện,

QUYẾT ĐỊNH:

Điều 1. Ban hành kèm theo Quyết định này Quy chế thi đua của huyện.
Điều 2. Quyết định này thay thế Quyết định số 2200/QĐ-UBND ngày 14/5/2015 của Ủy ban nhân dân huyện.
Điều 3. Chánh Văn phòng và các đơn vị chịu trách nhiệm thi hành Quyết định này./.

Nơi nhận:
- Như Điều 3;
- Lưu: VT.
CHỦ TỊCH



Trương Hòa Lợi

QUY CHẾ
Thi đua của huyện Tân Lập
(Ban hành kèm theo Quyết định số 3312/QĐ-UBND ngày 02/8/2019 của Chủ tịch UBND huyện)

Chương I
QUY ĐỊNH CHUNG

Điều 1. Phạm vi điều chỉnh
Quy chế này quy định về tổ chức phong trào thi đua.
Điều 2. Đối tượng áp dụng
1. Cán bộ, công chức, viên chức.
2. Hộ gia đình và cá nhân.

Chương II
NỘI DUNG THI ĐUA

Điều 3. Hình thức tổ chức thi đua
1. Thi đua thường xuyên:
a) Hằng năm;
b) Hằng quý.
2. Thi đua theo đợt (chuyên đề).
"""

LETTER = """\
UBND TỈNH HÀ LÂM
SỞ NÔNG NGHIỆP VÀ
MÔI TRƯỜNG
Số: 1532/SNNMT-VP
V/v đăng ký thi đua năm 2026 và
đề nghị công nhận sáng kiến
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Hà Lâm, ngày 28 tháng 11 năm 2025
Kính gửi:
- Các phòng, đơn vị trực thuộc Sở;
- Chi cục Kiểm lâm.

Thực hiện Công văn số 988/SNV-TĐKT ngày 20/11/2025 của Sở Nội vụ về việc đăng ký thi đua, Sở đề nghị các đơn vị:
1. Đăng ký danh hiệu thi đua theo mẫu gửi kèm.
2. Gửi báo cáo sáng kiến về Văn phòng Sở trước ngày 10/12/2025.
Đề nghị các phòng, đơn vị triển khai thực hiện đúng thời gian quy định./.

Nơi nhận:
- Như trên;
- Lưu: VT, VP (05b).
KT. GIÁM ĐỐC
PHÓ GIÁM ĐỐC
(Đã ký)
Vàng Mí Sình
"""

DAMAGED_PLAN = """\
UY BAN NHAN DAN CONG HOA XA HOI CHU NGHIA VIET NAM
XA LONG HOA Doc lap - Tu do - Hanh phuc
S6: 18/KH-UBND Long Hòa, ngày tháng 4 năm 2020

KẾ HOẠCH
Phát động phong trào thi đua trồng cây xanh,
bảo vệ môi trường năm 2020

Căn cứ Chỉ thị số 02/CT-UBND ngày 03 tháng 02 năm
2020 của Chủ tịch UBND huyện về phát động Tết trồng cây;

I MỤC ĐÍCH, YÊU CẦU
1. Mục đích
Tuyên truyền, vận động cán bộ, đảng viên và nhân dân trong xã tham gia trồng
cây, chăm sóc và bảo vệ cây xanh; phấn đấu mỗi hộ trồng ít nhất
10. Cây trồng phải phù hợp với thổ nhưỡng địa phương và được chăm sóc thường
xuyên.
2. Yêu cầu
Các ấp tổ chức trồng cây thiết thực, không phô trương hình thức. Thời gian từ

1

ngày 15. Kết quả báo cáo về xã.
H. NOI DUNG
1. Trồng cây phân tán ven đường; 2. Trồng cây tập trung.
2. Trồng hoa tại trụ sở.
HI. THOI GIAN, DIA DIEM
Từ tháng 4 đến hết tháng 6 năm 2020 tại các ấp.
1V. KHEN THUONG
Xét khen thưởng 02 tập thể và 05 cá nhân.
V. TỔ CHỨC THỰC HIỆN
l. Giao Ban nông nghiệp xã chủ trì thực hiện.
2. Các ấp căn cứ kế hoạch triển khai.
Trên đây là Kế hoạch trồng cây năm 2020, đề nghị các ấp thực hiện./.

Noi nhận: TM. UBND XA
- UBND huyện; CHỦ TỊCH
- Các ấp;
- Lưu: VT. Nguyễn Văn Bảy
"""
