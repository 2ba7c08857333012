"""Numbers and days filled in by hand in the letterhead: marked with their box, and never guessed.

Neither engine reads handwriting (0 of 14 numbers on the development scans); what they give for it is a guess that
looks like a number, often a sure one. So what stands between "Số:" and the symbol, and the day and month of the date,
counts only when it is digits, not in another ink, and looks like print (`typeface_match`). Where that cannot be told,
the engine has to be sure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from pipeline.reading.page_marks.typeface_match import PrintMatch
from pipeline.reading.weights import STANDARD
from pipeline.values import (
    Box,
    Filling,
    Hypothesis,
    Line,
    MarkKind,
    PageMark,
    Region,
    Slot,
    SlotReading,
    Word,
    mean_confidence,
)
from pipeline.vietnamese.administrative.dates import DATE_LINE
from pipeline.vietnamese.administrative.document_numbers import DASH, SLASH, YEAR
from pipeline.vietnamese.folding import fold

# What print confirms is at most so sure: the comparison sees the digits, not the symbol in the same word.
_CONFIRMED = 0.95
_LABEL = r"^\W*(?:\w\s+)?[s5][o60]?"
# The year of "15/2010/QĐ-UBND" is printed where the serial is filled in.
_SYMBOL = (
    rf"(?P<joint>\s*(?:{SLASH}\s*{YEAR}\s*)?(?:{SLASH}|{DASH})\s*|(?<=\d)\s+(?=[a-z]{{2,6}}-))(?=[a-z]{{2}}|l-ctn)"
)
# The label's sign is no dash before letters: that is the Party's joint ("Số -KH/ĐU").
_NUMBER = re.compile(rf"{_LABEL}\s*[:;.,]?\s*(?P<filled>.{{0,16}}?){_SYMBOL}")
_STRICT_NUMBER = re.compile(rf"^\W*(?:\w\s+)?s[o60]\s*(?:[:;.]|[–-](?=\s*\d))\s*(?P<filled>.{{0,16}}?){_SYMBOL}")
_PRINTED_NUMBER = re.compile(r"^(?P<digits>\d{1,5}|\d[\d ]{1,6}\d)[A-Ea-eĐđ]?$")
_PRINTED_DAY = re.compile(r"^(?P<digits>\d{1,2}|\d \d)$")
# Leaders under what is filled in, dashes, and a colon that is read twice.
_LEADERS, _BLANK = " .…_:;,/–-", " .…_"
# So many letters of the symbol are looked at as print beside a number.
_BESIDE = 8
_LETTERHEAD = (Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT)

Compare = Callable[[Box, Box, str], PrintMatch | None]
"""(about where digits stand, print on the same line, the digits) → how they compare with print, None where unknown."""
Frame = Callable[[Sequence[Word], int, int, float], Box | None]
"""(a line's words, from where to where in their joined text, the usual height of lines) → the box around the ink there,
None where there is none."""


@dataclass(frozen=True, slots=True)
class FilledIn:
    """The lines with handwriting left out of their text, the marks for it, and the slots that were looked at."""

    lines: tuple[Line, ...]
    marks: tuple[PageMark, ...]
    slots: tuple[SlotReading, ...]


@dataclass(frozen=True, slots=True)
class FilledField:
    """What is filled in on a line: the digits' place, all of the place, and print on the line to compare it with."""

    slot: Slot
    start: int
    stop: int
    room: tuple[int, int]
    beside: tuple[int, int] | None
    printed: re.Pattern[str]
    joined: bool


def without_handwriting(
    lines: Sequence[Line],
    in_other_ink: Callable[[Box], bool] = lambda _box: False,
    compare: Compare = lambda _place, _beside, _digits: None,
    frame: Frame = lambda _words, _start, _stop, _high: None,
) -> FilledIn:
    """Take what is no print out of the letterhead's numbers and days; `in_other_ink` tells blue from the page's own.

    What no engine read is marked as well: a person can.
    """
    kept: list[Line] = []
    marks: list[PageMark] = []
    slots: list[SlotReading] = []
    heights = [line.box.height for line in lines if line.box and line.region in _LETTERHEAD]
    usual = median(heights) if heights else 0.0
    for line in lines:
        left = line
        for field in sorted(filled_fields(line), key=lambda field: -field.start):
            if field.start == field.stop:
                unread = frame(line.words, *field.room, usual)
                if unread:
                    marks.append(PageMark(MarkKind.HANDWRITING, unread))
                slots.append(SlotReading(field.slot, Filling.HANDWRITTEN if unread else Filling.BLANK, unread))
                continue
            digits = _digits(line, field, in_other_ink, compare)
            if digits is None:
                box = frame(line.words, *field.room, usual)
                box = box or _with_room(span_box(line.words, field.start, field.stop))
                marks.append(PageMark(MarkKind.HANDWRITING, box))
                slots.append(_guessed(line, field, box))
                text = f"{left.text[: field.room[0]].rstrip()} {left.text[field.room[1] :].lstrip()}"
                left = replace(left, text=text.strip())
            else:
                left = _confirmed(left, field, *digits)
                slots.append(SlotReading(field.slot, Filling.PRINTED, span_box(line.words, field.start, field.stop)))
        kept.append(left)
    return FilledIn(tuple(kept), tuple(marks), tuple(slots))


def _guessed(line: Line, field: FilledField, box: Box | None) -> SlotReading:
    """What the page's engine took handwriting for, with its own confidence: evidence, and by itself a poor one."""
    guess = line.text[field.start : field.stop]
    sure = [word.confidence or 0.0 for word, _, _ in _covering(line.words, field.start, field.stop)]
    readings = (Hypothesis(guess, round(min(sure, default=0.0), 4)),) if guess.strip(_LEADERS) else ()
    return SlotReading(field.slot, Filling.HANDWRITTEN, box, readings)


def filled_fields(line: Line) -> Iterator[FilledField]:
    """The number, day and month of a letterhead's line; where nothing was read, the place without any length."""
    folded = fold(line.text)
    if not line.words or len(folded) != len(line.text):
        return
    in_letterhead = line.region in _LETTERHEAD
    number = (_NUMBER if in_letterhead else _STRICT_NUMBER).match(folded)
    date = DATE_LINE.search(folded)
    if number and date and number.end("filled") > date.start():
        number = None  # "Sơn Hà, ngày - tháng": no label
    if not in_letterhead and (line.region is not Region.BODY or number is None):
        return
    if number:
        symbol = number.end("joint")
        beside = symbol, symbol + _BESIDE
        yield from _filled(Slot.NUMBER, line.text, number.span("filled"), beside, _PRINTED_NUMBER)
    if date:
        year = date.span("year") if re.match(r"\d{4}", date["year"]) else None
        for slot in (Slot.DAY, Slot.MONTH):
            yield from _filled(slot, line.text, date.span(str(slot)), year, _PRINTED_DAY)


def _filled(
    slot: Slot, text: str, place: tuple[int, int], beside: tuple[int, int] | None, printed: re.Pattern[str]
) -> Iterator[FilledField]:
    """The field in a place where something may be filled in; strokes that were read as signs count as something."""
    joined = slot is Slot.NUMBER
    if text[slice(*place)].strip(_LEADERS) == "" and not text[slice(*place)].strip(_BLANK):
        middle = place[0]
        yield FilledField(slot, middle, middle, (middle, middle), beside, printed, joined)
        return
    start, stop = place
    while start < stop and text[start] in _LEADERS:
        start += 1
    while start < stop and text[stop - 1] in _LEADERS:
        stop -= 1
    if start == stop and text[slice(*place)].strip(_BLANK):
        start, stop = place
    if start < stop:
        yield FilledField(slot, start, stop, place, beside, printed, joined)


def _digits(
    line: Line, field: FilledField, in_other_ink: Callable[[Box], bool], compare: Compare
) -> tuple[str, float | None] | None:
    """What is printed in a field, and how sure the comparison is that it is; None for handwriting."""
    printed = field.printed.match(line.text[field.start : field.stop])
    box = span_box(line.words, field.start, field.stop)
    if printed is None or box is None or in_other_ink(box):
        return None
    text = printed[0].replace(" ", "")
    beside = span_box(line.words, *field.beside) if field.beside else None
    match = compare(box, beside, printed["digits"].replace(" ", "")) if beside else None
    words = [word for word, _, _ in _covering(line.words, field.start, field.stop)]
    sure = all(word.confidence is None or word.confidence >= STANDARD.trust.badly for word in words)
    if match is not None:
        return (text, match.worst) if match.is_print(engine_sure=sure, joined=field.joined) else None
    return (text, None) if sure else None


def _confirmed(line: Line, field: FilledField, text: str, sure: float | None) -> Line:
    """The line with a field's digits unspaced, and with the confidence that the comparison adds to the engine's."""
    joined = f"{line.text[: field.start]}{text}{line.text[field.stop :]}"
    if sure is None:
        return replace(line, text=joined)
    held = [word for word, _, _ in _covering(line.words, field.start, field.stop)]
    least = round(min(sure, _CONFIRMED), 4)
    words = tuple(
        replace(word, confidence=max(word.confidence, least))
        if word.confidence is not None and any(word is one for one in held)
        else word
        for word in line.words
    )
    mean = round(mean_confidence(words) or 0.0, 4)
    return replace(line, text=joined, words=words, confidence=line.confidence and max(line.confidence, mean))


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


def _with_room(box: Box | None) -> Box | None:
    """A box for a person to key in what is in it: handwriting reaches beyond the line, and engines cut it short."""
    if box is None:
        return None
    side, above = round(0.3 * box.height), round(0.35 * box.height)
    wider = box.grown(side, above)
    return replace(wider, left=max(0, wider.left), top=max(0, wider.top))
