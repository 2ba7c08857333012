"""Doubted words of sound text: what the context network and the rest of the document say of them."""

from __future__ import annotations

import pytest

from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import RestorationSettings


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


def read_by_engine(restorer: Restorer, lines: list[str]) -> list[str]:
    return [line.text for line in restorer.restore_lines(lines, by_engine=[True] * len(lines))]


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("Mỗi khu phố lập thêm số sách.", "Mỗi khu phố lập thêm sổ sách."),
        ("Đến hết năm 2026, trông mới 1.800 m đường hoa.", "Đến hết năm 2026, trồng mới 1.800 m đường hoa."),
        ("thưởng 5.000.000 đông/đơn vị", "thưởng 5.000.000 đồng/đơn vị"),
        ("4. Thí đua nâng cao văn hóa công sở", "4. Thi đua nâng cao văn hóa công sở"),
        ("Nôi dung chấm điểm", "Nội dung chấm điểm"),
        ("ĐÁNG BỘ HUYỆN PHÚ NINH", "ĐẢNG BỘ HUYỆN PHÚ NINH"),
    ],
)
def test_a_word_that_the_sentence_speaks_against_is_put_right(restorer: Restorer, read: str, printed: str) -> None:
    assert read_by_engine(restorer, [read]) == [printed]


@pytest.mark.parametrize(
    "line",
    [
        "Hồ sơ gồm báo cáo thành tích (01 bản), gửi Văn phòng.",
        "Báo cáo tóm tắt thành tích kèm ảnh thực tế về mô hình.",
        "Phó Chủ tịch Sơn Thị Kim Huê phụ trách chung.",
        "Thành viên: BS. Lê Trọng Sanh, Trưởng phòng Nghiệp vụ.",
    ],
)
def test_rare_words_and_names_that_the_sentence_allows_stay(restorer: Restorer, line: str) -> None:
    assert read_by_engine(restorer, [line]) == [line]


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("KÉ HOẠCH", "KẾ HOẠCH"),
        ("II. ĐÓI TƯỢNG KIỂM TRA", "II. ĐỐI TƯỢNG KIỂM TRA"),
        ("SỞ Y TẺ TỈNH QUẢNG NGÃI", "SỞ Y TẾ TỈNH QUẢNG NGÃI"),
        ("Chia phong trào thành 02 đọt; sơ kết đọt 1.", "Chia phong trào thành 02 đợt; sơ kết đợt 1."),
        ("phòng Văn hơá - Xã hội", "phòng Văn hóa - Xã hội"),
    ],
)
def test_a_rare_word_may_be_a_common_one_that_was_never_seen_misread_so(
    restorer: Restorer, read: str, printed: str
) -> None:
    assert read_by_engine(restorer, [read]) == [printed]


@pytest.mark.parametrize(
    "line",
    [
        "Cơ quan có thẩm quyền cấp COA quyết định thu hồi COA trong các trường hợp sau đây.",
        "Khoảng cách giữa hai thanh ít nhất là 45 milimét (mm);",
        "Thiết bị nhập - xuất tin (Input-output devices), vật liệu composit.",
    ],
)
def test_abbreviations_among_small_letters_and_foreign_words_stay(restorer: Restorer, line: str) -> None:
    assert read_by_engine(restorer, [line]) == [line]


def test_what_is_read_alike_in_several_places_stays(restorer: Restorer) -> None:
    lines = [
        "Bố trí gờ giảm tốc, gồ giảm tốc trước cổng trường.",
        "Sơn lại vạch, gờ giảm tốc, gồ giảm tốc bị mờ.",
        "Không tự ý đắp gờ giảm tốc, gồ giảm tốc trên đường thôn.",
    ]
    assert read_by_engine(restorer, lines) == lines


def test_an_authors_text_is_not_second_guessed(restorer: Restorer) -> None:
    lines = ["Mỗi khu phố lập thêm số sách.", "4. Thí đua nâng cao văn hóa công sở"]
    assert [line.text for line in restorer.restore_lines(lines)] == lines


@pytest.mark.parametrize("read", ["Só /KH-SYT", "Só 12/KH-SYT", "Sô: 35/KH-SYT"])
def test_what_stands_before_a_documents_symbol_is_its_number(restorer: Restorer, read: str) -> None:
    lines = ["SỞ Y TẾ", read, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]
    assert read_by_engine(restorer, lines)[1] == "Số" + read[2:]
