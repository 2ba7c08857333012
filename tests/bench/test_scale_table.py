"""The table of the scale benchmark: floors held and missed, parts that were not measured, its place in a document."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pipeline.bench.scale_table import missed_floors, put_into, table

RUN = {
    "wall": 60.0,
    "cpu": 110.0,
    "stage_cpu": {"reading": 100.0},
    "parent_cpu": 1.0,
    "memory": {"parent_peak_bytes": 8e7, "worker_peak_bytes": 4e8},
}
TEXTS = {
    "files": 20_000,
    "parent_peak_bytes": 9e7,
    "unchanged_parent_peak_bytes": 9e7,
    "first_result_seconds": 3.0,
    "wall": 80.0,
    "cpu": 150.0,
    "parent_cpu": 50.0,
    "unchanged_wall": 3.0,
    "unchanged_cpu": 2.0,
    "ledger_bytes": 1e7,
    "search_cpu_seconds": (0.01, 0.1),
}
RESULT: dict[str, Any] = {
    "date": "2026-11-21",
    "command": "python -m pipeline.bench.scale",
    "cores": 2,
    "load": [0.1, 0.1, 0.1],
    "speed": {
        "pages": 220,
        "files": 60,
        "one_job": [RUN],
        "two_jobs": [RUN],
        "speed_up": 1.86,
        "cpu_over_stages": 1.04,
        "cpu_a_page": 0.9,
        "first_result_seconds": 4.4,
        "bytes_per_100_000_pages": {"text": 2e8},
    },
    "memory": {"runs": [TEXTS | {"files": 1000, "unchanged_wall": 99.0}, TEXTS], "parent_bytes_per_file": 250.0},
}


def test_floors_that_hold_are_no_misses_and_the_largest_archive_counts() -> None:
    assert missed_floors(RESULT) == []


@pytest.mark.parametrize(
    ("part", "figure", "value"),
    [("speed", "speed_up", 1.84), ("speed", "cpu_over_stages", 1.2), ("speed", "first_result_seconds", 5.1)],
)
def test_a_missed_floor_is_named_with_its_bound(part: str, figure: str, value: float) -> None:
    worse = copy.deepcopy(RESULT)
    worse[part][figure] = value
    (sentence,) = missed_floors(worse)
    assert str(value) in sentence
    assert "**missed**" in table(worse)


def test_what_was_not_measured_is_neither_held_nor_missed() -> None:
    only_memory = {key: value for key, value in RESULT.items() if key != "speed"}
    assert missed_floors(only_memory) == []
    assert "2 jobs" not in table(only_memory).split("unchanged")[0].split("floor |")[1].split("first run")[0]
    assert "such nights" not in table(only_memory)


def test_a_night_is_reckoned_from_the_cost_of_a_page() -> None:
    assert "| 1 small machine | 2 | 80,000 |" in table(RESULT)


def test_figures_replace_those_between_the_marks_and_nothing_else() -> None:
    document = "a\n<!-- figures of pipeline.bench.scale -->\nold\n<!-- end of figures -->\nb\n"
    once = put_into(document, "new\n")
    assert "old" not in once
    assert once.startswith("a\n")
    assert once.endswith("-->\nb\n")
    assert put_into(once, "new\n") == once
    with pytest.raises(ValueError, match="no place"):
        put_into("no marks", "new")
