"""The channel learns from pairs which letters are read for which, and explains words it has never seen."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from pipeline.language.hash_table import HashTable
from pipeline.language.language_model import LanguageModel
from pipeline.restoration.channel.letter_edits import Pattern, WordTree
from pipeline.restoration.channel.word_channel import Channel
from pipeline.training.channel import build_channel, core_counts
from pipeline.training.edits import learn_edits

WORDS = ("<s>", "<unk>", "<num>", "<code>", ",", ".", "của", "cửa", "chủ", "thủ", "xã", "xả", "lòng", "vòng")
PAIRS = {("của", "cia"): 30, ("chủ", "chi"): 20, ("xã", "x4"): 15, ("lòng", "10ng"): 4, ("vòng", "v0ng"): 5}


def model() -> LanguageModel:
    empty = HashTable.build(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint8))
    flat = np.full(len(WORDS), -3.0, dtype=np.float32)
    codes = np.zeros((1, 256), dtype=np.float32)
    return LanguageModel(WORDS, {w: n for n, w in enumerate(WORDS)}, flat, empty, empty, codes, codes)


def tree() -> WordTree:
    return WordTree((n, word) for n, word in enumerate(WORDS) if word.isalpha())


def channel() -> Channel:
    return build_channel(Counter(PAIRS), model(), tree())


def best(core: str) -> str:
    return WORDS[channel().candidates(core)[0].word]


def test_readings_met_in_training_lead_back_to_their_words() -> None:
    assert [best(core) for core in ("cia", "x4", "10ng")] == ["của", "xã", "lòng"]


def test_letters_learned_in_one_word_explain_another() -> None:
    assert best("thi") == "thủ"
    assert best("l0ng") == "lòng"


def test_capitals_are_explained_and_kept() -> None:
    found = channel().candidates("Cia")[0]
    assert WORDS[found.word] == "của"
    assert found.pattern is Pattern.CAPITALISED


def test_a_saved_channel_gives_the_same_candidates(tmp_path: Path) -> None:
    built = channel()
    built.save(tmp_path / "channel.npz")
    loaded = Channel.load(tmp_path / "channel.npz", model(), tree())
    for core in ("cia", "x4", "thi", "&"):
        assert [c.word for c in loaded.candidates(core)] == [c.word for c in built.candidates(core)]


def test_pairs_are_counted_by_core_and_figures_left_out() -> None:
    counts = core_counts([("“Xã,", "“x4,"), ("hoà", "hoa"), ("2024", "2O24")])
    assert counts == Counter({("Xã", "x4"): 1, ("hòa", "hoa"): 1})


def test_probabilities_of_a_letter_never_exceed_one() -> None:
    edits = learn_edits(PAIRS)
    assert all(score <= 1e-9 for groups in edits.groups.values() for _, score in groups)
