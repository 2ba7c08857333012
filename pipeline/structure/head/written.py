"""Number and date as the contract has them: in their parts, with how each part came onto the paper.

How a slot was filled in is seen by reading, on a page's picture (`Page.slots`). Files of text show no ink: there digits
are print and a gap is blank, unless the text came from a scan, where the gap may be what an engine made of a pen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.errors import ProblemCode
from pipeline.schema import DateParts, DateValue, FieldValue, NumberValue, Problem, WrittenAs
from pipeline.structure.lines.model import Row
from pipeline.values import Box, Page, Slot, SlotReading

Filled = Mapping[Slot, tuple[str, Row]]
"""What the letterhead's lines have in each slot, as read, and the row it stands on."""

_BLANK = " .…_-–/"
_SAME_ROW = 0.4  # of the lower of two boxes' heights: they share so much of it when they stand on one row


def number_value(field: FieldValue | None, filled: Filled, pages: Sequence[Page]) -> NumberValue | None:
    """A number as read, taken apart; `filled` and `pages` tell how its serial was written."""
    if field is None:
        return None
    number = NumberValue(**dict(field))
    kind = _written(Slot.NUMBER, field, filled, pages, known=number.complete)
    return number.model_copy(update={"kind": kind, "sources": ["text"] if number.complete else []})


def date_value(field: FieldValue | None, filled: Filled, pages: Sequence[Page]) -> DateValue | None:
    """A date as read with its precision; `filled` and `pages` tell how its parts were written."""
    if field is None:
        return None
    date = DateValue(**dict(field))
    length = len(field.value or "")
    parts = DateParts(
        day=_written(Slot.DAY, field, filled, pages, known=length == 10),
        month=_written(Slot.MONTH, field, filled, pages, known=length >= 7),
        year=_written(Slot.YEAR, field, filled, pages, known=length >= 4),
    )
    found = {"kind": least_printed(parts), "parts": parts, "sources": ["text"] if length else []}
    return date.model_copy(update=found)


def number_problem(number: FieldValue) -> Problem:
    """What is wrong with a number that is not whole."""
    shown = f"Only {number.value!r} could be read." if number.value else "Nothing of it could be read."
    message = f"The document's number is blank, handwritten or unreadable. {shown}"
    return Problem(code=ProblemCode.NUMBER_UNREADABLE, message=message, page=number.page)


def date_problem(date: FieldValue) -> Problem:
    """What is wrong with a date that is not whole."""
    shown = f"what is sure is {date.value}" if date.value else "nothing of it is sure"
    message = f"The date is not printed whole, or its digits cannot be read: {shown}."
    return Problem(code=ProblemCode.DATE_PARTIAL, message=message, page=date.page)


def least_printed(parts: DateParts) -> WrittenAs | None:
    """How the part of a date was written that is farthest from print; None where one of them cannot be told."""
    kinds = [parts.day, parts.month, parts.year]
    order: tuple[WrittenAs, ...] = ("handwritten", "stamped", "blank")
    return next((kind for kind in order if kind in kinds), None if None in kinds else "printed")


def _written(slot: Slot, field: FieldValue, filled: Filled, pages: Sequence[Page], *, known: bool) -> WrittenAs | None:
    seen = slots_at(slot, field, pages)
    if seen:
        return seen[0].filling.value
    if known:
        return "printed"
    text, row = filled.get(slot, (None, None))
    if text is None or row is None or row.recognised or text.strip(_BLANK):
        return None
    return "blank"


def slots_at(slot: Slot, field: FieldValue, pages: Sequence[Page]) -> list[SlotReading]:
    """What each reader saw in a slot on the row on which a field stands; empty where none looked."""
    if field.bbox is None:
        return []
    own = Box(*field.bbox)
    seen = (found for page in pages if page.number == field.page for found in page.slots if found.slot is slot)
    return [found for found in seen if found.box is None or _on_one_row(found.box, own)]


def _on_one_row(one: Box, other: Box) -> bool:
    _, shared = one.overlap(other)
    return shared >= _SAME_ROW * min(one.height, other.height)
