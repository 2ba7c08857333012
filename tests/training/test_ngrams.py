"""The language model: probabilities that sum to one, a file that is the same twice, sequences that were seen win."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.language.language_model import LanguageModel
from pipeline.training.corpus import Stream, read_corpus
from pipeline.training.ngrams import count_orders, estimate, pack, prune_to, renormalise

SENTENCES = [
    "Ủy ban nhân dân xã ban hành kế hoạch.",
    "Ủy ban nhân dân huyện ban hành quyết định.",
    "Hội đồng nhân dân xã họp bàn về kế hoạch năm 2024, quyết định dự toán.",
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[Stream]]:
    folder = tmp_path_factory.mktemp("text")
    (folder / "plans.txt").write_text("\n".join(SENTENCES * 40), encoding="utf-8")
    return read_corpus(folder, {"province": ["Hà Nam"], "district": [], "commune": []})


def build(corpus: tuple[list[str], list[Stream]], limit: int = 10_000) -> LanguageModel:
    vocabulary, streams = corpus
    ids, orders = count_orders(streams, 4)
    estimates = estimate(orders, (0, 0, 0, 2))
    prune_to(orders, estimates, 1e-12, limit)
    return pack(vocabulary, ids, orders, estimates)


def score(model: LanguageModel, text: str) -> float:
    words = np.array([model.ids.get(word, model.unknown) for word in ["<s>", *text.split()]])
    return float(model.score_sequence(words).sum())


def test_words_after_any_context_have_probabilities_that_sum_to_one(corpus: tuple[list[str], list[Stream]]) -> None:
    model = build(corpus)
    for context in (["<s>"], ["<s>", "ủy", "ban"], ["nhân", "dân", "xã"], ["họp", "dân", "bàn"]):
        history = np.full((1, model.order - 1), -1, dtype=np.int64)
        history[0, -len(context) :] = [model.ids[word] for word in context]
        hashes, cost = model.backoff(history)
        every = np.arange(len(model.words))
        n = len(every)
        scores = model.score(np.repeat(hashes, n, axis=0), np.repeat(cost, n, axis=0), every)
        assert np.exp(scores).sum() == pytest.approx(1.0, abs=0.06)  # a byte a value leaves some per cent


def test_what_was_seen_is_likelier_than_what_was_not(corpus: tuple[list[str], list[Stream]]) -> None:
    model = build(corpus)
    assert score(model, "ủy ban nhân dân xã") > score(model, "ủy bàn nhân dân xã") + 3


def test_the_same_text_gives_the_same_bytes_and_they_load_again(
    corpus: tuple[list[str], list[Stream]], tmp_path: Path
) -> None:
    build(corpus).save(tmp_path / "a.npz")
    build(corpus).save(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    loaded = LanguageModel.load(tmp_path / "a.npz")
    assert score(loaded, "hội đồng nhân dân") == score(build(corpus), "hội đồng nhân dân")


def test_pruning_keeps_at_most_what_it_is_told_to(corpus: tuple[list[str], list[Stream]]) -> None:
    vocabulary, streams = corpus
    _, orders = count_orders(streams, 4)
    estimates = estimate(orders, (0, 0, 0, 2))
    renormalise(orders, estimates)
    limit = len(vocabulary) + 20
    assert prune_to(orders, estimates, 1e-6, limit) > 1e-6
    assert sum(int(own.kept.sum()) for own in estimates) <= limit
