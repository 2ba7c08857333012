"""Number and date in their parts: how each was written, and what counts as a whole number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.schema import DateValue, NumberValue
from pipeline.structure import build_structure
from pipeline.values import Box, Filling, Region, Slot, SlotReading
from tests.structure.samples import ocr_line, ocr_page, structure_of

BODY = "\n\nKẾ HOẠCH\nThi đua năm 2024\n\nI. MỤC ĐÍCH\nNâng cao chất lượng công tác.\n"


@pytest.mark.parametrize(
    ("line", "complete", "serial", "symbol", "kind"),
    [
        ("Số: 12/KH-UBND", True, "12", "KH-UBND", "printed"),
        ("Số: 15a/KH-UBND", True, "15a", "KH-UBND", "printed"),
        ("Số 07-KH/ĐU", True, "07", "KH/ĐU", "printed"),
        ("Số:      /KH-UBND", False, None, "KH-UBND", "blank"),
        ("Số: ....../KH-UBND", False, None, "KH-UBND", "blank"),
        ("Số      -KH/ĐU", False, None, "KH/ĐU", "blank"),
        ("Số:4/M 9 /KH-SYT", False, None, "KH-SYT", None),
        ("Số:", False, None, None, "blank"),
    ],
)
def test_a_number_in_text_is_complete_only_with_its_serial(line, complete, serial, symbol, kind):
    number = structure_of(f"UBND XÃ MINH TÂN\n{line}\nMinh Tân, ngày 02 tháng 5 năm 2024{BODY}").header.number
    assert number is not None
    assert (number.complete, number.serial, number.symbol, number.kind) == (complete, serial, symbol, kind)
    assert number.sources == (["text"] if complete else [])


@pytest.mark.parametrize(
    ("line", "precision", "kind", "day"),
    [
        ("Minh Tân, ngày 02 tháng 5 năm 2024", "day", "printed", "printed"),
        ("Minh Tân, ngày     tháng 3 năm 2026", "month", "blank", "blank"),
        ("Minh Tân, ngày tháng năm 2026", "year", "blank", "blank"),
        ("Minh Tân, ngày Aồ tháng 11 năm 2017", "month", None, None),
    ],
)
def test_a_date_in_text_says_how_far_it_goes_and_what_is_blank(line, precision, kind, day):
    date = structure_of(f"UBND XÃ MINH TÂN\nSố: 12/KH-UBND\n{line}{BODY}").header.date
    assert date is not None
    assert (date.precision, date.kind, date.parts.day, date.parts.year) == (precision, kind, day, "printed")


def letterhead(*slots):
    page = ocr_page(
        1,
        [
            ocr_line("SỞ Y TẾ", 200, 380, region=Region.LETTERHEAD_LEFT),
            ocr_line("Số: /KH-SYT", 260, 350, region=Region.LETTERHEAD_LEFT),
            ocr_line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 150, 800, region=Region.LETTERHEAD_RIGHT),
            ocr_line("Lam Giang, ngày tháng 7 năm 2023", 260, 850, region=Region.LETTERHEAD_RIGHT),
            ocr_line("KẾ HOẠCH", 380, 750, centred=True),
            ocr_line("Khám sức khỏe học sinh", 430, 650, centred=True),
        ],
    )
    return build_structure([replace(page, slots=slots)]).header


def test_what_the_picture_shows_in_a_slot_says_how_it_was_written():
    pen, day = Box(400, 250, 470, 300), Box(1200, 262, 1240, 298)
    header = letterhead(
        SlotReading(Slot.NUMBER, Filling.HANDWRITTEN, pen),
        SlotReading(Slot.DAY, Filling.STAMPED, day),
        SlotReading(Slot.MONTH, Filling.PRINTED, day),
    )
    assert header.number is not None
    assert header.date is not None
    assert (header.number.complete, header.number.kind) == (False, "handwritten")
    assert (header.date.parts.day, header.date.parts.month, header.date.kind) == ("stamped", "printed", "stamped")


def test_a_slot_of_another_row_says_nothing_of_the_number():
    header = letterhead(SlotReading(Slot.NUMBER, Filling.HANDWRITTEN, Box(400, 1250, 470, 1300)))
    assert header.number is not None
    assert header.number.kind is None


def test_documents_of_earlier_versions_get_their_parts_from_the_value():
    assert NumberValue.model_validate({"value": "15/2010/QĐ-UBND"}).model_dump(
        include={"complete", "serial", "year", "symbol"}
    ) == {"complete": True, "serial": "15", "year": 2010, "symbol": "QĐ-UBND"}
    assert not NumberValue.model_validate({"value": "/KH-SYT"}).complete
    assert DateValue.model_validate({"value": "2017-10"}).precision == "month"
