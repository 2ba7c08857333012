"""SQLite as OUT uses it, for the ledger and the index alike: one writer, readers that never wait, errors for people."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Self

from pipeline.errors import OutputError


class Database:
    """A database of OUT with its schema and version. Only the run that holds the folder's lock has one for writing."""

    _SCHEMA: ClassVar[str]
    _VERSION_KEY: ClassVar[str]
    _VERSION: ClassVar[int]
    _OTHER_VERSION: ClassVar[str] = "Use another OUT folder."

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open or create the database at `path`. Raises OutputError when that is not possible."""
        self._path = path
        with self._reported():
            self._connection = open_database(path, read_only=read_only)
            try:
                if not read_only:
                    self._prepare()
                found = self.meta(self._VERSION_KEY)
                if found != str(self._VERSION):
                    raise OutputError(f"{path} is of version {found}.", remedy=self._OTHER_VERSION)
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self) -> None:
        """Make the tables that are not there yet."""
        self._connection.executescript(self._SCHEMA)
        self._connection.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (self._VERSION_KEY, str(self._VERSION)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was committed stays."""
        close_database(self._connection)

    def meta(self, key: str) -> str | None:
        """A value kept about the folder as a whole."""
        found = self._fetch("SELECT value FROM meta WHERE key = ?", key)
        return found[0][0] if found else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside become true together or not at all."""
        with self._reported(), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield

    def _fetch(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a small answer. Raises OutputError."""
        with self._reported():
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise database_error(self._path, error) from error


def open_database(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode. A writer uses a write-ahead log, so that readers never wait for it."""
    if read_only:
        if not path.is_file():
            raise sqlite3.OperationalError(f"no such file: {path}")
        return _open_read_only(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, timeout=30.0)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # 2 MB: what a batch touches. A larger cache fills up with the database and looks like a leak of the run's.
    connection.execute("PRAGMA cache_size = -2000")
    return connection


def _open_read_only(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None, timeout=30.0)
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        # A write-ahead log needs a writable folder even to read; without one, read the file as it lies.
        connection.close()
        connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
    return connection


def close_database(connection: sqlite3.Connection) -> None:
    """Close, and leave one plain file behind: no write-ahead log beside it unless someone else still reads."""
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error:
        pass  # another reader is open, or the connection is read-only: the log is folded in by the next writer
    finally:
        connection.close()


def database_error(path: Path, error: sqlite3.Error) -> OutputError:
    """The OutputError that tells a user what is wrong with a database of OUT."""
    text = str(error)
    if "full" in text:
        return OutputError(f"Cannot write {path}: the disk is full.", remedy="Free some space and run again.")
    if "readonly" in text or "unable to open" in text:
        return OutputError(f"Cannot open {path}: {text}.", remedy="Check that the folder exists and may be written.")
    if "malformed" in text or "not a database" in text:
        return OutputError(f"{path} is damaged: {text}.", remedy="Remove it and run `sohoa ingest` again.")
    return OutputError(f"Cannot use {path}: {text}.", remedy="Run `sohoa verify OUT`.")
