"""Several looks at a slot: what each string of digits is worth, and where the slot ends and print begins."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.reading.engines.base import Steps, Strip
from pipeline.reading.page_marks.pen_digits import probabilities, string_logs
from pipeline.reading.page_marks.pen_readings import Looks, with_pen_readings
from pipeline.reading.page_marks.pen_views import VIEWS, steps_of
from pipeline.values import Box, Filling, Line, Slot, SlotReading

LETTERS = "0123456789/Sốngàytháwm "
SLOT, ROW = Box(100, 100, 160, 130), Box(20, 100, 400, 130)


def view(*steps: dict[str, float]) -> NDArray[np.float32]:
    """Steps of (digit, or "" for nothing) → probability; the rest is nothing."""
    chances = np.full((len(steps), 11), 1e-6)
    for at, step in enumerate(steps):
        for sign, chance in step.items():
            chances[at, int(sign) + 1 if sign else 0] += chance
        chances[at, 0] += 1 - sum(step.values())
    return np.log(chances).astype(np.float32)


def strip(*steps: dict[str, float]) -> Strip:
    """A strip whose steps of ten pixels begin at 60 pixels, four steps left of the slot."""
    ranked = [[*sorted(step.items(), key=lambda one: -one[1]), ("", 1e-6), ("", 1e-6)][:2] for step in steps]
    labels = np.array([[LETTERS.index(sign) + 1 if sign else 0 for sign, _ in step] for step in ranked], np.int64)
    logs = np.array([[math.log(chance) for _, chance in step] for step in ranked], np.float32)
    return Strip(Steps(labels, logs), LETTERS, 60.0, 10.0)


NOTHING = {"": 0.98, "1": 0.02}


def test_a_string_is_worth_what_its_steps_are_and_looks_are_averaged() -> None:
    first = view({"1": 0.9, "7": 0.1}, {}, {"5": 1.0})
    second = view({"1": 0.5, "7": 0.5}, {}, {"5": 1.0})
    told = probabilities([first, second], 1.0, 0.0, lambda text: len(text) == 2)
    assert list(told)[:2] == ["15", "75"]
    assert told["15"] / told["75"] == pytest.approx(math.sqrt(0.45 / 0.05), rel=0.01)
    assert sum(told.values()) == pytest.approx(1.0)


def test_a_digit_written_twice_needs_paper_between() -> None:
    apart, together = view({"2": 1.0}, {}, {"2": 1.0}), view({"2": 1.0}, {"2": 1.0})
    assert string_logs([apart], ["22", "2"])[0].argmax() == 0
    assert string_logs([together], ["22", "2"])[0].argmax() == 1


def test_views_of_different_length_count_alike() -> None:
    short, long = view({"4": 1.0}), view({}, {}, {"4": 1.0}, {}, {})
    assert string_logs([short, long], ["4"]).round(3).tolist() == [[0.0], [0.0]]


def test_only_what_may_stand_there_shares_what_there_is() -> None:
    told = probabilities(
        [view({"3": 0.9}, {}, {"9": 0.6, "1": 0.3})], 1.0, 0.01, {"31", "13"}.__contains__, ["13", "31"]
    )
    assert max(told, key=lambda text: told[text]) == "31"
    assert sum(told.values()) == pytest.approx(0.99)


def test_print_beside_a_slot_ends_it() -> None:
    steps = [{"y": 1.0}, {"7": 1.0}, {" ": 1.0}, NOTHING, {"1": 1.0}, NOTHING, {"4": 1.0}, NOTHING, NOTHING, NOTHING]
    seen = steps_of(SLOT, ROW, lambda _place: [strip(*steps, {"t": 1.0}, {"2": 1.0})])
    assert len(seen) == len(VIEWS)
    told = probabilities(seen, 1.0, 0.0, lambda text: True)
    assert max(told, key=lambda text: told[text]) == "14"


def read(slot: Slot, *steps: dict[str, float]) -> SlotReading:
    looks = Looks(lambda _place: [strip(*[NOTHING] * 4, *steps)], [Line("ngày tháng", "ngày 14 tháng", box=ROW)])
    (done,) = with_pen_readings([SlotReading(slot, Filling.HANDWRITTEN, SLOT)], [], looks)
    return done


def test_a_day_is_one_of_thirty_one_however_it_is_written() -> None:
    done = read(Slot.DAY, NOTHING, {"0": 0.6, "6": 0.4}, NOTHING, {"5": 0.98, "3": 0.02}, NOTHING)
    assert done.reader == "ink"
    assert done.readings[0].text == "05"
    assert all(1 <= int(reading.text) <= 31 for reading in done.readings)
    assert sum(reading.probability for reading in done.readings) <= 1.0


def test_a_place_that_shows_no_digit_is_not_read() -> None:
    (done,) = with_pen_readings([SlotReading(Slot.NUMBER, Filling.HANDWRITTEN, SLOT)], [], Looks(lambda _place: [], []))
    assert done.readings == ()
