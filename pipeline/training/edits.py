"""Learns the channel below the word from aligned pairs: expectation-maximisation over letter groups."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from pipeline.restoration.channel.letter_edits import EditModel
from pipeline.vietnamese.folding import strip_marks
from pipeline.vietnamese.syllables import split_tone

Pairs = Mapping[tuple[str, str], float]
Group = tuple[str, str]

_ROUNDS = 6
_SHAPES = ((1, 1), (1, 2), (2, 1), (1, 3), (2, 3), (2, 2))
_SHAPE_COST = {(1, 1): 0.0, (1, 2): 1.5, (2, 1): 1.5, (1, 3): 3.0, (2, 3): 3.0, (2, 2): 2.0}
_SMALLEST = 2e-5  # rarer misreadings of a group are left out
_LOOK_ALIKES = {
    "Đ": "PBDb", "đ": "dbđ", "l": "1I|!i", "I": "1l|!", "i": "1l!j", "o": "0", "O": "0Q", "ơ": "oợ", "ư": "uwi",
    "Ư": "UWU", "á": "4&@6A", "à": "a4&", "ã": "4&3@A", "â": "4&a", "ă": "4a&", "ề": "&é@6", "ế": "é6&", "ể": "é&6",
    "ở": "&6¢d", "ớ": "6&é", "ó": "6¢", "ố": "6é", "ổ": "6d", "ộ": "6d", "ô": "6d", "c": "¢e", "C": "¢G", "r": "t",
    "t": "r", "s": "5$", "S": "5$", "g": "9q", "u": "w", "n": "m", "m": "n", "e": "c", "B": "8", "z": "2",
}  # fmt: skip
"""Shapes that any reader takes for one another; the pages rendered for training need not have shown them."""
_LOOK_ALIKE_SHARE = 0.015

_CLASS_SHARE = 0.003  # how often a letter is read as some other letter of its class may be

_KIN = 3.0  # how many times the kin's reading counts beside what was seen of a letter itself


def learn_edits(pairs: Pairs, *, alike: bool = True) -> EditModel:
    """`pairs` counts (printed word, read word), both cased as they are and of letters, digits and signs.

    `alike` adds shapes that any reader takes for one another, and a little of everything within a class of letters.
    """
    costs: dict[Group, float] = {}
    for turn in range(_ROUNDS):
        counts: defaultdict[Group, float] = defaultdict(float)
        for (printed, read), count in pairs.items():
            if abs(len(printed) - len(read)) <= 2 + len(printed) // 2:
                _expect(printed, read, count, costs, counts)
        # Were any letter any other from the start, the cuts would go astray.
        costs = _maximise(counts, _CLASS_SHARE if alike and turn == _ROUNDS - 1 else 0.0, alike=alike)
    return _inverted(costs)


def _expect(
    printed: str, read: str, count: float, costs: Mapping[Group, float], counts: defaultdict[Group, float]
) -> None:
    """Adds the expected number of uses of each group in one pair (forward-backward)."""
    n, m = len(printed), len(read)
    arcs = []
    for i in range(n):
        for j in range(m):
            for a, b in _SHAPES:
                if i + a <= n and j + b <= m:
                    group = (printed[i : i + a], read[j : j + b])
                    cost = costs.get(group) if costs else _first_guess(*group)
                    if cost is not None:
                        arcs.append((i, j, i + a, j + b, group, math.exp(-cost - _SHAPE_COST[a, b])))
    forward = defaultdict(float, {(0, 0): 1.0})
    for i, j, k, to, _, p in arcs:
        forward[k, to] += forward[i, j] * p
    total = forward[n, m]
    if total <= 0:
        return
    backward = defaultdict(float, {(n, m): 1.0})
    for i, j, k, to, _, p in reversed(arcs):
        backward[i, j] += backward[k, to] * p
    for i, j, k, to, group, p in arcs:
        share = forward[i, j] * p * backward[k, to] / total
        if share > 1e-4:
            counts[group] += count * share


def _first_guess(printed: str, read: str) -> float:
    """A cost to begin with: same letters cheap, same letters without marks dearer, anything else dear."""
    if printed == read:
        return 0.1
    bare = strip_marks(printed)
    if bare == read:
        return 0.5
    if bare.lower() == strip_marks(read).lower():
        return 1.0
    return 5.0 + 1.5 * max(len(printed), len(read))


def _maximise(counts: Mapping[Group, float], class_share: float, *, alike: bool) -> dict[Group, float]:
    """-log P(read group | printed group), smoothed by what the letter's kin are read as.

    A letter's kin are first its tones (ồ: ô, ố, ổ …), then all its marks (o, ô, ơ …): few printed 'õ' were seen, but
    many o's that were read as '0'.
    """
    levels = (_itself, _without_tone, strip_marks)
    sums: list[defaultdict[Group, float]] = [defaultdict(float) for _ in levels]
    totals: list[defaultdict[str, float]] = [defaultdict(float) for _ in levels]
    reads: dict[str, set[str]] = defaultdict(set)
    printed_groups = sorted({printed for printed, _ in counts})
    for (printed, read), count in counts.items():
        for level, kin_of in enumerate(levels):
            sums[level][kin_of(printed), read] += count
            totals[level][kin_of(printed)] += count
        reads[strip_marks(printed)].add(read)
    misread = _misreadings(counts)
    costs: dict[Group, float] = {}
    for printed in printed_groups:
        any_of_class = misread.get(_letter_class(printed), {}) if alike else {}
        shapes = _LOOK_ALIKES.get(printed, "") if alike else ""
        for read in sorted(reads[strip_marks(printed)] | set(shapes) | set(any_of_class)):
            p = 0.0
            for level in (2, 1, 0):
                kin = levels[level](printed)
                p = (sums[level].get((kin, read), 0.0) + _KIN * p) / (totals[level][kin] + _KIN)
            p = max(
                (1 - class_share) * p + class_share * any_of_class.get(read, 0.0),
                _LOOK_ALIKE_SHARE / len(shapes) if read in shapes else 0.0,
            )
            if p > _SMALLEST:
                costs[printed, read] = -math.log(p)
    return costs


def _misreadings(counts: Mapping[Group, float]) -> dict[str, dict[str, float]]:
    """For each class of letters what its letters are read as when they are not even read as their bare form."""
    sums: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (printed, read), count in counts.items():
        if len(printed) == 1 and strip_marks(printed).lower() != strip_marks(read).lower():
            sums[_letter_class(printed)][read] += count
    result = {}
    for name, reads in sums.items():
        total = sum(reads.values())
        result[name] = {read: count / total for read, count in reads.items() if count > 2e-3 * total}
    return result


def _letter_class(printed: str) -> str:
    """'V' for a vowel with marks, 'v' for a bare one, 'c' for a consonant, capitals apart; '' for groups."""
    if len(printed) != 1:
        return ""
    bare = strip_marks(printed)
    name = ("v" if bare == printed else "V") if bare.lower() in "aeiouy" else "c"
    return name + ("^" if printed.isupper() else "")


def _itself(group: str) -> str:
    return group


def _without_tone(group: str) -> str:
    return split_tone(group)[0]


def _inverted(costs: Mapping[Group, float]) -> EditModel:
    """The model by read group; a group of two printed letters pays for not being two groups."""
    groups: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for (printed, read), cost in costs.items():
        groups[read].append((printed, -cost - (0.7 if len(printed) == 2 else 0.0)))
    return EditModel(
        {read: tuple(sorted(entries, key=lambda e: (-e[1], e[0]))) for read, entries in sorted(groups.items())}
    )
