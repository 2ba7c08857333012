"""Roman numerals told by their strokes: the engine's network merges equal neighbours and reads "II." as "I.".

Half of the headings "II." and "III." of thirteen scans were read so. Only words that consist of such letters are looked
at, and only strokes that are plainly stems, V or X change one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.edits import By
from pipeline.reading.engines.base import EngineLine
from pipeline.reading.glyphs.line_ink import is_within, line_ink, pieces_of, strokes_across
from pipeline.values import Box, Word, as_one
from pipeline.vietnamese.folding import fold

# What stems are read as, and a word that may be a numeral: some of its letters, perhaps stops.
_STEMS = "IHLl1|ỈÌÍĨ!"
_MAYBE = re.compile(rf"(?=.*[IVXH|ỈÌÍĨ]|L+[.,:;)])([VX{re.escape(_STEMS)}]+)([.,:;)]*)")
_PART = re.compile(rf"[VX{re.escape(_STEMS)}]+")
_QUARTER, _ONES = "quy", re.compile(r"([1l|]{1,3})(?=[/.,:;)]|$)")
_NUMERAL = re.compile(r"(?=.)X{0,3}(IX|IV|V?I{0,3})")

# In heights of a letter without ascender.
_LETTER, _CAPITAL = (0.7, 2.6), (1.1, 1.85)
_STEM, _WIDE, _THREE = (0.15, 0.9), (0.9, 1.8), (1.4, 2.8)
_TOGETHER, _LEVEL, _BENT = 0.5, 0.2, 0.07
_DOT, _DOT_GAP = (0.12, 0.45), (0.02, 0.6)
_EVEN, _LEAST_HEIGHT = 0.05, 14  # of a stem's height; pixels
# Rows of a letter that are looked at, as parts of its height.
_ROWS = (0.25, 0.4, 0.5, 0.6, 0.75)


def with_numerals(lines: Sequence[EngineLine], grey: NDArray[np.uint8], letter: float) -> list[EngineLine]:
    """The lines of a page with each Roman numeral as its ink has it; `letter` is the usual letter height (pixels)."""
    return [_with_numerals(line, grey, letter) if letter > 0 and _may_hold(line) else line for line in lines]


def _may_hold(line: EngineLine) -> bool:
    return any(_MAYBE.fullmatch(word.text) or fold(word.text) == _QUARTER for word in line.words)


def _with_numerals(line: EngineLine, grey: NDArray[np.uint8], letter: float) -> EngineLine:
    box, ink = line_ink(grey, line.box, letter)
    pieces = pieces_of(ink)
    words: list[Word] = []
    for group in _groups(_quarters(line.words, box, pieces, ink, letter)):
        said = "".join(word.text for word in group)
        match = _MAYBE.fullmatch(said)
        where = Box.around(word.box for word in group if word.box) if match and group[0].box else None
        if match is None or where is None:
            words += group
            continue
        run, dotted = _run_at(where.left - box.left, pieces, letter)
        numeral = _numeral(run, ink, letter)
        if numeral is None or not _alike(numeral, match[1]):
            words += group
            continue
        stop = match[2] or ("." if dotted and not words else "")
        told = as_one(group, numeral + stop, By.NUMERALS)
        words.append(told if told is group[0] else replace(told, box=where))
    if tuple(words) == line.words:
        return line
    return replace(line, words=tuple(words), places=line.places if len(words) == len(line.words) else ())


def _quarters(
    words: Sequence[Word], box: Box, pieces: Sequence[Box], ink: NDArray[np.uint8], letter: float
) -> list[Word]:
    """The words of a line, quarters of a year ("quý I/2024") as they are printed: with a one or with a numeral."""
    told = list(words)
    for at in range(1, len(words)):
        read, where = _ONES.match(words[at].text), words[at].box
        if read is None or where is None or fold(words[at - 1].text) != _QUARTER:
            continue
        run, _ = _run_at(where.left - box.left, pieces, letter)
        stems = [ink[piece.top : piece.bottom, piece.left : piece.right] for piece in run[: len(read[1])]]
        if len(stems) == len(read[1]) and all(_glyph(one, letter) == "I" and _is_even(one) for one in stems):
            told[at] = words[at].put_right("I" * len(stems) + words[at].text[read.end() :], By.NUMERALS)
    return told


def _is_even(ink: NDArray[np.uint8]) -> bool:
    """Whether a stem sticks out on either side as far at its head as at its foot: a capital does, a one does not."""
    height = len(ink)
    stem = np.flatnonzero(ink[height // 2])
    if height < _LEAST_HEIGHT or not stem.size:
        return False
    head, foot = (np.flatnonzero(part.any(axis=0)) for part in (ink[: height // 3], ink[-height // 3 :]))
    return bool(max(abs(head[0] - foot[0]), abs(head[-1] - foot[-1])) <= _EVEN * height)


def _groups(words: Sequence[Word]) -> Iterator[list[Word]]:
    """The words, those that may be parts of one numeral ("1 I") together."""
    group: list[Word] = []
    for word in words:
        if group and not (_PART.fullmatch(group[-1].text) and _MAYBE.fullmatch(group[-1].text + word.text)):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _run_at(left: int, pieces: Sequence[Box], letter: float) -> tuple[list[Box], bool]:
    """The letters that stand close together where a word begins, and whether a dot follows them."""
    letters = [piece for piece in pieces if is_within(piece.height, _LETTER, letter)]
    if not letters:
        return [], False
    first = last = min(range(len(letters)), key=lambda at: abs(letters[at].left - left))
    while first > 0 and letters[first].left - letters[first - 1].right <= _TOGETHER * letter:
        first -= 1
    while last + 1 < len(letters) and letters[last + 1].left - letters[last].right <= _TOGETHER * letter:
        if _has_dot(letters[last], pieces, letter):
            break
        last += 1
    return letters[first : last + 1], _has_dot(letters[last], pieces, letter)


def _has_dot(capital: Box, pieces: Sequence[Box], letter: float) -> bool:
    """Whether a full stop follows a capital."""
    return any(
        is_within(piece.height, _DOT, letter)
        and is_within(piece.width, _DOT, letter)
        and is_within(piece.left - capital.right, _DOT_GAP, letter)
        and abs(piece.bottom - capital.bottom) <= 0.2 * letter
        for piece in pieces
    )


def _numeral(run: Sequence[Box], ink: NDArray[np.uint8], letter: float) -> str | None:
    """What a run of letters spells when all of them are plainly stems, V or X; None otherwise."""
    if run and max(piece.bottom for piece in run) - min(piece.bottom for piece in run) > _LEVEL * letter:
        return None
    glyphs = [_glyph(ink[piece.top : piece.bottom, piece.left : piece.right], letter) for piece in run]
    text = "".join(glyph or "?" for glyph in glyphs)
    return text if _NUMERAL.fullmatch(text) else None


def _glyph(ink: NDArray[np.uint8], letter: float) -> str | None:
    """One piece of ink as 'I' (or stems that touch at their serifs, 'II', 'III'), 'V' or 'X'."""
    height, width = ink.shape
    if not is_within(height, _CAPITAL, letter):
        return None
    rows = [ink[int(height * part)] for part in _ROWS]
    crossed = [strokes_across(row) for row in rows]
    if is_within(width, _STEM, letter):
        straight = abs(_middle(rows[2]) - (_middle(rows[0]) + _middle(rows[-1])) / 2) < _BENT * letter
        return "I" if crossed.count(1) >= len(_ROWS) - 1 and height > 1.4 * width and straight else None
    reach = [int(np.flatnonzero(row)[-1] - np.flatnonzero(row)[0]) if row.any() else 0 for row in rows]
    for stems, limits in ((2, _WIDE), (3, _THREE)):
        if is_within(width, limits, letter) and crossed.count(stems) == len(_ROWS) and min(reach) > 0.8 * max(reach):
            return "I" * stems
    if not is_within(width, _WIDE, letter) or crossed[0] != 2:
        return None
    if crossed[2] == 1 and crossed[-1] == 2 and max(reach[1:4]) < 0.85 * min(reach[0], reach[-1]):
        return "X"
    return "V" if reach[-1] < 0.65 * reach[0] and reach[0] > reach[2] > reach[-1] else None


def _middle(row: NDArray[np.uint8]) -> float:
    """Where the ink of a row of pixels has its middle; 0 without ink. A bracket's bulges, a stem's does not."""
    return float(np.flatnonzero(row).mean()) if row.any() else 0.0


def _alike(numeral: str, said: str) -> bool:
    """Whether what the engine said has the same V and X in the same order: only stems are counted anew."""
    return numeral.replace("I", "") == re.sub(f"[{re.escape(_STEMS)}]", "", said)
