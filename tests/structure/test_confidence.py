"""The map from an engine's confidence to the probability that a value is right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.schema import Signer
from pipeline.structure import build_structure
from pipeline.structure.lines.confidence import calibrated
from pipeline.structure.lines.model import Location, Paragraph, Piece, Row, location_of
from pipeline.values import Line, Region
from tests.structure.samples import ocr_line, ocr_page, restored

shares = st.floats(0.0, 1.0)
lengths = st.integers(0, 3_000)


@given(shares, shares, lengths)
def test_surer_engine_never_makes_a_value_less_sure(first: float, second: float, length: int) -> None:
    low, high = sorted((first, second))
    assert calibrated(low, length) <= calibrated(high, length)


@given(shares, lengths, lengths)
def test_longer_value_is_never_surer(confidence: float, first: int, second: int) -> None:
    short, long = sorted((first, second))
    assert calibrated(confidence, long) <= calibrated(confidence, short)


@given(shares, lengths)
def test_result_is_a_probability(confidence: float, length: int) -> None:
    assert 0.0 < calibrated(confidence, length) < 1.0


@given(shares, lengths)
def test_what_restoration_changed_is_less_sure(confidence: float, length: int) -> None:
    assert calibrated(confidence, length, mended=True) < calibrated(confidence, length)


def test_low_reading_confidence_survives_to_the_signers_fields() -> None:
    def signer(confidence: float) -> Signer:
        right = Region.CLOSING_RIGHT
        lines = [ocr_line("I. NỘI DUNG", 100), ocr_line("- Trồng cây xanh dọc các tuyến đường của thôn.", 160, gap=0.5)]
        lines.append(ocr_line("Nơi nhận:", 400, region=Region.CLOSING_LEFT))
        for place, text in enumerate(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Đinh Thị Hà")):
            lines.append(ocr_line(text, 400 + 60 * place, 1000, region=right, confidence=confidence))
        found = build_structure([ocr_page(1, lines)]).signer
        assert found is not None
        return found

    for name in ("authority", "position", "name"):
        sure, unsure = getattr(signer(0.97), name).confidence, getattr(signer(0.62), name).confidence
        assert sure > 0.95
        assert unsure < 0.9


def test_value_that_was_put_right_is_less_sure_than_one_that_was_read() -> None:
    line = ocr_line("KẾ HOẠCH", 100)
    row = Row(0, 1, line.text, line)
    changed = Row(0, 1, line.text, restored(replace(line, text="KÉ HOACH"), line.text))
    read, mended = (location_of([one]).field("KẾ HOẠCH").confidence for one in (row, changed))
    assert read is not None
    assert mended is not None
    assert mended < read


def test_value_is_no_surer_than_its_least_sure_restored_word() -> None:
    line = ocr_line("KẾ HOẠCH NĂM", 100, confidence=0.97)
    doubted = Row(0, 1, line.text, replace(line, sure=(1.0, 0.4, 1.0)))
    whole = Paragraph(line.text, (Piece(doubted, 0, len(line.text)),))
    assert location_of([doubted]).field("KẾ HOẠCH NĂM").confidence == pytest.approx(0.4, abs=0.001)
    assert whole.cut(3, 8).place().field("HOẠCH").confidence == pytest.approx(0.4, abs=0.001)
    sure = whole.cut(9).place().field("NĂM").confidence
    assert sure is not None
    assert sure > 0.9


def test_value_of_a_restored_dump_has_the_chance_that_all_its_words_are_right() -> None:
    row = Row(0, 1, "xã Đồng Tiến", Line("xã Đồng Tiến", "xa Dong Tien", sure=(1.0, 0.9, 0.8)))
    assert location_of([row]).field("xã Đồng Tiến").confidence == pytest.approx(0.72, abs=0.001)
    assert location_of([replace(row, line=Line("xã Đồng Tiến", ""))]).field("xã Đồng Tiến").confidence is None


def test_field_carries_the_probability_of_its_whole_value() -> None:
    place = Location(page=1, confidence=0.95)
    short, long = place.field("KẾ HOẠCH").confidence, place.field("x" * 200).confidence
    assert short is not None
    assert long is not None
    assert short > 0.95 > long


def test_field_without_an_engine_has_no_confidence() -> None:
    assert Location().field("KẾ HOẠCH").confidence is None
