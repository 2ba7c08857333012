"""The sweep finds every number of a package, sets each where it is used, puts it back, and says which ones are flat."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from pipeline.bench.knobs import Knob, find_knobs
from pipeline.bench.recorded import recorded
from pipeline.bench.sweep import sweep, table
from pipeline.bench.sweep_stages import Made
from pipeline.reading.engines import EngineLine
from pipeline.values import Box, Word

NUMBERS = """
from dataclasses import dataclass
from functools import lru_cache

LIMIT = 10
_PAIR = (0.5, 2.0)
_NEVER = 7

@dataclass(frozen=True)
class Weights:
    cost: float = 3.0

@lru_cache
def share(x):
    return x * 0.25

def pair(x):
    return x > _PAIR[1]

def weighed(x, weights=Weights()):
    return x > weights.cost
"""
USER = """
from sample_numbers.numbers import LIMIT

def above(x):
    return x > LIMIT
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    folder = tmp_path / "sample_numbers"
    folder.mkdir()
    for name, text in (("__init__", ""), ("numbers", NUMBERS), ("user", USER)):
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield {name: importlib.import_module(f"sample_numbers.{name}") for name in ("numbers", "user")}
    for name in [name for name in sys.modules if name.startswith("sample_numbers")]:
        del sys.modules[name]


def knobs() -> dict[str, Knob]:
    return {knob.name: knob for knob in find_knobs("sample_numbers")}


def test_every_sort_of_number_is_found(package: dict[str, ModuleType]) -> None:
    assert {knob.name: knob.value for knob in knobs().values()} == {
        "numbers.LIMIT": 10,
        "numbers._PAIR[0]": 0.5,
        "numbers._PAIR[1]": 2.0,
        "numbers._NEVER": 7,
        "Weights.cost": 3.0,
        "numbers.share: 0.25": 0.25,
    }


def test_a_number_is_another_while_it_is_turned_wherever_it_is_used(package: dict[str, ModuleType]) -> None:
    found = {knob.name: knob for knob in knobs().values()}
    ways = {
        "numbers.LIMIT": lambda: package["user"].above(9),
        "numbers._PAIR[1]": lambda: package["numbers"].pair(1.9),
        "Weights.cost": lambda: package["numbers"].weighed(2.9),
    }
    for name, ask in ways.items():
        assert not ask()
        with found[name].turned(0.8):
            assert ask()
        assert not ask()
    with found["numbers.share: 0.25"].turned(2.0):
        assert package["numbers"].share(8) == 4.0
    package["numbers"].share.cache_clear()
    assert package["numbers"].share(8) == 2.0


def test_a_sweep_tells_what_changes_and_what_is_flat(package: dict[str, ModuleType]) -> None:
    calls = []

    def above() -> Made:
        calls.append("above")
        return Made(float(package["user"].above(9)), str(package["user"].above(9)))

    def share() -> Made:
        calls.append("share")
        return Made(1.0, f"{package['numbers'].share(8)}")

    effects = {
        effect.knob.name: effect
        for effect in sweep("sample_numbers", knobs().values(), {"above": above, "share": share}, 0.2)
    }
    limit = effects["numbers.LIMIT"]
    assert [(side.value, side.change, side.documents) for side in limit.sides] == [(8, 0.5, 1), (12, 0.0, 0)]
    assert [name for name, effect in effects.items() if effect.is_flat] == [
        "numbers._PAIR[0]", "numbers._PAIR[1]", "numbers._NEVER", "Weights.cost",
    ]  # fmt: skip
    assert (
        calls.count("share") == 1 + 2 + 2
    )  # first, for its own number, and for the one of whose users nothing is known
    assert "6 numbers, of which 4 are flat." in table(list(effects.values()))


class Counting:
    """An engine that counts how often it is asked."""

    name, version = "counting", "1"

    def __init__(self) -> None:
        self.asked = 0

    def read(self, grey: np.ndarray, *, dpi: int, seconds: float) -> list[EngineLine]:
        self.asked += 1
        return [EngineLine(Box(0, 0, 9, 9), (Word(f"{dpi} {grey.mean()}", Box(0, 0, 9, 9), 0.5),))]


def test_a_recorded_engine_is_asked_once_for_each_picture_and_setting(tmp_path: Path) -> None:
    black, white = np.zeros((4, 4), np.uint8), np.full((4, 4), 255, np.uint8)
    engine = Counting()
    first = [recorded(engine, tmp_path).read(page, dpi=200, seconds=9) for page in (black, white)]
    other = Counting()
    again = [recorded(other, tmp_path).read(page, dpi=200, seconds=1) for page in (black, white)]
    assert (engine.asked, other.asked) == (2, 0)
    assert first == again
    assert other.read(black, dpi=300, seconds=9) != first[0]
    assert other.asked == 1
