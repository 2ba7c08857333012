"""The document's title: its type (kế hoạch, quyết định, …) and the trích yếu under it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from pipeline.structure.head.letterhead import looks_like_letterhead, opens_number
from pipeline.structure.head.title_block import TitleBlock, read_title_block
from pipeline.structure.lines.model import Paragraph, Row
from pipeline.structure.lines.paragraphs import is_finished, is_open, join
from pipeline.structure.words.lexicon import lexicon
from pipeline.structure.words.markers import bullet_length, readings
from pipeline.values import Region
from pipeline.vietnamese.administrative.document_types import ANY_ACT, TITLE_TYPES
from pipeline.vietnamese.administrative.labels import has_motto, opens_addressees
from pipeline.vietnamese.administrative.matching import (
    CLOSE,
    is_capitals,
    skeleton,
    starts_like,
    starts_lower,
    word_count,
)
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.syllables import is_syllable

_ATTACHED = re.compile(r"^[\"“'*]?\(\s*(?:ban hành|kèm theo|đính kèm|ban hanh|kem theo)", re.IGNORECASE)
_ABOUT = re.compile(r"\b(?:Về việc|V/v)\b")
_RULE = re.compile(r"^[\W_]+$")
_AUTHORITY = re.compile(
    r"^(?:bo truong|chu tich|giam doc|thu tuong|hoi dong nhan dan|uy ban nhan dan|tong giam doc|cuc truong|hieu truong"
    r"|chanh|vien truong|truong ban|chinh phu|quoc hoi|ban thuong vu|ban chap hanh|tong cuc truong|truong phong)\b"
)
_ACT_CITED = re.compile(rf"^\w+(?: \w+){{1,5}}? ?{ANY_ACT} .*\b(?:so\s?:? ?\S*\d|ngay \d)|^\w+ \w+ {ANY_ACT} so\b")
_TYPE_LAST = re.compile(rf"{ANY_ACT}$")
_FIRST_LINE = 2.5  # character widths that a paragraph's first line stands in at least
_COLUMNS = (Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT)
_LETTER_ROWS = 24  # a letterhead with a trích yếu in the left column takes no more
_WIDE_GAP = 1.0  # line heights; a trích yếu has its lines close together
_LONGEST = 8  # rows of a trích yếu
_STRANGERS = 14  # rows above a title that are not a letterhead's: stamps, notes, the second column's pieces
_FARTHEST = 45  # rows from the top within which a title is looked for


@dataclass(frozen=True, slots=True)
class Title:
    """The title's type and trích yếu, and the rows they take up: `first`..`after` (indices into the rows).

    `stray` are words among them that are none of the trích yếu's; `block` is what stands there for a letterhead.
    """

    document_type: str
    type_place: Paragraph
    subject: Paragraph | None
    first: int
    after: int
    stray: Paragraph | None = None
    block: TitleBlock | None = None


def find_title(rows: Sequence[Row]) -> Title | None:
    """The first title among the document's first rows, or None; one in small letters only right under a letterhead."""
    return _first_title(rows, title_type) or _first_title(rows, _title_in_small_letters)


def _first_title(rows: Sequence[Row], type_of: Callable[[Row], tuple[str, int] | None]) -> Title | None:
    strangers = 0
    for index, row in enumerate(rows[:_FARTHEST]):
        strangers += not looks_like_letterhead(row)
        if strangers > _STRANGERS:
            return None
        found = type_of(row) if row.line.cell is None and not has_motto(row.text) else None
        if (
            found is not None
            and not is_capitals(row.text[: found[1]])
            and not (index and looks_like_letterhead(rows[index - 1]))
        ):
            continue
        # In a column of the letterhead only a line that says nothing else is a title that slipped in.
        if found is None or (row.region in _COLUMNS and found[1] < len(row.text)):
            continue
        known, length = found
        block = read_title_block(rows, index, length)
        rest = block.rest if block else join([row], length) if length < len(row.text) else None
        subject, after = read_subject(rows, block.last if block else index, rest)
        stray = None
        if subject is not None and row.line.box is not None:
            subject, stray = _without_stray(subject)
        return Title(known, join([row]).cut(0, length), subject, index, after, stray, block)
    return None


def letterhead_end(rows: Sequence[Row]) -> int:
    """The index after the letterhead of a document without a title (a letter); 0 when it has no letterhead."""
    top = rows[:_LETTER_ROWS]
    if not any(has_motto(row.text) or opens_number(row.text) or row.region in _COLUMNS for row in top):
        return 0
    for index, row in enumerate(top):
        if opens_addressees(row.text):
            return index
    return max((index + 1 for index, row in enumerate(top) if looks_like_letterhead(row)), default=0)


def title_type(row: Row) -> tuple[str, int] | None:
    """(type, characters it takes) when `row` is or begins with a document type's name, set as a title."""
    text = row.text
    prominent = is_capitals(text) or bool(row.line.bold) or row.centred or row.title_hint
    words = text.split()
    for known in TITLE_TYPES:
        count = len(known.split())
        head = " ".join(words[:count])
        if len(words) == 1 and is_capitals(text) and _is_glued(text, known):
            return known, len(text)
        if len(words) < count or not is_capitals(head):
            continue
        alike = fuzz.ratio(skeleton(head), skeleton(known))
        if alike < (86 if len(words) == count else 92):
            continue
        rest = " ".join(words[count:]).strip(" .:*_-–—")
        if not rest:
            return known, len(text)
        if prominent and not readings(text):
            return known, len(head) + 1
    return None


def _title_in_small_letters(row: Row) -> tuple[str, int] | None:
    """(type, characters it takes) when `row` says a type's name and nothing else: "Kế hoạch"."""
    bare = row.text.strip(" .:*_-–—").upper()
    return (bare, len(row.text)) if bare in TITLE_TYPES and row.text[:1].isupper() else None


def _is_glued(text: str, known: str) -> bool:
    """Whether a line says a type whose blank OCR lost ("THÔNGBÁO")."""
    return fuzz.ratio(skeleton(text), skeleton(known).replace(" ", "")) >= 90


def read_subject(rows: Sequence[Row], title: int, rest: Paragraph | None = None) -> tuple[Paragraph | None, int]:
    """The trích yếu under a title and the index of the first row after it."""
    taken: list[Row] = []
    index = title + 1
    while index < len(rows):
        row = rows[index]
        if _RULE.match(row.text):
            index += 1
            continue
        previous = taken[-1] if taken else rows[title] if rest else None
        if _ends_subject(row, previous, taken) or (taken and _begins_text(rows, index)):
            break
        taken.append(row)
        index += 1
    if rest and not taken:
        return rest, index
    if not taken:
        return None, index
    if rest:
        whole = join([rows[title], *taken])
        return whole.cut(len(rows[title].text) - len(rest.text)), index
    return join(taken), index


def _ends_subject(row: Row, previous: Row | None, taken: Sequence[Row]) -> bool:
    text = row.text
    beside = row.line.cell is not None or _ATTACHED.match(text) or bullet_length(text) or looks_like_letterhead(row)
    if beside or any(marker.cost < 1 for marker in readings(text)):
        return True
    sure = text[0].isupper() and any(starts_like(text, opener, CLOSE) for opener in lexicon().sure_openers)
    opener = sure or any(starts_like(text, opener, CLOSE) for opener in lexicon().preamble_openers)
    if previous is None:
        # The first row under a title is the trích yếu unless it surely opens the preamble.
        carries_out = starts_like(text, "Thực hiện", CLOSE) and not _cites(text) and text[-1] not in ":;"
        return sure and not carries_out and (word_count(text) > 12 or text[-1] in ":;") and not row.centred
    if _AUTHORITY.match(fold(text)) and is_capitals(text) and not is_capitals(previous.text):
        return True
    gap = row.line.gap_before >= (0.6 if row.line.box is not None else 1)
    # Text that reaches far beyond the row above has begun, though its first words may be lost.
    if (sure and gap) or (_begins_wider(row, previous) and not is_open(previous.text)):
        return True
    centred = row.centred and previous.centred and row.line.box is not None
    # Where a reason cites its act, the sign that closed the quotation was lost.
    cites = sure and not centred and _cites(text) and not _TYPE_LAST.search(fold(previous.text))
    goes_on = is_open(previous.text) or starts_lower(text) or (_quotes_open(taken) and not cites)
    ends = gap or is_finished(previous.text) or (opener and not centred and not is_capitals(text))
    return len(taken) >= _LONGEST or (not goes_on and ends)


def _cites(text: str) -> bool:
    """Whether a row that begins like a reason names an act by its number or day."""
    return _ACT_CITED.match(fold(text)) is not None


def _begins_text(rows: Sequence[Row], index: int) -> bool:
    """Whether a row begins running text under centred ones: it stands in, and the next begins at the edge."""
    row, previous = rows[index], rows[index - 1]
    if index + 1 >= len(rows) or row.line.box is None or not previous.centred or row.centred or is_open(previous.text):
        return False
    following = rows[index + 1]
    together = following.page == row.page == previous.page and following.line.box is not None
    first_line = row.indent >= _FIRST_LINE and following.indent < row.indent - _FIRST_LINE / 2
    return together and first_line and row.text[0].isupper() and not following.centred


def _begins_wider(row: Row, previous: Row) -> bool:
    """Whether a row stands far under the one before and reaches well beyond its end, as running text does."""
    box, above = row.line.box, previous.line.box
    if box is None or above is None or row.page != previous.page or row.centred:
        return False
    return row.line.gap_before >= _WIDE_GAP and box.right - above.right > 0.1 * box.width


def _without_stray(subject: Paragraph) -> tuple[Paragraph, Paragraph | None]:
    """A trích yếu that says "Về việc" after words that are no syllables (a stamp's, upside down), and those."""
    about = _ABOUT.search(subject.text)
    before = subject.text[: about.start()].split() if about else []
    if about is None or not before or any(is_syllable(word.strip(".,:;-").lower()) for word in before):
        return subject, None
    return subject.cut(about.start()), subject.cut(0, about.start())


def _quotes_open(rows: Sequence[Row]) -> bool:
    text = " ".join(row.text for row in rows)
    return text.count("“") > text.count("”")
