"""Excel workbooks: a sheet a page, its rows as a table; values as they were last computed, nothing is run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, time

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.kinds import Kind, OpenFile
from pipeline.intake.office.pages import MOST_COLUMNS, LinePages, checked_package, lines_of_rows, nothing_in, unreadable
from pipeline.settings import IntakeSettings
from pipeline.values import Line, PageProblem

_MOST_ROWS = 20_000  # of all sheets: a list of a province's communes has some thousands
_WHAT = "Excel workbook"


def open_workbook(source: OpenFile) -> AbstractContextManager[LinePages]:
    """Open an XLSX or XLS file. Raises UnusableInputError: DAMAGED_FILE, TOO_MANY_BYTES, EMPTY_FILE."""
    try:
        sheets = _xls(source) if source.media_type == Kind.XLS else _xlsx(source)
        return nullcontext(_pages(source.media_type, sheets, source.settings))
    except UnusableInputError:
        raise
    except Exception as error:  # both libraries raise all kinds on damaged files
        raise unreadable(_WHAT) from error


def _pages(media_type: str, sheets: Iterator[list[list[str]]], settings: IntakeSettings) -> LinePages:
    every: list[tuple[Line, ...]] = []
    left = _MOST_ROWS
    for rows in sheets:
        lines, _ = lines_of_rows(rows[:left], 0)
        left -= len(rows)
        if lines:
            every.append(tuple(lines))
        if left <= 0:
            break
    if not every:
        raise nothing_in(_WHAT)
    message = f"The workbook has more than {_MOST_ROWS:,} rows; only those were read."
    problems = (PageProblem(ProblemCode.TOO_MANY_PAGES, message),) if left <= 0 else ()
    return LinePages(media_type, every, settings, problems)


def _xlsx(source: OpenFile) -> Iterator[list[list[str]]]:
    import openpyxl  # noqa: PLC0415 - only for those who have such files

    checked_package(source.file, source.settings)
    book = openpyxl.load_workbook(source.file, read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            cells = sheet.iter_rows(values_only=True, max_row=_MOST_ROWS + 1, max_col=MOST_COLUMNS)
            yield [[_shown(value) for value in row] for row in cells]


def _xls(source: OpenFile) -> Iterator[list[list[str]]]:
    import xlrd  # noqa: PLC0415

    book = xlrd.open_workbook(file_contents=source.file.read(), on_demand=True)
    for index in range(book.nsheets):
        sheet = book.sheet_by_index(index)
        if sheet.visibility:
            continue
        yield [
            [_xls_shown(xlrd, book.datemode, cell) for cell in sheet.row(row)[:MOST_COLUMNS]]
            for row in range(min(sheet.nrows, _MOST_ROWS + 1))
        ]


def _xls_shown(xlrd: object, datemode: int, cell: object) -> str:
    kind, value = getattr(cell, "ctype", 0), getattr(cell, "value", "")
    if kind == getattr(xlrd, "XL_CELL_DATE", 3):
        return _shown(getattr(xlrd, "xldate_as_datetime")(value, datemode))  # noqa: B009 - the library has no types
    if kind in {getattr(xlrd, "XL_CELL_ERROR", 5), getattr(xlrd, "XL_CELL_EMPTY", 0)}:
        return ""
    return _shown(value)


def _shown(value: object) -> str:
    """A value as a reader sees it: days as days are written here, whole numbers without their point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        day = value.strftime("%d/%m/%Y")
        return day if value.time() == time() else f"{day} {value:%H:%M}"
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}".replace(".", ",")
    return str(value)
