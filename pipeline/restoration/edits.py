"""The channel below the word: how an engine misreads letters, as probabilities of letter groups.

P(read | printed) of a word is the best way to cut both into groups, one or two printed letters for one to three read
ones (a stochastic transducer after Brill & Moore 2000). Words that may have been printed are found by walking a
tree of all known words along the read letters, keeping the best few ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

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


class WordTree:
    """All known words as a tree of letters; nodes are numbers, `ends` says which word a node completes."""

    def __init__(self, words: Iterable[tuple[int, str]]) -> None:
        self.children: list[dict[str, int]] = [{}]
        self.ends: dict[int, int] = {}
        for number, word in words:
            node = 0
            for char in word:
                found = self.children[node].get(char)
                if found is None:
                    found = len(self.children)
                    self.children[node][char] = found
                    self.children.append({})
                node = found
            self.ends[node] = number


@dataclass(frozen=True)
class EditModel:
    """`groups[read]` lists (printed, log P(read | printed)); printed letters as cased on the page."""

    groups: dict[str, tuple[tuple[str, float], ...]]

    def explain(self, read: str, tree: WordTree, pattern: Pattern, *, loose: bool = False) -> list[tuple[int, float]]:
        """The words of `tree` that may have been printed, best first, with log P(read | word).

        `loose` also allows any letter to be invented, lost or taken for any other, at a price.
        """
        # ways[at] : node of the tree -> best log probability of having read the first `at` letters
        ways: list[dict[int, float]] = [{} for _ in range(len(read) + 1)]
        ways[0][0] = 0.0
        for at in range(len(read)):
            here = _best(ways[at])
            if not here:
                continue
            for length in range(1, min(_LONGEST_READ, len(read) - at) + 1):
                groups = self.groups.get(read[at : at + length])
                if groups is None:
                    continue
                there = ways[at + length]
                for printed, cost in groups:
                    self._step(here, there, tree, _uncased(printed, pattern, at == 0), cost)
            if loose:
                here = self._lose(here, tree, ways[at])
                self._mistake(here, ways[at + 1], tree)
        if loose:
            self._lose(_best(ways[-1]), tree, ways[-1])
        found = [(tree.ends[node], score) for node, score in ways[-1].items() if node in tree.ends]
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return found

    @staticmethod
    def _lose(here: Sequence[tuple[int, float]], tree: WordTree, ways: dict[int, float]) -> list[tuple[int, float]]:
        """A printed letter left no trace: every way may go one letter on without reading anything."""
        for node, score in here:
            for after in tree.children[node].values():
                if score + _LOST > ways.get(after, -1e9):
                    ways[after] = score + _LOST
        return _best(ways)

    @staticmethod
    def _mistake(here: Sequence[tuple[int, float]], there: dict[int, float], tree: WordTree) -> None:
        """The next letter read is an invention, or stands for any other."""
        for node, score in here:
            if score + _INVENTED > there.get(node, -1e9):
                there[node] = score + _INVENTED
            for after in tree.children[node].values():
                if score + _MISTAKEN > there.get(after, -1e9):
                    there[after] = score + _MISTAKEN

    @staticmethod
    def _step(
        here: Sequence[tuple[int, float]], there: dict[int, float], tree: WordTree, printed: str | None, cost: float
    ) -> None:
        """Carries every way of `here` over the letters `printed`."""
        if printed is None:
            return
        children = tree.children
        first = printed[0]
        second = printed[1] if len(printed) > 1 else None
        for node, score in here:
            after = children[node].get(first)
            if after is not None and second is not None:
                after = children[after].get(second)
            if after is None:
                continue
            total = score + cost
            if total > there.get(after, -1e9):
                there[after] = total


def _best(ways: dict[int, float]) -> list[tuple[int, float]]:
    """The ways worth following."""
    if not ways:
        return []
    floor = max(ways.values()) - _BEAM
    kept = [pair for pair in ways.items() if pair[1] >= floor]
    if len(kept) > _WAYS:
        kept.sort(key=lambda pair: -pair[1])
        del kept[_WAYS:]
    return kept


def _uncased(printed: str, pattern: Pattern, first: bool) -> str | None:
    """`printed` in lower case if it is cased as `pattern` asks at this place, else None."""
    lower = printed.lower()
    if pattern is Pattern.UPPER:
        return lower if printed == printed.upper() else None
    if pattern is Pattern.CAPITALISED and first:
        return lower if printed[0] != lower[0] and printed[1:] == lower[1:] else None
    return lower if printed == lower else None
