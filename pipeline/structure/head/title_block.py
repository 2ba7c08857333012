"""The title block that legal databases print for a letterhead: "KẾ HOẠCH / CỦA … SỐ … NGÀY … / VỀ …".

Body, number and date stand between the document's type and its trích yếu, in any order, in capitals or not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.structure.lines.model import Paragraph, Row
from pipeline.structure.lines.paragraphs import join
from pipeline.structure.words.lexicon import lexicon
from pipeline.structure.words.markers import readings
from pipeline.structure.words.matching import starts_like
from pipeline.vietnamese.administrative.dates import PrintedDate, date_in, date_pattern
from pipeline.vietnamese.administrative.document_numbers import DocumentNumber, labelled_number
from pipeline.vietnamese.folding import flat

_OF = re.compile(r"cua\s+(?=\S)")
_LABEL = re.compile(r"so\s*:?\s*(?=\d)")
_DATE = re.compile(rf"(?:ban hanh |ky )?(?=ngay\s){date_pattern(1)}")
# What a body's name ends before: the number, the date, the trích yếu.
_AFTER_BODY = re.compile(
    r"[\s,]+(?=so\s*:?\s*\d|ngay\s+\d"
    r"|(?:ve|v/v|quy dinh|ban hanh|phe duyet|huong dan|sua doi|thanh lap|cong bo|bai bo)\b)"
)
_BETWEEN = re.compile(r"[\s,;()]*")
_LONGEST = 7  # rows
_LONGEST_BODY = 24  # words


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """What was read of a title block, each with its words; `last` is the row it ends in, `rest` what follows there."""

    number: DocumentNumber
    number_words: Paragraph
    body: Paragraph | None
    date: PrintedDate | None
    date_words: Paragraph | None
    last: int
    rest: Paragraph | None


def read_title_block(rows: Sequence[Row], title: int, length: int) -> TitleBlock | None:
    """The block under the type that takes the first `length` characters of row `title`; None where there is none."""
    block = join(_rows_of_block(rows, title))
    text = flat(block.text)
    at = length
    body = number = number_words = date = date_words = None
    while True:
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        if body is None and (of := _OF.match(text, at)):
            stop = _AFTER_BODY.search(text, of.end())
            if stop is None:
                return None
            body, at = block.cut(of.end(), stop.start()), stop.end()
        elif number is None and (label := _LABEL.match(text, at)):
            found = labelled_number(block.text[label.end() :])
            if found is None or not found.number.serial:
                return None
            number, end = found.number, label.end() + found.end
            number_words, at = block.cut(at, end), end
        elif date_words is None and (match := _DATE.match(text, at)):
            date, date_words, at = date_in(match, 1), block.cut(at, match.end()), match.end()
        else:
            break
    if number is None or number_words is None or not (body or date):
        return None
    if body is not None and len(body.text.split()) > _LONGEST_BODY:
        return None
    return TitleBlock(number, number_words, body, date, date_words, *_where(rows, title, block, at))


def _rows_of_block(rows: Sequence[Row], title: int) -> Sequence[Row]:
    """The rows that a block can take: up to the first that opens the reasons or is numbered."""
    for index in range(title + 1, min(len(rows), title + _LONGEST)):
        text = rows[index].text
        if (
            text[-1] in ";:"
            or readings(text)
            or any(starts_like(text, opener, 0.9) for opener in lexicon().sure_openers)
        ):
            return rows[title:index]
    return rows[title : title + _LONGEST]


def _where(rows: Sequence[Row], title: int, block: Paragraph, at: int) -> tuple[int, Paragraph | None]:
    """(the row in which the block's character before `at` stands, what follows on it)."""
    for offset, piece in enumerate(block.pieces):
        if at <= piece.end:
            rest = join([rows[title + offset]]).cut(at - piece.start + piece.offset)
            return title + offset, rest if rest.text else None
    return title + len(block.pieces) - 1, None
