"""Which rows begin a paragraph: gaps, indents, line ends and sentence ends weighed together.

In text from a page image and in hard-wrapped dumps a paragraph runs over many rows; in exported text a row is a
paragraph, and blank rows also stand in mid-sentence where a page ended. `Shape` tells the two apart for a document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.structure.lines.model import Paragraph, Piece, Row
from pipeline.structure.weights import ParagraphSigns
from pipeline.structure.words.lexicon import lexicon
from pipeline.structure.words.markers import bullet_length
from pipeline.vietnamese.administrative.document_numbers import DASH, SLASH, YEAR
from pipeline.vietnamese.administrative.matching import is_capitals, starts_like, starts_lower, word_count
from pipeline.vietnamese.letters import LOWER

_INDENT, _AT_EDGE = 2.5, 1.5  # character widths that a first line stands in at least, and another one at most
GAP = 0.6  # of a line's height: blank space that parts paragraphs

_FINISHED = re.compile(r"(?:[.;:!?…]|\./\.?)[\"'”’»)\]*]*$")
# "6858/QĐ-" at a line's end, "BYT" on the next
_BROKEN_SYMBOL = re.compile(rf"\d[a-zđ]?\s?{SLASH}(?:{YEAR}{SLASH})?[A-ZĐ]{{1,8}}{DASH}$")
_BROKEN_NUMBER = re.compile(
    rf"\b[Ss]ố:?\s?\d{{1,5}}[a-zđ]?{DASH}$"
)  # the Party's: "số 18-" at a line's end, "HD/BDVTU" on the next
_SYMBOL = re.compile(r"[A-ZĐ]{2,4}/[A-ZĐ]")
_LETTERED = re.compile(r"^[a-zđ]\s?(?:[)./]|[-–](?=\s))\s*\S")  # "a) Thành phần": the small letter is a marker
_QUANTITY = re.compile(rf"^\d[\d.,]*\s?(?:%|[{LOWER}]{{2,}})")  # "trong vòng" / "05 ngày làm việc"
_ATTACHED = re.compile(r"^\((?:Ban hành |Đính )?[Kk]èm theo\b")
_TAKES_LEAVE = re.compile(
    r"^(?:(?:Yêu cầu|Đề nghị) (?:các|thủ trưởng|Thủ trưởng|toàn thể|lãnh đạo)|Nhận được [^.;]{3,40} này"
    r"|(?:Căn cứ|Trên cơ sở) (?:nội dung )?[KkCcHhTtVvQq][^.;]{3,40} này|Trên đây là|(?:Trong q|Q)uá trình thực hiện)\b"
)
_ITEM = re.compile(r"^(?:[IVX]{1,4}|\d{1,2}(?:\.\d{1,2})*|[a-zđ])\s?(?:[.)/]\s?[-–]?|[-–])\s")
_NARROWEST = 50  # characters of a wrapped dump's full row at least
_FULL, _NEARLY, _SOME = 0.9, 0.8, 0.12  # shares of rows, or of a full row's width
_ACT = re.compile(
    r"(?:Quyết định|Công văn|Thông tư|Nghị |Kế hoạch|Chỉ thị|Luật|Hướng dẫn|Thông báo|Chương trình|Văn bản)"
)
_COMMA = re.compile(r"[,\-–(/“\"]$")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a document's rows lie: whether paragraphs are wrapped over rows, and where a full row ends.

    `ends` gives, by page, the right edge in pixels of the running text; `width` the same in characters for rows
    without boxes. `gaps_tell` says that blank lines part the paragraphs of a dump.
    """

    wrapped: bool
    width: float
    ends: dict[int, float]
    first_lines_indented: bool = False
    gaps_tell: bool = False


def measure_shape(rows: Sequence[Row]) -> Shape:
    """The shape of a document's body rows."""
    plain = [row for row in rows if row.line.cell is None]
    lengths = sorted(len(row.text) for row in plain)
    width = float(lengths[int(len(lengths) * _FULL)]) if lengths else 0.0
    ends: dict[int, float] = {}
    for page in {row.page for row in plain}:
        rights = sorted(row.line.box.right for row in plain if row.page == page and row.line.box is not None)
        if rights:
            ends[page] = float(rights[int((len(rights) - 1) * _FULL)])
    sources_have_boxes = bool(ends)
    long_rows = [length for length in lengths if length > width / 2]
    near = sum(length >= _NEARLY * width for length in long_rows)
    continued = sum(
        following.line.gap_before < 1 and starts_lower(following.text) and not _FINISHED.search(row.text)
        for row, following in pairwise(plain)
    )
    wrapped = sources_have_boxes or (
        width <= 140
        and near >= len(long_rows) / 2
        and (continued >= max(2, _SOME * len(plain)) or (continued > 0 and _is_cut(plain, width)))
    )
    boxed = [row for row in plain if row.line.box is not None and not row.centred]
    inside = sum(_INDENT <= row.indent <= 14 for row in boxed)
    at_edge = sum(row.indent < _AT_EDGE for row in boxed)
    return Shape(
        wrapped,
        width,
        ends,
        inside >= 3 and at_edge >= 3 and inside + at_edge >= _NEARLY * len(boxed),
        _gaps_tell(plain),
    )


def _is_cut(rows: Sequence[Row], width: float) -> bool:
    """Whether rows of a dump end at one width in mid-sentence, as text does that was wrapped there."""
    longest = max(len(row.text) for row in rows)
    broken = sum(
        len(row.text) >= _NEARLY * width
        and following.line.gap_before < 1
        and not _FINISHED.search(row.text)
        and not is_capitals(row.text)
        and not bullet_length(following.text)
        and not following.text[:1].isdigit()
        for row, following in pairwise(rows)
    )
    return width >= _NARROWEST and _NEARLY * longest <= width and broken >= 3


def _gaps_tell(rows: Sequence[Row]) -> bool:
    """Whether the items of a dump stand after blank lines, so that a row without one goes on."""
    items = [row for row in rows[1:] if row.line.box is None and (bullet_length(row.text) or _ITEM.match(row.text))]
    return len(items) >= 5 and sum(row.line.gap_before >= 1 for row in items) >= _NEARLY * len(items)


def is_finished(text: str) -> bool:
    """Whether `text` ends like a sentence, a list item or a lead-in."""
    return bool(_FINISHED.search(text)) or (text.startswith("(") and text.endswith(")"))


def is_open(text: str) -> bool:
    """Whether `text` surely goes on: it ends with a comma, an opening sign or a word that needs another."""
    if _COMMA.search(text):
        return True
    words = text.split()
    return bool(words) and words[-1] in lexicon().open_words and words[-1].islower()


def _opens_preamble(text: str) -> bool:
    """Whether a text of some length begins like a reason ("Căn cứ …"), which ends with a semicolon or the like."""
    return word_count(text) > 6 and any(starts_like(text, opener, _FULL) for opener in ("Căn cứ", "Thực hiện", "Xét"))


def has_room(row: Row, following: Row, shape: Shape) -> bool | None:
    """Whether the next row's first word would still have fitted on this one, so that the break was meant.

    None where that cannot be told.
    """
    if not shape.wrapped:
        return None
    first_word = len(following.text.split(maxsplit=1)[0])
    box = row.line.box
    if box is not None and row.page in shape.ends and len(row.text) > 0:
        character = box.width / max(1, len(row.text))
        return box.right + (first_word + 2.5) * character < shape.ends[row.page]
    return len(row.text) + first_word + 3 < shape.width * _FULL  # letters differ in width


def start_score(so_far: str, previous: Row, row: Row, shape: Shape, signs: ParagraphSigns) -> float:
    """How much speaks for `row` beginning a paragraph after `previous`, which ends the text `so_far`."""
    line = row.line
    if (line.cell is None) != (previous.line.cell is None) or line.region is not previous.region:
        return 2 * signs.strong
    return (
        _gap_score(row, previous, signs)
        + _end_score(so_far, previous, row, shape, signs)
        + _room_score(so_far, previous, row, shape, signs)
        + _beginning_score(so_far, previous, row, shape, signs)
        + _style_score(so_far, previous, row, signs)
        + _indent_score(previous, row, shape, signs)
    )


def _gap_score(row: Row, previous: Row, signs: ParagraphSigns) -> float:
    gap = row.line.gap_before
    if row.page_break or row.page != previous.page:
        return 0.0
    if row.line.box is not None:
        return signs.strong if gap >= GAP else signs.weak if 2 * gap >= GAP else 0.0
    return signs.strong if gap >= 1 else 0.0


def _end_score(so_far: str, previous: Row, row: Row, shape: Shape, signs: ParagraphSigns) -> float:
    """What the end of the text so far says: a sentence's end, an open one."""
    if is_finished(so_far) or (bullet_length(row.text) and so_far.endswith(",")):
        # no dash follows a comma but an item's
        return signs.plain + (signs.weak if _TAKES_LEAVE.match(row.text) else 0.0)
    if row.recognised and so_far.endswith(",") and _TAKES_LEAVE.match(row.text):
        return signs.weak  # its comma was a stop: no sentence goes on so
    if is_open(previous.text) or (not is_capitals(so_far) and (word_count(so_far) > 20 or _opens_preamble(so_far))):
        return -signs.strong
    if shape.wrapped:
        return -(signs.weak if word_count(so_far) <= 12 else signs.plain)
    return 0.0


def _room_score(so_far: str, previous: Row, row: Row, shape: Shape, signs: ParagraphSigns) -> float:
    """Whether the row before was full."""
    room = has_room(previous, row, shape)
    if room is not None:
        return signs.strong if room else -signs.weak
    if shape.gaps_tell and row.line.gap_before < 1 and not is_finished(so_far):
        return -signs.weak
    if not shape.wrapped and not row.page_break and (is_finished(so_far) or word_count(so_far) <= 20):
        return signs.plain  # every row of such a text is a paragraph unless a sentence goes on
    return 0.0


def _beginning_score(so_far: str, previous: Row, row: Row, shape: Shape, signs: ParagraphSigns) -> float:
    """What the row begins with."""
    score = 0.0
    if bullet_length(row.text):
        ended = is_finished(so_far) or so_far.endswith(",") or row.line.gap_before >= GAP
        score += signs.strong if ended or has_room(previous, row, shape) is not False else signs.weak
    elif (starts_lower(row.text) and not _LETTERED.match(row.text)) or (
        not is_finished(so_far) and not is_capitals(so_far) and _QUANTITY.match(row.text)
    ):
        score -= signs.strong
    if so_far.endswith(";") and row.text[:1].isupper() and not _ACT.match(row.text) and _opens_preamble(so_far):
        score += signs.plain  # a reason ends so, unless it lists acts
    return score


def _style_score(so_far: str, previous: Row, row: Row, signs: ParagraphSigns) -> float:
    score = 0.0
    if is_capitals(so_far):
        close = row.line.gap_before < GAP
        score += -signs.strong if is_capitals(row.text) and close else 0.0 if is_capitals(row.text) else signs.strong
    elif is_capitals(row.text) and word_count(row.text) > 1 and word_count(so_far) > 3:
        score += signs.strong
    if previous.line.bold and row.line.bold is False:
        score += signs.plain
    if previous.line.bold is False and row.line.bold:
        score += signs.weak
    if row.title_hint or _ATTACHED.match(row.text):
        score += signs.strong
    return score


def _indent_score(previous: Row, row: Row, shape: Shape, signs: ParagraphSigns) -> float:
    """Where first lines stand in, a line that stands in begins a paragraph and one that does not goes on."""
    if row.centred or previous.centred:
        return 0.0
    indented = row.indent - previous.indent
    if row.line.box is None:
        return signs.weak if indented > _INDENT else 0.0
    close = row.line.gap_before < GAP
    if shape.first_lines_indented:
        if row.indent >= _INDENT:
            return signs.strong
        return -signs.weak if row.indent < _AT_EDGE and close and not has_room(previous, row, shape) else 0.0
    return signs.plain if indented >= _INDENT else 0.0


def join(rows: Sequence[Row], skip: int = 0) -> Paragraph:
    """The paragraph that `rows` make, the first `skip` characters of the first row left out."""
    text = ""
    pieces: list[Piece] = []
    for position, row in enumerate(rows):
        part = row.text[skip:] if position == 0 else row.text
        if not part:
            continue
        if text and not _BROKEN_SYMBOL.search(text) and not (_BROKEN_NUMBER.search(text) and _SYMBOL.match(part)):
            text += " "
        pieces.append(Piece(row, len(text), len(text) + len(part), len(row.text) - len(part)))
        text += part
    return Paragraph(text, tuple(pieces))
