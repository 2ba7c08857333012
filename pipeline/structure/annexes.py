"""Annexes: where they begin after the signature, how they are called, one top-level node each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.schema import Role
from pipeline.structure.closing.recipients import SIDES, find_closing, is_recipients_label, is_signature_row
from pipeline.structure.closing.signers import AUTHORITY
from pipeline.structure.head.letterhead import has_motto, looks_like_letterhead
from pipeline.structure.head.title import read_subject, title_type
from pipeline.structure.lines.model import Node, Paragraph, Row, location_of
from pipeline.structure.lines.paragraphs import join
from pipeline.structure.words.markers import bullet_length, readings
from pipeline.structure.words.matching import is_capitals, squeeze, starts_lower, word_count
from pipeline.structure.words.positions import is_position, looks_like_name
from pipeline.vietnamese.folding import fold

_TITLES = re.compile(r"^(?:phu luc|bieu mau|bieu so|mau so|danh sach|bang tong hop|phieu|bieu\b|mau\b)")
_AT_END = re.compile(r"(?:^|(?<=\s))Ph[ụu] l[ụu]c(?:\s+(?:số\s+)?[IVXl1\d]{1,5})?\W*$", re.IGNORECASE)
_NUMBERED = re.compile(r"\s(?:số\s+)?(?:[IVXl]{1,5}|\d{1,3}|[A-Z])\W*$")
_TABLE_HEAD = re.compile(r"^(?:stt|tt|so tt)\b")
_FIELD = re.compile(r"^[^:]{2,24}:[\s._…]*$")
_TOP = 4  # rows of a page among which "Phụ lục" makes it the first page of an annex
_LONGEST_TITLE = 5  # rows


def find_annex(rows: Sequence[Row], closing: int) -> int:
    """The index of the first row of the annexes after the closing; `len(rows)` when there are none."""
    signed = named = False
    last_page = rows[closing].page if closing < len(rows) else 0
    last_label = max(
        (index for index in range(closing, len(rows)) if is_recipients_label(rows[index].text)), default=-1
    )
    for index in range(closing, len(rows)):
        row = rows[index]
        if named and index > last_label and row.line.box is None and (_is_text(row) or has_motto(row.text)):
            return _with_own_head(rows, closing, index)  # a dump goes on after the signer's name
        named = named or looks_like_name(row.text)
        if row.region in SIDES or is_recipients_label(row.text):
            last_page = max(last_page, row.page)
        signed = signed or looks_like_name(row.text) or row.page_break
        if index > closing and signed and is_annex_title(row):
            return index
        if row.line.box is not None and row.page > last_page and not is_signature_row(row) and signed:
            return _with_own_head(rows, closing, index)  # whatever follows the signature on a page of its own
    return len(rows)


def _with_own_head(rows: Sequence[Row], closing: int, index: int) -> int:
    """`index` moved up over the bodies of the annex's own letterhead ("THỦ TƯỚNG CHÍNH PHỦ"), which sign nothing."""
    if not (has_motto(rows[index].text) or rows[index].line.box is not None):
        return index
    start = index
    while start - 1 > closing and rows[start - 1].page == rows[index].page and _heads(rows[start - 1]):
        start -= 1
    return start


def _heads(row: Row) -> bool:
    """Whether a row can stand in a letterhead over its quốc hiệu: a body's name or an office."""
    text = row.text
    if AUTHORITY.match(text) or bullet_length(text) or is_recipients_label(text):
        return False
    return is_capitals(text) and (looks_like_letterhead(row) or text.endswith("CHÍNH PHỦ"))


def _is_text(row: Row) -> bool:
    """Whether a row after the signer's name belongs to no signature: a title, an item, a sentence."""
    if title_type(row) is not None:
        return True
    if bullet_length(row.text) or is_signature_row(row):
        return False
    return bool(readings(row.text)) or word_count(row.text) > 4 or names_annex(row.text)


def is_annex_title(row: Row) -> bool:
    """Whether a row is the title of an annex ("PHỤ LỤC I", "DANH SÁCH …" in capitals)."""
    if row.region in SIDES or row.line.cell is not None or bullet_length(row.text):
        return False
    return names_annex(row.text) or (_is_prominent(row) and bool(_TITLES.match(fold(row.text))))


def names_annex(text: str) -> bool:
    """Whether a short line says "Phụ lục", alone or with its number."""
    bare = re.sub(r"[^a-z]", "", fold(text))
    return word_count(text) <= 4 and bare.startswith("phuluc") and len(bare) <= 14 and not starts_lower(text)


def read_annexes(
    rows: Sequence[Row], outline: Callable[[Sequence[Row]], tuple[list[Paragraph], list[Node]]]
) -> list[Node]:
    """One top-level node an annex; `outline` reads (paragraphs, nodes) from the rows under its title."""
    starts = [index for index in range(len(rows)) if index == 0 or _opens(rows, index)]
    parts = (rows[start:end] for start, end in zip(starts, [*starts[1:], len(rows)], strict=False))
    return [_with_own_ends(part, outline) for part in parts]


def _with_own_ends(rows: Sequence[Row], outline: Callable[[Sequence[Row]], tuple[list[Paragraph], list[Node]]]) -> Node:
    """The node of an annex; a letterhead and a signature of its own are its text's first and last paragraphs."""
    head = _own_head(rows)
    tail = _own_signature(rows, head)
    node = _annex(rows[head:tail], outline)
    above, below = ([join([row]) for row in part] for part in (rows[:head], rows[tail:]))
    return replace(node, paragraphs=(*above, *node.paragraphs, *below))


def _own_head(rows: Sequence[Row]) -> int:
    """How many rows of an annex are a letterhead of its own, with quốc hiệu: those above its title."""
    mottos = [index for index, row in enumerate(rows[:_TOP]) if has_motto(row.text)]
    if not mottos:
        return 0
    top = range(mottos[0] + 1, min(len(rows), 2 * _TOP))
    titled = (index for index in top if title_type(rows[index]) is not None or is_annex_title(rows[index]))
    return next(titled, mottos[-1] + 1 if mottos[-1] + 1 < len(rows) else 0)


def _own_signature(rows: Sequence[Row], head: int) -> int:
    """Where the signature that an annex ends with begins; `len(rows)` where it has none."""
    start = find_closing(rows, head)
    tail = rows[start:]
    signed = any(is_position(row.text) or AUTHORITY.match(row.text) for row in tail)
    alone = all(is_signature_row(row) or is_recipients_label(row.text) or bullet_length(row.text) for row in tail)
    return start if signed and alone and start > head + 1 else len(rows)


def _opens(rows: Sequence[Row], index: int) -> bool:
    """Whether an annex begins at a row: at a title after another annex, or at a page that says "Phụ lục" at its top."""
    row = rows[index]
    if row.page_break:
        top = [other for other in rows[index : index + _TOP] if other.page == row.page]
        return any(is_annex_title(other) or _AT_END.search(other.text) for other in top)
    return names_annex(row.text) and not any(other.page_break for other in rows[max(0, index - _TOP + 1) : index])


def _annex(rows: Sequence[Row], outline: Callable[[Sequence[Row]], tuple[list[Paragraph], list[Node]]]) -> Node:
    label, above, after = _label(rows)
    if not label and title_type(rows[0]) is not None:  # a regulation or plan that the act puts in force
        return _attached(rows, outline)
    while after < min(len(rows), 2 * _TOP) and label and _is_form_field(rows[after]):
        above.append(join([rows[after]]))
        after += 1
    title: list[Row] = []
    while after < len(rows) and len(title) < _LONGEST_TITLE and _is_title_row(rows[after]):
        title.append(rows[after])
        after += 1
    text, children = outline(rows[after:])
    spelt = _spelt(label) if label and not _AT_END.search(label) else label
    printed_title = " ".join(row.text for row in title)
    number = spelt if _NUMBERED.search(spelt) else ""
    heading = squeeze(f"{'' if number else spelt} {printed_title}")
    return Node(
        number=number or None,
        heading=heading or None,
        roles=(Role.PHU_LUC,),
        paragraphs=(*above, *text),
        children=tuple(children),
        place=location_of(rows[: max(1, after)]),
        printed=label,
        heading_printed=printed_title,
        start=rows[0].number,
    )


def _attached(rows: Sequence[Row], outline: Callable[[Sequence[Row]], tuple[list[Paragraph], list[Node]]]) -> Node:
    """The node of an attached document: its type and trích yếu are the heading."""
    subject, after = read_subject(rows, 0)
    text, children = outline(rows[after:])
    return Node(
        heading=squeeze(" ".join([rows[0].text, subject.text if subject else ""])),
        roles=(Role.PHU_LUC,),
        paragraphs=tuple(text),
        children=tuple(children),
        place=location_of(rows[:after]),
        start=rows[0].number,
    )


def _label(rows: Sequence[Row]) -> tuple[str, list[Paragraph], int]:
    """("Phụ lục I", the paragraphs above and beside it, the index after it) at the top of an annex."""
    for index, row in enumerate(rows[:_TOP]):
        found = _AT_END.search(row.text)
        if not found and names_annex(row.text):  # damaged: "2PHULUC"
            return row.text, [join([other]) for other in rows[:index]], index + 1
        if found:
            line = join([row])
            above = [join([other]) for other in rows[:index]]
            beside = line.cut(0, found.start())
            return row.text[found.start() :].strip(), [*above, *([beside] if beside.text else [])], index + 1
    return "", [], 0


def _spelt(text: str) -> str:
    number = re.search(r"[IVX]{1,5}$|\d{1,2}$", text.strip(" .:"))
    return f"PHỤ LỤC {number[0]}" if number else "PHỤ LỤC"


def _is_form_field(row: Row) -> bool:
    """Whether a row is a form's field to fill in ("ĐƠN VỊ:", "KHOA: ……")."""
    return row.line.cell is None and bool(_FIELD.match(row.text))


def _is_title_row(row: Row) -> bool:
    if row.line.cell is not None or bullet_length(row.text) or row.text[0] == "(" or row.text[-1] == ":":
        return False
    return _is_prominent(row) and word_count(row.text) > 1 and not _TABLE_HEAD.match(fold(row.text))


def _is_prominent(row: Row) -> bool:
    return is_capitals(row.text) or bool(row.line.bold) or (row.centred and row.line.centred) or row.title_hint
