"""Personal names as they are printed under a signature: few family names, then given names of valid syllables."""

from __future__ import annotations

import re

from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.syllables import is_syllable

# Family names by how common they are; those of the peoples of the north and the highlands at the end.
_COMMON = """
Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Lâm Mai Trịnh Đào Cao Hà Tạ Tô Châu Quách
Thái Lưu Lương Trương Phùng Vương Đoàn Thạch Kim Sơn Tống Văn Từ Tôn Nông Hứa La Giang Giàng Vàng Sùng Lò Cầm Ma Mã
Triệu Bàn Lữ Vi Kha Chu Khúc Kiều Nghiêm Đồng Lại Trang Bạch Ninh Âu An Quan Quang Diệp Hình Lục Mạc Thân Viết Cung Hầu
Khổng Ngân Phí Tiêu Doãn Đàm Đậu Đan Đường Giáp Khuất Lộc Sầm Thẩm Thiều Tăng Tất Tòng Trình Uông Ung Viên Bế Chung Cù
Danh Hạ Hán Kiên Lường Lềnh Mẫn Mông Nhữ Ngụy Quàng Tiết Thang Thi Thiệu Vừ Xa
"""
FAMILY_NAMES = frozenset(_COMMON.split())
_RANKS = re.compile(
    r"^(?:(?:PGS|GS|TS|ThS|Ths|BS|DS|CN|KS|LS|NGND|NGƯT|BSCKI{1,2}|CKI{1,2}|Đại tá|Thượng tá|Trung tá|Thiếu tá|Đại úy"
    r"|Thượng úy|Trung úy|Thiếu tướng|Trung tướng)\s?[.,]?\s*)+(?=[^\W\d_])"
)


_LETTERS = frozenset(fold(name) for name in FAMILY_NAMES)


def may_be_name(text: str) -> bool:
    """Whether a text is a whole name but for its marks: the letters of a family name, then words with a capital."""
    words = _RANKS.sub("", text).split()
    if not 2 <= len(words) <= 5 or fold(words[0]) not in _LETTERS:
        return False
    return all(word.isalpha() and word[0].isupper() and word[1:].islower() for word in words)


def is_personal_name(text: str) -> bool:
    """Whether a text is a whole name, ranks before it set aside: a known family name and one to four syllables more.

    Every syllable must be a valid one with a capital and small letters, marks included: "Lê Hoàng Anh", not "8 Hoàng
    Anh", "LE VAN" or "Irọng".
    """
    words = _RANKS.sub("", text).split()
    if not 2 <= len(words) <= 5 or words[0] not in FAMILY_NAMES:
        return False
    return all(word.isalpha() and word[0].isupper() and word[1:].islower() and is_syllable(word) for word in words)
