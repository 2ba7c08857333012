"""The end of a document: nơi nhận on the left, authority, position and name of the signers on the right.

The two columns come apart by geometry, or, in dumps, by what the words are: a line may carry an item of the list and a
piece of the signature ("- Phòng Nội vụ; KT. CHỦ TỊCH").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from pipeline.schema import FieldValue, Signer
from pipeline.structure.lexicon import lexicon
from pipeline.structure.matching import is_capitals, skeleton, squeeze, starts_lower, word_count, word_like
from pipeline.structure.model import Paragraph, Piece, Row
from pipeline.structure.numbering import bullet_length
from pipeline.structure.paragraphs import join
from pipeline.values import Region
from pipeline.vietnamese.folding import fold

_RECIPIENTS = re.compile(
    r"^\W{0,3}(?P<label>[^\W\d]{2,4}\s?[^\W\d]{3,5})\s?"
    r"(?P<sign>[:;.,]|$|(?=\s{1,}(?:TM|KT|TL|TUQ|Q|T/M|K/T)\b))"
)
_AUTHORITY = re.compile(
    r"^(?P<sign>TM|T/M|KT|K/T|TL|T/L|TUQ|TUN|TƯQ|Q|QUYỀN|T\.M|K\.T|T\.L)(?P<dot>\s?[.,:]\s?|\s+)(?=[^\W\d]{2})"
)
_AUTHORITY_INSIDE = re.compile(r"(?<=\s)(?:TM|T/M|KT|K/T|TL|T/L|TUQ)(?:\s?[.,]\s?|\s+)(?=[A-ZÀ-ỸĐ]{2})")
_APPROVAL = re.compile(r"^(?:phe duyet|duyet|xac nhan|y kien|thong qua|nguoi lap|ky ten)\b")
_SIGNED = re.compile(r"^\W*(?:đã ký|ký tên|ký, ghi rõ họ tên|ký, đóng dấu|ký và ghi rõ họ tên)[^)]*\W*$", re.IGNORECASE)
_RANKS = re.compile(
    r"^(?:(?:PGS|GS|TS|Ts|ThS|Ths|BS|Bs|BSCKI{1,2}|BS\.?\s?CK\s?[I12]{1,2}|DS|CN|KS|CKI{1,2}|LS|Đại tá|Thượng tá"
    r"|Trung tá|Thiếu tá|Thượng úy|Thiếu tướng)\s?[.,]?\s*)+(?=[A-ZÀ-ỸĐ])"
)
_ANNEX = re.compile(r"^(?:phu luc|bieu mau|bieu so|mau so|danh sach|bang tong hop|phieu|bieu\b|mau\b)")


@dataclass(slots=True)
class Closing:
    """Recipients and signers, what they were read from, and the rows that nothing claimed."""

    recipients: list[FieldValue] = field(default_factory=list)
    signers: list[Signer] = field(default_factory=list)
    used: list[Paragraph] = field(default_factory=list)
    left_over: list[Paragraph] = field(default_factory=list)


def find_closing(rows: Sequence[Row], begin: int) -> int:
    """The index of the closing's first row, `len(rows)` when the document has none."""
    label = next(
        (
            index
            for index in range(begin, len(rows))
            if is_recipients_label(rows[index].text) and rows[index].line.cell is None
        ),
        None,
    )
    if label is None:
        return _signature_start(rows, begin)
    start = label
    while start > begin and _is_signature_row(rows[start - 1]):
        start -= 1
    return start


def find_annex(rows: Sequence[Row], closing: int) -> int:
    """The index of the first row of the annexes after the closing; `len(rows)` when there are none."""
    signed = False
    for index in range(closing, len(rows)):
        row = rows[index]
        signed = signed or looks_like_name(row.text) or row.page_break
        if signed and index > closing and is_annex_title(row):
            return index
    return len(rows)


def is_annex_title(row: Row) -> bool:
    """Whether a row is the title of an annex ("PHỤ LỤC I", "DANH SÁCH …" in capitals)."""
    if not _ANNEX.match(fold(row.text)) or row.region in (Region.CLOSING_LEFT, Region.CLOSING_RIGHT):
        return False
    prominent = is_capitals(row.text) or bool(row.line.bold) or row.line.centred or row.title_hint
    return prominent and not bullet_length(row.text)


def is_recipients_label(text: str) -> bool:
    """Whether a row begins with "Nơi nhận" and nothing but the list or the other column follows."""
    match = _RECIPIENTS.match(text)
    if not match or fuzz.ratio(skeleton(match["label"]), skeleton("nơi nhận")) < 74:
        return False
    return fold(match["label"]).startswith("n") and not starts_lower(text)


def read_closing(rows: Sequence[Row]) -> Closing:
    """Recipients and signers from the closing's rows."""
    closing = Closing()
    left: list[Paragraph] = []
    right: list[Paragraph] = []
    listed = False
    for position, row in enumerate(rows):
        text = row.text
        whole = Paragraph(text, (Piece(row, 0, len(text)),))
        if is_recipients_label(text):
            match = _RECIPIENTS.match(text)
            assert match is not None
            closing.used.append(whole.cut(0, match.end()))
            whole = whole.cut(match.end())
            listed = True
            if not whole.text:
                continue
        beside = _right_part(whole.text)
        if row.region is Region.CLOSING_RIGHT:
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
    closing.recipients = _recipients(left)
    closing.signers, rest = _signers(right)
    closing.left_over += rest
    closing.used += [*left, *(part for part in right if part not in rest)]
    return closing


def _goes_left(text: str, left: Sequence[Paragraph], right: Sequence[Paragraph], following: Sequence[Row]) -> bool:
    """Whether a row of a dump belongs to the list of recipients rather than to the signature."""
    if bullet_length(text):
        return True
    if is_position(text) or _AUTHORITY.match(text) or _SIGNED.match(text):
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
    if _AUTHORITY.match(text):
        return 0
    match = _AUTHORITY_INSIDE.search(text)
    if match:
        return match.start()
    if is_position(text):
        return 0
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
    fields = []
    for item in items:
        text = squeeze(" ".join(part.text for part in item))
        value = re.sub(r"[\s;.,/]+$", "", text)
        if not value:
            continue
        rows = [piece.row for part in item for piece in part.pieces]
        fields.append(join(rows).place().field(value))
    return fields


def _signers(parts: Sequence[Paragraph]) -> tuple[list[Signer], list[Paragraph]]:
    """Signers from the right column's lines, and the lines that are none of theirs."""
    signers: list[Signer] = []
    rest: list[Paragraph] = []
    authority: list[Paragraph] = []
    position: list[Paragraph] = []
    name: Paragraph | None = None

    def close() -> None:
        nonlocal authority, position, name
        if authority or position or name:
            names = [name] if name else []
            signers.append(Signer(authority=_field(authority), position=_field(position), name=_field(names)))
        authority, position, name = [], [], None

    for part in parts:
        text = part.text
        if not any(char.isalpha() for char in text) or _SIGNED.match(text):
            rest.append(part)
        elif _AUTHORITY.match(text) or _APPROVAL.match(fold(text)):
            if name:
                close()
            authority.append(part)
        elif is_position(text):
            if name:
                close()
            position.append(part)
        elif looks_like_name(text) and (authority or position or not signers):
            if name:
                close()
            name = part
        elif is_capitals(text) and name is None and (authority or position) and word_count(text) <= 10:
            (position or authority).append(part)  # the body's name or the position goes on on a second line
        else:
            rest.append(part)
    close()
    return signers, rest


def _field(parts: Sequence[Paragraph]) -> FieldValue | None:
    if not parts:
        return None
    text = squeeze(" ".join(part.text for part in parts)).strip(" .,;:*_-")
    text = _AUTHORITY_DOT.sub(r"\1. ", text)
    rows = [piece.row for part in parts for piece in part.pieces]
    return join(rows).place().field(text) if text else None


_AUTHORITY_DOT = re.compile(r"\b(TM|KT|TL|TUQ|TUN)(?:\s?[.,]\s?|\s+)(?=[^\W\d]{2})")


def is_position(text: str) -> bool:
    """Whether a line is a signer's position in capitals ("PHÓ CHỦ TỊCH", "GIÁM ĐỐC SỞ")."""
    text = text.strip(" .,:*_")
    if not is_capitals(text) or word_count(text) > 9:
        return False
    folded = skeleton(text)
    for known in lexicon().positions:
        head = " ".join(folded.split()[: known.count(" ") + 1])
        if fuzz.ratio(head, known) >= 88:
            return True
    return False


def looks_like_name(text: str) -> bool:
    """Whether a line is a person's name: two to five words with capitals, the first a family name."""
    text = _RANKS.sub("", text.strip(" .,:*_"))
    words = text.split()
    if not 2 <= len(words) <= 5 or any(char.isdigit() for char in text):
        return False
    if not all(word[0].isupper() and word.strip("'’").replace("-", "").isalpha() for word in words):
        return False
    if is_position(text):
        return False
    surname = fold(words[0])
    known = surname in lexicon().surnames or any(
        word_like(words[0], name) for name in ("nguyen", "pham", "tran", "hoang", "huynh")
    )
    return known and (not text.isupper() or len(words) <= 4)


def _is_signature_row(row: Row) -> bool:
    if row.region in (Region.CLOSING_LEFT, Region.CLOSING_RIGHT):
        return True
    text = row.text
    return row.line.cell is None and (
        (bool(_AUTHORITY.match(text)) and is_capitals(text))
        or is_position(text)
        or looks_like_name(text)
        or bool(_SIGNED.match(text))
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
        if not _is_signature_row(row):
            continue
        start = index
        while start > begin and _is_signature_row(rows[start - 1]):
            start -= 1
        block = rows[start : index + 1]
        if any(is_position(part.text) or _AUTHORITY.match(part.text) for part in block) and len(block) >= 2:
            return start
    return len(rows)
