"""Lines of scanning applications and of browsers are marks; lines of the plan that look like them are not."""

from __future__ import annotations

import pytest

from pipeline.structure import build_structure
from pipeline.structure.lines.furniture import furniture
from pipeline.values import Box, Line, MarkKind, Page, TextSource

HEIGHT = 1754


def line(text: str, top: int = 900, left: int = 200, right: int = 900) -> Line:
    return Line(text, text, box=Box(left, top, right, top + 24))


@pytest.mark.parametrize(
    "text",
    [
        "Được quét bằng CamScanner",
        "Đã quét bằng CamScanner",
        "Quét bằng CamScanner",
        "CS Được quét bằng CamScanner",
        "Được quét bằng ứng dụng CamScanner",
        "Scanned with CamScanner",
        "Scanned by CamScanner",
        "Scanned with CamScaner",
        "CS Scanned with CamScanner",
        "Scanned with Adobe Scan",
        "Được quét bằng Adobe Scan",
        "Được quét bởi vFlat",
        "Scanned with Microsoft Lens",
        "Được quét bằng TapScanner",
        "Scanned with Genius Scan",
        "Tạo bởi Tiny Scanner",
        "Scanned with iScanner - PDF Scanner App",
        "Scanned by TurboScan",
        "Scanned using OKEN Scanner",
        "Được quét bằng NoteScan",
        "Scanned with ACE Scanner",
    ],
)
@pytest.mark.parametrize("top", [60, 900, 1700])
def test_what_a_scanning_application_says_is_a_mark(text: str, top: int) -> None:
    assert furniture([line(text, top)], [text], HEIGHT) == {0: MarkKind.OTHER}
    structure = build_structure([Page(1, TextSource.OCR, (line("I. NỘI DUNG", 700), line(text, top)), 1240, HEIGHT)])
    assert text in [mark.text for mark in structure.marks[1]]
    assert not any(text in section.text for section in structure.sections)


@pytest.mark.parametrize(
    "text",
    [
        "Quét bằng chổi tre mỗi chiều thứ sáu",
        "Tạo bởi tập thể cán bộ xã",
        "- Quét dọn đường làng ngõ xóm",
        "Được quét bằng vôi trắng",
        "Hồ sơ được quét bằng máy của Văn phòng",
        "Scan bằng máy Canon",
        "1. Sản phẩm tạo bởi Zalo Group được giới thiệu tại hội nghị của huyện vào tháng 9 năm 2024",
    ],
)
def test_what_the_plan_says_of_sweeping_and_making_stays(text: str) -> None:
    assert furniture([line(text)], [text], HEIGHT) == {}


@pytest.mark.parametrize(
    "day", ["25/11/2024, 10:32", "11/25/24, 10:32 AM", "10:32 25/11/2024", "25-11-2024 10:32:05", "10:32, 5/1/24"]
)
def test_what_a_browser_prints_around_a_page_are_marks(day: str) -> None:
    lines = [
        line(day, 30, 60, 300),
        line("Kế hoạch 63/KH-UBND - Cổng thông tin điện tử", 31, 400, 1000),
        line("ỦY BAN NHÂN DÂN", 130),
        line("1. Nội dung", 900),
        line("https://hoatruc.example.vn/van-ban?id=63", 1715, 60, 700),
        line("1/3", 1715, 1100, 1140),
    ]
    found = furniture(lines, [one.text for one in lines], HEIGHT)
    head, number = MarkKind.RUNNING_HEAD, MarkKind.PAGE_NUMBER
    assert found == {0: head, 1: head, 4: head, 5: number}


@pytest.mark.parametrize("text", ["25/11/2024, 10:32", "https://hoatruc.example.vn/van-ban", "25/11/2024"])
def test_days_and_addresses_inside_the_page_are_text(text: str) -> None:
    lines = [line("Đầu trang", 130), line(text), line("Cuối trang", 1600)]
    assert furniture(lines, [one.text for one in lines], HEIGHT) == {}
