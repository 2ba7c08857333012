"""Several documents in one file: where the next begins, and what is part of the one before, on dumps and on pages."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from pipeline.schema import AttachmentKind
from pipeline.structure import build_structure
from pipeline.structure.parts import Part, split_documents
from pipeline.values import Box, Line, Page, TextSource
from tests.structure.samples import pages_of

MOTTO = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]


def head(number: str, body: str = "ỦY BAN NHÂN DÂN XÃ HÒA PHONG", date: str = "ngày 07 tháng 02 năm 2024") -> list[str]:
    return [body, *MOTTO, f"Số: {number}", f"Hòa Phong, {date}"]


def title(kind: str = "KẾ HOẠCH", about: str = "Phát động phong trào thi đua năm 2024") -> list[str]:
    return [kind, about]


BODY = [
    "Ủy ban nhân dân xã ban hành Kế hoạch như sau:",
    "I. MỤC ĐÍCH",
    "- Tạo khí thế thi đua sôi nổi.",
    "II. NỘI DUNG",
]
MORE = ["III. TỔ CHỨC THỰC HIỆN", "Các ban, ngành, đoàn thể triển khai Kế hoạch này./."]
CLOSING = ["Nơi nhận:", "- UBND huyện;", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Thế Toàn"]
PLAN = [*head("28/KH-UBND"), *title(), *BODY, *MORE, *CLOSING]
DECISION = [
    *head("15/QĐ-UBND"), "QUYẾT ĐỊNH", "Ban hành Kế hoạch thi đua năm 2024", "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ",
    "Căn cứ Luật Tổ chức chính quyền địa phương;", "QUYẾT ĐỊNH:", "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch.",
    "Điều 2. Quyết định có hiệu lực từ ngày ký./.", *CLOSING,
]  # fmt: skip
LETTER = [
    *head("31/UBND-VX"), "V/v báo cáo kết quả thi đua", "Kính gửi: Các thôn trên địa bàn xã.",
    "Thực hiện Kế hoạch số 28/KH-UBND, Ủy ban nhân dân xã đề nghị các thôn báo cáo./.", *CLOSING,
]  # fmt: skip
PARTY = [
    "ĐẢNG BỘ HUYỆN TÂY HÒA", "ĐẢNG CỘNG SẢN VIỆT NAM", "ĐẢNG ỦY XÃ HÒA PHONG", "Số 12-KH/ĐU",
    "Hòa Phong, ngày 03 tháng 3 năm 2024", *title(), *BODY, *MORE,
    "Nơi nhận:", "- Các chi bộ;", "- Lưu VPĐU.", "T/M ĐẢNG ỦY", "BÍ THƯ", "Trần Văn Hải",
]  # fmt: skip
ANNEX = ["PHỤ LỤC I", "DANH SÁCH ĐƠN VỊ ĐĂNG KÝ", "(Kèm theo Kế hoạch số 28/KH-UBND ngày 07/02/2024)", "Thôn Mỹ Thạnh"]
FORM = [
    "Mẫu số 01", "TÊN ĐƠN VỊ…………", *MOTTO, "Số:      /BC-……", "………, ngày … tháng … năm 20…",
    "BÁO CÁO THÀNH TÍCH", "Đề nghị tặng thưởng Giấy khen", "I. SƠ LƯỢC LÝ LỊCH", "THỦ TRƯỞNG ĐƠN VỊ",
]  # fmt: skip
FILLED_FORM_WITHOUT_NUMBER = [
    "Mẫu số 02", "ĐƠN VỊ: …………", *MOTTO, "…, ngày    tháng    năm 20…", "BIÊN BẢN", "Họp xét khen thưởng",
    "Hôm nay, vào lúc … giờ …", "CHỦ TRÌ",
]  # fmt: skip
ATTACHED = [
    "ỦY BAN NHÂN DÂN XÃ HÒA PHONG", *MOTTO, "KẾ HOẠCH", "Thi đua năm 2024",
    "(Ban hành kèm theo Quyết định số 15/QĐ-UBND ngày 07/02/2024)", "I. MỤC ĐÍCH", "- Tạo khí thế thi đua.",
]  # fmt: skip
ATTACHED_BARE = ["QUY CHẾ", "Làm việc của Hội đồng", "(Ban hành kèm theo Quyết định số 15/QĐ-UBND)", "Điều 1. Phạm vi"]
ATTACHED_NUMBERED = [
    *head("29/KH-UBND"), "KẾ HOẠCH", "Thi đua năm 2024", "(Kèm theo Quyết định số 15/QĐ-UBND)", *BODY, *CLOSING
]  # fmt: skip
COPY = [
    "UBND HUYỆN TÂY HÒA",
    "PHÒNG NỘI VỤ",
    "Số: 05/SY-PNV",
    "Tây Hòa, ngày 12 tháng 2 năm 2024",
    "SAO Y",
    "Nơi nhận:",
    "- Lưu: VT.",
    "TRƯỞNG PHÒNG",
    "Lê Văn Bình",
]  # fmt: skip
BY_PEN = [*head("       /KH-UBND", date="ngày    tháng 11 năm 2017"), *title(), *BODY, *MORE, *CLOSING]
REPORT = [*head("40/BC-UBND"), "BÁO CÁO", "Kết quả thi đua năm 2024", *BODY, *MORE, *CLOSING]
MINUTES = [
    "HỘI ĐỒNG THI ĐUA XÃ", *MOTTO, "Hòa Phong, ngày 12 tháng 3 năm 2024", "BIÊN BẢN", "Họp xét khen thưởng",
    "I. Thành phần", "Cuộc họp kết thúc lúc 16 giờ./.", "CHỦ TRÌ", "Lê Văn Bình",
]  # fmt: skip
CITING = [
    *head("28/KH-UBND"), *title(), *BODY, "Báo cáo gửi về theo mẫu; góc trên ghi rõ quốc hiệu:",
    "“Cộng hòa xã hội chủ nghĩa Việt Nam”, số: 12/BC-UBND, ngày 05 tháng 6 năm 2024.", *MORE, *CLOSING,
]  # fmt: skip


@dataclass(frozen=True)
class Case:
    pages: list[list[str]]
    begin: list[int] = field(default_factory=lambda: [1])  # the page on which each document begins
    inside: list[AttachmentKind] = field(default_factory=list)


CASES = {
    "one plan": Case([PLAN]),
    "one plan over two pages": Case([PLAN[:9], PLAN[9:]]),
    "two plans": Case([PLAN, [*head("2130/KH-SYT", "SỞ Y TẾ"), *title(), *BODY, *CLOSING]], [1, 2]),
    "three kinds": Case([PLAN, DECISION, LETTER], [1, 2, 3]),
    "a plan of two pages, then a report of two": Case([PLAN[:9], PLAN[9:], REPORT[:9], REPORT[9:]], [1, 3]),
    "the State's and the Party's": Case([PLAN, PARTY], [1, 2]),
    "the Party's first": Case([PARTY, PLAN], [1, 2]),
    "blank sheets between": Case([PLAN, [], [], REPORT], [1, 4]),
    "a blank sheet at the end": Case([PLAN, []]),
    "a blank sheet first": Case([[], PLAN]),
    "numbers written by pen": Case([BY_PEN, BY_PEN], [1, 2]),
    "an annex": Case([PLAN, ANNEX]),
    "an annex, then another plan": Case([PLAN, ANNEX, REPORT], [1, 3]),
    "an annex with a form": Case([PLAN, ANNEX, FORM], [1], [AttachmentKind.FORM]),
    "two forms": Case([PLAN, FORM, FILLED_FORM_WITHOUT_NUMBER], [1], [AttachmentKind.FORM] * 2),
    "forms, then another plan": Case([PLAN, FORM, REPORT], [1, 3], [AttachmentKind.FORM]),
    "a decision with its plan": Case([DECISION, ATTACHED], [1], [AttachmentKind.PUT_IN_FORCE]),
    "a decision with its regulation, no motto": Case([DECISION, ATTACHED_BARE], [1], [AttachmentKind.PUT_IN_FORCE]),
    "a decision with a plan that has a number": Case([DECISION, ATTACHED_NUMBERED], [1, 2]),
    "a decision, its plan, a letter": Case([DECISION, ATTACHED, LETTER], [1, 3], [AttachmentKind.PUT_IN_FORCE]),
    "a sheet SAO Y behind": Case([PLAN, COPY], [1], [AttachmentKind.COPY_SHEET]),
    "a sheet SAO Y before": Case([COPY, PLAN], [1], [AttachmentKind.COPY_SHEET]),
    "a sheet SAO Y between": Case([PLAN, COPY, REPORT], [1, 3], [AttachmentKind.COPY_SHEET]),
    "minutes behind their report": Case([REPORT, MINUTES], [1, 2]),
    "a letterhead spoken of": Case([CITING]),
    "the same paper twice": Case([PLAN, PLAN], [1, 2]),
    "no letterhead at all": Case([BODY, MORE]),
    "a closing that was not scanned": Case([PLAN[:9], REPORT], [1, 2]),
}


def boxed(pages: list[list[str]]) -> list[Page]:
    """The pages as an engine reads them, with boxes."""
    return [
        Page(
            number,
            TextSource.OCR,
            tuple(
                Line(text, text, Box(200, 100 + 60 * row, 200 + 14 * len(text), 140 + 60 * row), 0.95)
                for row, text in enumerate(lines)
            ),
            1654,
            2339,
        )
        for number, lines in enumerate(pages, start=1)
    ]


def begins(parts: list[Part]) -> list[int]:
    """The page on which each part's first words stand; the first part's is the file's first."""
    first = [next(page.number for page in part.pages if page.lines) for part in parts]
    return [1, *first[1:]]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("made", ["dump", "pages"])
def test_documents_begin_where_they_do(name: str, made: str) -> None:
    case = CASES[name]
    pages = boxed(case.pages) if made == "pages" else pages_of("\f".join("\n".join(page) for page in case.pages))
    parts = split_documents(pages)
    assert begins(parts) == case.begin
    assert [attachment.kind for part in parts for attachment in part.attachments] == case.inside


@pytest.mark.parametrize("name", CASES)
def test_no_line_is_lost_or_doubled(name: str) -> None:
    for pages in (boxed(CASES[name].pages), pages_of("\n".join("\n".join(page) for page in CASES[name].pages))):
        parts = split_documents(pages)
        lines = [line.raw for part in parts for page in part.pages for line in page.lines]
        assert lines == [line.raw for page in pages for line in page.lines]
        numbers = [page.number for part in parts for page in part.pages]
        assert numbers == sorted(numbers)
        assert set(numbers) == {page.number for page in pages}


def test_documents_of_a_dump_without_page_breaks_come_apart_within_the_page() -> None:
    parts = split_documents(pages_of("\n".join([*PLAN, "", *REPORT, "", *LETTER])))
    assert [part.pages[0].lines[0].text for part in parts] == [PLAN[0], REPORT[0], LETTER[0]]


def test_the_reason_says_what_was_found_and_why_it_counts() -> None:
    _, second = split_documents(boxed([DECISION, ATTACHED_NUMBERED]))
    assert "29/KH-UBND" in second.reason
    assert "a number of its own" in second.reason
    (only,) = split_documents(boxed([DECISION, ATTACHED]))
    assert only.attachments[0].page == 2
    assert "no number of its own" in only.attachments[0].reason


def test_structure_reads_a_sheet_that_certifies_a_copy_last() -> None:
    (part,) = split_documents(boxed([COPY, PLAN]))
    assert [page.number for page in part.pages] == [1, 2]
    assert [page.number for page in part.body] == [2, 1]
    header = build_structure(part.body).header
    assert header.number is not None
    assert header.number.value == "28/KH-UBND"
    assert header.certified_copy is not None
    assert header.certified_copy.number == "05/SY-PNV"
