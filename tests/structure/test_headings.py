"""Titles and prose told apart by the contract's rule."""

from __future__ import annotations

import pytest

from pipeline.structure.outline.headings import is_title, stands_alone, title_end, trimmed
from tests.structure.samples import find, structure_of


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hình thức khen thưởng: Giấy khen của Chủ tịch UBND xã.", "Hình thức khen thưởng"),
        ("Tập thể: các phòng, ban, đơn vị trực thuộc.", "Tập thể"),
        ("Đối với cá nhân: có thành tích xuất sắc; có sáng kiến.", "Đối với cá nhân"),
        ("Thời gian (dự kiến: quý III): trong 02 ngày.", "Thời gian (dự kiến: quý III)"),
        ("Phòng Nội vụ: chủ trì, theo dõi, đôn đốc.", "Phòng Nội vụ"),
        ("Nhiệm vụ cụ thể:", "Nhiệm vụ cụ thể"),
        ("Hồ sơ gồm:", "Hồ sơ gồm"),
        ("Giao Phòng Nội vụ: chủ trì thực hiện.", None),
        ("Đề nghị Mặt trận Tổ quốc và các đoàn thể: phối hợp tuyên truyền.", None),
        ("Trưởng các phòng, ban có trách nhiệm: phổ biến kế hoạch.", None),
        ("Các đơn vị tổ chức thi đua với các nội dung sau: hoàn thành chỉ tiêu.", None),
        ("Thực hiện tốt các phong trào do cấp trên phát động, gồm: học tập, lao động.", None),
        ("Bắt đầu lúc 14:30 tại hội trường.", None),
        ("Nâng cao tinh thần phục vụ nhân dân với phương châm: “gần dân, hiểu dân”", None),
        ("Khẩn trương rà soát hồ sơ; báo cáo: kết quả.", None),
    ],
)
def test_a_title_ends_at_a_colon_and_a_sentence_does_not(text: str, title: str | None) -> None:
    end = title_end(text)
    assert (text[:end] if end is not None else None) == title


@pytest.mark.parametrize(
    ("text", "has_content", "emphasised", "expected"),
    [
        ("Mục đích", True, False, True),
        ("TỔ CHỨC THỰC HIỆN", False, False, True),
        ("Công chức Văn phòng - Thống kê", True, False, True),
        ("Trung tâm Kiểm nghiệm tỉnh;", True, False, False),
        ("Các đơn vị khác có liên quan.", False, False, False),
        ("Yêu cầu.", True, False, True),
        ("Giao Văn phòng chủ trì thực hiện", True, False, False),
        ("Công tác tuyên truyền", False, False, False),
        ("Công tác tuyên truyền", False, True, True),
        ("Giao tiếp, ứng xử", True, False, True),
        ("Giao thông nông thôn", True, False, True),
        ("Một số lưu ý", True, False, True),
        ("Những vấn đề cần chú ý:", True, False, True),
        ("Khi làm hồ sơ cần lưu ý", True, False, False),
        ("Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam phường", True, True, True),
        ("Đề nghị Hội Nông dân xã vận động hội viên", True, False, False),
    ],
)
def test_a_line_of_its_own_is_a_title_when_something_stands_under_it(
    text: str, has_content: bool, emphasised: bool, expected: bool
) -> None:
    assert stands_alone(text, has_content=has_content, emphasised=emphasised) is expected


def test_titles_lose_their_last_sign_only() -> None:
    assert trimmed("Mục đích:") == "Mục đích"
    assert trimmed("Chỉ tiêu A.1.") == "Chỉ tiêu A.1"
    assert is_title("Quý I/2024")


def test_an_item_that_ends_in_a_colon_with_nothing_under_it_is_prose() -> None:
    structure = structure_of(
        "KẾ HOẠCH\n\nKiểm tra\n\nI. ĐỐI TƯỢNG\n\n"
        "1. Phòng khám khu vực:\n\n2. Trạm y tế các xã:\n\n3. Nhà thuốc tư nhân.\n"
    )
    assert [find(structure.sections, f"1.{number}").heading for number in (1, 2, 3)] == [None, None, None]


@pytest.mark.parametrize("text", ["Giáo dục", "Phòng, chống tác hại của thuốc lá", "Thu hồi, giao đất"])
def test_a_title_that_looks_like_a_lead_in_without_its_marks_is_a_title(text: str) -> None:
    assert stands_alone(text, has_content=True, emphasised=False)
