"""The end of a document: nơi nhận on the left, authority, position and name of the signers on the right.

The two columns come apart by geometry, or, in dumps, by what the words are: a line may carry an item of the list and a
piece of the signature ("- Phòng Nội vụ; KT. CHỦ TỊCH").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest

from pipeline.schema import FieldValue, Problem, Signer
from pipeline.structure.closing.signers import is_approval, is_signed_note, read_signers
from pipeline.structure.lines.model import LineEnd, Paragraph, Piece, Row
from pipeline.structure.lines.paragraphs import join
from pipeline.structure.words.markers import bullet_length
from pipeline.structure.words.positions import is_body, is_position, looks_like_name, names_two
from pipeline.values import Region
from pipeline.vietnamese.administrative.labels import (
    AUTHORITY,
    AUTHORITY_INSIDE,
    opens_recipients,
    recipients_label_end,
)
from pipeline.vietnamese.administrative.matching import is_capitals, squeeze, starts_lower, word_count
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.syllables import is_syllable

_WIDE_GAP = re.compile(r"\t|\s{3,}")
_END = re.compile(r"\.\s?/\s?\.?\s*$")
# Levels of government as a recipient's name ends with them, by their folded spelling.
_LEVELS = {fold(level): level for level in ("xã", "huyện", "tỉnh", "phường", "quận")}
_DOUBT = 0.5  # an engine's confidence in what is no letter
_FILED = re.compile(r"luu\b\s*[:;.,]?\s*\S")
_AS_ABOVE = re.compile(r"nhu (?:tren|kinh gui|dieu \d|muc [ivx\d])")
_LONGEST_ITEM = 16  # words
SIDES = (Region.CLOSING_LEFT, Region.CLOSING_RIGHT)


@dataclass(slots=True)
class Closing:
    """Recipients and signers, what they were read from (`used`), and what of that no field claimed."""

    recipients: list[FieldValue] = field(default_factory=list)
    signers: list[Signer] = field(default_factory=list)
    used: list[Paragraph] = field(default_factory=list)
    left_over: list[Paragraph] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ends: list[LineEnd] = field(default_factory=list)

    @property
    def strays(self) -> list[LineEnd]:
        """Rows that are nothing but what seals and pens left, which the page's text is better without."""
        rows = [part.pieces[0].row for part in self.left_over if len(part.pieces) == 1]
        doubted = [row for row in rows if row.recognised and (row.line.confidence or 1.0) < _DOUBT]
        return [
            LineEnd(row, row.text, "")
            for row in doubted
            if _is_scribble(row) or not any(char.isalpha() for char in row.text)
        ]


def find_closing(rows: Sequence[Row], begin: int) -> int:
    """The index of the closing's first row, `len(rows)` when the document has none."""
    label = next(
        (
            index
            for index in range(begin, len(rows))
            if opens_recipients(rows[index].text) and rows[index].line.cell is None
        ),
        None,
    )
    if label is None:
        label = _list_start(rows, begin)
    start = _signature_start(rows, begin) if label is None else _grow_upwards(rows, label, begin)
    while (
        start - 1 > begin
        and _is_scribble(rows[start - 1])
        and any(map(_ends_text, rows[max(begin, start - 4) : start - 1]))
    ):
        start -= 1
    return start


def _list_start(rows: Sequence[Row], begin: int) -> int | None:
    """The first row of a list of recipients whose label is lost to specks: the items down to "Lưu: VT"; else None.

    It begins under the end of the text, or with the item that says "Như trên"; a list of the body does neither.
    """
    last = next((index for index in range(len(rows) - 1, begin, -1) if _is_filed(rows[index])), None)
    if last is None:
        return None
    start = last
    while start - 1 > begin and (_is_item(rows[start - 1]) or is_signature_row(rows[start - 1])):
        start -= 1
        if _AS_ABOVE.match(_item(rows[start])):
            return start
    return start if start < last and any(map(_ends_text, rows[max(begin, start - 2) : start])) else None


def _item(row: Row) -> str:
    """A row's text without its bullet, folded; "" for one without a bullet."""
    length = bullet_length(row.text) if row.line.cell is None else 0
    return fold(row.text[length:]).strip() if length else ""


def _is_filed(row: Row) -> bool:
    """Whether a row is the item that every list of recipients ends with."""
    return bool(_FILED.match(_item(row)))


def _is_item(row: Row) -> bool:
    """Whether a row is an item of such a list, the other column beside it or not."""
    return 0 < word_count(_item(row)) <= _LONGEST_ITEM and (row.text[-1] in ";.," or _right_part(row.text) is not None)


def _grow_upwards(rows: Sequence[Row], start: int, begin: int) -> int:
    """`start` moved up over signature rows above it; a row of seal or pen noise between two is passed over."""
    while start > begin:
        if is_signature_row(rows[start - 1]):
            start -= 1
        elif start - 2 > begin and _is_noise(rows[start - 1]) and is_signature_row(rows[start - 2]):
            start -= 2
        else:
            break
    return start


def _is_noise(row: Row) -> bool:
    return word_count(row.text) <= 3 and row.text[-1] not in ".;:" and not bullet_length(row.text)


def _ends_text(row: Row) -> bool:
    """Whether a row ends with the sign that ends a document's text."""
    return bool(_END.search(row.text))


def _is_scribble(row: Row) -> bool:
    """Whether a recognised row is what pen strokes and seals leave: a few signs of which no word can be Vietnamese."""
    words = row.text.split()
    if row.line.box is None or row.line.cell is not None or len(words) > 4 or _ends_text(row):
        return False
    return not any(
        len(word) > 1 and (word.isupper() or word[1:].islower()) and is_syllable(word.strip(".,;:-").lower())
        for word in words
    )


def read_closing(rows: Sequence[Row], *, covered: bool = False) -> Closing:
    """Recipients and signers from the closing's rows; `covered`: a seal or a signature lies on their page."""
    closing = Closing()
    left: list[Paragraph] = []
    right: list[Paragraph] = []
    listed = any(map(_is_filed, rows)) and not any(opens_recipients(row.text) for row in rows)
    for position, row in enumerate(rows):
        text = row.text
        whole = Paragraph(text, (Piece(row, 0, len(text)),))
        if (label_end := recipients_label_end(text)) is not None:
            closing.used.append(whole.cut(0, label_end))
            whole = whole.cut(label_end)
            listed = True
            if not whole.text:
                continue
            *inline, whole = _inline_items(whole)
            left += inline
            if inline and _right_part(whole.text) is None:
                left.append(whole)
                continue
        if row.line.box is not None and not any(char.isalpha() for char in whole.text):
            closing.used.append(whole)
            closing.left_over.append(whole)  # a page number, or what a stamp left
            continue
        beside = _right_part(whole.text)
        signs = row.region is Region.CLOSING_LEFT and not listed and looks_like_name(whole.text)
        if listed and bullet_length(whole.text) and row.region is Region.CLOSING_RIGHT:
            left.append(whole)  # a list in two columns
        elif row.region is Region.CLOSING_RIGHT or is_approval(whole.text) or signs:
            right.append(whole)
        elif beside is not None:
            first = whole.cut(0, beside)
            if first.text:
                left.append(first)
            right.append(whole.cut(beside))
        elif row.region is Region.CLOSING_LEFT or (
            listed and _goes_left(whole.text, left, right, rows[position + 1 :])
        ):
            left.append(whole)
        else:
            right.append(whole)
    left = [_with_semicolon(part, after, closing.ends) for part, after in zip_longest(left, left[1:]) if part]
    closing.recipients = _recipients(left)
    closing.signers, rest, closing.problems = read_signers(right, covered=covered)
    closing.left_over += rest
    closing.used += [*left, *right]
    return closing


def _with_semicolon(part: Paragraph, after: Paragraph | None, ends: list[LineEnd]) -> Paragraph:
    """An item of the list with the colon at its end as the semicolon that it was, unless items of another kind follow.

    What was put right is added to `ends`. Only a column that was recognised is looked at.
    """
    row = part.pieces[-1].row if part.pieces else None
    if row is None or not row.recognised or row.region is not Region.CLOSING_LEFT or not part.text.endswith(":"):
        return part
    own, following = (text[:1] if bullet_length(text) else "" for text in (part.text, after.text if after else ""))
    if (own and following and own != following) or not row.text.endswith(part.text):
        return part
    ends.append(LineEnd(row, ":", ";"))
    return replace(part, text=f"{part.text[:-1]};")


def _inline_items(rest: Paragraph) -> list[Paragraph]:
    """What stands behind "Nơi nhận:" on its own line, cut after each ';': "Như trên; Lưu: VT."."""
    edges = [0, *(match.end() for match in re.finditer(r";\s+(?=\S)", rest.text)), len(rest.text)]
    return [rest.cut(first, last) for first, last in pairwise(edges)]


def _goes_left(text: str, left: Sequence[Paragraph], right: Sequence[Paragraph], following: Sequence[Row]) -> bool:
    """Whether a row of a dump belongs to the list of recipients rather than to the signature."""
    if bullet_length(text):
        return True
    if is_position(text) or AUTHORITY.match(text) or is_signed_note(text):
        return False
    done = bool(left) and fold(left[-1].text).lstrip("-–+• ").startswith("luu") and left[-1].text.rstrip()[-1:] in ".;"
    more = any(bullet_length(row.text) for row in following)
    if done and not more:
        return False
    if looks_like_name(text) and (right or not more) and not (left and left[-1].text.rstrip()[-1:] == ","):
        return False
    return not is_capitals(text) or not right


def _right_part(text: str) -> int | None:
    """Where the right column's words begin in a line that carries both; 0 when the whole line is theirs."""
    if AUTHORITY.match(text):
        return 0
    match = AUTHORITY_INSIDE.search(text)
    if match:
        return match.start()
    if is_position(text):
        return 0
    name = re.search(r"(?<=[.;])\s+(?=\S+(?:\s\S+){1,3}$)", text)
    if name and word_count(text[: name.start()]) > 1 and looks_like_name(text[name.end() :]):
        return name.end()
    words = text.split()
    for count in range(min(6, len(words) - 1), 1, -1):
        tail = " ".join(words[-count:])
        if tail.isupper() and is_position(tail):
            return len(text) - len(tail)
    return None


def _recipients(parts: Sequence[Paragraph]) -> list[FieldValue]:
    """One field an item of the list: a new one at a dash, or after a line that ended with ';' or '.'."""
    items: list[list[Paragraph]] = []
    for part in parts:
        length = bullet_length(part.text)
        ended = bool(items) and items[-1][-1].text.rstrip()[-1:] in {";", "."}
        lone = bool(items) and not any(bullet_length(other.text) for other in parts)
        if length or not items or (ended and not starts_lower(part.text) and part.text[0] != "(") or lone:
            items.append([part.cut(length)])
        else:
            items[-1].append(part)
    fields: list[tuple[FieldValue, bool]] = []
    for item in items:
        text = re.sub(r":\s?:\s?", ": ", squeeze(" ".join(part.text for part in item)))
        value = re.sub(r"[\s;.,:/‘’'`]+$", "", text)
        if not value:
            continue
        rows = [piece.row for part in item for piece in part.pieces]
        damaged = any(row.line.box is not None or row.line.edits for row in rows)
        fields.append((join(rows).place().field(value), damaged))
    return _with_whole_levels(fields)


def _with_whole_levels(recipients: Sequence[tuple[FieldValue, bool]]) -> list[FieldValue]:
    """Recipients whose last word is a level ("xã", "tỉnh") damaged in marks or case, put right as a sibling has it.

    Only those that were recognised or restored (the flag beside each) can be damaged.
    A level that no other recipient ends with is put right only where its case is one nobody writes ("xA").
    """
    last = [(item.value or "").rsplit(" ", 1)[-1] for item, _ in recipients]
    whole = {word for word in last if word in _LEVELS.values()}
    result = []
    for (item, may_be_damaged), word in zip(recipients, last, strict=True):
        level = _LEVELS.get(fold(word))
        nobodys = len(word) > 1 and word[0].islower() and any(char.isupper() for char in word)
        is_damaged = may_be_damaged and level is not None and word != level and " " in (item.value or "")
        if is_damaged and (nobodys or (level in whole and word in (fold(word), str(level).capitalize()))):
            item = item.model_copy(update={"value": f"{str(item.value)[: -len(word)]}{level}"})  # noqa: PLW2901
        result.append(item)
    return result


def is_signature_row(row: Row) -> bool:
    """Whether a row reads like one of a signature: authority, position, name."""
    if row.region in (Region.CLOSING_LEFT, Region.CLOSING_RIGHT):
        return True
    text = row.text
    return row.line.cell is None and (
        (bool(AUTHORITY.match(text)) and is_capitals(text))
        or is_position(text)
        or looks_like_name(text)
        or is_signed_note(text)
        or names_two(text)
        or _stands_apart(row)
        or is_approval(text)
    )


def _stands_apart(row: Row) -> bool:
    """Whether a row is two names or positions with a wide gap between, one of which may be damaged; or two bodies."""
    parts = [part.strip() for part in _WIDE_GAP.split(row.line.raw.strip()) if part.strip()]
    if len(parts) == 2 and all(map(is_body, parts)):
        return True
    if len(parts) != 2 or not any(looks_like_name(part) or is_position(part) for part in parts):
        return False
    return all(
        word_count(part) <= 7 and part[0].isupper() and part.split()[-1][0].isupper() and part[-1].isalpha()
        for part in parts
    )


def _signature_start(rows: Sequence[Row], begin: int) -> int:
    """The start of a closing without "Nơi nhận": the last run of signature rows that holds a position or authority."""
    for index in range(len(rows) - 1, begin, -1):
        row = rows[index]
        if row.region in (Region.CLOSING_LEFT, Region.CLOSING_RIGHT):
            start = index
            while start > begin and rows[start - 1].region in (Region.CLOSING_LEFT, Region.CLOSING_RIGHT):
                start -= 1
            return start
        if not is_signature_row(row):
            continue
        start = _grow_upwards(rows, index, begin)
        block = rows[start : index + 1]
        if any(is_position(part.text) or AUTHORITY.match(part.text) for part in block) and len(block) >= 2:
            return start
    return len(rows)
