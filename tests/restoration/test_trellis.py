"""The search is exact, and rivals are scored as the language model would score the whole text."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.language.language_model import LanguageModel, load_language_model
from pipeline.restoration.decoding.decoder import rival_scores, search
from pipeline.restoration.units import Unit, Units

WORDS = (
    "ủy",
    "ban",
    "bản",
    "nhân",
    "dân",
    "dần",
    "xã",
    "xa",
    "kế",
    "ke",
    "hoạch",
    "số",
    "thi",
    "đua",
    ",",
    "<num>",
    "<unk>",
)


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load_language_model()


PARAGRAPHS = st.lists(
    st.lists(st.lists(st.tuples(st.sampled_from(WORDS), st.floats(-6, 0)), min_size=1, max_size=3), max_size=5),
    min_size=1,
    max_size=3,
)


def units_of(model: LanguageModel, paragraph: list[list[tuple[str, float]]]) -> list[Unit]:
    own = []
    for unit in paragraph:
        candidates = dict(unit)
        scores = np.array(list(candidates.values()), dtype=np.float32)
        own.append(Unit(np.array([model.ids[word] for word in candidates], dtype=np.int64), scores))
    return own


def score_of(model: LanguageModel, units: list[Unit], path: tuple[int, ...]) -> float:
    words = [model.start, *(int(unit.words[index]) for unit, index in zip(units, path, strict=True))]
    channel = sum(float(unit.scores[index]) for unit, index in zip(units, path, strict=True))
    return channel + float(model.score_sequence(np.array(words, dtype=np.int64)).sum())


@settings(max_examples=40, deadline=None)
@given(PARAGRAPHS)
def test_no_way_through_a_paragraph_is_better_than_the_one_found(
    model: LanguageModel, paragraphs: list[list[list[tuple[str, float]]]]
) -> None:
    texts = [units_of(model, paragraph) for paragraph in paragraphs]
    path, _ = search(model, Units.of(texts))
    found = iter(path.tolist())
    for units in texts:
        own = tuple(next(found) for _ in units)
        ways = [
            score_of(model, units, way)
            for way in product(*(range(len(unit.words)) for unit in units))
            if not any(hopeless(model, unit)[index] for unit, index in zip(units, way, strict=True))
        ]
        assert score_of(model, units, own) == pytest.approx(max(ways), abs=1e-3)


def hopeless(model: LanguageModel, unit: Unit) -> list[bool]:
    likely = unit.scores + model.unigrams[unit.words]
    behind: list[bool] = (likely <= likely.max() - 10.0).tolist()
    return behind


@settings(max_examples=40, deadline=None)
@given(PARAGRAPHS)
def test_rivals_are_as_far_apart_as_the_texts_that_hold_them(
    model: LanguageModel, paragraphs: list[list[list[tuple[str, float]]]]
) -> None:
    texts = [units_of(model, paragraph) for paragraph in paragraphs]
    units = Units.of(texts)
    scores = rival_scores(model, units, np.zeros(len(units.width), dtype=np.int64))
    at = 0
    for text in texts:
        for place, unit in enumerate(text):
            own = scores[units.first[at] : units.first[at] + units.width[at]]
            at += 1
            if len(unit.words) > 1:
                whole = [
                    score_of(model, text, tuple(index if n == place else 0 for n in range(len(text))))
                    for index in range(len(unit.words))
                ]
                assert own - own[0] == pytest.approx(np.array(whole) - whole[0], abs=1e-3)


def test_paragraphs_do_not_look_into_each_other(model: LanguageModel) -> None:
    one = units_of(model, [[("kế", -1.0), ("ke", 0.0)], [("hoạch", 0.0)]])
    other = units_of(model, [[("thi", 0.0)], [("đua", 0.0)], [("xã", 0.0), ("xa", 0.0)]])
    together, scores = search(model, Units.of([one, other, one]))
    alone = [search(model, Units.of([own])) for own in (one, other, one)]
    assert together.tolist() == [index for path, _ in alone for index in path.tolist()]
    assert scores == pytest.approx(np.concatenate([own for _, own in alone]), abs=1e-4)
