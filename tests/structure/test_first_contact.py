"""Documents met for the first time, the whole way, against gold written before our code read them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.digitise import SourceRecord, Stages, digitise
from pipeline.measure.fields import FLOOR_COMPONENTS, compare_document
from pipeline.settings import Settings

FOLDER = Path(__file__).resolve().parent / "first_contact"
KNOWN = FOLDER / "known.json"
NAMES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".pdf", ".txt"})
# What restoration makes of letters is its own tests' matter; of the dumps the tree and its titles' places are compared.
OF_DUMPS = ("nodes", "roles")


@pytest.fixture(scope="module")
def stages() -> Stages:
    return Stages.load(Settings())


def misses(name: str, stages: Stages) -> list[str]:
    gold = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    document = digitise(FOLDER / name, SourceRecord.of(FOLDER / name, name), stages)
    assert "text_lost" not in {problem.code for problem in document.problems}
    scores = compare_document(gold, document.model_dump(mode="json"))
    wanted = OF_DUMPS if name.startswith("dump") else FLOOR_COMPONENTS
    return [
        f"{component}: {miss.where}: {miss.gold!r} became {miss.found!r}"
        for component in wanted
        if component in scores.components
        for miss in scores.components[component].misses
    ]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_goes_wrong_that_was_right(name: str, stages: Stages, request: pytest.FixtureRequest) -> None:
    found = misses(name, stages)
    known = json.loads(KNOWN.read_text("utf-8")) if KNOWN.exists() else {}
    if request.config.getoption("--regenerate-goldens"):
        known = {key: value for key, value in {**known, name: found}.items() if value}
        KNOWN.write_text(json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    assert [miss for miss in found if miss not in known.get(name, [])] == []


def test_documents_of_all_kinds_are_here() -> None:
    assert len(NAMES) >= 10
