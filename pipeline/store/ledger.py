"""The ledger: one row a source file. What it says is done is on disk; what it does not say will be done again."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.schema import Problem
from pipeline.store.changes import CHANGE_SCHEMA, Changes

LEDGER_VERSION = 1


class FileStatus(StrEnum):
    """How a source file stands."""

    DONE = "done"
    PARTIAL = "partial"
    FAILED_RETRYABLE = "failed-retryable"
    FAILED_TERMINAL = "failed-terminal"
    UNSUPPORTED = "unsupported"
    DUPLICATE = "duplicate-of"
    JOINED = "joined-to"

    @property
    def failed(self) -> bool:
        """Whether nothing of the file reached the corpus."""
        return self in {FileStatus.FAILED_RETRYABLE, FileStatus.FAILED_TERMINAL, FileStatus.UNSUPPORTED}


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What the file system says of a file: while all of it stays, the content is taken to be the same."""

    bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @staticmethod
    def of(stat: os.stat_result) -> FileStamp:
        """The stamp in `stat`."""
        return FileStamp(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)

    @staticmethod
    def of_all(paths: Iterable[Path]) -> FileStamp:
        """The stamp of files that are one document: any change of one of them changes it. Raises OSError."""
        stats = [path.stat() for path in paths]
        if len(stats) == 1:
            return FileStamp.of(stats[0])
        nodes = " ".join(f"{stat.st_ino} {stat.st_size} {stat.st_mtime_ns}" for stat in stats)
        return FileStamp(
            sum(stat.st_size for stat in stats),
            max(stat.st_mtime_ns for stat in stats),
            max(stat.st_ctime_ns for stat in stats),
            int.from_bytes(hashlib.sha256(nodes.encode()).digest()[:7]),
        )


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Digests of all that a stage's result depends on beside the file: code, models, tools, settings."""

    reading: str
    restoration: str
    structure: str


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One source file, or with `part_of`, its path, one of the documents behind its first.

    `sha256` is empty for a file whose content was never read. `gone` is when the file was no longer in the archive.
    """

    path: str
    sha256: str
    stamp: FileStamp
    status: FileStatus
    fingerprints: Fingerprints
    attempts: int = 1
    crashes: int = 0
    duplicate_of: str | None = None
    media_type: str | None = None
    pages: int = 0
    problems: tuple[Problem, ...] = ()
    document_sha256: str | None = None
    text_sha256: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    checked_ns: int = 0
    part_of: str | None = None
    gone: str | None = None

    @property
    def codes(self) -> str:
        """The codes of its problems, each once: what makes one failure another than the next."""
        return " ".join(sorted({problem.code for problem in self.problems}))


_COLUMNS = (
    ["path", "sha256", "suffix", "bytes", "mtime_ns", "ctime_ns", "inode", "status"]
    + [f"{stage.name}_fingerprint" for stage in fields(Fingerprints)]
    + ["attempts", "crashes", "duplicate_of", "media_type", "pages", "problems", "document_sha256", "text_sha256"]
    + ["seconds", "checked_ns", "part_of", "gone"]
)

_ADDED = ("part_of", "gone")  # columns that came after version 1's first release

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
  path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, suffix TEXT NOT NULL,
  bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
  status TEXT NOT NULL, reading_fingerprint TEXT NOT NULL, restoration_fingerprint TEXT NOT NULL,
  structure_fingerprint TEXT NOT NULL, attempts INTEGER NOT NULL, crashes INTEGER NOT NULL, duplicate_of TEXT,
  media_type TEXT, pages INTEGER NOT NULL, problems TEXT NOT NULL, document_sha256 TEXT, text_sha256 TEXT,
  seconds TEXT NOT NULL, checked_ns INTEGER NOT NULL, part_of TEXT, gone TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_by_content ON files (sha256, suffix);
CREATE INDEX IF NOT EXISTS files_by_status ON files (status);
CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, started REAL NOT NULL, ended REAL, summary TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS garbage (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS machine (path TEXT PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known_failures (path TEXT PRIMARY KEY, codes TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS acknowledged (what TEXT PRIMARY KEY, codes TEXT) WITHOUT ROWID;
CREATE TEMP TABLE seen (path TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def suffix_of(path: str) -> str:
    """The lower-case ending of a name: files of one content but two endings are not told to be the same file."""
    return os.path.splitext(path)[1].lower()  # noqa: PTH122 - a path in the archive, not on this machine


class Ledger(Changes):
    """ledger.sqlite. Only the run that holds the folder's lock writes to it."""

    _SCHEMA = _SCHEMA + CHANGE_SCHEMA
    _VERSION_KEY = "ledger_version"
    _VERSION = LEDGER_VERSION

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open or create the ledger at `path`. Raises OutputError when that is not possible."""
        super().__init__(path, read_only=read_only)
        if read_only and (lacking := self._lacking()):
            with self._reported():  # an earlier sohoa's: shown as if it had them
                columns = ", ".join(f"NULL AS {column}" for column in lacking)
                self._connection.execute(f"CREATE TEMP VIEW files AS SELECT *, {columns} FROM main.files")  # noqa: S608

    def _prepare(self) -> None:
        """Make what is not there yet, also the columns that an earlier sohoa's ledger lacks."""
        super()._prepare()
        for column in self._lacking():
            self._connection.execute(f"ALTER TABLE files ADD COLUMN {column} TEXT")
        self._connection.execute("CREATE INDEX IF NOT EXISTS files_by_part ON files (part_of)")

    def _lacking(self) -> list[str]:
        known = {column for _, column, *_ in self._connection.execute("PRAGMA table_info(files)")}
        return [column for column in _ADDED if column not in known]

    # what is known

    def get(self, path: str) -> LedgerRow | None:
        """The row of the file at `path`."""
        return next(self._select("WHERE path = ?", (path,)), None)

    def rows(self) -> Iterator[LedgerRow]:
        """All rows, by path."""
        return self._select("ORDER BY path")

    def document_digests(self) -> Iterator[tuple[str, str]]:
        """The path of each file whose document is written, and the document's digest."""
        query = "SELECT path, document_sha256 FROM files WHERE document_sha256 IS NOT NULL ORDER BY path"
        with self._reported(), closing(self._connection.execute(query)) as cursor:
            yield from cursor

    def parts_of(self, path: str) -> list[LedgerRow]:
        """The rows of the documents behind the first one of a file."""
        return list(self._select("WHERE part_of = ? ORDER BY path", (path,)))

    def same_content(self, sha256: str, suffix: str) -> list[LedgerRow]:
        """The rows of files with this content and ending that were worked on themselves (no duplicates), by path."""
        query = "WHERE sha256 = ? AND suffix = ? AND status NOT IN (?, ?) ORDER BY path"
        return list(self._select(query, (sha256, suffix, FileStatus.DUPLICATE, FileStatus.JOINED)))

    def with_content(self, sha256: str) -> list[LedgerRow]:
        """The rows of all files with this content, duplicates too, by path."""
        return list(self._select("WHERE sha256 = ? ORDER BY path", (sha256,)))

    def joined_to(self, path: str) -> list[LedgerRow]:
        """The rows of the files that hold further pages of the document at `path`."""
        return list(self._select("WHERE status = ? AND duplicate_of = ? ORDER BY path", (FileStatus.JOINED, path)))

    def shared_contents(self) -> list[str]:
        """The contents that several files have of which something could be had."""
        query = (
            "SELECT sha256 FROM files WHERE part_of IS NULL AND text_sha256 IS NOT NULL AND sha256 <> ''"
            " GROUP BY sha256 HAVING count(*) > 1 ORDER BY sha256"
        )
        return [sha256 for (sha256,) in self._fetch(query)]

    def machine(self, path: str) -> bytes | None:
        """The machine's document of a file whose document has a person's corrections in it."""
        found = self._fetch("SELECT document FROM machine WHERE path = ?", path)
        return zlib.decompress(found[0][0]) if found else None

    def stranded(self) -> list[str]:
        """The duplicates whose original is gone or has other content now; they have to be done themselves."""
        query = (
            "SELECT copy.path FROM files copy LEFT JOIN files original ON original.path = copy.duplicate_of"
            " WHERE copy.duplicate_of IS NOT NULL AND copy.part_of IS NULL AND copy.status != 'joined-to'"
            " AND (original.path IS NULL OR original.sha256 != copy.sha256)"
            " ORDER BY copy.path"
        )
        return [path for (path,) in self._fetch(query)]

    def unseen(self) -> Iterator[LedgerRow]:
        """The rows whose files this run has not met: deleted, or moved."""
        return self._select("WHERE part_of IS NULL AND path NOT IN (SELECT path FROM seen) ORDER BY path")

    def counts(self) -> dict[str, int]:
        """Files by status."""
        query = (
            "SELECT status, count(*) FROM files WHERE part_of IS NULL AND gone IS NULL GROUP BY status ORDER BY status"
        )
        return {str(status): int(count) for status, count in self._fetch(query)}

    def count_gone(self) -> int:
        """How many files are no longer in the archive, with their results kept."""
        return int(self._fetch("SELECT count(*) FROM files WHERE gone IS NOT NULL AND part_of IS NULL")[0][0])

    def gone(self) -> list[str]:
        """What is no longer in the archive, with its results kept: files, and the documents behind their first."""
        return [path for (path,) in self._fetch("SELECT path FROM files WHERE gone IS NOT NULL ORDER BY path")]

    def failing(self) -> Iterator[LedgerRow]:
        """The files of which nothing, or not all, could be had."""
        lacking = [status for status in FileStatus if status.failed or status is FileStatus.PARTIAL]
        marks = ", ".join("?" * len(lacking))
        return self._select(
            f"WHERE part_of IS NULL AND gone IS NULL AND status IN ({marks}) ORDER BY path", (*lacking,)
        )

    def known_failures(self) -> dict[str, str]:
        """The codes of each failure that a finished run has told of, by path."""
        return dict(self._fetch("SELECT path, codes FROM known_failures"))

    def acknowledged(self) -> dict[str, str | None]:
        """What people have settled: a code (with None), or a path with the codes that it had then."""
        return dict(self._fetch("SELECT what, codes FROM acknowledged"))

    def last_run(self) -> dict[str, Any] | None:
        """Summary of the last run that started: id, started, ended (None: running or killed), summary."""
        found = self._fetch("SELECT id, started, ended, summary FROM runs ORDER BY started DESC LIMIT 1")
        if not found:
            return None
        run, started, ended, summary = found[0]
        return {"id": run, "started": started, "ended": ended, "summary": json.loads(summary or "{}")}

    def garbage(self) -> list[str]:
        """Outputs (names inside OUT) that no row owns any more and that are still to be removed."""
        return [name for (name,) in self._fetch("SELECT name FROM garbage ORDER BY name")]

    def _select(self, where: str, values: tuple[object, ...] = ()) -> Iterator[LedgerRow]:
        query = f"SELECT {', '.join(_COLUMNS)} FROM files {where}"  # noqa: S608 - only names of this module
        with self._reported(), closing(self._connection.execute(query, values)) as cursor:
            for found in cursor:
                yield _row(dict(zip(_COLUMNS, found, strict=True)))

    # changes; to be made inside `transaction`

    def put(self, row: LedgerRow) -> None:
        """Insert or replace the row of `row.path`."""
        values = _values(row)
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT OR REPLACE INTO files ({', '.join(_COLUMNS)}) VALUES ({marks})", values)  # noqa: S608
        self._note_change(row.path, None if row.gone else row.document_sha256)

    def put_machine(self, path: str, document: bytes | None) -> None:
        """Keep the machine's document beside one with corrections; None: there are none in it."""
        self._connection.execute("DELETE FROM machine WHERE path = ?", (path,))
        if document is not None:
            self._connection.execute("INSERT INTO machine VALUES (?, ?)", (path, zlib.compress(document)))

    def mark_unwritten(self, paths: Iterable[str]) -> None:
        """Say of `paths` that their outputs are being replaced: killed before `put`, they are done again."""
        self._connection.executemany("UPDATE files SET document_sha256 = NULL WHERE path = ?", [(p,) for p in paths])

    def touch(self, path: str, stamp: FileStamp, checked_ns: int) -> None:
        """Take note that a file has a new stamp but its old content."""
        self._connection.execute(
            "UPDATE files SET bytes = ?, mtime_ns = ?, ctime_ns = ?, inode = ?, checked_ns = ? WHERE path = ?",
            (stamp.bytes, stamp.mtime_ns, stamp.ctime_ns, stamp.inode, checked_ns, path),
        )

    def delete(self, path: str) -> None:
        """Forget the file at `path`."""
        self._connection.execute("DELETE FROM files WHERE path = ?", (path,))
        self._note_change(path, None)
        self.put_machine(path, None)

    def mark_gone(self, paths: Iterable[str], when: str) -> None:
        """Say of files, and of all their documents, that they are no longer in the archive."""
        for path in paths:
            for own in (path, *(row.path for row in self.parts_of(path))):
                self._connection.execute("UPDATE files SET gone = ? WHERE path = ?", (when, own))
                self._note_change(own, None)

    def set_known_failures(self, failures: Iterable[tuple[str, str]]) -> None:
        """Remember what a finished run has told of: (path, codes) of all that fails now."""
        self._connection.execute("DELETE FROM known_failures")
        self._connection.executemany("INSERT INTO known_failures VALUES (?, ?)", failures)

    def acknowledge(self, what: str, codes: str | None) -> None:
        """Settle a failure: of one file as long as it has these codes, or with None every one of a code."""
        self._connection.execute("INSERT OR REPLACE INTO acknowledged VALUES (?, ?)", (what, codes))

    def take_back(self, what: str) -> bool:
        """Settle it no longer; whether it was."""
        return self._connection.execute("DELETE FROM acknowledged WHERE what = ?", (what,)).rowcount > 0

    def add_garbage(self, names: Iterable[str]) -> None:
        """Remember outputs to remove once the transaction is durable."""
        self._connection.executemany("INSERT OR IGNORE INTO garbage VALUES (?)", [(name,) for name in names])

    def clear_garbage(self, names: Iterable[str]) -> None:
        """Forget outputs that are removed."""
        self._connection.executemany("DELETE FROM garbage WHERE name = ?", [(name,) for name in names])

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value about the folder as a whole."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def start_run(self, run_id: str, started: float) -> None:
        """Take note that a run began."""
        self._connection.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, NULL, NULL)", (run_id, started))

    def end_run(self, run_id: str, ended: float, summary: dict[str, Any]) -> None:
        """Take note that a run ended, and how."""
        self._connection.execute(
            "UPDATE runs SET ended = ?, summary = ? WHERE id = ?", (ended, json.dumps(summary), run_id)
        )

    def mark_seen(self, paths: Iterable[str]) -> None:
        """Remember (for this run only) that these files exist."""
        with self._reported():
            self._connection.executemany("INSERT OR IGNORE INTO seen VALUES (?)", [(path,) for path in paths])


def _row(found: dict[str, Any]) -> LedgerRow:
    return LedgerRow(
        path=found["path"],
        sha256=found["sha256"],
        stamp=FileStamp(found["bytes"], found["mtime_ns"], found["ctime_ns"], found["inode"]),
        status=FileStatus(found["status"]),
        fingerprints=Fingerprints(*(found[f"{stage.name}_fingerprint"] for stage in fields(Fingerprints))),
        attempts=found["attempts"],
        crashes=found["crashes"],
        duplicate_of=found["duplicate_of"],
        media_type=found["media_type"],
        pages=found["pages"],
        problems=tuple(Problem.model_validate(problem) for problem in json.loads(found["problems"])),
        document_sha256=found["document_sha256"],
        text_sha256=found["text_sha256"],
        seconds=json.loads(found["seconds"]),
        checked_ns=found["checked_ns"],
        part_of=found["part_of"],
        gone=found["gone"],
    )


def _values(row: LedgerRow) -> list[object]:
    stamp, prints = row.stamp, row.fingerprints
    problems = json.dumps([problem.model_dump() for problem in row.problems], ensure_ascii=False)
    return [
        *(row.path, row.sha256, suffix_of(row.path), stamp.bytes, stamp.mtime_ns, stamp.ctime_ns, stamp.inode),
        *(row.status, prints.reading, prints.restoration, prints.structure, row.attempts, row.crashes),
        *(row.duplicate_of, row.media_type, row.pages, problems, row.document_sha256, row.text_sha256),
        *(json.dumps(row.seconds), row.checked_ns, row.part_of, row.gone),
    ]
