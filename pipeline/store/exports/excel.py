"""Excel: one workbook, a sheet a table, heads frozen, Vietnamese titles over field names, links to documents."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.schema import Document
from pipeline.store.atomic import moved_into_place
from pipeline.store.exports.cells import excel_cell
from pipeline.store.exports.column_titles import column_title
from pipeline.store.exports.tables import TABLES, Row, Table, rows_by_table
from pipeline.store.formats import Format
from pipeline.store.layout import document_name

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

_MOST_ROWS = 1_048_576  # of a sheet: Excel's own limit
_HEAD_ROWS = 2
_WIDE = 44  # characters; the widest that still shows three columns on an office's screen
_NARROW = 14
_LONG = frozenset(
    {"path", "subject", "body_text", "quoted", "preamble", "action", "title", "message", "recipient", "heading"}
)


def write_excel(documents: Iterable[Document], target: Path, *, most_rows: int = _MOST_ROWS) -> int:
    """Write the workbook `target`; the number of documents. Raises OutputError.

    Rows go to disk as they come: memory does not grow with the corpus. A table with more than `most_rows` rows goes
    on in a sheet of its own ("Trang 2").
    """
    import xlsxwriter  # noqa: PLC0415 - only for those who export a workbook

    count = 0
    with moved_into_place([target]) as (temporary,):
        # Texts stay texts: what begins with "=" or "http" is what the paper says.
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(str(temporary), options)
        try:
            sheets = {table.name: _Sheets(book, table, most_rows) for table in TABLES}
            for document in documents:
                for table, rows in rows_by_table(document):
                    for row in rows:
                        sheets[table.name].add(row)
                count += 1
        finally:
            book.close()
    return count


class _Sheets:
    """The sheets of one table; the next begins when one is full."""

    def __init__(self, book: xlsxwriter.Workbook, table: Table, most_rows: int) -> None:
        self._book = book
        self._table = table
        self._most_rows = most_rows
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._names = book.add_format({"italic": True, "font_color": "#666666", "bottom": 1})
        self._link = book.get_default_url_format()
        self._count = 0
        self._sheet = self._begun()

    def add(self, row: Row) -> None:
        if self._next >= self._most_rows:
            self._sheet = self._begun()
        for column, (name, value) in enumerate(row.items()):
            self._write(column, name, value)
        self._next += 1

    def _write(self, column: int, name: str, value: Any) -> None:  # noqa: ANN401
        cell = excel_cell(value)
        if name == "path" and self._table.name == "plans":
            address = "external:" + document_name(str(value)).replace("#", "%23")
            if self._sheet.write_url(self._next, column, address, self._link, str(cell)) == 0:
                return
        if cell is None:
            return
        if isinstance(cell, bool):
            self._sheet.write_boolean(self._next, column, cell)
        elif isinstance(cell, int | float):
            self._sheet.write_number(self._next, column, cell)
        else:
            self._sheet.write_string(self._next, column, cell)

    def _begun(self) -> Worksheet:
        self._count += 1
        suffix = "" if self._count == 1 else f" {self._count}"
        sheet = self._book.add_worksheet(f"{self._table.title}{suffix}")
        for column, (name, kind) in enumerate(self._table.columns.items()):
            sheet.set_column(column, column, _WIDE if kind == "text" and name in _LONG else _NARROW)
        for column, name in enumerate(self._table.columns):
            sheet.write_string(0, column, column_title(name), self._head)
        for column, name in enumerate(self._table.columns):
            sheet.write_string(1, column, name, self._names)
        sheet.freeze_panes(_HEAD_ROWS, 1)
        self._next = _HEAD_ROWS
        return sheet


_LONG = frozenset(
    {"path", "subject", "body_text", "quoted", "preamble", "action", "title", "message", "recipient", "heading"}
)


FORMAT = Format(lambda documents, export: write_excel(documents, export.target))
