"""Several documents in one file: where a second letterhead after a closing begins a document of its own.

What Decree 30/2020/NĐ-CP says decides: a document has a number of its own (Điều 8). A plan or regulation that a
decision puts in force has none and is part of the decision; a form's letterhead is to be filled in by others; a sheet
SAO Y, SAO LỤC or TRÍCH SAO (Điều 25) only certifies the copy that it is attached to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.schema import Attachment, AttachmentKind
from pipeline.structure.closing.recipients import is_signature_row
from pipeline.structure.head.letterhead import looks_like_letterhead, number_in
from pipeline.structure.head.title import title_type
from pipeline.structure.lines.model import Row
from pipeline.structure.rows import clean
from pipeline.structure.words.markers import readings
from pipeline.structure.words.positions import is_position, looks_like_name
from pipeline.values import Page
from pipeline.vietnamese.administrative.dates import DATE_LINE
from pipeline.vietnamese.administrative.document_numbers import Found
from pipeline.vietnamese.administrative.labels import AUTHORITY, holds_motto, opens_addressees, opens_recipients
from pipeline.vietnamese.administrative.matching import is_capitals, word_count
from pipeline.vietnamese.folding import flat, fold

_LONGEST_HEAD = 24  # rows from a letterhead's first to its title or "Kính gửi"; a trích yếu on the left takes ten
_TOP = 12  # rows of a page, or above a motto in a dump, among which a letterhead begins: stamps stand over it
_ABOVE = 4  # rows of a dump's letterhead over its motto: bodies, each on a line or two
_LONGEST_BODY = 10  # words of a body's name on one line
_UNDER_TITLE = 10  # rows in which "(Ban hành kèm theo …)" follows a title
_MOTTO_ROWS = 6  # rows between the first of a letterhead and its last motto
_NAME_WITHIN = 8  # rows between a signer's post and name: seals and notes
_ATTACHED = re.compile(r"^\W{0,3}(?:ban hanh )?kem theo\b|^\W{0,3}(?:duoc )?ban hanh kem theo\b")
_FORM = re.compile(r"^\W{0,2}(?:mau (?:so|bieu)?\s?[\divx]|bieu (?:mau|so)|mau\s*:?$|phu luc\b|phu bieu\b)")
_PLACEHOLDER = re.compile(r"[.…_]{3,}|\(\d\)|^TÊN (?:CƠ QUAN|ĐƠN VỊ|TỔ CHỨC|CQ)", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_COPY = re.compile(r"^(?:sao y(?: ban chinh)?|sao luc|trich sao)$")
_COPY_SYMBOLS = frozenset({"sy", "sl", "trs", "syb", "sybc"})


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a file: its pages, those of them that only certify a copy, why it begins where it does.

    `reason` is empty for a file's first document. `attachments` are papers inside that are none of their own. It is
    number `number` of the `count` documents of the file.
    """

    pages: tuple[Page, ...]
    sheets: frozenset[int] = frozenset()
    reason: str = ""
    attachments: tuple[Attachment, ...] = ()
    number: int = 1
    count: int = 1

    @property
    def body(self) -> list[Page]:
        """The pages as structure reads them: a sheet that certifies a copy is read last, wherever it was laid."""
        return sorted(self.pages, key=lambda page: page.number in self.sheets)


@dataclass(slots=True)
class _Head:
    """What stands at the top of a paper: the rows `start`..`end`, and which parts of a letterhead are among them.

    `opened` is the row by which it was found.
    """

    start: int
    opened: int
    end: int
    motto: bool = False
    number: Found | None = None
    dated: bool = False
    day: bool = False
    kind: str = ""
    attached: bool = False
    form: bool = False
    copy: bool = False

    @property
    def own_number(self) -> bool:
        """Whether it has a number, its serial perhaps written by pen."""
        return self.number is not None and self.number.number.names_type

    @property
    def signs(self) -> int:
        """How many of quốc hiệu, number, date and title (or addressees) it has."""
        return self.motto + self.own_number + self.dated + bool(self.kind)


@dataclass(slots=True)
class _Open:
    """The part that is being gathered."""

    start: int = 0
    reason: str = ""
    number: str | None = None
    headed: bool = False
    sheets: set[int] = field(default_factory=set)
    attachments: list[Attachment] = field(default_factory=list)


def split_documents(pages: Sequence[Page]) -> list[Part]:
    """The documents in a file's pages, restored, in order; one for a file that holds one. Nothing is lost or doubled.

    Blank sheets stay with the document before them; a document of a dump may begin in the middle of a page.
    """
    rows, places = _rows(pages)
    gathered = [_Open()]
    for head in _heads(rows):
        _sort(head, rows, gathered)
    starts = [places[part.start] if index else (0, 0) for index, part in enumerate(gathered)]
    slices = _cut(pages, starts)
    count = len(gathered)
    return [
        Part(own, frozenset(part.sheets), part.reason, tuple(part.attachments), number, count)
        for number, (part, own) in enumerate(zip(gathered, slices, strict=True), start=1)
    ]


def _rows(pages: Sequence[Page]) -> tuple[list[Row], list[tuple[int, int]]]:
    """All lines with words, and (index of its page, index in the page) of each."""
    rows: list[Row] = []
    places: list[tuple[int, int]] = []
    for index, page in enumerate(pages):
        for at, line in enumerate(page.lines):
            if text := clean(line.text):
                rows.append(Row(len(rows), page.number, text, line, centred=line.centred))
                places.append((index, at))
    return rows, places


def _heads(rows: Sequence[Row]) -> Iterator[_Head]:
    """What may be the top of a paper, in order; none overlaps another."""
    tops = {index for index in range(len(rows)) if index == 0 or rows[index].page != rows[index - 1].page}
    top = after = 0
    for index, row in enumerate(rows):
        top = index if index in tops else top
        boxed = row.line.box is not None
        if index < after or row.line.cell is not None or (boxed and index - top >= _TOP):
            continue
        if not _opens(rows, index):
            continue
        start = top if boxed else _first_above(rows, index, after)
        head = _read(rows, max(start, after), index)
        after = head.end
        yield head


def _opens(rows: Sequence[Row], index: int) -> bool:
    """Whether a row can be among the first of a paper: a motto, a number, the sign of a copy, words of attachment."""
    text = rows[index].text
    if holds_motto(text) or _COPY.match(fold(text).strip(" .")):
        return True
    if ":" in text and word_count(text) < 16 and number_in(text) is not None and looks_like_letterhead(rows[index]):
        return True
    above = rows[max(0, index - _UNDER_TITLE) : index]
    return bool(_ATTACHED.match(fold(text))) and any(title_type(row) and word_count(row.text) < 6 for row in above)


def _first_above(rows: Sequence[Row], index: int, least: int) -> int:
    """The first row of a dump's letterhead whose motto or number is the row `index`."""
    start = index
    if _ATTACHED.match(fold(rows[index].text)):
        above = range(max(least, index - _UNDER_TITLE), index)
        start = next((at for at in above if title_type(rows[at]) is not None), index)
    page = rows[index].page
    while start > least and index - start < _ABOVE and rows[start - 1].page == page and _is_head_row(rows[start - 1]):
        start -= 1
    return start


def _is_head_row(row: Row) -> bool:
    """Whether a row over a motto belongs to the same letterhead, not to the signature before it."""
    if row.line.cell is not None or looks_like_name(row.text) or is_position(row.text) or AUTHORITY.match(row.text):
        return False
    if looks_like_letterhead(row) or _FORM.match(fold(row.text)) or holds_motto(row.text):
        return True
    return is_capitals(row.text) and word_count(row.text) <= _LONGEST_BODY and not readings(row.text)


def _read(rows: Sequence[Row], start: int, opened: int) -> _Head:
    """The letterhead that begins with the row `start` and holds the row `opened`."""
    head = _Head(start, opened, opened + 1)
    blank = True
    for index in range(start, min(len(rows), start + _LONGEST_HEAD)):
        row = rows[index]
        text = row.text
        if row.page != rows[start].page or (index > opened + _MOTTO_ROWS and holds_motto(text)):
            break
        head.end = max(head.end, index + 1)
        head.motto = head.motto or holds_motto(text)
        head.copy = head.copy or bool(_COPY.match(fold(text).strip(" .")))
        head.form = head.form or bool(_FORM.match(fold(text)))
        if looks_like_letterhead(row) and not _ATTACHED.match(fold(text)):
            _take_number(head, text)
        found = DATE_LINE.search(flat(text)) if looks_like_letterhead(row) or "năm" in text else None
        if found and not head.kind:
            head.dated = head.dated or bool(_YEAR.search(found["year"]))
            head.day = head.day or any(map(str.isdigit, found["day"]))
        elif head.number is None and _PLACEHOLDER.search(text) and is_capitals(text):
            blank = False
        known = title_type(row) if row.line.cell is None and not holds_motto(text) else None
        if known is not None or opens_addressees(text):
            head.kind = known[0] if known else "CÔNG VĂN"
            under = rows[index + 1 : index + 1 + _UNDER_TITLE]
            head.attached = any(_ATTACHED.match(fold(other.text)) for other in under if other.page == row.page)
            break
    serial = head.number.number.serial if head.number else ""
    head.form = (head.form or not blank) and not (serial and head.dated)
    return head


def _take_number(head: _Head, text: str) -> None:
    if head.number is None and not head.kind and (number := number_in(text)) is not None:
        head.number = number
        head.copy = head.copy or fold(number.number.type_symbol) in _COPY_SYMBOLS


def _sort(head: _Head, rows: Sequence[Row], gathered: list[_Open]) -> None:
    """Take a paper's top in: as the beginning of a document, or as something inside the one before."""
    current = gathered[-1]
    page = rows[head.start].page
    if head.copy and not head.motto:
        if _fills_page(head, rows):
            current.sheets.add(page)
        current.attachments.append(_attachment(AttachmentKind.COPY_SHEET, head, page, _COPY_REASON))
        return
    number = str(head.number.number) if head.own_number and head.number else None
    before = [index for index in range(current.start, head.start) if rows[index].page not in current.sheets]
    closed = any(_closes(rows, index) for index in before)
    if not current.headed and not closed:
        current.headed, current.number = head.signs >= 2, number
        return
    if head.form:
        current.attachments.append(_attachment(AttachmentKind.FORM, head, page, _FORM_REASON))
    elif head.attached and not head.own_number:
        current.attachments.append(_attachment(AttachmentKind.PUT_IN_FORCE, head, page, _ATTACHED_REASON))
    elif _begins_document(head, current, closed=closed):
        gathered.append(_Open(head.start, _reason(head, closed=closed), number, headed=True))


_COPY_REASON = "The sheet certifies a copy (SAO Y, SAO LỤC, TRÍCH SAO) and is no document of its own."
_FORM_REASON = "Its letterhead is a form's: number and date are left to be filled in."
_ATTACHED_REASON = (
    "It has no number of its own: by Decree 30/2020/NĐ-CP it is part of the document that puts it in force."
)


def _fills_page(head: _Head, rows: Sequence[Row]) -> bool:
    """Whether nothing but what certifies a copy stands on its page."""
    page = rows[head.start].page
    own = [row for row in rows[max(0, head.start - _LONGEST_HEAD) : head.start + 2 * _LONGEST_HEAD] if row.page == page]
    above = [row for row in own if row.number < head.opened]
    return all(map(_is_head_row, above)) and not any(holds_motto(row.text) for row in own)


def _begins_document(head: _Head, current: _Open, *, closed: bool) -> bool:
    """Whether a letterhead is another paper's: three of its four parts after a closing, all four without one."""
    number = str(head.number.number) if head.own_number and head.number else None
    if closed:
        named = head.own_number or (head.dated and head.day)
        return head.signs >= 3 and named
    serial = head.number.number.serial if head.number else ""
    return head.signs == 4 and bool(serial) and current.number is not None and number != current.number


def _reason(head: _Head, *, closed: bool) -> str:
    what = [
        name
        for name, there in (
            ("quốc hiệu", head.motto),
            (f"the number {head.number.number}" if head.number else "", head.own_number),
            ("a date", head.dated),
            (head.kind, bool(head.kind)),
        )
        if there
    ]
    where = "after the closing of the one before" if closed else "though the one before has no closing"
    also = " It says that it is attached, but has a number of its own." if head.attached else ""
    return f"A letterhead with {', '.join(what)} begins here, {where}.{also}"


def _closes(rows: Sequence[Row], index: int) -> bool:
    """Whether a row belongs to a closing: nơi nhận, the sign of authority, or a post over a name."""
    text = rows[index].text
    if rows[index].line.cell is not None:
        return False
    if opens_recipients(text) or (AUTHORITY.match(text) and is_capitals(text)):
        return True
    if not (is_capitals(text) and is_position(text) and is_signature_row(rows[index])):
        return False
    return any(looks_like_name(row.text) for row in rows[index + 1 : index + 1 + _NAME_WITHIN])


def _attachment(kind: AttachmentKind, head: _Head, page: int, reason: str) -> Attachment:
    return Attachment(kind=kind, page=page, document_type=head.kind or None, reason=reason)


def _cut(pages: Sequence[Page], starts: Sequence[tuple[int, int]]) -> list[tuple[Page, ...]]:
    """The pages of each part, from its start (index of a page, index of a line in it) to the next one's."""
    ends = [*starts[1:], (len(pages), 0)]
    return [tuple(_between(pages, start, end)) for start, end in zip(starts, ends, strict=True)]


def _between(pages: Sequence[Page], start: tuple[int, int], end: tuple[int, int]) -> Iterator[Page]:
    for index in range(start[0], min(len(pages), end[0] + 1)):
        page = pages[index]
        first = start[1] if index == start[0] else 0
        last = end[1] if index == end[0] else len(page.lines)
        if index == end[0] and not any(clean(line.text) for line in page.lines[:last]):
            continue  # the next one begins with the page's first words
        if first and any(clean(line.text) for line in page.lines[:first]):
            yield replace(page, lines=page.lines[first:last], marks=(), problems=(), slots=())
        else:
            yield page if last == len(page.lines) else replace(page, lines=page.lines[:last])
