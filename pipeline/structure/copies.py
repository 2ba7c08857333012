"""Certified copies: what "SAO Y" or "SAO LỤC" adds behind a document, with a letterhead and a signer of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from pipeline.schema import CertifiedCopy, FieldValue
from pipeline.structure.closing.recipients import find_closing, read_closing
from pipeline.structure.head.letterhead import looks_like_letterhead, read_letterhead
from pipeline.structure.lines.model import Row, location_of
from pipeline.structure.words.positions import is_position, looks_like_name
from pipeline.values import MarkKind, PageMark, Region
from pipeline.vietnamese.administrative.labels import AUTHORITY, opens_recipients
from pipeline.vietnamese.administrative.matching import is_capitals, word_count
from pipeline.vietnamese.folding import fold

_Form = Literal["SAO Y", "SAO LỤC", "TRÍCH SAO"]
_FORMS: Mapping[str, _Form] = {"sao y": "SAO Y", "sao luc": "SAO LỤC", "trich sao": "TRÍCH SAO"}
_FORM = re.compile(r"^\W*(?P<form>sao y|sao luc|trich sao)(?: ban chinh)?\W*$")
_DATED = re.compile(r"\bngay\s+(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(\d{4})\b")
_LONGEST = 16  # rows that follow: a list of recipients, the signer
_HEAD = 6  # rows of its letterhead


def rows_of_copy(rows: Sequence[Row], begin: int) -> list[Row]:
    """The rows of what makes a document a certified copy, which stand at the very end; none where nothing does."""
    last = range(len(rows) - 1, max(-1, len(rows) - 1 - _LONGEST), -1)
    named = [index for index in last if _FORM.match(fold(rows[index].text)) and is_capitals(rows[index].text)]
    closing = find_closing(rows, begin) if named else 0
    for index in named:
        if index <= closing:
            break
        start = index
        while start - 1 > closing and index - start < _HEAD and _heads(rows[start - 1]):
            start -= 1
        signed = next((at for at in range(closing, len(rows)) if looks_like_name(rows[at].text)), len(rows))
        if signed < start:
            return list(rows[start:])
        # Read column by column, the copy's signer comes behind the document's, in another column than its own head.
        right = next((at for at in range(index, len(rows)) if rows[at].region is Region.CLOSING_RIGHT), len(rows))
        return [*rows[start:right], *rows[signed + 1 :]] if right <= signed < len(rows) - 1 else []
    return []


def _heads(row: Row) -> bool:
    """Whether a row is one of the copy's letterhead: bodies, number, place and date."""
    text = row.text
    if AUTHORITY.match(text) or is_position(text) or looks_like_name(text) or opens_recipients(text):
        return False
    return (
        looks_like_letterhead(row) or bool(_DATED.search(fold(text))) or (is_capitals(text) and word_count(text) < 10)
    )


def read_copy(rows: Sequence[Row]) -> CertifiedCopy | None:
    """What the rows that `rows_of_copy` found say; None for no rows."""
    at = next((index for index, row in enumerate(rows) if _FORM.match(fold(row.text))), None)
    if at is None:
        return None
    form = _FORM.match(fold(rows[at].text))
    assert form is not None
    after = [row for row in rows[at + 1 :] if not _DATED.search(fold(row.text))]
    head, closing = read_letterhead(rows[:at]), read_closing(after)
    signer = closing.signers[0] if closing.signers else None
    dated = next(filter(None, (_DATED.search(fold(row.text)) for row in rows)), None)
    place = location_of(rows)
    return CertifiedCopy(
        form=_FORMS[form["form"]],
        number=_value(head.number),
        date=_value(head.date) or (f"{dated[3]}-{int(dated[2]):02d}-{int(dated[1]):02d}" if dated else None),
        body=_value(head.issuing_body),
        position=_value(signer.position) if signer else None,
        signer=_value(signer.name) if signer else None,
        text="\n".join(row.text for row in rows),
        page=place.page,
        bbox=place.box.as_list() if place.box else None,
        confidence=place.confidence,
    )


def copy_by_signature(marks: Mapping[int, Sequence[PageMark]]) -> CertifiedCopy | None:
    """An electronic copy: a signature whose appearance says "SAO Y"."""
    for page in sorted(marks):
        for mark in marks[page]:
            lines = (mark.text or "").split("\n")
            form = _FORM.match(fold(lines[0])) if mark.kind is MarkKind.E_SIGNATURE else None
            if form is None:
                continue
            time = mark.details.get("time")
            return CertifiedCopy(
                form=_FORMS[form["form"]],
                date=time[:10] if time else None,
                body=mark.details.get("organisation"),
                signer=mark.details.get("signer"),
                text=mark.text or "",
                page=page,
                bbox=mark.box.as_list() if mark.box else None,
            )
    return None


def _value(field: FieldValue | None) -> str | None:
    return field.value if field else None
