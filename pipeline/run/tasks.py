"""What goes to a worker and what comes back. Both are plain values: they cross process and machine borders."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ProblemCode
from pipeline.intake.walking import Packed
from pipeline.schema import Problem, Status
from pipeline.settings import Settings
from pipeline.store.entries import IndexEntry
from pipeline.store.ledger import FileStamp

if TYPE_CHECKING:
    from pipeline.digitise import Stages

# Failures that may pass by themselves: the next runs try again, `RunSettings.max_attempts` times in all.
TRANSIENT = frozenset(
    {
        ProblemCode.UNREADABLE_FILE,
        ProblemCode.CHANGED_WHILE_READ,
        ProblemCode.MISSING_CONVERTER,
        ProblemCode.DOCUMENT_TIMEOUT,
        ProblemCode.OUT_OF_MEMORY,
        ProblemCode.OCR_FAILED,
        ProblemCode.OCR_TIMEOUT,
    }
)


@dataclass(frozen=True, slots=True)
class Task:
    """One source file to work on.

    `crashes` counts the workers that died of it so far; `checked_ns` is the time at which its digest was begun;
    `skip_pages` are pages on which a worker was killed because they took too long; `url` is where the file can be
    had when it does not lie at `path` on the machine that does the task. `more` are the files that hold the document's
    further pages, each where it lies and as the archive calls it; `packed` says where `path` was unpacked from.
    """

    path: Path
    relative: str
    sha256: str
    stamp: FileStamp
    checked_ns: int = 0
    attempts: int = 1
    crashes: int = 0
    skip_pages: tuple[int, ...] = ()
    more: tuple[tuple[Path, str], ...] = ()
    packed: Packed | None = None
    url: str | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """All of its files."""
        return (self.path, *(path for path, _ in self.more))

    @property
    def names(self) -> tuple[str, ...]:
        """What the archive calls all of its files."""
        return (self.relative, *(name for _, name in self.more))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task: the files to write, ready as bytes, and what the ledger and the index take note of.

    `text` is None when there is none to write (a failed file has a document, but no text). `reading_cached`: the whole
    file came from the cache; `pages_cached`: of a file that was opened, so many pages did, by their images. `parts` are
    the documents behind the first one of a file that holds several.
    """

    task: Task
    status: Status
    problems: tuple[Problem, ...]
    document: bytes
    text: bytes | None = None
    entry: IndexEntry | None = None
    media_type: str | None = None
    pages: int = 0
    reading_cached: bool = False
    pages_cached: int = 0
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    wall_seconds: dict[str, float] = field(default_factory=dict)
    peak_bytes: int = 0
    crashes: int = 0
    quality: tuple[float, ...] = ()
    parts: tuple[DocumentPart, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A document behind the first one of a file, ready to be written; `path` is 'kh.pdf#2'."""

    path: str
    status: Status
    problems: tuple[Problem, ...]
    document: bytes
    text: bytes | None
    entry: IndexEntry | None
    pages: int


@dataclass(frozen=True, slots=True)
class Assist:
    """The pages from `first` to `last` of a document that another worker is reading from its beginning.

    They are recognised into the cache, where that worker will find them; nothing else comes of it.
    """

    task: Task
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Assisted:
    """What an `Assist` gave: so many pages that were not known before, and what they cost."""

    assist: Assist
    pages: int
    cpu_seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beat:
    """A worker's sign of life: what it is at."""

    stage: str
    page: int | None = None
    page_count: int | None = None


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """What a worker is started with."""

    settings: Settings
    cache_folder: Path | None
    reading_fingerprint: str
    make_stages: Callable[[Settings], Stages] | None = None  # default: `Stages.load`
    image_fingerprint: str = ""
    result_fingerprint: str = ""  # of all stages: what another machine must have too, for its results to be the same
    log_level: int = logging.CRITICAL  # of the records that workers send
    work_folder: Path | None = None  # for the temporary files of the workers; each gets a folder of its own in it


@dataclass(frozen=True, slots=True)
class ToolMissing:
    """Sent in place of an outcome when a tool or model is not there: the run cannot go on."""

    message: str
    remedy: str | None


@dataclass(frozen=True, slots=True)
class Ready:
    """Sent once the models are loaded."""

    pid: int
