"""Joins what the witnesses say: probabilities multiplied as odds, and set right by what came out of it.

Each witness alone gives probabilities to some values and leaves the rest to all others. Taken as independent, they
multiply: a value that two of them name, each for a reason of its own, is far surer than either makes it, for there are
thousands of serials on which they might have differed. They are not quite independent (who names a file reads the same
pen), so the joined log-odds are set right by a line fitted on real letterheads.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.schema import Evidence

SERIALS = 2_000  # numbers that an office gives out in a year, to the order of magnitude
# A document dated later than its e-signature or its arrival: 0 of 80 (65 signatures, 15 stamps), by Laplace's rule.
_AGAINST_BOUND = 1 / 82
# Handwriting is read nearly right where it is not read right: of the wrong guesses about half
# have one digit too many, too few or another one.
_NEARLY, _NEARLY_SHARE = frozenset({"engine", "ink"}), 0.5
# Papers that are alike and are not the same follow each other in the register.
_FOLLOWING, _APART = frozenset({"copy"}), 30
_FLOOR = 1e-6  # no witness is surer than this …
_SUREST = 0.999  # … and no joined verdict than this: what is common to the witnesses is not measured finer
# Log-odds of the product → log-odds of being right.
_SLOPE, _OFFSET = 1.0, 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """A value with the probability that it is right, and those who say so."""

    value: str
    probability: float
    witnesses: tuple[Evidence, ...]


def weigh(evidence: Sequence[Evidence], space: int) -> list[Verdict]:
    """Every value that a witness names, likeliest first; `space` is the number of values there might be."""
    tables = [{key_of(reading.value): reading.probability for reading in one.candidates} for one in evidence]
    spelt = {key_of(reading.value): reading.value for one in reversed(evidence) for reading in one.candidates}
    scores = {key: -math.log(space) for key in spelt}
    other = 0.0
    for one, table in zip(evidence, tables, strict=True):
        if not table:
            continue
        rest = max(_FLOOR, 1.0 - sum(table.values()))
        other += math.log(rest)
        for key in scores:
            scores[key] += math.log(max(_FLOOR, space * _share(one, table, key, rest, space)))
    for key in scores:
        late = sum(1 for one in evidence if one.not_after is not None and key[: len(one.not_after)] > one.not_after)
        scores[key] += late * math.log(_AGAINST_BOUND)
    most = max([other, *scores.values()])
    total = math.exp(other - most) + sum(math.exp(score - most) for score in scores.values())
    verdicts = [
        Verdict(
            spelt[key],
            _set_right(math.exp(score - most) / total),
            tuple(one for one, table in zip(evidence, tables, strict=True) if key in table),
        )
        for key, score in scores.items()
    ]
    return sorted(verdicts, key=lambda verdict: (-verdict.probability, verdict.value))


def key_of(value: str) -> str:
    """What a serial or a date is compared by: '07' and '7', '3176b' and '3176B' are one serial."""
    return value.lower().lstrip("0") or "0"


def _share(one: Evidence, table: Mapping[str, float], key: str, rest: float, space: int) -> float:
    """How probable a witness makes a value that it names, or one that it does not."""
    if key in table:
        return table[key]
    near = [named for named in table if _differ_by_one(named, key)] if one.source in _NEARLY else []
    if near:
        # Nine other digits in each place, ten more to put in before, between and behind, one less in each place.
        ways = 9 * len(near[0]) + 10 * (len(near[0]) + 1) + len(near[0])
        return _NEARLY_SHARE * rest / ways
    if one.source in _FOLLOWING and any(_follow(named, key) for named in table):
        return rest / (2 * _APART)
    return rest / space


def _follow(one: str, other: str) -> bool:
    """Whether two serials lie close to each other."""
    return one.isdecimal() and other.isdecimal() and abs(int(one) - int(other)) <= _APART


def _differ_by_one(one: str, other: str) -> bool:
    """Whether two strings differ by one character put in, left out or replaced."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if len(one) == len(other):
        return one[start + 1 :] == other[start + 1 :]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[start + 1 :] == shorter[start:]


def _set_right(probability: float) -> float:
    odds = math.log(max(probability, _FLOOR) / max(1.0 - probability, _FLOOR))
    return round(min(_SUREST, 1.0 / (1.0 + math.exp(-_SLOPE * odds - _OFFSET))), 4)
