"""What the recogniser takes the pen in a slot for: strings of digits with probabilities that add up."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.engines import EngineLine
from pipeline.reading.engines.base import Alternatives
from pipeline.reading.engines.base import Hypothesis as Read
from pipeline.reading.page_marks.pen_readings import with_pen_readings
from pipeline.values import Box, Filling, Slot, SlotReading, Word

BOX = Box(100, 100, 180, 130)


def line(*places: tuple[Box, dict[str, float]]) -> EngineLine:
    words = tuple(Word(next(iter(readings)), box, 0.9) for box, readings in places)
    seen = tuple(
        Alternatives(box, tuple(Read(text, math.log(p)) for text, p in readings.items())) for box, readings in places
    )
    return EngineLine(Box.around(box for box, _ in places), words, seen)


def read(slot: Slot, *places: tuple[Box, dict[str, float]], filling: Filling = Filling.HANDWRITTEN) -> SlotReading:
    (done,) = with_pen_readings([SlotReading(slot, filling, BOX)], [line(*places)])
    return done


def test_the_digits_before_the_symbol_are_told_with_what_else_they_may_be() -> None:
    place = Box(95, 98, 300, 132)
    done = read(Slot.NUMBER, (place, {"1942/KH-SYT": 0.8, "1912/KH-SYT": 0.15, "1942/KH-SVT": 0.05}))
    assert [one.text for one in done.readings] == ["1942", "1912"]
    assert done.reader == "ink"
    assert done.readings[0].probability == pytest.approx(0.85**1.5, abs=1e-3)


def test_a_letter_that_is_written_like_a_digit_is_one_and_counts_half() -> None:
    done = read(Slot.NUMBER, (Box(95, 98, 300, 132), {"Số:2l19/KH-SYT": 0.6, "Số:2719/KH-SYT": 0.4}))
    assert [one.text for one in done.readings] == ["2719", "2119"]


def test_a_serial_keeps_its_letter() -> None:
    done = read(Slot.NUMBER, (Box(95, 98, 300, 132), {"3176B/QĐ-SYT": 1.0}))
    assert [one.text for one in done.readings] == ["3176B"]


def test_a_day_is_read_from_its_own_place_alone() -> None:
    before, own, behind = Box(20, 98, 90, 132), Box(105, 98, 175, 132), Box(190, 98, 280, 132)
    done = read(Slot.DAY, (before, {"ngày": 1.0}), (own, {"13": 0.7, "18": 0.3}), (behind, {"tháng": 1.0}))
    assert [one.text for one in done.readings] == ["13", "18"]


def test_print_and_places_elsewhere_stay_as_they_are() -> None:
    far = (Box(95, 400, 300, 432), {"1942/KH-SYT": 1.0})
    assert read(Slot.NUMBER, far).readings == ()
    printed = read(Slot.NUMBER, (BOX, {"1942/KH-SYT": 1.0}), filling=Filling.PRINTED)
    assert (printed.readings, printed.reader) == ((), "engine")


@given(st.dictionaries(st.text(max_size=12), st.floats(0.001, 1.0), min_size=1, max_size=6))
def test_no_reading_breaks_it_and_probabilities_never_exceed_one(readings: dict[str, float]) -> None:
    total = sum(readings.values())
    done = read(Slot.NUMBER, (BOX, {text: p / total for text, p in readings.items()}))
    assert all(one.text for one in done.readings)
    assert sum(one.probability for one in done.readings) <= 1.0 + 1e-6
