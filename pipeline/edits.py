"""What was put right in a line of text, as values: what stood there, what stands there now, who says so, how surely.

A `Correction` says where in a text something is to be put right, an `Edit` where in the text that came out it was.
The edits of a line are in order and do not overlap; undone, they give the text that came in, to the letter. Each stage
composes its own with those before it, so that a line always carries the way from what was read to what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

_PIECES = re.compile(r"(\s+)")
_AND = "+"


class By(StrEnum):
    """Who put something right, in the order of a page's way."""

    PUNCTUATION = "punctuation"  # a comma behind the number that opens a line
    SIGNER = "signer"  # a signer's title or family name, of which there are few
    FILLED_IN = "filled_in"  # handwriting in the letterhead's blanks, taken out
    UNICODE = "unicode"  # another spelling of the same signs
    LEGACY_ENCODING = "legacy_encoding"
    WORD_BOUNDARIES = "word_boundaries"  # a blank that was lost between words of sound text
    RESTORATION = "restoration"  # the likeliest words of damaged text
    PROOFREADING = "proofreading"  # a word of sound text that the sentence speaks against
    SEQUENCE = "sequence"  # numerals and letters of items, by those before and after
    HALF_SIGNS = "half_signs"
    LINE_ENDS = "line_ends"  # the sign that ends an item, by its list
    NUMBER_COLUMN = "number_column"


_AT_READING = frozenset({By.PUNCTUATION, By.SIGNER})


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be put right in a text: `read`, which stands from `start` on, was `text`.

    `confidence` is the chance that `text` is right, None where nobody measured it.
    """

    start: int
    read: str
    text: str
    confidence: float | None
    by: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What was put right in a text: its characters `start`..`end` are `text`, where `read` stood before.

    `by` names who did it, all of them in order ("restoration+line_ends") where several did.
    """

    start: int
    end: int
    read: str
    text: str
    confidence: float | None
    by: str

    @property
    def is_of_reading(self) -> bool:
        """Whether it was done before the line's `raw` was written: by what can stand there."""
        return all(name in _AT_READING for name in self.by.split(_AND))

    def is_by(self, *names: By) -> bool:
        """Whether one of `names` had a hand in it."""
        return not set(names).isdisjoint(self.by.split(_AND))

    def moved(self, by: int) -> Edit:
        """The same so many characters farther on."""
        return replace(self, start=self.start + by, end=self.end + by)


def put_right(text: str, corrections: Iterable[Correction]) -> tuple[str, tuple[Edit, ...]]:
    """(`text` with `corrections` made, what was done); those that do not fit, or overlap one before, are left out."""
    out: list[str] = []
    edits: list[Edit] = []
    at = length = 0
    for one in sorted(corrections, key=lambda one: one.start):
        if one.start < at or not text.startswith(one.read, one.start) or one.read == one.text:
            continue
        out += [text[at : one.start], one.text]
        length += one.start - at
        edits.append(Edit(length, length + len(one.text), one.read, one.text, one.confidence, str(one.by)))
        length += len(one.text)
        at = one.start + len(one.read)
    return "".join([*out, text[at:]]), tuple(edits)


def undone(text: str, edits: Sequence[Edit]) -> str:
    """The text that became `text` by its `edits`."""
    out: list[str] = []
    at = 0
    for edit in edits:
        out += [text[at : edit.start], edit.read]
        at = edit.end
    return "".join([*out, text[at:]])


def differences(before: str, after: str, by: str, confidence: float | None) -> tuple[Edit, ...]:
    """The edits by which `before` became `after`, word by word."""
    if before == after:
        return ()
    old, new = _PIECES.split(before), _PIECES.split(after)
    if len(old) == len(new):
        pairs: Iterable[tuple[str, str]] = zip(old, new, strict=True)
    else:
        pairs = _aligned(old, new)
    edits: list[Edit] = []
    at = 0
    for read, text in pairs:
        if read != text:
            edits.append(Edit(at, at + len(text), read, text, confidence, str(by)))
        at += len(text)
    return tuple(edits)


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    for _, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield "".join(old[first:last]), "".join(new[start:end])


def composed(text: str, first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits that lead to `text` in one step, where `first` were made before `second`.

    What both touched becomes one edit, which names both; what the second took back is none.
    """
    if not first or not second:
        return tuple(first or second)
    between = undone(text, second)
    result: list[Edit] = []
    shift = 0  # from a place in `between` to the same in `text`
    for group in _groups(first, second):
        low, high = group.start + shift, group.end + shift
        for edit in group.second:
            high += len(edit.text) - len(edit.read)
        if not group.second:
            result += [edit.moved(shift) for edit in group.first]
        else:
            read = undone(between[group.start : group.end], [edit.moved(-group.start) for edit in group.first])
            if read != text[low:high]:
                result.append(_as_one(Edit(low, high, read, text[low:high], None, ""), group))
        shift = high - group.end
    return tuple(result)


@dataclass(slots=True)
class _Group:
    """Edits that touch the same characters, `start`..`end` of the text between the two times."""

    start: int
    end: int
    first: list[Edit]
    second: list[Edit]


def _groups(first: Sequence[Edit], second: Sequence[Edit]) -> Iterator[_Group]:
    placed = [_Group(edit.start, edit.end, [edit], []) for edit in first]
    grown = 0
    for edit in second:
        start = edit.start - grown
        placed.append(_Group(start, start + len(edit.read), [], [edit]))
        grown += len(edit.text) - len(edit.read)
    placed.sort(key=lambda one: (one.start, one.end, len(one.second)))
    open_ = placed[0]
    for one in placed[1:]:
        if one.start < open_.end or one.start == one.end == open_.start:
            open_.end = max(open_.end, one.end)
            open_.first += one.first
            open_.second += one.second
        else:
            yield open_
            open_ = one
    yield open_


def _as_one(edit: Edit, group: _Group) -> Edit:
    parts = [*group.first, *group.second]
    if len(parts) == 1:
        return parts[0].moved(edit.start - parts[0].start)
    names = dict.fromkeys(name for part in parts for name in part.by.split(_AND))
    known = [part.confidence for part in parts if part.confidence is not None]
    return replace(edit, confidence=min(known, default=None), by=_AND.join(names))


def cut(edits: Iterable[Edit], start: int, end: int) -> tuple[Edit, ...]:
    """Those of `edits` that lie in a text's characters `start`..`end`, as edits of that part alone."""
    return tuple(edit.moved(-start) for edit in edits if start <= edit.start and edit.end <= end)
