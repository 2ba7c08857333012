"""A read-only map from 64-bit keys to bytes: bucketed cuckoo hashing with 24-bit fingerprints, four bytes a key.

A key lies in one of two buckets of four slots (Fan et al., Cuckoo Filter, 2014; here with a value beside the
fingerprint). A key that is not in the map is taken for one that is with a chance of 1 in 2 million; with 16 bits, 1 in
8,000, two dozen n-grams a page were believed that no text ever had. Look-ups
go over whole arrays, so that a page costs a few thousand of them at once and no Python loop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UInt64 = NDArray[np.uint64]

SLOTS = 4
_FILL = 0.95
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_ROUNDS = 2_000


def mix(values: UInt64) -> UInt64:
    """A good 64-bit hash of each value (the finaliser of SplitMix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * _MIX_1
    values = (values ^ (values >> np.uint64(27))) * _MIX_2
    return values ^ (values >> np.uint64(31))


def extend(hashes: UInt64, words: NDArray[np.integer]) -> UInt64:
    """The hash of a longer word sequence: `hashes` of its beginning, joined with its next word."""
    return mix(hashes * _MULTIPLIER + words.astype(np.uint64) + np.uint64(1))


@dataclass(frozen=True)
class HashTable:
    """`fingerprints` (16 bits), `checks` (8 more), `values`, all (buckets x 4); fingerprint 0 marks an empty slot."""

    fingerprints: NDArray[np.uint16]
    checks: NDArray[np.uint8]
    values: NDArray[np.uint8]

    def get(self, keys: UInt64) -> tuple[NDArray[np.bool_], NDArray[np.uint8]]:
        """(is it there?, its value or 0) for each key."""
        found = np.zeros(len(keys), dtype=bool)
        values = np.zeros(len(keys), dtype=np.uint8)
        if not len(keys):
            return found, values
        wanted, checks, first, second = _places(keys, np.uint64(len(self.fingerprints)))
        rows = self.fingerprints.view(np.uint64).ravel()
        for buckets in (first, second):
            same = rows.take(buckets).view(np.uint16).reshape(-1, SLOTS) == wanted[:, None]
            at = np.flatnonzero(same)
            key = at // SLOTS
            slot = buckets[key] * SLOTS + at % SLOTS
            right = self.checks.ravel().take(slot) == checks[key]
            key, slot = key[right], slot[right]
            found[key] = True
            values[key] = self.values.ravel().take(slot)
        return found, values

    @staticmethod
    def build(keys: UInt64, values: NDArray[np.uint8]) -> HashTable:
        """A table of distinct `keys`. The same input gives the same table, bit for bit."""
        count = max(1, -(-len(keys) * 100 // int(_FILL * 100) // SLOTS) + 1)
        fingerprints, checks, first, second = _places(keys, np.uint64(count))
        owner = _place_all(np.stack([first, second]), count)
        taken = owner >= 0
        table = HashTable(
            np.zeros((count, SLOTS), dtype=np.uint16),
            np.zeros((count, SLOTS), dtype=np.uint8),
            np.zeros((count, SLOTS), dtype=np.uint8),
        )
        table.fingerprints[taken] = fingerprints[owner[taken]]
        table.checks[taken] = checks[owner[taken]]
        table.values[taken] = values[owner[taken]]
        return table


def _places(
    keys: UInt64, buckets: np.uint64
) -> tuple[NDArray[np.uint16], NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    """(fingerprint, check, first bucket, second bucket) of each key; fingerprints are never 0."""
    fingerprint = (keys & np.uint64(0xFFFF)).astype(np.uint16)
    fingerprint[fingerprint == 0] = 1
    check = ((keys >> np.uint64(16)) & np.uint64(0xFF)).astype(np.uint8)
    # Multiply-and-shift instead of a remainder: the high 32 bits scaled to the number of buckets (Lemire 2019).
    first = (((keys >> np.uint64(32)) * buckets) >> np.uint64(32)).astype(np.int64)
    second = ((((keys * _SECOND) >> np.uint64(32)) * buckets) >> np.uint64(32)).astype(np.int64)
    return fingerprint, check, first, second


def _place_all(choices: NDArray[np.int64], buckets: int) -> NDArray[np.int64]:
    """Which key sits in which slot (-1: empty). All homeless keys move at once, round after round."""
    owner = np.full((buckets, SLOTS), -1, dtype=np.int64)
    side = np.zeros(choices.shape[1], dtype=np.int8)
    homeless = np.arange(choices.shape[1])
    for turn in range(_ROUNDS):
        if not len(homeless):
            return owner
        bucket = choices[side[homeless], homeless]
        order = np.argsort(bucket, kind="stable")
        homeless, bucket = homeless[order], bucket[order]
        starts = np.flatnonzero(np.r_[True, bucket[1:] != bucket[:-1]])
        rank = np.arange(len(bucket)) - np.repeat(starts, np.diff(np.r_[starts, len(bucket)]))
        empty = owner[bucket] < 0
        free = empty.sum(axis=1)
        fits = rank < free
        # The k-th newcomer of a bucket takes its k-th empty slot.
        slot_order = np.argsort(~empty, axis=1, kind="stable")
        slot = slot_order[np.arange(len(bucket)), np.minimum(rank, SLOTS - 1)]
        owner[bucket[fits], slot[fits]] = homeless[fits]
        # Of a full bucket's newcomers the first one throws out a resident; which slot, goes round.
        evicts = ~fits & (rank == free)
        victim_slot = (turn + bucket[evicts]) % SLOTS
        victims = owner[bucket[evicts], victim_slot]
        owner[bucket[evicts], victim_slot] = homeless[evicts]
        side[victims] ^= 1
        waiting = homeless[~fits & ~evicts]
        side[waiting] ^= 1
        homeless = np.concatenate([victims, waiting])
    raise ValueError("the hash table cannot be filled; lower its fill")
