"""Which words personal names are made of, and how usual each is as family, middle and given name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import MissingToolError
from pipeline.resources import model_file
from pipeline.vietnamese.administrative.family_names import FAMILY_NAMES
from pipeline.vietnamese.syllables import is_syllable
from pipeline.vietnamese.tones import to_new_style

FAMILY, MIDDLE, GIVEN = range(3)
# A word that no list has is as usual as if it had been seen so often; one in fewer names is a slip of the lists.
_UNSEEN, _FEWEST = 0.3, 2
# A single letter is a stroke more often than a name; new tone marks (thuỷ) are rarer than old ones: natural logs.
_ONE_LETTER, _NEW_STYLE = 4.0, 1.5


@dataclass(frozen=True)
class NameWords:
    """Words with a capital, and log P(word | part) for the three parts of a name (3 x words)."""

    words: tuple[str, ...]
    usual: NDArray[np.float64]
    unseen: NDArray[np.float64]  # 3: log P of a word that is not among them

    def with_others(self, texts: Iterable[str]) -> NameWords:
        """The same with more words that may be part of a name: valid syllables with a capital."""
        known = frozenset(self.words)
        others = sorted(
            {text for text in texts if text not in known and len(text) > 1 and text.istitle() and is_syllable(text)}
        )
        if not others:
            return self
        usual = np.repeat(self.unseen[:, None], len(others), axis=1)
        usual[FAMILY] = -np.inf
        return NameWords((*self.words, *others), np.concatenate([self.usual, usual], axis=1), self.unseen)


@lru_cache(maxsize=1)
def load_name_words() -> NameWords | None:
    """The words of models/names.tsv, in both tone styles; None where the models are not built."""
    try:
        return read_name_words(model_file("names.tsv"))
    except MissingToolError:
        return None


def read_name_words(path: Path) -> NameWords:
    """The words of a table of `pipeline.training.personal_names`."""
    counts: dict[str, NDArray[np.float64]] = {name: np.zeros(3) for name in sorted(FAMILY_NAMES)}
    for row in path.read_text(encoding="utf-8").splitlines():
        word, _, _, *parts = row.split("\t")
        seen = np.array([float(part) for part in parts])
        if seen.max() < _FEWEST or not is_syllable(word):
            continue
        counts[word.capitalize()] = counts.get(word.capitalize(), np.zeros(3)) + seen
        new = to_new_style(word)
        if new != word:
            counts[new.capitalize()] = np.exp(-_NEW_STYLE) * seen
    words = tuple(counts)
    table = np.array([counts[word] for word in words]).T
    totals = table.sum(axis=1, keepdims=True)
    usual = np.log((table + _UNSEEN) / totals)
    usual[:, [len(word) == 1 for word in words]] -= _ONE_LETTER
    usual[FAMILY, [word not in FAMILY_NAMES for word in words]] = -np.inf
    return NameWords(words, usual, np.log(_UNSEEN / totals[:, 0]))
