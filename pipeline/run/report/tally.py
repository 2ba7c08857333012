"""What a run has done so far: the numbers behind the progress line, the report and the exit code."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.errors import NOTES, ProblemCode
from pipeline.run.tasks import Outcome
from pipeline.schema import Problem
from pipeline.store.ledger import FileStatus, LedgerRow

_SLOWEST = 20
_LISTED = 10_000  # failures named in the report; a run over a wrong folder must not fill the memory with them


@dataclass(frozen=True, slots=True)
class Failure:
    """A file of which something is missing, or (in `Tally.remarks`, `Tally.to_check`) there is something to say."""

    path: str
    status: FileStatus
    problems: tuple[Problem, ...]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """Failures that need nobody's attention: those that an earlier run told of, those that people acknowledged."""

    known: Mapping[str, str] = field(default_factory=dict)
    acknowledged: Mapping[str, str | None] = field(default_factory=dict)

    def is_known(self, row: LedgerRow) -> bool:
        """Whether a finished run has told of this very failure."""
        return self.known.get(row.path) == row.codes

    def is_acknowledged(self, row: LedgerRow) -> bool:
        """Whether a person has settled it: this file with these codes, or each of its codes."""
        if self.acknowledged.get(row.path) == row.codes:
            return True
        codes = [code for code in row.codes.split() if code not in NOTES]
        return bool(codes) and all(code in self.acknowledged for code in codes)


@dataclass(slots=True)
class Tally:
    """Counts of one run. `statuses` counts all files met, `done_now` those worked on by this run.

    `failed` are files of which nothing or not all could be had; `newly_failed` those of them that no earlier run has
    told of; `acknowledged`, which are not among them, a person has settled. `to_check` are files that are done, with
    something in them that a person should look at (an unreadable number).
    """

    settled: Settled = field(default_factory=Settled)
    started: float = field(default_factory=time.monotonic)
    statuses: Counter[FileStatus] = field(default_factory=Counter)
    skipped: int = 0
    done_now: int = 0
    moved: int = 0
    cached_readings: int = 0
    cached_pages: int = 0
    pages: int = 0
    pages_now: int = 0
    bytes_met: int = 0
    bytes_now: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    unlisted_failures: int = 0
    remarks: list[Failure] = field(default_factory=list)
    to_check: list[Failure] = field(default_factory=list)
    harmless: int = 0
    newly_failed: int = 0
    acknowledged: int = 0
    cpu_seconds: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, str, int]] = field(default_factory=list)
    quality: Counter[int] = field(default_factory=Counter)
    worker_peak_bytes: int = 0
    deleted: list[str] = field(default_factory=list)
    pruned: int = 0
    undelivered: tuple[int, str] | None = None  # changes that the receiver has not taken, and why
    first_result_seconds: float | None = None

    @property
    def files(self) -> int:
        """Files met so far."""
        return sum(self.statuses.values())

    @property
    def failed(self) -> int:
        """Files of which nothing or not all could be had, and that nobody expected to be documents anyway."""
        return len(self.failures) + self.unlisted_failures

    @property
    def seconds(self) -> float:
        """Wall seconds since the run began."""
        return time.monotonic() - self.started

    def pages_per_minute(self) -> float:
        """Speed of this run over the pages it worked on."""
        return 60 * self.pages_now / self.seconds if self.pages_now else 0.0

    def skip(self, row: LedgerRow) -> None:
        """A file that needed no work."""
        self.skipped += 1
        self._count(row)

    def add(self, row: LedgerRow, outcome: Outcome | None = None, *, moved: bool = False) -> None:
        """A file that this run finished."""
        self.done_now += 1
        self.moved += moved
        self._count(row)
        if self.first_result_seconds is None:
            self.first_result_seconds = self.seconds
        if outcome is None:
            return
        self.pages_now += outcome.pages
        self.bytes_now += row.stamp.bytes
        self.cached_readings += outcome.reading_cached
        self.cached_pages += outcome.pages_cached
        self.worker_peak_bytes = max(self.worker_peak_bytes, outcome.peak_bytes)
        self.cpu_seconds.update(outcome.cpu_seconds)
        self.quality.update(min(19, int(value * 20)) for value in outcome.quality)
        wall = sum(outcome.wall_seconds.values())
        self.slowest = sorted([*self.slowest, (wall, row.path, outcome.pages)], reverse=True)[:_SLOWEST]

    def _count(self, row: LedgerRow) -> None:
        self.statuses[row.status] += 1
        self.pages += row.pages
        self.bytes_met += row.stamp.bytes
        self.problems.update(problem.code for problem in row.problems)
        if row.status is FileStatus.JOINED:
            return
        if row.status is FileStatus.DONE or (row.status is FileStatus.DUPLICATE and row.text_sha256 is not None):
            if any(problem.code in NOTES for problem in row.problems) and len(self.remarks) < _LISTED:
                self.remarks.append(Failure(row.path, row.status, row.problems))
            if any(problem.code not in NOTES for problem in row.problems) and len(self.to_check) < _LISTED:
                self.to_check.append(Failure(row.path, row.status, row.problems))
            return
        if any(problem.code == ProblemCode.SYSTEM_FILE for problem in row.problems):
            self.harmless += 1
            return
        if self.settled.is_acknowledged(row):
            self.acknowledged += 1
            return
        is_new = not self.settled.is_known(row)
        self.newly_failed += is_new
        if len(self.failures) < _LISTED:
            self.failures.append(Failure(row.path, row.status, row.problems, is_new))
        else:
            self.unlisted_failures += 1
