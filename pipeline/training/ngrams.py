"""Counts n-grams and makes the back-off language model from them, all in numpy.

Interpolated absolute discounting with three discounts (Chen & Goodman 1999), then entropy pruning (Stolcke 1998) to
a given number of n-grams. Lower orders keep their plain counts: Kneser-Ney's lose more by pruning (Chelba et al. 2010).
N-grams of order n are numbered by their rank among the distinct ones; an n-gram is known by (rank of its first n-1
words, last word), so 70 million words need one sort of 64-bit keys an order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.language.hash_table import HashTable
from pipeline.language.language_model import LanguageModel, hash_ngrams
from pipeline.training.corpus import Stream

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]

MISTRUST = 0.1
"""What every context leaves to shorter ones beyond its discounts: plans are not the text that was counted.

Frequent contexts of the training text are all but sure of the next word, and dear when a plan says another. Perplexity
on plans and scans' transcripts, at 3 million n-grams: 18.2 and 29.6 without, 17.7 and 28.1 with 0.1.
"""

START_ID = 0
_WORD_BITS = 16


@dataclass
class Order:
    """The distinct n-grams of one order.

    `prefix` and `suffix` number the (n-1)-grams without the last and without the first word; `word` is the last word;
    `count` is weighted, `plain` is not. `first` is a position of the n-gram in the text.
    """

    prefix: Ids
    suffix: Ids
    word: Ids
    count: Floats
    plain: Ids
    first: Ids


@dataclass
class Estimate:
    """log p and log back-off weight for the n-grams of an order, and which are kept."""

    probability: Floats
    backoff: Floats
    kept: NDArray[np.bool_]


def count_orders(streams: Sequence[Stream], order: int) -> tuple[NDArray[np.uint16], list[Order]]:
    """(all words in a row, the distinct n-grams of each order 1..`order`)."""
    ids = np.concatenate([stream.ids for stream in streams])
    weights = np.concatenate([np.full(len(stream.ids), stream.weight, dtype=np.int32) for stream in streams])
    vocabulary = int(ids.max()) + 1
    rank = ids.astype(np.int32)
    unigrams = Order(
        prefix=np.zeros(vocabulary, dtype=np.int64),
        suffix=np.zeros(vocabulary, dtype=np.int64),
        word=np.arange(vocabulary),
        count=np.bincount(ids, weights=weights, minlength=vocabulary).astype(np.float64),
        plain=np.bincount(ids, minlength=vocabulary),
        first=np.zeros(vocabulary, dtype=np.int64),
    )
    orders = [unigrams]
    for length in range(2, order + 1):
        rank, counted = _count_next(ids, weights, rank, length)
        orders.append(counted)
    return ids, orders


def _count_next(
    ids: NDArray[np.uint16], weights: NDArray[np.int32], shorter: NDArray[np.int32], length: int
) -> tuple[NDArray[np.int32], Order]:
    """(rank of the n-gram at each position or -1, the n-grams), from the ranks of the (n-1)-grams."""
    last = ids[length - 1 :]
    at = np.flatnonzero((shorter[: len(last)] >= 0) & (last != START_ID))
    keys = (shorter[at].astype(np.int64) << _WORD_BITS) | last[at]
    order = np.argsort(keys)
    keys = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    sizes = np.diff(np.concatenate([starts, [len(keys)]]))
    rank = np.full(len(ids), -1, dtype=np.int32)
    at = at[order]
    rank[at] = np.repeat(np.arange(len(starts), dtype=np.int32), sizes)
    # Any occurrence will do to find the suffix; the least keeps the result independent of the sort.
    first = np.minimum.reduceat(at, starts)
    return rank, Order(
        prefix=keys[starts] >> _WORD_BITS,
        suffix=shorter[first + 1].astype(np.int64),
        word=keys[starts] & ((1 << _WORD_BITS) - 1),
        count=np.add.reduceat(weights[at].astype(np.float64), starts),
        plain=sizes,
        first=first,
    )


def discounts(plain: Ids) -> Floats:
    """What to take off counts of 0, 1, 2 and 3 or more (Chen & Goodman 1999, from plain counts)."""
    n1, n2, n3, n4 = (max(1, int((plain == value).sum())) for value in (1, 2, 3, 4))
    y = n1 / (n1 + 2 * n2)
    values = np.array([0.0, 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3])
    capped: Floats = np.minimum(np.maximum(values, 0.0), np.array([0.0, 0.95, 1.9, 2.9]))
    return capped


def estimate(orders: Sequence[Order], minimum: Sequence[float]) -> list[Estimate]:
    """Interpolated probabilities for every n-gram; those whose weighted count is under `minimum` are not kept."""
    unigrams = orders[0]
    total = unigrams.count.copy()
    total[START_ID] = 0
    base = (total + 0.1) / (total + 0.1).sum()
    base[START_ID] = 1e-10
    result = [Estimate(np.log(base), np.zeros(len(base)), np.ones(len(base), dtype=bool))]
    for length, order in enumerate(orders[1:], start=2):
        amounts = discounts(order.plain)
        taken = amounts[np.minimum(order.count, 3).astype(np.int64)]
        contexts = len(orders[length - 2].word)
        sums = np.bincount(order.prefix, weights=order.count, minlength=contexts)
        freed = np.bincount(order.prefix, weights=taken, minlength=contexts)
        with np.errstate(divide="ignore", invalid="ignore"):
            gamma = np.where(sums > 0, freed / np.maximum(sums, 1e-9), 1.0)
        below = np.exp(result[-1].probability[order.suffix])
        probability = (order.count - taken) / sums[order.prefix] + gamma[order.prefix] * below
        probability = (1 - MISTRUST) * probability + MISTRUST * below
        kept = order.count >= minimum[length - 1]
        result.append(Estimate(np.log(probability), np.zeros(len(probability)), kept))
    return result


def prune(orders: Sequence[Order], estimates: list[Estimate], threshold: float) -> None:
    """Entropy pruning (Stolcke 1998) of all orders above the first, the longest first; then the back-off weights."""
    total = orders[0].count.sum()
    renormalise(orders, estimates)
    for length in range(len(orders), 1, -1):
        order, own, lower = orders[length - 1], estimates[length - 1], estimates[length - 2]
        needed = np.zeros(len(own.kept), dtype=bool)
        if length < len(orders):
            longer = estimates[length]
            needed[orders[length].prefix[longer.kept]] = True
        p = np.exp(own.probability)
        below = np.exp(lower.probability[order.suffix])
        weight = np.exp(lower.backoff[order.prefix])
        contexts = len(lower.probability)
        kept = own.kept
        mass = 1 - np.bincount(order.prefix[kept], weights=p[kept], minlength=contexts)[order.prefix]
        lower_mass = 1 - np.bincount(order.prefix[kept], weights=below[kept], minlength=contexts)[order.prefix]
        mass, lower_mass = np.maximum(mass, 1e-6), np.maximum(lower_mass, 1e-6)
        new_weight = (mass + p) / (lower_mass + below)
        change = p * (np.log(below * new_weight) - own.probability) + mass * (np.log(new_weight) - np.log(weight))
        loss = -(orders[length - 2].count[order.prefix] / total) * change
        own.kept = kept & (needed | (loss > threshold))
    renormalise(orders, estimates)


def prune_to(orders: Sequence[Order], estimates: list[Estimate], threshold: float, limit: int) -> float:
    """Prunes with `threshold`, then with higher ones until at most `limit` n-grams are left; returns the last one."""
    while True:
        prune(orders, estimates, threshold)
        if sum(int(estimate.kept.sum()) for estimate in estimates) <= limit:
            return threshold
        threshold *= 1.3


def renormalise(orders: Sequence[Order], estimates: list[Estimate]) -> None:
    """Sets the back-off weights so that each context sums to one, and the probabilities of n-grams not kept."""
    for order, own, lower in zip(orders[1:], estimates[1:], estimates[:-1], strict=True):
        contexts = len(lower.probability)
        kept = own.kept
        below = np.exp(lower.probability[order.suffix])
        mass = 1 - np.bincount(order.prefix[kept], weights=np.exp(own.probability[kept]), minlength=contexts)
        lower_mass = 1 - np.bincount(order.prefix[kept], weights=below[kept], minlength=contexts)
        lower.backoff = np.log(np.maximum(mass, 1e-6) / np.maximum(lower_mass, 1e-6))
        backed_off = lower.backoff[order.prefix] + lower.probability[order.suffix]
        own.probability = np.where(kept, own.probability, backed_off)


def codebook(values: Floats) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """(256 values, the code of each value): equal steps between the extremes, each the mean of what falls on it."""
    if not len(values):
        return np.zeros(256, dtype=np.float32), np.zeros(0, dtype=np.uint8)
    low, high = float(values.min()), float(values.max())
    step = max((high - low) / 255, 1e-9)
    codes = np.rint((values - low) / step).astype(np.uint8)
    sizes = np.bincount(codes, minlength=256)
    sums = np.bincount(codes, weights=values, minlength=256)
    centres = np.where(sizes > 0, sums / np.maximum(sizes, 1), low + step * np.arange(256))
    return centres.astype(np.float32), codes


def pack(
    vocabulary: Sequence[str], ids: NDArray[np.uint16], orders: Sequence[Order], estimates: Sequence[Estimate]
) -> LanguageModel:
    """The model as it is stored."""
    keys, codes, books, context_keys, context_codes, context_books = [], [], [], [], [], []
    for length, (order, own) in enumerate(zip(orders, estimates, strict=True), start=1):
        grams = order.word[:, None] if length == 1 else None
        if length > 1:
            at = np.flatnonzero(own.kept)
            kept = ids[order.first[at][:, None] + np.arange(length)].astype(np.int64)
            book, code = codebook(own.probability[at])
            keys.append(hash_ngrams(kept))
            codes.append(code)
            books.append(book)
        if length < len(orders):
            extended = np.zeros(len(order.word), dtype=bool)
            extended[orders[length].prefix[estimates[length].kept]] = True
            at = np.flatnonzero(extended)
            grams = at[:, None] if length == 1 else ids[order.first[at][:, None] + np.arange(length)].astype(np.int64)
            book, code = codebook(own.backoff[at])
            context_keys.append(hash_ngrams(grams))
            context_codes.append(code)
            context_books.append(book)
    return LanguageModel(
        tuple(vocabulary),
        {word: number for number, word in enumerate(vocabulary)},
        estimates[0].probability.astype(np.float32),
        HashTable.build(*_distinct(np.concatenate(keys), np.concatenate(codes))),
        HashTable.build(*_distinct(np.concatenate(context_keys), np.concatenate(context_codes))),
        np.stack(books),
        np.stack(context_books),
    )


def _distinct(keys: NDArray[np.uint64], codes: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Keys that collide in all 64 bits would never find a place; one of them stays."""
    distinct, first = np.unique(keys, return_index=True)
    return distinct, codes[first]
