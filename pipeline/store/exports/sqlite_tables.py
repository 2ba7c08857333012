"""SQLite: the flat tables in one file, with foreign keys and views, for datasette and whoever speaks SQL."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from pipeline.schema import Document
from pipeline.store.atomic import moved_into_place
from pipeline.store.exports.tables import TABLES, Row, Table, rows_by_table
from pipeline.store.formats import Format

_TYPES = {"text": "TEXT", "integer": "INTEGER", "real": "REAL", "boolean": "INTEGER", "list": "TEXT"}
_DOCUMENTS_AT_ONCE = 500  # a transaction: speed does not rise beyond, and what is not yet written stays small

# Columns read more often than others: each table by its document, plans by what they are grouped by.
_INDEXES = ("CREATE INDEX plans_groups ON plans (level, province, year)", "CREATE INDEX plans_number ON plans (number)")
_VIEWS = (
    "CREATE VIEW rewards_by_authority_and_year AS SELECT p.body, p.level, p.province, r.year, r.form, "
    "count(*) AS mentions, sum(r.collectives_max) AS collectives, sum(r.individuals_max) AS individuals "
    "FROM rewards r JOIN plans p ON p.path = r.path GROUP BY p.body, p.level, p.province, r.year, r.form",
    "CREATE VIEW deadline_calendar AS SELECT d.due, d.bound, d.what_for, d.who, d.quoted, p.number, p.subject, p.body, "
    "d.path FROM deadlines d JOIN plans p ON p.path = d.path "
    "WHERE d.due_year IS NOT NULL AND d.due_day IS NOT NULL ORDER BY d.due",
)


def write_sqlite(documents: Iterable[Document], target: Path) -> int:
    """Write the tables to the database `target`; the number of documents. Raises OutputError.

    Lists are JSON arrays, which SQLite's json_each reads.
    """
    count = 0
    with moved_into_place([target]) as (temporary,):
        database = sqlite3.connect(temporary, isolation_level=None)
        try:
            database.execute("PRAGMA journal_mode = OFF")  # an unfinished file is thrown away, not recovered
            for table in TABLES:
                database.execute(_definition(table))
            database.execute("BEGIN")
            for document in documents:
                for table, rows in rows_by_table(document):
                    database.executemany(_insertion(table), [_values(row) for row in rows])
                count += 1
                if count % _DOCUMENTS_AT_ONCE == 0:
                    database.execute("COMMIT")
                    database.execute("BEGIN")
            for statement in (*_INDEXES, *_views_and_keys()):
                database.execute(statement)
            database.execute("COMMIT")
        finally:
            database.close()
    return count


def _definition(table: Table) -> str:
    columns = [f'"{name}" {_TYPES[kind]}' for name, kind in table.columns.items()]
    if table.name == "plans":
        columns[0] += " PRIMARY KEY"
    else:
        columns.append('FOREIGN KEY ("path") REFERENCES plans ("path")')
    return f'CREATE TABLE "{table.name}" ({", ".join(columns)})'


def _views_and_keys() -> list[str]:
    keys = [f'CREATE INDEX "{table.name}_path" ON "{table.name}" ("path")' for table in TABLES if table.name != "plans"]
    return [*keys, *_VIEWS]


def _insertion(table: Table) -> str:
    return f'INSERT INTO "{table.name}" VALUES ({", ".join("?" * len(table.columns))})'  # noqa: S608 - our own names


def _values(row: Row) -> list[object]:
    return [
        json.dumps(value, ensure_ascii=False) if isinstance(value, list) else _text(value) for value in row.values()
    ]


def _text(value: object) -> object:
    """A text that SQLite can store: half of a surrogate pair is written as an escape."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


FORMAT = Format(lambda documents, export: write_sqlite(documents, export.target))
