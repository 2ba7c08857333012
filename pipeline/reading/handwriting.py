"""Numbers and days filled in by hand in the letterhead: marked with their box, and never guessed.

Neither engine reads handwriting (0 of 14 numbers on the development scans); what they give for it is a guess that
looks like a number. So what stands between "Số:" and the symbol, and the day and month of the date, counts only
when it is digits, read surely, and not in another ink.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.values import Box, Line, MarkKind, PageMark, Region, Word
from pipeline.vietnamese.folding import fold

# Printed digits in the letterhead are read with more than this; 12 of 14 handwritten ones with less.
_SURE = 0.75
_NUMBER = re.compile(r"^\W*s[o60]\s*[:;.–-]\s*(?P<filled>.{0,16}?)\s*/\s*(?=[a-z]{2})")
_DATE = re.compile(r"ngay\s*(?P<day>.{0,8}?)\s*thang\s*(?P<month>.{0,8}?)\s*nam")
_PRINTED_NUMBER = re.compile(r"^\d{1,5}[A-Za-zĐđ]?$")
_PRINTED_DAY = re.compile(r"^\d{1,2}$")
_LETTERHEAD = (Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT)


@dataclass(frozen=True, slots=True)
class FilledIn:
    """The lines with what is handwritten left out of their text (`raw` keeps the guess), and the marks for it."""

    lines: tuple[Line, ...]
    marks: tuple[PageMark, ...]


def without_handwriting(lines: Sequence[Line], in_other_ink: Callable[[Box], bool] = lambda _box: False) -> FilledIn:
    """Take unsure numbers and days out of the letterhead's lines; `in_other_ink` tells blue from the page's own."""
    kept: list[Line] = []
    marks: list[PageMark] = []
    for line in lines:
        gaps = _handwritten(line, in_other_ink) if line.words and _is_filled_in(line) else []
        text = line.text
        for start, end in sorted(gaps, reverse=True):
            marks.append(PageMark(MarkKind.HANDWRITING, span_box(line.words, start, end), None))
            text = f"{text[:start].rstrip()} {text[end:].lstrip()}"
        kept.append(replace(line, text=text.strip()) if gaps else line)
    return FilledIn(tuple(kept), tuple(marks))


def _is_filled_in(line: Line) -> bool:
    """Whether a line is of the letterhead; one that opens with a number and its symbol is, wherever layout put it."""
    return line.region in _LETTERHEAD or (line.region is Region.BODY and bool(_NUMBER.match(fold(line.text))))


def _handwritten(line: Line, in_other_ink: Callable[[Box], bool]) -> list[tuple[int, int]]:
    """The stretches of a line's text that hold a handwritten number, day or month."""
    folded = fold(line.text)
    if len(folded) != len(line.text):
        return []
    spans = []
    for pattern, groups, printed in (
        (_NUMBER, ("filled",), _PRINTED_NUMBER),
        (_DATE, ("day", "month"), _PRINTED_DAY),
    ):
        match = pattern.search(folded)
        for group in groups if match else ():
            start, end = match.span(group) if match else (0, 0)
            if start < end and not _is_printed(line, start, end, printed, in_other_ink):
                spans.append((start, end))
    return spans


def _is_printed(
    line: Line, start: int, end: int, printed: re.Pattern[str], in_other_ink: Callable[[Box], bool]
) -> bool:
    if not printed.match(line.text[start:end].strip()):
        return False
    sure = all(word.confidence is None or word.confidence >= _SURE for word, _, _ in _covering(line.words, start, end))
    box = span_box(line.words, start, end)
    return sure and not (box is not None and in_other_ink(box))


def _covering(words: Sequence[Word], start: int, end: int) -> list[tuple[Word, int, int]]:
    """The words that a stretch of their joined text touches, with where each begins and ends in it."""
    touched = []
    at = 0
    for word in words:
        if at < end and at + len(word.text) > start:
            touched.append((word, at, at + len(word.text)))
        at += len(word.text) + 1
    return touched


def span_box(words: Sequence[Word], start: int, end: int) -> Box | None:
    """The box of a stretch of the words' joined text; inside a word it is measured by letters."""
    boxes = []
    for word, first, last in _covering(words, start, end):
        if word.box is None:
            continue
        width = word.box.width / max(1, last - first)
        left = word.box.left + round(max(0, start - first) * width)
        right = word.box.left + round((min(end, last) - first) * width)
        boxes.append(Box(left, word.box.top, max(left + 1, right), word.box.bottom))
    return Box.around(boxes) if boxes else None
