"""The syllable language model: a back-off n-gram model held in hash tables, looked up over whole arrays.

p(w | h) is the stored value of the longest n-gram that ends in w and is known, times the back-off weights of the
longer contexts (Katz 1987). Probabilities and back-off weights are natural logarithms in one byte each, decoded
by a codebook an order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.language.hash_table import HashTable, UInt64, extend
from pipeline.language.tokens import START, UNKNOWN
from pipeline.resources import model_file

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True)
class LanguageModel:
    """`unigrams` is log p for each word id; the codes of probabilities are (orders 2..N x 256), those of
    backing off (orders 1..N-1 x 256).
    """

    words: tuple[str, ...]
    ids: dict[str, int]
    unigrams: Scores
    ngrams: HashTable
    contexts: HashTable
    probability_codes: Scores
    backoff_codes: Scores

    @property
    def order(self) -> int:
        """The length of the longest n-grams."""
        return len(self.probability_codes) + 1

    @property
    def start(self) -> int:
        """The id of the word that begins every paragraph."""
        return self.ids[START]

    @property
    def unknown(self) -> int:
        """The id of every word that the model does not know."""
        return self.ids[UNKNOWN]

    def backoff(self, history: Ids) -> tuple[UInt64, Scores]:
        """(hashes, accumulated back-off) of histories (n x order-1, oldest first; -1 before the beginning).

        Column k of both is for the context of the last k words: its hash, and the summed back-off weights of all
        contexts longer than k, that is what a hit of order k+1 costs.
        """
        count, depth = history.shape
        hashes = np.zeros((count, depth + 1), dtype=np.uint64)
        valid = np.ones((count, depth + 1), dtype=bool)
        for length in range(1, depth + 1):
            valid[:, length] = valid[:, length - 1] & (history[:, depth - length] >= 0)
            hashes[:, length] = _hash_columns(history[:, depth - length :], length)
        weights = np.zeros((count, depth + 1), dtype=np.float32)
        at = np.nonzero(valid[:, 1:])
        found, codes = self.contexts.get(hashes[:, 1:][at])
        values = np.where(found, self.backoff_codes[at[1], codes], np.float32(0))
        weights[:, 1:][at] = values
        # The cost at k: the weights of contexts k+1 .. depth.
        cost = np.zeros_like(weights)
        cost[:, :-1] = np.cumsum(weights[:, :0:-1], axis=1)[:, ::-1]
        hashes[~valid] = 0
        return hashes, cost

    def score(self, hashes: UInt64, cost: Scores, words: Ids) -> Scores:
        """log p of `words` (n) after the histories whose `hashes` and `cost` (n x order) `backoff` gave."""
        result = self.unigrams[words] + cost[:, 0]
        queries = extend(hashes[:, 1:].ravel(), np.repeat(words, hashes.shape[1] - 1))
        found, codes = self.ngrams.get(queries)
        found = found.reshape(-1, hashes.shape[1] - 1) & (hashes[:, 1:] != 0)
        codes = codes.reshape(found.shape)
        for length in range(1, hashes.shape[1]):
            value = self.probability_codes[length - 1].take(codes[:, length - 1]) + cost[:, length]
            result = np.where(found[:, length - 1], value, result)
        return result

    def score_sequence(self, words: Ids) -> Scores:
        """log p of each word of a sequence that begins with START, given the words before it (START itself: 0)."""
        depth = self.order - 1
        padded = np.concatenate([np.full(depth, -1, dtype=np.int64), words])
        history = np.lib.stride_tricks.sliding_window_view(padded[:-1], depth)
        # Nothing reaches back over a paragraph's beginning.
        for column in range(depth - 1):
            later = (history[:, column + 1 :] == self.start).any(axis=1)
            if column == 0:
                history = history.copy()
            history[later, column] = -1
        hashes, cost = self.backoff(history)
        scores = self.score(hashes, cost, words)
        scores[words == self.start] = 0
        return scores

    def save(self, path: Path) -> None:
        """Writes the model as one uncompressed .npz, the same bytes for the same model."""
        save_arrays(
            path,
            words=np.frombuffer("\n".join(self.words).encode(), dtype=np.uint8),
            unigrams=self.unigrams,
            ngram_fingerprints=self.ngrams.fingerprints,
            ngram_checks=self.ngrams.checks,
            ngram_values=self.ngrams.values,
            context_fingerprints=self.contexts.fingerprints,
            context_checks=self.contexts.checks,
            context_values=self.contexts.values,
            probability_codes=self.probability_codes,
            backoff_codes=self.backoff_codes,
        )

    @staticmethod
    def load(path: Path) -> LanguageModel:
        """Reads a model that `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            words = tuple(arrays["words"].tobytes().decode().split("\n"))
            return LanguageModel(
                words,
                {word: number for number, word in enumerate(words)},
                arrays["unigrams"],
                HashTable(arrays["ngram_fingerprints"], arrays["ngram_checks"], arrays["ngram_values"]),
                HashTable(arrays["context_fingerprints"], arrays["context_checks"], arrays["context_values"]),
                arrays["probability_codes"],
                arrays["backoff_codes"],
            )


@lru_cache(maxsize=1)
def load_language_model() -> LanguageModel:
    """The model that ships with the package; one copy a process, for reading asks it as well as restoration.

    Raises MissingToolError when it is missing.
    """
    return LanguageModel.load(model_file("syllables.npz"))


def save_arrays(path: Path, **arrays: NDArray[np.generic]) -> None:
    """np.savez writes the same bytes for the same arrays (its zip entries carry a fixed date)."""
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def _hash_columns(words: Ids, length: int) -> UInt64:
    """One hash for each row of `words` (n x length)."""
    hashes = np.zeros(len(words), dtype=np.uint64)
    for column in range(length):
        hashes = extend(hashes, words[:, column])
    return hashes


def hash_ngrams(words: Ids) -> UInt64:
    """The key of each n-gram (rows of `words`), as the tables use it."""
    return _hash_columns(words, words.shape[1])
