"""Quotation marks told by their ink: two small strokes side by side at a word's edge, high up, with nothing beneath.

The first engine drops them before a blank or reads one stroke of two, and the second hears doubtful lines only. No
letter and no Vietnamese mark looks so: under a mark stands its letter. A mark is put in only where its partner was
read or stands in ink as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.edits import By
from pipeline.reading.engines.base import EngineLine
from pipeline.reading.glyphs.line_ink import is_within, line_ink, pieces_of, strokes_across
from pipeline.values import Box, Word

_OPENING, _CLOSING, _STRAIGHT = "“«", "”»", '"'
_MARKS = frozenset(_OPENING + _CLOSING + _STRAIGHT)
_MISREAD = "+*'`’‘´^" + _STRAIGHT
_STOPS = re.compile(r"[.,;:!?)]*$")
_NEAR_LINES = 6  # a quotation is opened and closed within so many lines

# All in heights of a letter without ascender.
_LETTER = (0.7, 2.6)
_STROKE_HEIGHT, _STROKE_WIDTH = (0.25, 0.95), (0.08, 0.6)
_TOUCHING_HEIGHT, _TOUCHING_WIDTH = (0.4, 0.95), (0.6, 1.3)
_LONE_HEIGHT, _LONE_WIDTH = (0.4, 0.95), (0.2, 0.45)
_APART, _UNEVEN = 0.35, 0.25
_BOTTOM = (0.45, 1.4)  # how far above the baseline a mark ends
_AT_WORD, _NEARER = 0.5, 0.2
_SLACK = 0.3  # a mark leans over its letter
_AROUND = 6.0


@dataclass(frozen=True, slots=True)
class _Mark:
    """A quotation mark: at which word of which line, whether it opens, whether an engine read it or only ink shows it.

    `after_stop` says that it stands behind the word's full stop or comma.
    """

    line: int
    word: int
    opens: bool
    read: bool
    after_stop: bool = False


def with_quotation_marks(lines: Sequence[EngineLine], grey: NDArray[np.uint8], letter: float) -> list[EngineLine]:
    """The lines of a page with the quotation marks that its ink shows; `letter` is the usual letter height (pixels).

    A page on which no mark at all was read is not looked at.
    """
    result = list(lines)
    styles = [char for line in lines for word in line.words for char in word.text if char in _MARKS]
    if letter <= 0 or not styles:
        return result
    straight = styles.count(_STRAIGHT) * 2 > len(styles)
    for mark in _unread(_marks(lines, grey, letter)):
        words = list(result[mark.line].words)
        text = _marked(words[mark.word].text, mark, straight=straight)
        words[mark.word] = words[mark.word].put_right(text, By.QUOTATION_MARKS)
        words[mark.word : mark.word + 2] = _with_one_stop(words[mark.word : mark.word + 2])
        result[mark.line] = replace(result[mark.line], words=tuple(words))
    return result


def _marks(lines: Sequence[EngineLine], grey: NDArray[np.uint8], letter: float) -> list[tuple[int, _Mark]]:
    """All marks in reading order, read or seen in ink, each with how many lines down the page it stands."""
    marks: list[tuple[int, _Mark]] = []
    order = sorted(range(len(lines)), key=lambda at: (lines[at].box.top, lines[at].box.left))
    for down, at in enumerate(order):
        read = [_Mark(at, number, opens, True) for number, word in enumerate(lines[at].words) for opens in _read(word)]
        known = {(mark.word, mark.opens) for mark in read}
        seen = [replace(mark, line=at) for mark in _in_ink(lines[at], grey, letter)]
        unread = {(mark.word, mark.opens): mark for mark in seen if (mark.word, mark.opens) not in known}
        ordered = sorted([*read, *unread.values()], key=lambda mark: (mark.word, not mark.opens))
        marks += [(down, mark) for mark in ordered]
    return marks


def _read(word: Word) -> Iterator[bool]:
    """For each mark in a word's text whether it opens."""
    for at, char in enumerate(word.text):
        if char in _MARKS:
            yield char in _OPENING or (char == _STRAIGHT and not any(map(str.isalnum, word.text[:at])))


def _unread(marks: Sequence[tuple[int, _Mark]]) -> Iterator[_Mark]:
    """The marks seen in ink only that make a pair with the one before or after: one opens, the other closes."""
    paired: set[int] = set()
    for at, ((above, one), (below, other)) in enumerate(pairwise(marks)):
        if one.opens and not other.opens and below - above <= _NEAR_LINES:
            paired |= {at, at + 1}
    return (mark for at, (_, mark) in enumerate(marks) if at in paired and not mark.read)


def _marked(text: str, mark: _Mark, *, straight: bool) -> str:
    """A word with the mark in its place; what the engine made of it goes."""
    if mark.opens:
        return (_STRAIGHT if straight else _OPENING[0]) + (text.lstrip(_MISREAD) or text)
    sign = _STRAIGHT if straight else _CLOSING[0]
    stops = _STOPS.search(text)
    cut = stops.start() if stops else len(text)
    core = text[:cut].rstrip(_MISREAD) or text[:cut]
    return f"{core}{text[cut:]}{sign}" if mark.after_stop else f"{core}{sign}{text[cut:]}"


def _with_one_stop(words: Sequence[Word]) -> list[Word]:
    """A word and the next without the stop behind the mark that the engine read at both: 'kích”, ,không'."""
    if (
        len(words) < 2
        or len(words[1].text) < 2
        or words[1].text[0] not in ",;"
        or words[0].text[-1] != words[1].text[0]
    ):
        return list(words)
    return [words[0], words[1].put_right(words[1].text[1:], By.QUOTATION_MARKS)]


def _in_ink(line: EngineLine, grey: NDArray[np.uint8], letter: float) -> Iterator[_Mark]:
    """The marks that a line's ink shows, each with the word that it stands at (`line` is not set)."""
    box, ink = line_ink(grey, line.box, letter)
    pieces = pieces_of(ink)
    letters = [piece for piece in pieces if is_within(piece.height, _LETTER, letter)]
    for mark, is_pair in _mark_shapes(pieces, ink, letter):
        near = [
            one
            for one in letters
            if one.left < mark.right + _AROUND * letter and one.right > mark.left - _AROUND * letter
        ]
        if not near or not _hangs_free(mark, near, ink, letter):
            continue
        slack = _SLACK * letter
        before = [one for one in letters if one.left < mark.left and one.right <= mark.left + slack]
        after = [one for one in letters if one.right > mark.right and one.left >= mark.right - slack]
        left, right = (
            max(before, key=lambda one: one.right, default=None),
            min(after, key=lambda one: one.left, default=None),
        )
        stops = [one.right for one in pieces if one.top > mark.bottom and left and left.right - slack <= one.left]
        behind = max([left.right, *(edge for edge in stops if edge <= mark.left + slack)]) if left else -99 * letter
        gaps = (mark.left - behind, right.left - mark.right if right else 99 * letter)
        opens = gaps[1] < gaps[0]
        beside = right if opens else left
        if beside is None or min(gaps) > _AT_WORD * letter or abs(gaps[1] - gaps[0]) < _NEARER * letter:
            continue
        number = _word_at(line.words, box.left + (beside.left + beside.right) // 2)
        if number is not None and (is_pair or not opens):
            yield _Mark(0, number, opens, False, any(edge < mark.right - slack for edge in stops))


def _mark_shapes(pieces: Sequence[Box], ink: NDArray[np.uint8], letter: float) -> Iterator[tuple[Box, bool]]:
    """What has the shape of a mark: two strokes (True), two that touch (True), or one whose twin touches the letter."""
    strokes = [
        piece
        for piece in pieces
        if is_within(piece.height, _STROKE_HEIGHT, letter) and is_within(piece.width, _STROKE_WIDTH, letter)
    ]
    used: set[Box] = set()
    for one, other in _neighbours(strokes, letter):
        used |= {one, other}
        yield Box.around((one, other)), True
    for piece in pieces:
        if is_within(piece.height, _TOUCHING_HEIGHT, letter) and is_within(piece.width, _TOUCHING_WIDTH, letter):
            if _is_forked(ink[piece.top : piece.bottom, piece.left : piece.right]):
                yield piece, True
        elif (
            piece not in used
            and is_within(piece.height, _LONE_HEIGHT, letter)
            and is_within(piece.width, _LONE_WIDTH, letter)
        ):
            yield piece, False


def _neighbours(strokes: Sequence[Box], letter: float) -> Iterator[tuple[Box, Box]]:
    """Strokes side by side, as high and as low as each other."""
    for at, one in enumerate(strokes):
        for other in strokes[at + 1 :]:
            gap = other.left - one.right
            if gap > _APART * letter:
                break
            level = max(abs(one.top - other.top), abs(one.bottom - other.bottom)) <= _UNEVEN * letter
            if level and other.left > one.left + one.width // 2:
                yield one, other


def _is_forked(ink: NDArray[np.uint8]) -> bool:
    """Whether a piece of ink ends in two strokes, above or below."""
    quarter = max(1, ink.shape[0] // 4)
    return any(strokes_across(rows) == 2 for rows in (ink[:quarter].max(axis=0), ink[-quarter:].max(axis=0)))


def _hangs_free(mark: Box, letters: Sequence[Box], ink: NDArray[np.uint8], letter: float) -> bool:
    """Whether a shape hangs as high above the line as quotation marks do, with nothing beneath it."""
    baseline = int(np.median([one.bottom for one in letters]))
    if not is_within(baseline - mark.bottom, _BOTTOM, letter):
        return False
    low = ink[mark.bottom + 1 : baseline - round(_BOTTOM[0] * letter) // 2, mark.left : mark.right]
    return not low.any()


def _word_at(words: Sequence[Word], across: int) -> int | None:
    """The word whose box holds a place across the page."""
    held = (at for at, word in enumerate(words) if word.box and word.box.left <= across <= word.box.right)
    return next(held, None)
