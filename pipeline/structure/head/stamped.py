"""What stamps and electronic signatures say, read from the page's marks: urgency, secrecy, arrival, who signed when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.schema import Arrival, ESignature, FieldValue
from pipeline.structure.lines.model import Location
from pipeline.values import Box, MarkKind, Page, PageMark, Slot, SlotReading, TextSource
from pipeline.vietnamese.administrative.dates import date_of
from pipeline.vietnamese.administrative.matching import likeness, squeeze
from pipeline.vietnamese.folding import fold

URGENCY = ("HỎA TỐC HẸN GIỜ", "HỎA TỐC", "THƯỢNG KHẨN", "KHẨN")
SECRECY = ("TUYỆT MẬT", "TỐI MẬT", "MẬT", "LƯU HÀNH NỘI BỘ")
Marks = Mapping[int, Sequence[PageMark]]
"""The marks of each page."""

_SIGNER = re.compile(r"^(?:(?:duoc )?ky (?:so )?boi|nguoi ky|signed by)\s*:\s*")
_BODY = re.compile(r"^(?:co quan|to chuc|don vi)\s*:\s*")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CLOCK = r"(?:[T\s]+(?P<time{0}>\d{{1,2}}:\d{{2}}(?::\d{{2}})?)(?:\s*(?P<zone{0}>[+-]\d{{2}}:\d{{2}}))?)?"
_TIME = re.compile(
    r"(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>\d{4})" + _CLOCK.format("")
    + r"|(?P<y2>\d{4})[./-](?P<m2>\d{2})[./-](?P<d2>\d{2})" + _CLOCK.format("2")
)  # fmt: skip
# A field that holds nothing but digits and signs is the number or the day, which the signing software put there.
_FILLED_IN = re.compile(r"[\d\s/.-]*")
_ARRIVED = re.compile(r"\bden\b")
_ARRIVAL_NUMBER = re.compile(r"\bso\s*[:.]?\s*(\d{1,6}[a-z]?)\b")
_ARRIVAL_DATE = re.compile(r"\bngay\s*[:.]?\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})\b")
_SURE = 0.97  # of what the pen put into an arrival stamp
_ALIKE = 0.85


def urgency_of(marks: Marks) -> FieldValue | None:
    """How urgent the document is stamped."""
    return _stamped(marks, MarkKind.URGENCY, URGENCY)


def secrecy_of(marks: Marks) -> FieldValue | None:
    """How secret the document is stamped."""
    return _stamped(marks, MarkKind.SECRECY, SECRECY)


def _stamped(marks: Marks, kind: MarkKind, words: Sequence[str]) -> FieldValue | None:
    for page, mark in _in_order(marks, kind):
        said = max(words, key=lambda phrase: likeness(mark.text or "", phrase))
        known = said if likeness(mark.text or "", said) >= _ALIKE else mark.text
        return Location(page, mark.box, mark.confidence).field(known)
    return None


def arrival_of(marks: Marks, pages: Sequence[Page]) -> Arrival | None:
    """The first stamp of arrival. A pen's number and day count where a reader made for ink is sure of them."""
    sources = {page.number: page.source for page in pages}
    for page, mark in _in_order(marks, MarkKind.STAMP):
        folded = fold(squeeze(mark.text or ""))
        if not _ARRIVED.search(folded):
            continue
        typed = sources.get(page) is not TextSource.OCR
        number = _ARRIVAL_NUMBER.search(folded) if typed else None
        day = _ARRIVAL_DATE.search(folded) if typed else None
        slots = [slot for one in pages if one.number == page for slot in one.slots]
        return Arrival(
            number=number[1] if number else _read(Slot.ARRIVAL_NUMBER, slots),
            date=_iso(day[3], day[2], day[1]) if day else _read(Slot.ARRIVAL_DATE, slots),
            page=page,
            bbox=mark.box.as_list() if mark.box else None,
            confidence=mark.confidence,
        )
    return None


def _read(slot: Slot, slots: Iterable[SlotReading]) -> str | None:
    found = (one.readings[0] for one in slots if one.slot is slot and one.reader != "engine" and one.readings)
    return next((reading.text for reading in found if reading.probability >= _SURE), None)


def e_signatures(marks: Marks) -> list[ESignature]:
    """The electronic signatures by their time; those of no known time last."""
    found = [_signature(page, mark) for page, mark in _joined(marks)]
    known = [one for one in found if one.signer or one.time or one.text]
    return sorted(known, key=lambda one: (one.time is None, one.time or "", one.page or 0))


def _joined(marks: Marks) -> Iterator[tuple[int, PageMark]]:
    """The marks of electronic signatures, the printed lines of one joined."""
    open_page, held = 0, None
    for page, mark in _in_order(marks, MarkKind.E_SIGNATURE):
        if _FILLED_IN.fullmatch(mark.text or "x"):
            continue
        goes_on = held is not None and page == open_page and not mark.details and not held.details
        if held is not None and goes_on and not _SIGNER.match(fold(mark.text or "")):
            boxes = [box for box in (held.box, mark.box) if box]
            held = replace(held, text=f"{held.text}\n{mark.text}", box=Box.around(boxes) if boxes else None)
            continue
        if held is not None:
            yield open_page, held
        open_page, held = page, mark
    if held is not None:
        yield open_page, held


def _signature(page: int, mark: PageMark) -> ESignature:
    """A signature as the file's dictionary has it; what that lacks, as the page shows it."""
    lines = (mark.text or "").split("\n")
    shown = {
        "signer": _after(_SIGNER, lines),
        "organisation": _after(_BODY, lines),
        "email": next(iter(_EMAIL.findall(mark.text or "")), None),
        "time": _time(mark.text or ""),
    }
    facts = {name: mark.details.get(name) or value for name, value in shown.items()}
    return ESignature(**facts, text=mark.text, page=page, bbox=mark.box.as_list() if mark.box else None)


def _after(label: re.Pattern[str], lines: Sequence[str]) -> str | None:
    for line in lines:
        folded = fold(line)
        if len(folded) == len(line) and (match := label.match(folded)):
            return line[match.end() :].strip() or None
    return None


def _time(text: str) -> str | None:
    match = _TIME.search(text)
    if match is None:
        return None
    year, month, day = (match[name] or match[f"{name}2"] for name in "ymd")
    clock, zone = match["time"] or match["time2"], match["zone"] or match["zone2"] or ""
    iso = _iso(year, month, day)
    if iso is None or clock is None:
        return iso
    hour, _, rest = clock.partition(":")
    return f"{iso}T{int(hour):02d}:{rest if ':' in rest else rest + ':00'}{zone}"


def _iso(year: str, month: str, day: str) -> str | None:
    found = date_of(year if len(year) == 4 else f"20{year}", month, day)
    return found.iso if found else None


def _in_order(marks: Marks, kind: MarkKind) -> Iterator[tuple[int, PageMark]]:
    for page in sorted(marks):
        yield from ((page, mark) for mark in marks[page] if mark.kind is kind and (mark.text or mark.details))
