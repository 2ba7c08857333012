"""Certified copies: what was added by who made them is kept apart from the document."""

from __future__ import annotations

from pipeline.structure import Structure, build_structure
from pipeline.values import Line, MarkKind, Page, PageMark, TextSource
from tests.structure.samples import codes_of, header_of, signers_of, structure_of, value

_PLAN = (
    "UBND HUYỆN SƠN HÀ\nSố: 47/KH-UBND\nSơn Hà, ngày 14 tháng 5 năm 2024\n\nKẾ HOẠCH\nChỉnh lý tài liệu\n\n"
    "I. MỤC ĐÍCH\nNâng cao nhận thức về lưu trữ.\nTrên đây là Kế hoạch của huyện./.\n\n"
    "Nơi nhận:                                TM. ỦY BAN NHÂN DÂN\n"
    "- Như trên;                               CHỦ TỊCH\n"
    "- Lưu: VT.\n\n                                         Nguyễn Thế Toàn\n"
)
_TRANSCRIPT = (
    "ỦY BAN NHÂN DÂN\nXÃ SƠN BA\nSố: 12/SL-UBND                 Sơn Ba, ngày 20 tháng 5 năm 2024\nSAO LỤC\n"
    "Nơi nhận:                                TM. ỦY BAN NHÂN DÂN\n"
    "- Các thôn;                               PHÓ CHỦ TỊCH\n"
    "- Lưu: VT.\n\n                                         Đinh Văn Xa\n"
)


def is_the_plan(structure: Structure) -> bool:
    recipients = [value(one) for one in structure.recipients]
    signer = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Thế Toàn")
    header = header_of(structure)
    return (
        recipients == ["Như trên", "Lưu: VT"]
        and signers_of(structure) == [signer]
        and header["number"] == "47/KH-UBND"
        and header["date"] == "2024-05-14"
        and not codes_of(structure)
    )


def test_a_transcript_has_its_own_number_body_and_signer() -> None:
    structure = structure_of(_PLAN + "\n" + _TRANSCRIPT)
    copy = structure.header.certified_copy
    assert copy is not None
    assert (copy.form, copy.number, copy.date) == ("SAO LỤC", "12/SL-UBND", "2024-05-20")
    assert (copy.body, copy.position, copy.signer) == ("ỦY BAN NHÂN DÂN XÃ SƠN BA", "PHÓ CHỦ TỊCH", "Đinh Văn Xa")
    assert "SAO LỤC" in copy.text
    assert is_the_plan(structure)


def test_a_copy_may_have_no_letterhead() -> None:
    added = "\nSAO Y BẢN CHÍNH\nNgày 20 tháng 5 năm 2024\nTL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG\nĐinh Văn Xa\n"
    structure = structure_of(_PLAN + added)
    copy = structure.header.certified_copy
    assert copy is not None
    assert (copy.form, copy.date, copy.signer) == ("SAO Y", "2024-05-20", "Đinh Văn Xa")
    assert is_the_plan(structure)


def test_an_electronic_copy_says_so_in_its_signature() -> None:
    details = {"signer": "Văn phòng UBND tỉnh", "time": "2024-05-20T08:00:00+07:00"}
    mark = PageMark(MarkKind.E_SIGNATURE, None, "SAO Y\nVăn phòng UBND tỉnh", details=details)
    page = Page(1, TextSource.TEXT_FILE, tuple(Line(line, line) for line in _PLAN.splitlines() if line), marks=(mark,))
    copy = build_structure([page]).header.certified_copy
    assert copy is not None
    assert (copy.form, copy.date, copy.signer) == ("SAO Y", "2024-05-20", "Văn phòng UBND tỉnh")


def test_a_plan_about_copying_is_no_copy() -> None:
    text = _PLAN.replace("Nâng cao nhận thức về lưu trữ.", "Hướng dẫn sao y, sao lục.\nSAO Y\nLà chụp lại bản chính.")
    assert structure_of(text).header.certified_copy is None
