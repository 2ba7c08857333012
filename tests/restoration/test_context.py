"""The context network that ships: it sees both sides of a word, and leaves alone what it does not know."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline.language.language_model import load_language_model
from pipeline.resources import model_file
from pipeline.restoration.decoding.context_network import (
    UNKNOWN_ROW,
    ContextJudge,
    ContextNetwork,
    group_by_skeleton,
    load_context_network,
)
from pipeline.restoration.units import Unit, Units
from pipeline.vietnamese.folding import strip_marks


@pytest.fixture(scope="module")
def network() -> ContextNetwork:
    return load_context_network(model_file("context.npz"), model_file("context.onnx"))


def opinions(network: ContextNetwork, text: str, place: int) -> dict[str, float]:
    """log p of each spelling of the word at `place`."""
    rows = np.array([network.rows.get(word, UNKNOWN_ROW) for word in strip_marks(text).split()])
    hidden = network.hidden(rows, np.zeros(len(rows), dtype=np.int64))
    row = rows[place]
    scores, _ = network.log_probabilities(hidden[place : place + 1], rows[place : place + 1])
    spellings = network.members[network.starts[row] : network.starts[row + 1]]
    return {network.words[number]: float(score) for number, score in zip(spellings, scores, strict=True)}


def favourite(network: ContextNetwork, text: str, place: int) -> str:
    scores = opinions(network, text, place)
    return max(scores, key=scores.__getitem__)


def test_the_words_after_a_place_decide_its_spelling(network: ContextNetwork) -> None:
    assert favourite(network, "<s> uy ban nhan dan xa", 2) == "ban"
    assert favourite(network, "<s> ban hanh ke hoach", 1) == "ban"
    assert favourite(network, "<s> ban sao co chung thuc", 1) == "bản"


def test_the_words_before_a_place_decide_its_spelling(network: ContextNetwork) -> None:
    assert favourite(network, "<s> dong gop y kien", 1) == "đóng"
    assert favourite(network, "<s> tang bang khen", 2) == "bằng"


def test_probabilities_of_the_spellings_of_a_skeleton_sum_to_one(network: ContextNetwork) -> None:
    scores = opinions(network, "<s> thi dua", 1)
    assert len(scores) > 3
    assert sum(math.exp(score) for score in scores.values()) == pytest.approx(1.0, abs=1e-5)


def test_a_skeleton_it_does_not_know_gets_no_opinion(network: ContextNetwork) -> None:
    judge = ContextJudge(network, load_language_model())
    unknown = Unit(np.array([1, 7]), np.zeros(2, dtype=np.float32))
    bonus, has_say = judge.bonuses(Units.of([[unknown]]), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    assert not bonus.any()
    assert not has_say.any()


def test_words_are_grouped_by_their_skeleton_in_order() -> None:
    rows, spellings = group_by_skeleton(["<unk>", "và", "va", "của", "vả"])
    assert rows == {"<unk>": 0, "va": 1, "cua": 2}
    assert spellings["va"] == [1, 2, 4]
