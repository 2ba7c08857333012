"""The context network that ships: it sees both sides of a word, and leaves alone what it does not know."""

from __future__ import annotations

import pytest

from pipeline.resources import model_file
from pipeline.restoration.context import ContextNetwork, group_by_skeleton, load_context_network
from pipeline.vietnamese.folding import strip_marks


@pytest.fixture(scope="module")
def network() -> ContextNetwork:
    return load_context_network(model_file("context.npz"), model_file("context.onnx"))


def favourite(network: ContextNetwork, text: str, place: int) -> str:
    words = strip_marks(text).split()
    hidden = network.hidden(words, [0] * len(words))
    scores = network.log_probabilities(hidden[place], words[place])
    return max(scores, key=scores.__getitem__)


def test_the_words_after_a_place_decide_its_spelling(network: ContextNetwork) -> None:
    assert favourite(network, "<s> uy ban nhan dan xa", 2) == "ban"
    assert favourite(network, "<s> ban hanh ke hoach", 1) == "ban"
    assert favourite(network, "<s> ban sao co chung thuc", 1) == "bản"


def test_the_words_before_a_place_decide_its_spelling(network: ContextNetwork) -> None:
    assert favourite(network, "<s> dong gop y kien", 1) == "đóng"
    assert favourite(network, "<s> tang bang khen", 2) == "bằng"


def test_probabilities_of_the_spellings_of_a_skeleton_sum_to_one(network: ContextNetwork) -> None:
    hidden = network.hidden(["<s>", "thi", "dua"], [0, 0, 0])
    scores = network.log_probabilities(hidden[1], "thi")
    assert len(scores) > 3
    assert sum(2.718281828459045**score for score in scores.values()) == pytest.approx(1.0, abs=1e-5)


def test_a_skeleton_it_does_not_know_gets_no_opinion(network: ContextNetwork) -> None:
    hidden = network.hidden(["xqzw"], [0])
    assert network.log_probabilities(hidden[0], "xqzw") == {}


def test_words_are_grouped_by_their_skeleton_in_order() -> None:
    rows, spellings = group_by_skeleton(["<unk>", "và", "va", "của", "vả"])
    assert rows == {"<unk>": 0, "va": 1, "cua": 2}
    assert spellings["va"] == [1, 2, 4]
