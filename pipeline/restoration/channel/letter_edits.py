"""The channel below the word: how an engine misreads letters, as probabilities of letter groups.

P(read | printed) of a word is the best way to cut both into groups, one or two printed letters for one to three read
ones (a stochastic transducer after Brill & Moore 2000). Words that may have been printed are found by walking a
tree of all known words along the read letters, keeping the best few ways; all ways take a step in one call of numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

_BEAM = 9.0  # ways that are e^9 times worse than the best at the same place are given up
_WAYS = 48
_LONGEST_READ = 3
_LOST, _INVENTED, _MISTAKEN = -7.0, -6.0, -7.5


class Pattern(IntEnum):
    """How a word is cased."""

    LOWER = 0
    CAPITALISED = 1
    UPPER = 2

    def apply(self, word: str) -> str:
        """`word`, given in lower case, cased this way."""
        if self is Pattern.LOWER:
            return word
        return word.upper() if self is Pattern.UPPER else word[:1].upper() + word[1:]


def pattern_of(word: str) -> Pattern:
    """How `word` is cased; letters decide, signs do not."""
    letters = [char for char in word if char.isalpha()]
    if not letters or not letters[0].isupper():
        return Pattern.LOWER if sum(char.isupper() for char in letters) * 2 <= len(letters) else Pattern.UPPER
    if len(letters) == 1:
        return Pattern.CAPITALISED
    return Pattern.UPPER if sum(char.isupper() for char in letters) * 2 > len(letters) else Pattern.CAPITALISED


Nodes = NDArray[np.integer]
Costs = NDArray[np.float64]
Ways = tuple[Nodes, Costs]
"""Nodes of the tree (or words) and what it costs to have come there, as log probabilities."""


class WordTree:
    """All known words as a tree of letters: node n goes on with letter l at node `children[n, l]`, node 0 is the root.

    `dead` is a node that all missing letters lead to; `ends[n]` is the word that node n completes, or -1.
    """

    def __init__(self, words: Iterable[tuple[int, str]]) -> None:
        self.letters: dict[str, int] = {}
        steps: dict[tuple[int, int], int] = {}
        ends: dict[int, int] = {}
        for number, word in words:
            node = 0
            for char in word:
                step = (node, self.letters.setdefault(char, len(self.letters)))
                node = steps.setdefault(step, len(steps) + 1)
            ends[node] = number
        self.dead = len(steps) + 1
        self.children = np.full((self.dead + 1, len(self.letters)), self.dead, dtype=np.int32)
        if steps:
            at = np.array(list(steps), dtype=np.int64)
            self.children[at[:, 0], at[:, 1]] = np.fromiter(steps.values(), dtype=np.int32, count=len(steps))
        self.ends = np.full(self.dead + 1, -1, dtype=np.int64)
        self.ends[list(ends)] = list(ends.values())


@dataclass(frozen=True)
class EditModel:
    """`groups[read]` lists (printed, log P(read | printed)); printed letters as cased on the page."""

    groups: dict[str, tuple[tuple[str, float], ...]]


@dataclass(frozen=True)
class _Group:
    """What one group of read letters may have been: numbers of the printed letters (-1: there is no second) and costs.

    Those of two letters come last, from `pairs` on.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    costs: Costs
    pairs: int


class Explainer:
    """Finds the words of `tree` that may have been printed where letters were read."""

    def __init__(self, edits: EditModel, tree: WordTree) -> None:
        self._edits = edits
        self._tree = tree
        self._groups: dict[tuple[Pattern, bool, str], _Group | None] = {}

    def explain(self, read: str, pattern: Pattern, *, loose: bool = False) -> Ways:
        """(words, log P(read | word)), the words that may have been printed, in no order.

        `loose` also allows any letter to be invented, lost or taken for any other, at a price.
        """
        # ways[at] : nodes of the tree with the log probability of having read the first `at` letters
        ways: list[list[Ways]] = [[] for _ in range(len(read) + 1)]
        ways[0].append((np.zeros(1, dtype=np.int64), np.zeros(1)))
        for at in range(len(read)):
            if not ways[at]:
                continue
            here = _best(ways[at])
            for length in range(1, min(_LONGEST_READ, len(read) - at) + 1):
                group = self._group(read[at : at + length], pattern, first=at == 0)
                if group is not None:
                    self._step(here, ways[at + length], group)
            if loose:
                self._go_on(here, ways[at], _LOST)
                here = _best(ways[at])
                ways[at + 1].append((here[0], here[1] + _INVENTED))
                self._go_on(here, ways[at + 1], _MISTAKEN)
        if not ways[-1]:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        if loose:
            self._go_on(_best(ways[-1]), ways[-1], _LOST)
        nodes, scores = _distinct(ways[-1])
        words = self._tree.ends[nodes]
        return words[words >= 0], scores[words >= 0]

    def _step(self, here: Ways, there: list[Ways], group: _Group) -> None:
        """Carries every way of `here` over the letters of `group`."""
        nodes, scores = here
        after = self._tree.children[nodes[:, None], group.first]
        if group.pairs < len(group.first):
            after[:, group.pairs :] = self._tree.children[after[:, group.pairs :], group.second[group.pairs :]]
        at = np.nonzero(after != self._tree.dead)
        if len(at[0]):
            there.append((after[at], scores[at[0]] + group.costs[at[1]]))

    def _go_on(self, here: Ways, there: list[Ways], cost: float) -> None:
        """Carries every way of `here` one printed letter further at a price, whatever was read."""
        nodes, scores = here
        after = self._tree.children[nodes]
        at = np.nonzero(after != self._tree.dead)
        if len(at[0]):
            there.append((after[at], scores[at[0]] + cost))

    def _group(self, read: str, pattern: Pattern, *, first: bool) -> _Group | None:
        """The printed letters that `read` may stand for, cased as `pattern` asks at this place."""
        key = (pattern, first and pattern is Pattern.CAPITALISED, read)
        if key not in self._groups:
            self._groups[key] = self._made_group(*key)
        return self._groups[key]

    def _made_group(self, pattern: Pattern, first: bool, read: str) -> _Group | None:
        letters = self._tree.letters
        found = []
        for printed, cost in self._edits.groups.get(read, ()):
            lower = _uncased(printed, pattern, first)
            if lower is not None and all(letter in letters for letter in lower):
                numbers = [letters[letter] for letter in lower]
                found.append((numbers[0], numbers[1] if len(numbers) > 1 else -1, cost))
        if not found:
            return None
        found.sort(key=lambda entry: entry[1] >= 0)
        firsts, seconds, costs = zip(*found, strict=True)
        pairs = sum(second < 0 for second in seconds)
        return _Group(np.array(firsts), np.array(seconds), np.array(costs), pairs)


def _distinct(ways: Sequence[Ways]) -> Ways:
    """Each node once, with its best score; the best first, equal ones by number: the same whatever came first."""
    nodes = np.concatenate([own for own, _ in ways])
    scores = np.concatenate([own for _, own in ways])
    order = np.lexsort((nodes, -scores))
    _, first = np.unique(nodes[order], return_index=True)
    order = order[np.sort(first)]
    return nodes[order], scores[order]


def _best(ways: list[Ways]) -> Ways:
    """The ways worth following."""
    top = max(float(scores.max()) for _, scores in ways)
    nodes, scores = _distinct([(own[kept], held[kept]) for own, held in ways for kept in [held >= top - _BEAM]])
    return nodes[:_WAYS], scores[:_WAYS]


def _uncased(printed: str, pattern: Pattern, first: bool) -> str | None:
    """`printed` in lower case if it is cased as `pattern` asks at this place, else None."""
    lower = printed.lower()
    if pattern is Pattern.UPPER:
        return lower if printed == printed.upper() else None
    if pattern is Pattern.CAPITALISED and first:
        return lower if printed[0] != lower[0] and printed[1:] == lower[1:] else None
    return lower if printed == lower else None
