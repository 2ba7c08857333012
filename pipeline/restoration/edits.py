"""The channel below the word: how an engine misreads letters, as probabilities of letter groups.

P(read | printed) of a word is the best way to cut both into groups, one or two printed letters for one to three read
ones (a stochastic transducer after Brill & Moore 2000). Words that may have been printed are found by walking a
tree of all known words along the read letters, keeping the best few ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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


_Groups = dict[str, list[tuple[str | None, float]]]
"""First printed letter -> (second one or None, log probability), of one group of read letters."""


@dataclass(frozen=True)
class EditModel:
    """`groups[read]` lists (printed, log P(read | printed)); printed letters as cased on the page."""

    groups: dict[str, tuple[tuple[str, float], ...]]
    _by_case: dict[tuple[Pattern, bool], dict[str, _Groups]] = field(default_factory=dict, compare=False, repr=False)

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
            printed = self._printed(pattern, at == 0)
            for length in range(1, min(_LONGEST_READ, len(read) - at) + 1):
                groups = printed.get(read[at : at + length])
                if groups is not None:
                    self._step(here, ways[at + length], tree, groups)
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
    def _step(here: Sequence[tuple[int, float]], there: dict[int, float], tree: WordTree, groups: _Groups) -> None:
        """Carries every way of `here` over the letters of each of `groups`."""
        children = tree.children
        for node, score in here:
            for letter, after in children[node].items():
                found = groups.get(letter)
                if found is None:
                    continue
                for second, cost in found:
                    end = after if second is None else children[after].get(second)
                    if end is not None and score + cost > there.get(end, -1e9):
                        there[end] = score + cost

    def _printed(self, pattern: Pattern, first: bool) -> dict[str, _Groups]:
        """The groups whose printed letters are cased as `pattern` asks at this place: read -> first letter -> rest."""
        key = (pattern, first and pattern is Pattern.CAPITALISED)
        ready = self._by_case.get(key)
        if ready is None:
            ready = {}
            for read, all_ in self.groups.items():
                by_letter: _Groups = {}
                for printed, cost in all_:
                    lower = _uncased(printed, pattern, first)
                    if lower is not None:
                        by_letter.setdefault(lower[0], []).append((lower[1] if len(lower) > 1 else None, cost))
                if by_letter:
                    ready[read] = by_letter
            self._by_case[key] = ready
        return ready


def _best(ways: dict[int, float]) -> list[tuple[int, float]]:
    """The ways worth following."""
    if not ways:
        return []
    floor = max(ways.values()) - _BEAM
    kept = [pair for pair in ways.items() if pair[1] >= floor]
    if len(kept) > _WAYS:
        kept.sort(key=lambda pair: (-pair[1], pair[0]))  # equal ways by number: the same whatever came first
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
