"""What stands in the letterhead's slots, as the readers of the page see it: evidence of number and date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from pipeline.schema import Candidate, DateValue, Evidence, NumberValue
from pipeline.structure.head.written import slots_at
from pipeline.values import Filling, Hypothesis, Page, Slot, SlotReading
from pipeline.vietnamese.administrative.dates import is_day
from pipeline.vietnamese.administrative.look_alikes import as_figures

# The page's own engine was not made for handwriting: where its guess at a pen number is a number it is right 46 times
# of 105, on 196 real letterheads.
_ENGINE_ON_PEN = 0.44
_SERIAL = re.compile(r"\d{1,5}[a-eđ]?", re.IGNORECASE)
_LEADERS = " .…_:;,/–-"
_LEAST = 0.01  # a reading that is less probable is not worth keeping
_READER_WORDS = {"engine": "the page's engine reads", "ink": "the pen reads", "annotation": "the file itself says"}


def number_evidence(number: NumberValue, pages: Sequence[Page]) -> Iterator[Evidence]:
    """What each reader sees in the number's slot."""
    for slot in _trusted(slots_at(Slot.NUMBER, number, pages)):
        if slot.filling is not Filling.BLANK and (serials := list(_serials(slot))):
            yield _said(slot.reader, serials)


def date_evidence(date: DateValue, pages: Sequence[Page]) -> Iterator[Evidence]:
    """What each reader sees in the slots of day and month; the rest of the date is as printed."""
    year, _, month = (date.value or "").partition("-")
    if not year or date.precision == "day":
        return
    in_month = {slot.reader: slot for slot in slots_at(Slot.MONTH, date, pages)}
    for slot in _trusted(slots_at(Slot.DAY, date, pages)):
        months = [Candidate(value=month, probability=1.0)] if month else list(_numbers(in_month.get(slot.reader), 12))
        dates = [_date(year, one, day) for one, day in product(months, _numbers(slot, 31))]
        if possible := [one for one in dates if is_day(one.value) and one.probability >= _LEAST]:
            yield _said(slot.reader, possible)


def _date(year: str, month: Candidate, day: Candidate) -> Candidate:
    value = f"{year}-{month.value}-{day.value}"
    return Candidate(value=value, probability=round(month.probability * day.probability, 4))


def _trusted(slots: Sequence[SlotReading]) -> list[SlotReading]:
    """The readings without the engine's where a reader made for ink has looked: they see the same strokes."""
    return [slot for slot in slots if slot.reader != "engine"] or list(slots)


def _said(reader: str, readings: Iterable[Candidate]) -> Evidence:
    kept = sorted(readings, key=lambda reading: (-reading.probability, reading.value))
    words = f"{_READER_WORDS.get(reader, reader)} {' or '.join(reading.value for reading in kept[:3])}"
    return Evidence(source=reader, words=words, candidates=kept)


def _serials(slot: SlotReading) -> Iterator[Candidate]:
    for guess in slot.readings:
        text = guess.text.strip(_LEADERS).replace(" ", "")
        if slot.reader == "engine":
            text = as_figures(text[:-1]) + text[-1:] if text else text
            text = as_figures(text) if text[-1:] in "lI|iOoSs" else text
        if _SERIAL.fullmatch(text):
            yield Candidate(value=text, probability=_believed(slot, guess))


def _numbers(slot: SlotReading | None, highest: int) -> Iterator[Candidate]:
    for guess in slot.readings if slot else ():
        text = guess.text.strip(_LEADERS).replace(" ", "")
        text = as_figures(text) if slot and slot.reader == "engine" else text
        if text.isdecimal() and 1 <= int(text) <= highest and slot:
            yield Candidate(value=f"{int(text):02d}", probability=_believed(slot, guess))


def _believed(slot: SlotReading, guess: Hypothesis) -> float:
    """How probable a reading is: readers of ink say it themselves, the engine is believed as far as it was right."""
    if slot.reader == "engine" and slot.filling is not Filling.PRINTED:
        return _ENGINE_ON_PEN
    return round(min(1.0, guess.probability), 4)
