"""The letterhead: bodies, number, place and date, from the page's columns where they are known and from words else.

A line of a dump may carry both columns ("Số: 12/KH-UBND Hòa Phong, ngày 09 tháng 12 năm 2024"); so each line is cut
into what belongs left (bodies, number, trích yếu of a letter) and right (quốc hiệu, tiêu ngữ, place and date).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.schema import FieldValue, Problem
from pipeline.structure.head.document_symbol import mended_number, repair_symbol
from pipeline.structure.head.written import date_problem, number_problem
from pipeline.structure.lines.model import Paragraph, Piece, Row
from pipeline.structure.lines.paragraphs import join
from pipeline.structure.words.lexicon import lexicon
from pipeline.values import Region, Slot
from pipeline.vietnamese.administrative.dates import DATE_LINE, date_of
from pipeline.vietnamese.administrative.document_numbers import (
    DASHES,
    SLASH,
    SLASHES,
    Found,
    labelled_number,
    whole_number,
)
from pipeline.vietnamese.administrative.labels import (
    MOTTO,
    PARTY,
    STATE,
    UNION,
    has_motto,
    is_motto,
    phrase_in,
)
from pipeline.vietnamese.administrative.look_alikes import as_figures
from pipeline.vietnamese.administrative.matching import (
    is_capitals,
    skeleton,
    squeeze,
    starts_like,
    word_count,
)
from pipeline.vietnamese.folding import flat, fold

_AREA = re.compile(r"^(?:tinh|thanh pho|tp|huyen|quan|thi xa|thi tran|phuong|xa|dac khu|tx|tt)\b\.?")
_JOINED_END = re.compile(r"(?:\b(?:va|cua|ve|cac)|[-–,&])$")
_GENERAL = re.compile(
    r"^(?:uy ban nhan dan|ubnd|hoi dong nhan dan|hdnd|uy ban mat tran to quoc(?: viet nam)?|dang uy|ban chap hanh)$"
)

_ORGAN = re.compile(r"^ban (?:thuong vu|chap hanh|thuong truc)$")

# "S?:" and, without what stood for it, "S :" are labels whose letter is lost.
_NUMBER_LABEL = re.compile(
    r"(?:^|(?<=\s))[Ss5](?:[oòóỏõọôồốổỗộơờớởỡợöOỐÔ60éẽe°&?]{1,2}|\s(?=:))\s?[:;.,]?\s*"
    rf"(?:(?<=:)|(?<=:\s)|(?=[\d{SLASHES}\\|.…_{re.escape(DASHES)}]|\S{{0,7}}(?:\s\S{{1,4}})?\s*{SLASH}|\s*$))"
)
# The place before a date begins a word, and is no symbol of a number ("KH-BTV Lương Sơn, ngày").
_PLACE = re.compile(r"(?<![^\s,;.:])(?![A-ZĐ]{2,5}[-–][A-ZĐ]{2})(?P<place>[^,;:/\d]{2,60}?)[\s,;.]+$")
_ABOUT = re.compile(r"^[\"“'*]?\s*V\s?[/.]\s?v\b", re.IGNORECASE)
_RULES = re.compile(r"^[\W_]+$")
_SURE = 0.55  # an OCR confidence below this makes digits a guess
# Of 107 printed years on real letterheads the one that was misread had 0.59; the least of those that were right 0.65.
_SURE_YEAR = 0.62


@dataclass(slots=True)
class Letterhead:
    """The letterhead's fields, what was used up for them, and what went wrong.

    `about` is the trích yếu of a letter that prints it under the number; `filled` is what stands in the places of
    number, day and month, sure or not; `used` is what the fields were read from, `motto` quốc hiệu and tiêu ngữ,
    `left_over` are pieces nothing claimed.
    """

    parent_body: FieldValue | None = None
    issuing_body: FieldValue | None = None
    number: FieldValue | None = None
    place: FieldValue | None = None
    date: FieldValue | None = None
    about: FieldValue | None = None
    filled: dict[Slot, tuple[str, Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    used: list[Paragraph] = field(default_factory=list)
    motto: list[Paragraph] = field(default_factory=list)
    left_over: list[Paragraph] = field(default_factory=list)
    body_lines: list[Paragraph] = field(default_factory=list)
    about_lines: list[Paragraph] = field(default_factory=list)

    @property
    def found(self) -> bool:
        """Whether anything that only a letterhead has was found."""
        return bool(self.motto) or self.number is not None or self.date is not None


def read_letterhead(rows: Sequence[Row], document_type: str | None = None) -> Letterhead:
    """The letterhead from the rows above the title, which says the document's type."""
    head = Letterhead()
    union = not any(has_motto(row.text) for row in rows)
    for row in rows:
        pieces = _without_motto(join([row]), row, head, union=union)
        for piece in pieces:
            _sort_piece(piece, row, head)
    _name_bodies(head)
    _mend_number(head, document_type)
    if head.about_lines:
        text = _merged(head.about_lines)
        head.used += head.about_lines
        head.about = text.place().field(text.text)
    return head


def _mend_number(head: Letterhead, document_type: str | None) -> None:
    """A recognised number's symbol as type and bodies have it, where its letters show that it was misread."""
    number = head.number
    if number is None or not number.value or number.bbox is None:
        return
    bodies = [body.value for body in (head.issuing_body, head.parent_body) if body and body.value]
    mended = mended_number(number.value, document_type, bodies)
    if mended != number.value:
        head.number = number.model_copy(update={"value": mended})


def sort_row(row: Row, head: Letterhead) -> None:
    """Give what a row says to the fields that it belongs to."""
    _sort_piece(join([row]), row, head)


def _sort_piece(piece: Paragraph, row: Row, head: Letterhead) -> None:
    if not piece.text or _RULES.match(piece.text):
        return
    label = _NUMBER_LABEL.search(piece.text) if head.number is None else None
    if label and _read_number(piece, label, row, head):
        return
    may_date = head.date is None and row.region is not Region.LETTERHEAD_LEFT
    dated = DATE_LINE.search(flat(piece.text)) if may_date else None
    start = read_date(piece, dated, row, head) if dated else None
    if dated and start is not None:
        for part in (piece.cut(0, start), piece.cut(dated.end())):
            _sort_piece(part, row, head)
        return
    if head.number is None and (alone := whole_number(piece.text)):
        head.number = piece.place().field(str(alone))
        head.used.append(piece)
        return
    if row.region is Region.LETTERHEAD_RIGHT:
        head.left_over.append(piece)
    elif _ABOUT.match(piece.text) or head.about_lines:
        head.about_lines.append(piece)
    elif head.number is None and (is_capitals(piece.text) or lexicon().body.match(fold(piece.text) + " ")):
        head.body_lines.append(piece)
    else:
        head.left_over.append(piece)


def _without_motto(piece: Paragraph, row: Row, head: Letterhead, *, union: bool = False) -> list[Paragraph]:
    """What is left of a line when quốc hiệu and tiêu ngữ are taken out of it.

    `union` says that the letterhead has none, so that the youth union's name on the right stands in their place.
    """
    text = piece.text
    for phrase in (STATE, MOTTO, PARTY, UNION):
        if phrase == UNION and not (union and skeleton(text).endswith(skeleton(UNION).split()[-1])):
            continue
        found = phrase_in(text, phrase)
        if found is None or (phrase in (PARTY, UNION) and row.region is Region.LETTERHEAD_LEFT):
            continue
        start, end = found
        head.motto.append(piece.cut(start, end))
        return [piece.cut(0, start), *_without_motto(piece.cut(end), row, head)]
    return [piece]


def _name_bodies(head: Letterhead) -> None:
    """Parent and issuing body from the left column's lines: a name may run over two of them."""
    names: list[list[Paragraph]] = []
    for line in head.body_lines:
        text = fold(line.text).strip()
        above = fold(names[-1][-1].text).strip() if names else ""
        whole_above = squeeze(" ".join(fold(part.text) for part in names[-1])) if names else ""
        goes_on = bool(names) and (
            bool(_JOINED_END.search(above))
            or not lexicon().body.match(text + " ")
            or (bool(_GENERAL.match(whole_above)) and bool(_AREA.match(text)))
            or bool(_ORGAN.match(above))  # "BAN THƯỜNG VỤ" / "HỘI LHPN HUYỆN …": the organ of the body under it
        )
        if goes_on:
            names[-1].append(line)
        else:
            names.append([line])
    if not names:
        return
    head.used += head.body_lines
    issuing = _merged(_without_signs(names[-1]))
    head.issuing_body = issuing.place().field(bare_name_of(issuing.text))
    if len(names) > 1:
        parent = _merged(_without_signs([part for name in names[:-1] for part in name]))
        head.parent_body = parent.place().field(bare_name_of(parent.text))


def bare_name_of(name: str) -> str:
    """A body's name without signs around it."""
    return re.sub(r"^[\W_]+|[\s_*:;.,~=\-–—]+$", "", name)


def _without_signs(parts: Sequence[Paragraph]) -> list[Paragraph]:
    """The lines of a body's name without what an engine read at their ends: inside a name stands no sign."""
    return [
        part.cut(0, len(part.text.rstrip(" .,;:"))) if part.pieces[-1].row.recognised else part for part in parts[:-1]
    ] + list(parts[-1:])


def _merged(parts: Sequence[Paragraph]) -> Paragraph:
    text = ""
    pieces: list[Piece] = []
    for part in parts:
        if text:
            text += " "
        pieces += [
            Piece(piece.row, piece.start + len(text), piece.end + len(text), piece.offset) for piece in part.pieces
        ]
        text += part.text
    return Paragraph(text, tuple(pieces))


def _read_number(piece: Paragraph, label: re.Match[str], row: Row, head: Letterhead) -> bool:
    rest = piece.text[label.end() :]
    found = labelled_number(rest)
    garbage = re.match(r"\S*", rest) if found is None and ":" in label[0] else None
    if found is None and garbage is None and rest.strip(" ./…_-"):
        return False
    before = piece.cut(0, label.start())
    end = label.end() + (found.end if found else garbage.end() if garbage else len(rest))
    value = piece.cut(label.start(), end)
    number, sure = _sure_part(found, value) if found else (None, False)
    head.number = value.place().field(number)
    head.filled[Slot.NUMBER] = (found.serial_as_read if found else rest, row)
    head.used.append(value)
    if not sure:
        head.problems.append(number_problem(head.number))
    for part in (before, piece.cut(end)):
        _sort_piece(part, row, head)
    return True


def _sure_part(found: Found, piece: Paragraph) -> tuple[str, bool]:
    """The number as '12/KH-UBND', and whether its serial is sure; without a serial '/KH-UBND'."""
    number = replace(found.number, symbol=repair_symbol(found.number.symbol))
    if number.serial and _digits_confidence(piece, found.serial_as_read) >= _SURE:
        return str(number), True
    return str(replace(number, serial="", joint=number.joint.strip() or "-")), False


def _digits_confidence(piece: Paragraph, digits: str) -> float:
    """The engine's confidence in the words that hold the number's digits; 1 where it gives none."""
    values = []
    for part in piece.pieces:
        for word in part.row.line.words:
            if word.confidence is not None and digits and digits[:3] in word.text.replace(" ", ""):
                values.append(word.confidence)
    return min(values) if values else 1.0


def read_date(piece: Paragraph, match: re.Match[str], row: Row, head: Letterhead) -> int | None:
    """Take place and date from a match; where they begin, None when it is no letterhead's date line."""
    place = _PLACE.search(piece.text, 0, match.start())
    slots = {slot: piece.text[slice(*match.span(str(slot)))] for slot in (Slot.DAY, Slot.MONTH, Slot.YEAR)}
    year = _to_number(slots[Slot.YEAR], 1945, 2100)
    if year is None and not place:
        return None
    if _digits_confidence(piece, slots[Slot.YEAR].strip()) < _SURE_YEAR:
        year = None
    month = _sure_number(piece, slots[Slot.MONTH], 12)
    day = _sure_number(piece, slots[Slot.DAY], 31)
    place_text = squeeze(place["place"] if place else "").strip(" .,;-–—'\"“”*_")
    # In a dump the left column's end may stand before the place on the same line.
    if place and place_text:
        where = piece.cut(place.start(), place.end("place"))
        head.place = where.place().field(place_text)
        head.used.append(where)
    date = year and ((month and date_of(year, month, day)) or date_of(year, month))
    dated = piece.cut(match.start("label"), match.end())
    head.date = dated.place().field(date.iso if date else None)
    head.filled |= {slot: (text, row) for slot, text in slots.items()}
    head.used.append(dated)
    if not date or date.day is None:
        head.problems.append(date_problem(head.date))
    return place.start() if place else match.start()


def _sure_number(piece: Paragraph, text: str, highest: int) -> int | None:
    """Day or month when it is printed in digits and read with confidence; handwriting is never guessed at."""
    if not any(char.isdigit() for char in text) or _digits_confidence(piece, text.strip()) < _SURE:
        return None
    return _to_number(text, 1, highest)


def _to_number(text: str | None, lowest: int, highest: int) -> int | None:
    digits = as_figures(re.sub(r"[\s.…]", "", text or ""))
    if not digits.isdigit():
        return None
    value = int(digits)
    return value if lowest <= value <= highest else None


def number_in(text: str) -> Found | None:
    """The number behind its label ("Số:") in a line; None where no label or no number stands there."""
    label = _NUMBER_LABEL.search(text)
    return labelled_number(text[label.end() :]) if label else None


def looks_like_letterhead(row: Row) -> bool:
    """Whether a row can belong to a letterhead: a motto, a number, a date line, a body's name in capitals."""
    text = row.text
    if row.region in (Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT) or is_motto(text):
        return True
    if has_motto(text):
        return True
    if _NUMBER_LABEL.match(text) and set(SLASHES) & set(text) and word_count(text) < 16:
        return True
    if (dated := _is_date_line(text)) is not None:
        return dated
    return is_capitals(text) and bool(lexicon().body.match(fold(text) + " ")) and not starts_like(text, "BAN HÀNH")


def _is_date_line(text: str) -> bool | None:
    """Whether a line with a date is one of place and date; None where it has none."""
    found = DATE_LINE.search(flat(text)) if word_count(text) < 18 else None
    if found is None or not _to_number(found["year"], 1945, 2100):
        return None
    place = _PLACE.search(text, 0, found.start())
    if place is None or not (place.start() == 0 or _NUMBER_LABEL.match(text)):
        return False
    return place["place"].lstrip()[:1].isupper() and text[found.start()] == "n"


def is_place_and_date(row: Row) -> bool:
    """Whether a row says place and date and nothing else, as a letterhead or a form's end does."""
    found = DATE_LINE.search(flat(row.text))
    if found is None or row.text[found.end() :].strip(" .;") or _NUMBER_LABEL.match(row.text):
        return False
    return bool(_is_date_line(row.text))


def opens_number(text: str) -> bool:
    """Whether a line begins with the label of a number."""
    return bool(_NUMBER_LABEL.match(text))
