"""Number and day that the file itself holds as the words of a field: software that signs puts them into the gaps.

The page's picture, or its text, has a blank there ("Số:      /KH-UBND"); the field lies over it, its words are exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.reading.page_marks.handwriting import FilledField, filled_fields, span_box
from pipeline.values import Box, Filling, Hypothesis, Line, MarkKind, PageMark, Slot, SlotReading
from pipeline.vietnamese.administrative.document_numbers import labelled_number

_SERIAL = re.compile(r"\d{1,6}[a-zđ]?", re.IGNORECASE)
_LABEL = re.compile(r"^\s*s[ốôo]\s*[:.]?\s*", re.IGNORECASE)
_PART, _DAY_AND_MONTH = (
    re.compile(r"\d{1,2}"),
    re.compile(r"(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})(?:\s*[/.-]\s*\d{4})?"),
)
# What the file says is right but where the field was laid over the wrong place: nobody counted that yet.
_EXACT = 0.99
_BESIDE, _ABOVE = 1.0, 0.6  # heights of the line that a field may reach beyond its place


def typed_slots(marks: Sequence[PageMark], lines: Sequence[Line]) -> Iterator[SlotReading]:
    """The slots of number, day and month over which a field with fitting words lies."""
    fields = [mark for mark in marks if mark.kind is MarkKind.E_SIGNATURE and mark.box and mark.text]
    if not fields:
        return
    for line in lines:
        if " ".join(word.text for word in line.words) != line.text:
            continue  # what was written there was taken out: nothing is to be laid over it
        for place in filled_fields(line):
            room = _room(line, place)
            over = (mark for mark in fields if room and mark.box and room.holds(mark.box))
            for mark in over:
                said = _said(place.slot, mark.text or "")
                if said:
                    yield SlotReading(place.slot, Filling.PRINTED, mark.box, (Hypothesis(said, _EXACT),), "annotation")


def _said(slot: Slot, text: str) -> str | None:
    """What a field's words say of a slot."""
    words = " ".join(text.split())
    if slot is Slot.NUMBER:
        bare = _LABEL.sub("", words)
        if _SERIAL.fullmatch(bare):
            return bare
        found = labelled_number(bare)
        return found.number.serial or None if found and found.end == len(bare) else None
    if whole := _DAY_AND_MONTH.fullmatch(words):
        return whole[str(slot)]
    return words if _PART.fullmatch(words) else None


def _room(line: Line, place: FilledField) -> Box | None:
    """From the print before a slot to the print behind it, as high as a field may lie over it."""
    start, stop = place.room
    before = len(line.text[:start].rstrip())
    behind = len(line.text) - len(line.text[stop:].lstrip())
    left, right = span_box(line.words, before - 1, before), span_box(line.words, behind, behind + 1)
    if left is None or right is None or line.box is None:
        return None
    high = line.box.height
    side, above = round(_BESIDE * high), round(_ABOVE * high)
    return Box(left.right - side, line.box.top - above, right.left + side, line.box.bottom + above)
