"""Letters of list items by their sequence: the second 'd)' after a 'c)' was 'đ)', '©)' between 'b)' and 'd)' was 'c)'.

No language model knows the letter of an item; the letters before and after it do. The labels of a text are one walk
through the alphabet of lists (a b c d đ e g …), and what was read is explained by the likeliest walk (Viterbi 1967).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from pipeline.vietnamese.administrative.list_letters import LIST_LETTERS

_LABEL = re.compile(
    r"(?P<open>[*(]*)(?P<read>[^\W\d_][^\s()./]?|\d{1,2}|[^\w\s()./\-+•*“\"–—]{1,2}[^\W\d_]?)(?P<close>[).])"
)
_SLASHED = re.compile(r"(?:[a-zđA-ZĐ]|[IVX]{2,5}|\d{1,2})/-?")
_ALONE = re.compile(r"(?P<read>[^\W\d_])(?P<close>[,;]?)")
_LINKS = frozenset({"và", "va", "vd", "vả", "vä", "hoặc", "hoac", "hodc", "hoic"})


class Reader(Enum):
    """Who read a line: an engine that lost its marks, one that knows no Vietnamese, one that does."""

    UNMARKED = 0
    FOREIGN = 1
    VIETNAMESE = 2


Table = Mapping[str, Mapping[str, float]]
"""What was read → what may have been printed → log p."""

_NEXT, _ANEW, _SKIPPED, _ELSE = -0.3, -2.0, -3.0, -6.5
_FIRST = -3.0  # a text may begin within a list
_SURE = 1.5  # by how much the likeliest letter must be ahead of the one that was read
_BARE: Table = {"d": {"d": -0.5, "đ": -0.5}}
_FOREIGN: Table = {
    **_BARE,
    "¢": {"c": 0.0},
    "ce": {"c": 0.0},
    "@": {"đ": 0.0, "a": -1.5},
    "4": {"d": -3.0, "đ": -3.0},
    "e": {"c": -4.0},
    "q": {"g": -4.0},
    "9": {"g": -4.0},
    "1": {"l": -2.0, "i": -3.0},
    "l": {"i": -4.0},
}
_VIETNAMESE: Table = {
    "đ": {"d": -1.0},
    "d": {"đ": -4.0},
    "4": {"d": -2.0, "đ": -2.0},
    "8": {"d": -4.0, "g": -4.0},
    "e": {"c": -2.0},
    "ce": {"c": 0.0},
    "c©": {"c": 0.0},
    "ø": {"g": 0.0},
    "#ø": {"g": 0.0},
    "q": {"g": -4.0},
    "9": {"g": -3.0},
    "¡": {"i": 0.0},
    "ï": {"i": 0.0},
    "ả": {"a": -1.0},
    "ä": {"a": 0.0},
    "1": {"l": -3.0, "i": -4.0},
    "©": {"c": 0.0},
    "€": {"c": 0.0},
    "¢": {"c": 0.0},
    "@": {"đ": 0.0, "a": -1.5},
}


_MISREAD: dict[Reader | None, Table] = {
    Reader.UNMARKED: _BARE,
    Reader.FOREIGN: _FOREIGN,
    Reader.VIETNAMESE: _VIETNAMESE,
}
_MISREAD_IN_TEXT: dict[Reader | None, Table] = {Reader.UNMARKED: _BARE, Reader.FOREIGN: _BARE}


@dataclass(frozen=True, slots=True)
class Label:
    """A letter or number that marks an item: the word at place `at` of line `line`, cut into three."""

    line: int
    at: int
    open: str
    read: str
    close: str


def labels_with_a_slash(words: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, str]]:
    """(line, place in it, word as read) of lines that begin with 'a/', 'IV/' or '1/-': no letter there is a word."""
    for number, line in enumerate(words):
        at = next((at for at in range(0, len(line), 2) if line[at]), None)
        if at is not None and at + 2 < len(line) and _SLASHED.fullmatch(line[at]):
            yield number, at, line[at]


def repaired_letters(
    words: Sequence[Sequence[str]], readers: Sequence[Reader | None]
) -> Iterator[tuple[int, int, str]]:
    """(line, place in it, word as printed) of each label of `words` (of each line: word, blanks, word …) in doubt.

    `readers` says who read each line; labels of lines without reader only tell where a list has come to.
    """
    runs = [(labels, _MISREAD) for labels in _labels(words)]
    runs += [(labels, _MISREAD_IN_TEXT) for labels in _enumerations(words)]
    for labels, misread in runs:
        tables = [misread.get(readers[label.line], {}) for label in labels]
        letters = _letters([label.read for label in labels], tables)
        for label, letter, table in zip(labels, letters, tables, strict=True):
            if letter != label.read or label.read in table:
                yield label.line, label.at, label.open + letter + label.close


def _labels(words: Sequence[Sequence[str]]) -> Iterator[list[Label]]:
    """The labels that lines begin with, those with a bracket and those with a full stop apart. An item in quotes (what
    an amendment puts in place of another) stands in no sequence."""
    found: dict[str, list[Label]] = {")": [], ".": []}
    for number, line in enumerate(words):
        at = next((at for at in range(0, len(line), 2) if line[at]), None)
        if at is None or at + 2 >= len(line):
            continue
        match = _LABEL.fullmatch(line[at])
        if match is not None and (match["close"] == ")" or match["read"] in LIST_LETTERS):
            found[match["close"]].append(Label(number, at, match["open"], match["read"], match["close"]))
    return iter(found.values())


def _enumerations(words: Sequence[Sequence[str]]) -> Iterator[list[Label]]:
    """Letters one after the other in running text: 'các điểm a, b, c, d và đ khoản 1'."""
    run: list[Label] = []
    for number, line in enumerate(words):
        for at in range(0, len(line), 2):
            word = line[at]
            if not word or (run and word.lower() in _LINKS):
                continue
            match = _ALONE.fullmatch(word)
            if match is not None and match["read"] in LIST_LETTERS:
                run.append(Label(number, at, "", match["read"], match["close"]))
                if match["close"] != ";":
                    continue
            if len(run) > 1:
                yield run
            run = []
    if len(run) > 1:
        yield run


def _letters(read: Sequence[str], tables: Sequence[Table]) -> list[str]:
    """The likeliest labels for those `read`; a label stays unless another is clearly likelier."""
    choices = [_choices(own, table) for own, table in zip(read, tables, strict=True)]
    if all(len(own) == 1 for own in choices):
        return list(read)
    forward: list[dict[str, float]] = []
    for own in choices:
        before = forward[-1] if forward else None
        forward.append(
            {
                label: score + (_FIRST * (label not in "a1") if before is None else _reached(before, label))
                for label, score in own.items()
            }
        )
    backward: list[dict[str, float]] = [dict.fromkeys(choices[-1], 0.0)]
    for own, after in zip(choices[-2::-1], choices[:0:-1], strict=True):
        behind = backward[-1]
        backward.append(
            {label: max(_step(label, then) + after[then] + behind[then] for then in after) for label in own}
        )
    backward.reverse()
    result = []
    for label, ahead, behind in zip(read, forward, backward, strict=True):
        totals = {one: score + behind[one] for one, score in ahead.items()}
        best, score = max(totals.items(), key=lambda pair: pair[1])
        bar = 0.1 if label == "d" and best == "đ" else _SURE
        result.append(best if score > totals[label] + bar else label)
    return result


def _choices(read: str, table: Table) -> dict[str, float]:
    found = dict(table.get(read, {}))
    known = read in LIST_LETTERS or read.isdigit()
    found.setdefault(read, 0.0 if known else -4.0)
    return found


def _reached(before: Mapping[str, float], label: str) -> float:
    return max(score + _step(one, label) for one, score in before.items())


def _step(one: str, other: str) -> float:
    """log p that label `other` follows label `one`."""
    if other in ("a", "1"):
        return _ANEW
    first, second = _rank(one), _rank(other)
    if first is None or second is None or first[0] != second[0]:
        return _ELSE
    ahead = second[1] - first[1]
    return _NEXT if ahead == 1 else _SKIPPED if ahead == 2 else _ELSE


def _rank(label: str) -> tuple[bool, int] | None:
    """(whether it is a number, its place in the order); None for what is no label."""
    if label.isdigit():
        return True, int(label)
    at = LIST_LETTERS.find(label) if len(label) == 1 else -1
    return None if at < 0 else (False, at)
