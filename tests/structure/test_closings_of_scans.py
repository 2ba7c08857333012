"""Closings as scans have them: a label lost to specks, bodies side by side, forms that ask where somebody was born."""

from __future__ import annotations

import pytest

from pipeline.structure import Structure, build_structure
from pipeline.values import Region
from tests.structure.samples import ocr_line, ocr_page, signers_of, structure_of, value

_HEAD = "UBND HUYỆN SƠN HÀ\nSố: 47/KH-UBND\nSơn Hà, ngày 14 tháng 5 năm 2024\n\nKẾ HOẠCH\nChỉnh lý tài liệu\n\n"
_BODY = "I. MỤC ĐÍCH\nNâng cao nhận thức về lưu trữ.\nII. NỘI DUNG\n- Phân loại hồ sơ;\n- Lập mục lục.\n"
_END = "Trên đây là Kế hoạch của huyện./.\n\n"


def recipients_of(structure: Structure) -> list[str | None]:
    return [value(one) for one in structure.recipients]


def test_a_list_whose_label_is_lost_is_known_by_its_items() -> None:
    closing = (
        "- Như trên;                               TM. ỦY BAN NHÂN DÂN\n"
        "- Phòng Nội vụ;                                CHỦ TỊCH\n"
        "- Lưu: VT.\n\n                                         Nguyễn Thế Toàn\n"
    )
    structure = structure_of(_HEAD + _BODY + _END + closing)
    assert recipients_of(structure) == ["Như trên", "Phòng Nội vụ", "Lưu: VT"]
    assert signers_of(structure) == [("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Thế Toàn")]


def test_a_scanned_list_whose_label_is_lost_is_known_by_its_items() -> None:
    rows = [
        ocr_line("Trên đây là Kế hoạch của Sở./.", 300),
        ocr_line("- Như trên;", 400, region=Region.BODY),
        ocr_line("GIÁM ĐỐC", 402, 1100, region=Region.BODY),
        ocr_line("- Các phòng chuyên môn;", 440, region=Region.BODY),
        ocr_line("- Lưu: VT.", 480, region=Region.BODY),
        ocr_line("Lê Hoàng Anh", 640, 1100, region=Region.BODY),
    ]
    structure = build_structure([ocr_page(1, rows)])
    assert recipients_of(structure) == ["Như trên", "Các phòng chuyên môn", "Lưu: VT"]
    assert signers_of(structure) == [(None, "GIÁM ĐỐC", "Lê Hoàng Anh")]


def test_a_list_of_the_body_is_no_list_of_recipients() -> None:
    structure = structure_of(
        _HEAD + "I. NỘI DUNG\n- Phân loại hồ sơ;\n- Lập mục lục;\n- Lưu: kho của huyện.\nKinh phí: không.\n"
    )
    assert recipients_of(structure) == []


@pytest.mark.parametrize("place", ["Nơi sinh", "Nơi cấp", "Nơi làm việc", "Nơi đăng ký", "Nơi thường trú"])
def test_a_forms_place_is_no_label_of_recipients(place: str) -> None:
    form = f"Điều 1. Tặng giấy khen cho ông:\nHọ và tên: Trần Văn Bình\n{place}: Sơn Hà\nĐiều 2. Có hiệu lực ngay./.\n"
    structure = structure_of(_HEAD + form + "\nNơi nhận:\n- Như trên;\n- Lưu: VT.\n")
    assert recipients_of(structure) == ["Như trên", "Lưu: VT"]
    assert f"{place}: Sơn Hà" in structure.sections[0].text


def test_two_who_sign_side_by_side_keep_the_bodies_above_them() -> None:
    closing = (
        "        SỞ NỘI VỤ                                     SỞ TÀI CHÍNH\n"
        "        KT. GIÁM ĐỐC                                  GIÁM ĐỐC\n"
        "        PHÓ GIÁM ĐỐC\n\n"
        "        Trần Văn Bình                                 Lê Thị Hoa\n"
    )
    assert signers_of(structure_of(_HEAD + _BODY + _END + closing)) == [
        ("SỞ NỘI VỤ KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Trần Văn Bình"),
        ("SỞ TÀI CHÍNH", "GIÁM ĐỐC", "Lê Thị Hoa"),
    ]


def signed(*lines: tuple[str, float]) -> list[tuple[str | None, str | None, str | None]]:
    rows = [ocr_line("Trên đây là Kế hoạch của Sở./.", 300), ocr_line("Nơi nhận:", 400, region=Region.CLOSING_LEFT)]
    rows += [
        ocr_line(text, 400 + 60 * place, 1100, region=Region.CLOSING_RIGHT, confidence=sure)
        for place, (text, sure) in enumerate(lines)
    ]
    return signers_of(build_structure([ocr_page(1, rows)]))


def test_no_word_is_put_into_a_position_that_was_read_clearly() -> None:
    lines = ("KT. CHÁNH VĂN PHÒNG", 0.95), ("PHÓ VĂN PHÒNG", 0.95), ("Trần Lưu Quang", 0.9)
    assert signed(*lines) == [("KT. CHÁNH VĂN PHÒNG", "PHÓ VĂN PHÒNG", "Trần Lưu Quang")]


def test_p_for_pho_is_no_damaged_q() -> None:
    assert signed(("P. GIÁM ĐỐC", 0.95), ("Trần Lưu Quang", 0.9))[0][0] == "P. GIÁM ĐỐC"
