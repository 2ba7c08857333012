"""Frequencies of words in clean, unmarked and misread Vietnamese; small, loaded once, in about 30 ms."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

from pipeline.resources import model_file

_SCALE = 10_000_000

EDGE_SIGNS = "\"'“”‘’„«»()[]{}<>*_#•–—-+=~…□■●.,;:!?/\\|%$"
"""Signs that are no part of the word they stand at."""

Frequencies = tuple[float, float, float]
"""(in clean text, in the same text without marks, as read by an engine without Vietnamese), each in 0..1."""


@lru_cache(maxsize=1)
def word_table() -> dict[str, Frequencies]:
    """The table of models/garble.tsv, words in lower case. Raises MissingToolError when the file is not there."""
    return read_table(model_file("garble.tsv"))


def read_table(path: Path) -> dict[str, Frequencies]:
    """Reads a table that pipeline.training.garble_table wrote."""
    table = {}
    for row in path.read_text(encoding="utf-8").splitlines():
        word, clean, lost, read = row.split("\t")
        table[word] = (int(clean) / _SCALE, int(lost) / _SCALE, int(read) / _SCALE)
    return table


def clean_frequency(word: str) -> float:
    """How often `word` (lower case) stands in clean text; 0 for words that are not in use."""
    return word_table().get(word, (0.0, 0.0, 0.0))[0]


def makes_a_word(text: str) -> bool:
    """Whether `text` but for signs at its edges is a word in use that carries a mark."""
    word = unicodedata.normalize("NFC", text.strip(EDGE_SIGNS)).lower()
    return not word.isascii() and clean_frequency(word) > 0
