"""Decides for every file of the archive what is to be done with it, from what the ledger knows."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake import SourceFile
from pipeline.run.storage.archives import Archive
from pipeline.run.tasks import TRANSIENT, Task
from pipeline.schema import Problem
from pipeline.settings import Settings
from pipeline.store.ledger import FileStamp, FileStatus, Fingerprints, Ledger, LedgerRow, suffix_of

# A file changed in the same tick of the clock as it was digested keeps its stamp: younger stamps are not trusted.
_TICK_NS = 2_000_000_000

# Cheap to ask again and out of the file's hands: these are never counted out.
_ALWAYS_AGAIN = frozenset({ProblemCode.UNREADABLE_FILE, ProblemCode.CHANGED_WHILE_READ, ProblemCode.MISSING_CONVERTER})
_NO_STAMP = FileStamp(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing to do: the file and all it depends on are as they were."""

    row: LedgerRow
    touched: FileStamp | None = None
    checked_ns: int = 0


@dataclass(frozen=True, slots=True)
class Refuse:
    """Not to be opened at all; `problem` says why."""

    task: Task
    problem: Problem


@dataclass(frozen=True, slots=True)
class Copy:
    """Has the content of `original`, which is done or in work. `moved`: the original is no longer in the archive."""

    task: Task
    original: str
    moved: bool = False


Decision = Skip | Refuse | Copy | Task


@dataclass(slots=True)
class Planner:
    """Decides file by file; remembers the content met in this run, so that the second file of it is a duplicate."""

    ledger: Ledger
    settings: Settings
    fingerprints: Fingerprints
    archive: Archive
    force: bool = False
    retry: bool = False
    _in_work: dict[tuple[str, str], str] = field(default_factory=dict)

    def decide(self, file: SourceFile) -> Decision:
        """What is to be done with `file`."""
        row = self.ledger.get(file.relative)
        if file.problem is not None:
            return self._refused(file, row, Problem(code=file.problem.code, message=file.problem.message))
        try:
            stamp = self.archive.stamp(file)
            if row and self._unchanged(row, stamp):
                return Skip(row)
            if stamp.bytes > self.settings.intake.max_file_bytes:
                return self._refused(file, row, self._too_large(stamp.bytes), stamp)
            checked_ns = time.time_ns()
            sha256 = digest_of(file.path, *(page.path for page in file.more))
        except UnusableInputError as error:
            return self._refused(file, row, Problem(code=error.code, message=str(error)))
        if row and row.sha256 == sha256 and self._holds(row):
            return Skip(row, stamp, checked_ns)
        more = tuple((page.path, page.relative) for page in file.more)
        task = self.archive.task(
            Task(file.path, file.relative, sha256, stamp, checked_ns, more=more, packed=file.packed)
        )
        return self._new_content(row, task)

    def needs_content(self, file: SourceFile) -> bool:
        """Whether `decide` will have to read the file."""
        if file.problem is not None or file.bytes > self.settings.intake.max_file_bytes:
            return False
        row = self.ledger.get(file.relative)
        try:
            return row is None or not self._unchanged(row, self.archive.stamp(file))
        except UnusableInputError:
            return False

    def _unchanged(self, row: LedgerRow, stamp: FileStamp) -> bool:
        return self._holds(row) and row.stamp == stamp and stamp.mtime_ns < row.checked_ns - _TICK_NS

    def _new_content(self, row: LedgerRow | None, task: Task) -> Copy | Task:
        if row and row.sha256 == task.sha256 and row.status is not FileStatus.DONE and not self.retry:
            task = replace(task, attempts=row.attempts + 1, crashes=row.crashes)
        key = (task.sha256, suffix_of(task.relative))
        if key in self._in_work:
            return Copy(task, self._in_work[key])
        if not self.force:
            for known in self.ledger.same_content(*key):
                if known.path != task.relative and self._holds(known):
                    return Copy(task, known.path, moved=not self.archive.contains(known.path))
        self._in_work[key] = task.relative
        return task

    def committed(self, task: Task) -> None:
        """From here on the ledger tells of this content."""
        self._in_work.pop((task.sha256, suffix_of(task.relative)), None)

    def _holds(self, row: LedgerRow) -> bool:
        """Whether what `row` says needs no work, provided that the file is the same."""
        if self.force or row.fingerprints != self.fingerprints or row.document_sha256 is None:
            return False  # that of a file that was joined to another has none of its own
        if row.status is FileStatus.FAILED_RETRYABLE:
            return False
        if row.status is FileStatus.PARTIAL:
            may_pass = any(problem.code in TRANSIENT for problem in row.problems)
            return not self.retry and not (may_pass and row.attempts < self.settings.run.max_attempts)
        if row.status is FileStatus.FAILED_TERMINAL:
            locked = any(problem.code == ProblemCode.ENCRYPTED for problem in row.problems)
            return not self.retry and not (locked and self.settings.intake.passwords)
        if row.duplicate_of is not None:
            original = self.ledger.get(row.duplicate_of)
            return original is not None and original.sha256 == row.sha256 and self._holds(original)
        return True

    def _refused(
        self, file: SourceFile, row: LedgerRow | None, problem: Problem, stamp: FileStamp = _NO_STAMP
    ) -> Decision:
        if row and row.problems == (problem,) and row.stamp == stamp and row.document_sha256 and not self.force:
            return Skip(row)
        attempts = row.attempts + 1 if row else 1
        return Refuse(Task(file.path, file.relative, "", stamp, time.time_ns(), attempts), problem)

    def _too_large(self, size: int) -> Problem:
        limit = self.settings.intake.max_file_bytes
        return Problem(
            code=ProblemCode.FILE_TOO_LARGE,
            message=f"The file has {size / 1e6:.0f} MB, the limit is {limit / 1e6:.0f}. Split it, or raise the limit.",
        )


def digest_of(path: Path, *more: Path) -> str:
    """SHA-256 of the content, in hexadecimal; of several files that of their digests. Raises UnusableInputError."""
    try:
        digests = [_digest_of_file(one) for one in (path, *more)]
    except OSError as error:
        raise _unreadable(error) from error
    return digests[0] if not more else hashlib.sha256(" ".join(digests).encode()).hexdigest()


def _digest_of_file(path: Path) -> str:
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unreadable(error: OSError) -> UnusableInputError:
    if isinstance(error, PermissionError):
        return UnusableInputError(
            ProblemCode.UNREADABLE_FILE,
            "There is no permission to read this file.",
            remedy="Give the account that runs sohoa the right to read it.",
        )
    return UnusableInputError(
        ProblemCode.UNREADABLE_FILE,
        f"The file could be listed but not read: {error.strerror or error}.",
        remedy="It is tried again on the next run.",
    )


def ledger_status(
    document_failed: bool, partial: bool, problems: Iterable[Problem], attempts: int, limit: int
) -> FileStatus:
    """The ledger's word for an outcome: failures that may pass are retryable until they were tried `limit` times."""
    codes = {problem.code for problem in problems}
    if not document_failed:
        return FileStatus.PARTIAL if partial else FileStatus.DONE
    if codes & {ProblemCode.UNSUPPORTED_KIND, ProblemCode.NOT_A_REGULAR_FILE, ProblemCode.SYSTEM_FILE}:
        return FileStatus.UNSUPPORTED
    if codes & _ALWAYS_AGAIN or (codes & TRANSIENT and attempts < limit):
        return FileStatus.FAILED_RETRYABLE
    return FileStatus.FAILED_TERMINAL
