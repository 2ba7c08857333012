"""Urgency, secrecy, arrival and electronic signatures: what stamps say becomes fields of the header."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.structure import build_structure
from pipeline.values import Box, Filling, Hypothesis, MarkKind, PageMark, Region, Slot, SlotReading, TextSource
from tests.structure.samples import ocr_line, ocr_page, structure_of


def header_with(*marks, slots=(), source=TextSource.OCR):
    lines = [
        ocr_line("SỞ Y TẾ", 200, 380, region=Region.LETTERHEAD_LEFT),
        ocr_line("Số: 12/KH-SYT", 260, 350, region=Region.LETTERHEAD_LEFT),
        ocr_line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 150, 800, region=Region.LETTERHEAD_RIGHT),
        ocr_line("KẾ HOẠCH", 380, 750, centred=True),
    ]
    return build_structure([replace(ocr_page(1, lines), marks=marks, slots=slots, source=source)]).header


@pytest.mark.parametrize(
    ("text", "urgency"), [("HỎA TỐC", "HỎA TỐC"), ("HOẢ TỐC", "HỎA TỐC"), ("THUONG KHẨN", "THƯỢNG KHẨN")]
)
def test_a_stamp_of_urgency_is_a_field(text, urgency):
    header = header_with(PageMark(MarkKind.STAMP, Box(10, 20, 90, 60), text))
    assert header.urgency is not None
    assert (header.urgency.value, header.urgency.page, header.urgency.bbox) == (urgency, 1, [10, 20, 90, 60])
    assert header.secrecy is None


def test_a_line_of_secrecy_in_a_dump_is_a_field():
    structure = structure_of(
        "UBND XÃ MINH TÂN\nSố: 12/KH-UBND\nMẬT\n\nKẾ HOẠCH\nThi đua năm 2024\n\nI. MỤC ĐÍCH\nVì dân.\n"
    )
    assert structure.header.secrecy is not None
    assert structure.header.secrecy.value == "MẬT"


def test_an_arrival_stamp_in_print_has_number_and_day():
    mark = PageMark(MarkKind.STAMP, Box(10, 20, 90, 60), "CÔNG VĂN ĐẾN Số: 2092 Ngày: 16/10/12")
    arrival = header_with(mark, source=TextSource.TEXT_LAYER).arrival
    assert arrival is not None
    assert (arrival.number, arrival.date, arrival.page) == ("2092", "2012-10-16", 1)


def test_what_an_engine_makes_of_a_pen_in_an_arrival_stamp_is_not_given():
    mark = PageMark(MarkKind.STAMP, Box(10, 20, 90, 60), "ĐẾN Số: 2092 Ngày: 16/10/12")
    arrival = header_with(mark).arrival
    assert arrival is not None
    assert (arrival.number, arrival.date) == (None, None)
    slots = (
        SlotReading(Slot.ARRIVAL_NUMBER, Filling.HANDWRITTEN, None, (Hypothesis("2092", 0.99),), "ink"),
        SlotReading(Slot.ARRIVAL_DATE, Filling.HANDWRITTEN, None, (Hypothesis("2012-10-16", 0.8),), "ink"),
    )
    read = header_with(mark, slots=slots).arrival
    assert read is not None
    assert (read.number, read.date) == ("2092", None)


def test_a_stamp_that_is_none_of_arrival_makes_no_arrival():
    assert header_with(PageMark(MarkKind.STAMP, None, "ĐÃ THU TIỀN")).arrival is None


def test_the_file_s_own_account_of_a_signature_goes_before_what_it_shows():
    shown = PageMark(MarkKind.E_SIGNATURE, Box(0, 0, 9, 9), "Ký bởi: Văn phòng\nThời gian ký: 17/01/2025 08:56:09")
    held = PageMark(
        MarkKind.E_SIGNATURE,
        Box(20, 0, 29, 9),
        "Sở Y tế",
        details={"signer": "Sở Y tế", "time": "2025-01-16T09:00:00+07:00"},
    )
    first, second = header_with(shown, held).e_signatures
    assert (first.signer, first.time) == ("Sở Y tế", "2025-01-16T09:00:00+07:00")
    assert (second.signer, second.time) == ("Văn phòng", "2025-01-17T08:56:09")


def test_the_printed_lines_of_one_signature_are_one():
    lines = (
        "Người ký: Cổng thông tin điện tử",
        "Email: a.b@xa.gov.vn",
        "Cơ quan: Văn phòng",
        "Thời gian ký: 16.04.2024 10:45:27 +07:00",
    )
    marks = [PageMark(MarkKind.E_SIGNATURE, Box(0, 10 * at, 90, 10 * at + 9), text) for at, text in enumerate(lines)]
    (signature,) = header_with(*marks).e_signatures
    assert (signature.signer, signature.organisation) == ("Cổng thông tin điện tử", "Văn phòng")
    assert (signature.email, signature.time) == ("a.b@xa.gov.vn", "2024-04-16T10:45:27+07:00")
    assert signature.bbox == [0, 0, 90, 39]


def test_a_field_that_holds_only_the_number_is_no_signature():
    assert (
        header_with(PageMark(MarkKind.E_SIGNATURE, Box(0, 0, 9, 9), "2119", details={"signer": "Sở Y tế"})).e_signatures
        == []
    )
