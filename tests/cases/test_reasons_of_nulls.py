"""Every field of letterhead, title and signature that is empty has a problem that says why, in one sentence a cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ProblemCode
from pipeline.schema import Document
from pipeline.store.overlay import reviewed
from pipeline.store.reviews import Correction
from tests.cases.facts import document_of

HEAD = (
    "UBND HUYỆN BẮC SƠN               CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
    "UBND XÃ ĐỒNG TIẾN                    Độc lập - Tự do - Hạnh phúc\n"
)
NUMBER = "Số: 12/KH-UBND                 Đồng Tiến, ngày 5 tháng 3 năm 2021\n"
TITLE = "\nKẾ HOẠCH\nTổ chức phong trào thi đua năm 2021\n"
BODY = "\nI. MỤC ĐÍCH\nĐẩy mạnh các phong trào thi đua trong toàn xã.\nII. NỘI DUNG\nCác thôn đăng ký thi đua.\n"
CLOSING = (
    "\nNơi nhận:\n- Như trên;\n- Lưu: VT.\n                    TM. ỦY BAN NHÂN DÂN\n                    CHỦ TỊCH\n"
)
NAME = "\n                    Nguyễn Văn An\n"
WHOLE = HEAD + NUMBER + TITLE + BODY + CLOSING + NAME


def document(text: str, folder: Path) -> Document:
    path = folder / "a.txt"
    path.write_text(text, "utf-8")
    return document_of(path)


def reasons(document: Document) -> dict[str, str]:
    return {
        field: problem.message
        for problem in document.problems
        if problem.code == ProblemCode.FIELD_MISSING
        for field in problem.fields
    }


def test_a_whole_plan_needs_no_word(tmp_path: Path) -> None:
    assert document(WHOLE, tmp_path).problems == []


@pytest.mark.parametrize(
    ("taken_out", "fields"),
    [
        (HEAD + NUMBER, {"header.issuing_body", "header.number", "header.place", "header.date"}),
        (NUMBER, {"header.number", "header.place", "header.date"}),
        ("Số: 12/KH-UBND   ", {"header.number"}),
        ("Đồng Tiến, ngày 5 tháng 3 năm 2021", {"header.place", "header.date"}),
        ("Đồng Tiến, ", {"header.place"}),
        (TITLE, {"header.document_type", "header.subject"}),
        ("Tổ chức phong trào thi đua năm 2021\n", {"header.subject"}),
        (CLOSING + NAME, {"signer.name"}),
        (NAME, {"signer.name"}),
    ],
)
def test_what_is_not_printed_is_told(taken_out: str, fields: set[str], tmp_path: Path) -> None:
    found = document(WHOLE.replace(taken_out, ""), tmp_path)
    assert set(reasons(found)) == fields
    assert found.status == "ok"


def test_what_is_blank_is_told_once(tmp_path: Path) -> None:
    found = document(WHOLE.replace("Số: 12/KH-UBND", "Số:    /KH-UBND"), tmp_path)
    assert [problem.code for problem in found.problems] == [ProblemCode.NUMBER_UNREADABLE]


def test_a_letter_has_no_type_and_a_form_no_number(tmp_path: Path) -> None:
    letter = (
        HEAD
        + NUMBER.replace("KH-UBND", "UBND")
        + "V/v báo cáo thi đua\n\nKính gửi: Phòng Nội vụ huyện.\n\nXã báo cáo.\n"
    )
    assert reasons(document(letter + CLOSING + NAME, tmp_path)) == {}
    form = (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\nĐƠN ĐỀ NGHỊ\nXét tặng giấy khen\n\n"
        "Kính gửi: Ủy ban nhân dân xã Đồng Tiến\n\nTôi là Nguyễn Văn An, thôn Đông.\n\n"
        "Đồng Tiến, ngày 5 tháng 3 năm 2021\nNGƯỜI VIẾT ĐƠN\n\nNguyễn Văn An\n"
    )
    assert reasons(document(form, tmp_path)) == {}


def test_the_reason_goes_when_a_person_fills_the_fields_in(tmp_path: Path) -> None:
    found = document(WHOLE.replace("Đồng Tiến, ngày 5 tháng 3 năm 2021", ""), tmp_path)
    place, date = (
        Correction(doc_id=found.doc_id, path="a.txt", field=field, value=value, machine=None, by="an", at="2026-01-01")
        for field, value in (("header.place", "Đồng Tiến"), ("header.date", "2021-03-05"))
    )
    assert set(reasons(reviewed(found, [place]))) == {"header.place", "header.date"}
    assert reasons(reviewed(found, [place, date])) == {}
