"""When are two values the same, and what follows for precision, recall and F1.

GROBID's way: every field is measured at several levels of match, end to end. Here `exact` is equality after NFC,
with runs of blanks, kinds of dashes and kinds of quotation marks folded (a scan does not tell them apart); `fuzzy`
is a rapidfuzz ratio of at least `FUZZY_RATIO`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

FUZZY_RATIO = 0.95

Value = str | None
# A gold value may name several right answers: {"any": ["TM. ỦY BAN NHÂN DÂN", null]}.
GoldValue = str | None | dict[str, list[str | None]]

_TYPOGRAPHY = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚′", "'"))


def normalise(text: str) -> str:
    """`text` as it is compared: NFC, single blanks, one kind of dash and of quotation mark; line breaks stay."""
    composed = unicodedata.normalize("NFC", text).translate(_TYPOGRAPHY)
    return "\n".join(" ".join(line.split()) for line in composed.strip().split("\n"))


def ratio(first: str, second: str) -> float:
    """Similarity of two texts in 0..1 (rapidfuzz's normalised indel ratio) after `normalise`."""
    return fuzz.ratio(normalise(first), normalise(second)) / 100.0


def alternatives(gold: GoldValue) -> tuple[Value, ...]:
    """All the right answers that a gold value allows; usually one."""
    if isinstance(gold, dict):
        return tuple(gold["any"])
    return (gold,)


def is_exact(gold: str, found: str) -> bool:
    """Are the two equal as far as the page can tell?"""
    return normalise(gold) == normalise(found)


def is_fuzzy(gold: str, found: str) -> bool:
    """Are the two alike enough to be the same value slightly misread?"""
    return ratio(gold, found) >= FUZZY_RATIO


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that is wrong: gold None means invented, found None means missing."""

    component: str
    where: str
    gold: Value
    found: Value


@dataclass(slots=True)
class Score:
    """Counts of one component; the sum of two is the score over both documents."""

    gold: int = 0
    found: int = 0
    exact: int = 0
    fuzzy: int = 0
    similarity: float = 0.0
    misses: list[Miss] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Count `other`'s items in."""
        self.gold += other.gold
        self.found += other.found
        self.exact += other.exact
        self.fuzzy += other.fuzzy
        self.similarity += other.similarity
        self.misses.extend(other.misses)

    def precision(self, hits: float) -> float:
        """Hits for each item found; 1 when nothing was found (nothing wrong was said)."""
        return hits / self.found if self.found else 1.0

    def recall(self, hits: float) -> float:
        """Hits for each item of the gold; 1 when there is nothing to find."""
        return hits / self.gold if self.gold else 1.0

    def f1(self, hits: float) -> float:
        """The harmonic mean of precision and recall; 1 when there was nothing to find and nothing was found."""
        return 2 * hits / (self.gold + self.found) if self.gold + self.found else 1.0

    @property
    def exact_f1(self) -> float:
        """F1 at exact match."""
        return self.f1(self.exact)

    @property
    def fuzzy_f1(self) -> float:
        """F1 at fuzzy match."""
        return self.f1(self.fuzzy)

    @property
    def similarity_f1(self) -> float:
        """F1 where each pair counts with its similarity in place of 0 or 1."""
        return self.f1(self.similarity)


def score_value(component: str, where: str, gold: GoldValue, found: Value) -> Score:
    """The score of one field that has at most one value; null where null is right counts nothing."""
    answers = alternatives(gold)
    if found is None:
        if None in answers:
            return Score()
        return Score(gold=1, misses=[Miss(component, where, answers[0], None)])
    real = [answer for answer in answers if answer is not None]
    if not real:
        return Score(found=1, misses=[Miss(component, where, None, found)])
    exact = any(is_exact(answer, found) for answer in real)
    return Score(
        gold=1,
        found=1,
        exact=int(exact),
        fuzzy=int(exact or any(is_fuzzy(answer, found) for answer in real)),
        similarity=max(ratio(answer, found) for answer in real),
        misses=[] if exact else [Miss(component, where, real[0], found)],
    )


def score_list(component: str, gold: Sequence[GoldValue], found: Sequence[str]) -> Score:
    """The score of a list of values: each gold value is paired with the found one that is most like it, once."""
    pairs = pair_best([alternatives(g)[0] or "" for g in gold], list(found))
    score = Score()
    for index, answer in enumerate(gold):
        match = pairs.get(index)
        score.add(score_value(component, str(index + 1), answer, None if match is None else found[match]))
    for index in sorted(set(range(len(found))) - set(pairs.values())):
        score.add(score_value(component, f"found {index + 1}", None, found[index]))
    return score


def pair_best(gold: Sequence[str], found: Sequence[str], floor: float = 0.5) -> dict[int, int]:
    """Pairs of indices, the most alike first, each used once; values less alike than `floor` stay alone."""
    candidates = sorted(
        ((ratio(g, f), -abs(i - j), i, j) for i, g in enumerate(gold) for j, f in enumerate(found)),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for alike, _, i, j in candidates:
        if alike >= floor and i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return pairs


def total(scores: Iterable[Score]) -> Score:
    """The sum of `scores`."""
    result = Score()
    for score in scores:
        result.add(score)
    return result
