"""An index as an earlier sohoa left it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def make_older(corpus: Path) -> None:
    """Turn the index at `corpus` into one of version 1: other columns, none of today's."""
    with closing(sqlite3.connect(corpus)) as connection, connection:
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'index_version'")
        connection.execute("DROP TABLE parts")
        connection.execute("CREATE TABLE parts (id INTEGER PRIMARY KEY, document INTEGER, kind TEXT, text TEXT)")
