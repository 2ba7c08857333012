"""CSV: a folder with one file a table, in UTF-8 with BOM, so that a spreadsheet shows Vietnamese as it is."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from pipeline.schema import Document
from pipeline.store.atomic import moved_into_place
from pipeline.store.exports.cells import plain_cell
from pipeline.store.exports.tables import TABLES, rows_by_table
from pipeline.store.formats import Format


def write_csv(documents: Iterable[Document], folder: Path) -> int:
    """Write `folder`/<table>.csv for each of `TABLES`; the number of documents. Raises OutputError.

    A text that a spreadsheet would run as a formula is preceded by an apostrophe.
    """
    count = 0
    with moved_into_place([folder / f"{table.name}.csv" for table in TABLES]) as temporaries, ExitStack() as stack:
        writers = {}
        for table, path in zip(TABLES, temporaries, strict=True):
            file = stack.enter_context(path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline=""))
            writers[table.name] = csv.writer(file)
            writers[table.name].writerow(table.columns)
        for document in documents:
            for table, rows in rows_by_table(document):
                writers[table.name].writerows([plain_cell(value) for value in row.values()] for row in rows)
            count += 1
    return count


FORMAT = Format(lambda documents, export: write_csv(documents, export.target), to_folder=True)
