"""Typed values from tables: a row of a schedule or assignment is a task with its deadline, one of criteria a threshold.

Columns are told by their heads. A table without at least two heads that are known says nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from pipeline.schema import Bound, Comparison, Deadline, PlanValues, Task, Threshold
from pipeline.structure.lines.model import Node
from pipeline.structure.plan_values.deadlines import deadlines_of
from pipeline.structure.plan_values.passages import Branch, Passage
from pipeline.vietnamese.administrative.dates import QUARTER, date_in, date_pattern, quarter_number

_CELLS = " | "
_LONGEST_HEAD = 60  # characters of a column's title


class _Column(Enum):
    """What a column holds."""

    WHAT = re.compile(
        r"^(?:noi dung|nhiem vu|cong viec|ten cong viec|hoat dong|viec|tieu chi|tieu chuan|hang muc|san pham)\b"
    )
    WHO = re.compile(
        r"^(?:(?:don vi|co quan|bo phan|ca nhan|nguoi|phong|ban)[^|]{0,20}\b(?:thuc hien|chu tri|phu trach|tham muu)"
        r"|chu tri|phu trach|nguoi thuc hien|phan cong|to chuc thuc hien)\b"
    )
    WHEN = re.compile(r"^(?:thoi gian|thoi han|thoi diem|han|tien do|ngay)\b(?!.*\bban hanh)")
    POINTS = re.compile(r"^(?:so )?diem\b|^(?:thang|muc) diem\b")


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    end: int


def read_tables(found: Sequence[Branch]) -> PlanValues:
    """Tasks, deadlines and thresholds of the tables; nothing is given that a cell does not say."""
    tasks: list[Task] = []
    deadlines: list[Deadline] = []
    thresholds: list[Threshold] = []
    for branch in found:
        columns: dict[_Column, int] = {}
        most = False
        table: int | None = None
        tables = _tables(branch.node)
        for passage in branch.passages:
            before, table = table, tables.get(passage.offset)
            if table is None or table != before:
                columns = {}
            cells = _cells(passage) if table is not None else []
            head = _columns(passage, cells)
            if len(head) > 1:
                columns, most = head, "toi da" in passage.folded
                continue
            if _Column.WHAT not in columns:
                continue
            row = {column: cells[at] for column, at in columns.items() if at < len(cells) and _text(passage, cells[at])}
            tasks += _tasks(passage, row)
            deadlines += _deadlines(passage, row)
            thresholds += _thresholds(passage, row, most=most)
    return PlanValues(tasks=tasks, deadlines=deadlines, thresholds=thresholds)


def _tables(node: Node) -> dict[int, int]:
    """The table that the paragraph at an offset of a node's text is a row of; only those that are rows."""
    tables: dict[int, int] = {}
    offset = 0
    for paragraph in node.paragraphs:
        if paragraph.table_row is not None:
            tables[offset] = paragraph.table_row[0]
        offset += len(paragraph.text) + 1
    return tables


def _cells(passage: Passage) -> list[_Cell]:
    cells, at = [], 0
    for part in passage.text.split(_CELLS):
        cells.append(_Cell(at, at + len(part)))
        at += len(part) + len(_CELLS)
    return cells


def _columns(passage: Passage, cells: Sequence[_Cell]) -> dict[_Column, int]:
    """The columns whose titles a row has; each kind once, the first one."""
    found: dict[_Column, int] = {}
    for at, cell in enumerate(cells):
        title = passage.folded[cell.start : cell.end].strip()
        if len(title) > _LONGEST_HEAD or any(map(str.isdigit, title)):
            continue
        kind = next((column for column in _Column if column.value.search(title)), None)
        if kind is not None:
            found.setdefault(kind, at)
    return found


def _text(passage: Passage, cell: _Cell | None) -> str | None:
    text = passage.text[cell.start : cell.end].strip() if cell else ""
    return text if any(map(str.isalnum, text)) else None


def _tasks(passage: Passage, row: dict[_Column, _Cell]) -> Iterator[Task]:
    what, who = row.get(_Column.WHAT), _text(passage, row.get(_Column.WHO))
    if what is not None and who is not None:
        yield Task(actor=who, action=_text(passage, what) or "", **passage.span(what.start, what.end))


def _deadlines(passage: Passage, row: dict[_Column, _Cell]) -> Iterator[Deadline]:
    when = row.get(_Column.WHEN)
    if when is None:
        return
    what, who = _text(passage, row.get(_Column.WHAT)), _text(passage, row.get(_Column.WHO))
    cell = Passage(passage.node, passage.section, passage.text[when.start : when.end], passage.offset + when.start)
    read = list(deadlines_of(cell, None, about_time=True)) or list(_plain(cell))
    for deadline in read:
        yield deadline.model_copy(update={"what": what, "who": who, "to": deadline.to})


_DATE = re.compile(date_pattern(1))
_QUARTER = re.compile(rf"\b{QUARTER}(?:\s*/\s*|\s+nam\s+)(?P<year>\d{{4}})")


def _plain(cell: Passage) -> Iterator[Deadline]:
    """A cell that says nothing but a quarter, a month or a day."""
    if quarter := _QUARTER.search(cell.folded):
        due = f"{quarter['year']}-Q{quarter_number(quarter['quarter'])}"
        yield Deadline(due=due, bound=Bound.DURING, every=None, **cell.span(*quarter.span()))
        return
    match = _DATE.search(cell.folded)
    found = date_in(match, 1) if match else None
    if match is None or found is None:
        return
    before = "truoc" in cell.folded[: match.start()]
    bound = Bound.BEFORE if before else Bound.ON if found.day else Bound.DURING
    yield Deadline(due=found.iso, bound=bound, every=None, **cell.span(*match.span()))


def _thresholds(passage: Passage, row: dict[_Column, _Cell], *, most: bool) -> Iterator[Threshold]:
    cell = row.get(_Column.POINTS)
    text = passage.folded[cell.start : cell.end] if cell else ""
    number = re.fullmatch(r"\s*(\d{1,4}(?:[.,]\d{1,2})?)\s*(?:diem)?\s*", text)
    if cell is None or number is None:
        return
    yield Threshold(
        value=float(number[1].replace(",", ".")),
        unit="điểm",
        comparison=Comparison.AT_MOST if most else Comparison.EXACTLY,
        subject=_text(passage, row.get(_Column.WHAT)),
        **passage.span(cell.start, cell.end),
    )
