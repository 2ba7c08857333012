"""What a document prints elsewhere than in a letterhead: in the title block of a database, at the end of a form."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.structure.head.letterhead import Letterhead, bare_name_of, is_place_and_date, sort_row
from pipeline.structure.head.title_block import TitleBlock
from pipeline.structure.head.written import date_problem
from pipeline.structure.lines.model import Row

_NEAR = 2  # rows of a closing among which its place and date stand


def take_title_block(head: Letterhead, block: TitleBlock) -> None:
    """Give a letterhead what it lacks and the title block has."""
    if head.number is None:
        head.number = block.number_words.place().field(str(block.number))
    if head.issuing_body is None and block.body is not None:
        head.issuing_body = block.body.place().field(bare_name_of(block.body.text))
    if head.date is None and block.date_words is not None:
        head.date = block.date_words.place().field(block.date.iso if block.date else None)
        if block.date is None or block.date.day is None:
            head.problems.append(date_problem(head.date))


def closing_date(rows: Sequence[Row], begin: int, closing: int) -> int | None:
    """The row of place and date above or at the top of a closing, as forms and minutes have it."""
    near = range(max(begin, closing - 1), min(len(rows), closing + _NEAR))
    return next((index for index in near if rows[index].line.cell is None and is_place_and_date(rows[index])), None)


def take_date(head: Letterhead, row: Row) -> None:
    """Give a letterhead without a date that of a form's end, and what else stands on its row."""
    sort_row(row, head)
