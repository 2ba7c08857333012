"""The letterhead benchmark: what it counts, and when it says that something is worse."""

from __future__ import annotations

from dataclasses import replace

from pipeline.bench.letterhead_bench import regressions
from pipeline.bench.letterhead_report import counted, markdown
from pipeline.bench.letterhead_tally import Outcome, reliability

RIGHT = Outcome(
    "a", "Sở Y tế", "number", "handwritten", "7/KH", "7/KH", True, True, True, 0.98, True, ("the pen reads 7",)
)
WRONG = replace(RIGHT, document="b", value="1/KH", right=False, offered=False, likeliest=False)
SUGGESTED = replace(RIGHT, document="c", value=None, right=False, confidence=0.6)


def test_right_offered_and_wrong_are_counted_apart() -> None:
    table = counted([RIGHT, WRONG, SUGGESTED, replace(RIGHT, sure=False)])
    shares = [table[f"number by pen, {name}"].count for name in ("given right", "given or suggested", "given wrong")]
    assert shares == [1, 2, 1]
    assert table["number by pen, given right"].total == 3


def test_confidences_are_held_against_what_came_of_them() -> None:
    told = {said: (share.count, share.total) for said, share in reliability([RIGHT, WRONG, SUGGESTED])}
    assert told["0.97 to 1.00"] == (1, 2)
    assert told["0.50 to 0.80"] == (1, 1)
    assert "| number by pen, given right | 80.0% | 33.3% (1 of 3) |" in markdown(
        {"x": [RIGHT, WRONG, SUGGESTED]}, [], ""
    )


def test_fewer_right_and_more_wrong_are_worse_by_more_than_one_number() -> None:
    stored = {
        "x: number by pen, given right": 0.9,
        "x: number by pen, given wrong": 0.0,
        "blank places given a number": 0,
    }
    assert regressions({**stored, "x: number by pen, given right": 0.89}, stored) == []
    fallen = {
        "x: number by pen, given right": 0.85,
        "x: number by pen, given wrong": 0.02,
        "blank places given a number": 1,
    }
    assert [name for name, *_ in regressions(fallen, stored)] == list(stored)
