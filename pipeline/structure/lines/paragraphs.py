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
from pipeline.structure.words.lexicon import lexicon
from pipeline.structure.words.markers import bullet_length
from pipeline.vietnamese.administrative.document_numbers import DASH, SLASH, YEAR
from pipeline.vietnamese.administrative.matching import is_capitals, starts_like, starts_lower, word_count
from pipeline.vietnamese.letters import LOWER

_INDENT = 2.5  # character widths that a first line stands in at least
START = 0.3  # a row whose evidence is above this begins a paragraph

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
    width = float(lengths[int(len(lengths) * 0.9)]) if lengths else 0.0
    ends: dict[int, float] = {}
    for page in {row.page for row in plain}:
        rights = sorted(row.line.box.right for row in plain if row.page == page and row.line.box is not None)
        if rights:
            ends[page] = float(rights[int((len(rights) - 1) * 0.85)])
    sources_have_boxes = bool(ends)
    long_rows = [length for length in lengths if length > 0.5 * width]
    near = sum(length >= 0.8 * width for length in long_rows)
    continued = sum(
        following.line.gap_before < 1 and starts_lower(following.text) and not _FINISHED.search(row.text)
        for row, following in pairwise(plain)
    )
    wrapped = sources_have_boxes or (
        width <= 140
        and near >= 0.5 * len(long_rows)
        and (continued >= max(2, 0.12 * len(plain)) or (continued > 0 and _is_cut(plain, width)))
    )
    boxed = [row for row in plain if row.line.box is not None and not row.centred]
    inside = sum(_INDENT <= row.indent <= 14 for row in boxed)
    at_edge = sum(row.indent < 1.5 for row in boxed)
    return Shape(
        wrapped, width, ends, inside >= 3 and at_edge >= 3 and inside + at_edge >= 0.7 * len(boxed), _gaps_tell(plain)
    )


def _is_cut(rows: Sequence[Row], width: float) -> bool:
    """Whether rows of a dump end at one width in mid-sentence, as text does that was wrapped there."""
    longest = max(len(row.text) for row in rows)
    broken = sum(
        len(row.text) >= 0.75 * width
        and following.line.gap_before < 1
        and not _FINISHED.search(row.text)
        and not is_capitals(row.text)
        and not bullet_length(following.text)
        and not following.text[:1].isdigit()
        for row, following in pairwise(rows)
    )
    return width >= _NARROWEST and longest <= 1.25 * width and broken >= 3


def _gaps_tell(rows: Sequence[Row]) -> bool:
    """Whether the items of a dump stand after blank lines, so that a row without one goes on."""
    items = [row for row in rows[1:] if row.line.box is None and (bullet_length(row.text) or _ITEM.match(row.text))]
    return len(items) >= 5 and sum(row.line.gap_before >= 1 for row in items) >= 0.8 * len(items)


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
    return word_count(text) > 6 and any(starts_like(text, opener, 0.9) for opener in ("Căn cứ", "Thực hiện", "Xét"))


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
    return len(row.text) + first_word + 3 < shape.width * 0.9  # letters differ in width


def start_score(so_far: str, previous: Row, row: Row, shape: Shape) -> float:
    """How much speaks for `row` beginning a paragraph after `previous`, which ends the text `so_far`.

    The weights were set by reading: each sign alone decides nothing, two that agree do.
    """
    line = row.line
    if (line.cell is None) != (previous.line.cell is None) or line.region is not previous.region:
        return 2.0
    score = _gap_score(row, previous)
    bullet = bullet_length(row.text)
    if is_finished(so_far) or (bullet and so_far.endswith(",")):
        score += 0.35  # no dash follows a comma but an item's
        score += 0.2 if _TAKES_LEAVE.match(row.text) else 0.0
    elif row.recognised and so_far.endswith(",") and _TAKES_LEAVE.match(row.text):
        score += 0.2  # its comma was a stop: no sentence goes on so
    elif is_open(previous.text) or (not is_capitals(so_far) and (word_count(so_far) > 20 or _opens_preamble(so_far))):
        score -= 0.6
    elif shape.wrapped:
        score -= 0.2 if word_count(so_far) <= 12 else 0.4
    room = has_room(previous, row, shape)
    if room is not None:
        score += 0.5 if room else -0.25
    elif shape.gaps_tell and line.gap_before < 1 and not is_finished(so_far):
        score -= 0.3
    elif not shape.wrapped and not row.page_break and (is_finished(so_far) or word_count(so_far) <= 20):
        score += 0.25  # every row of such a text is a paragraph unless a sentence goes on
    if bullet:
        ended = is_finished(so_far) or so_far.endswith(",")
        score += 0.55 if room is not False or ended or line.gap_before >= 0.5 else 0.2
    elif (starts_lower(row.text) and not _LETTERED.match(row.text)) or (
        not is_finished(so_far) and not is_capitals(so_far) and _QUANTITY.match(row.text)
    ):
        score -= 0.6
    else:
        score += 0.1
    if so_far.endswith(";") and row.text[:1].isupper() and not _ACT.match(row.text) and _opens_preamble(so_far):
        score += 0.4  # a reason ends so, unless it lists acts
    return score + _style_score(so_far, previous, row, shape)


def _gap_score(row: Row, previous: Row) -> float:
    gap = row.line.gap_before
    if row.page_break or row.page != previous.page:
        return 0.1
    if row.line.box is not None:
        return 0.55 if gap >= 0.6 else 0.2 if gap >= 0.35 else 0.0
    return 0.6 if gap >= 1 else 0.0


def _style_score(so_far: str, previous: Row, row: Row, shape: Shape) -> float:
    score = 0.0
    close = row.line.gap_before < 0.6
    if is_capitals(so_far):
        score += -0.5 if is_capitals(row.text) and close else 0.5 if not is_capitals(row.text) else 0.0
    elif is_capitals(row.text) and word_count(row.text) > 1 and word_count(so_far) > 3:
        score += 0.6
    if previous.line.bold and row.line.bold is False:
        score += 0.4
    if previous.line.bold is False and row.line.bold:
        score += 0.2
    if row.title_hint or _ATTACHED.match(row.text):
        score += 0.6
    return score + _indent_score(previous, row, shape, close)


def _indent_score(previous: Row, row: Row, shape: Shape, close: bool) -> float:
    """Where first lines stand in, a line that stands in begins a paragraph and one that does not goes on."""
    if row.centred or previous.centred:
        return 0.0
    indented = row.indent - previous.indent
    if row.line.box is None:
        return 0.2 if indented >= 3 else 0.0
    if shape.first_lines_indented:
        if row.indent >= _INDENT:
            return 0.6
        return -0.3 if row.indent < 1.5 and close and not has_room(previous, row, shape) else 0.0
    return 0.35 if indented >= 2.0 else -0.1 if abs(indented) < 1.0 and close else 0.0


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
