"""What is known of a source file on its way to a document. Light: the parent of a batch does without the stages."""

from __future__ import annotations

import hashlib
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pipeline
from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.onlooker import Observer, Unobserved
from pipeline.schema import Document, Problem, ProvenanceStep, Source, Status, part_path
from pipeline.values import Page, PageProblem

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What the run knows of a source file before it is opened; `part` is which of its documents is meant."""

    path: str
    sha256: str
    bytes: int
    part: int = 1

    @staticmethod
    def of(path: Path, relative: str) -> SourceRecord:
        """The record of the file at `path`, its content digested. Raises UnusableInputError."""
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            return SourceRecord(relative, digest, path.stat().st_size)
        except OSError as error:
            raise UnusableInputError(
                ProblemCode.UNREADABLE_FILE,
                f"The file cannot be read: {error.strerror or error}.",
                remedy="Check that it exists and that you may read it.",
            ) from error


@dataclass(slots=True)
class Watch:
    """Is told what the work is at, and adds up what each stage took; `observer` is shown what it works on."""

    on_stage: Callable[[str], None] = lambda _stage: None
    on_page: Callable[[int, int | None], None] = lambda _number, _count: None
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    wall_seconds: dict[str, float] = field(default_factory=dict)
    observer: Observer = field(default_factory=Unobserved)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside, outside tools included, towards the stage `name`."""
        self.on_stage(name)
        wall, cpu = time.monotonic(), cpu_seconds()
        try:
            yield
        finally:
            self.wall_seconds[name] = self.wall_seconds.get(name, 0.0) + time.monotonic() - wall
            self.cpu_seconds[name] = self.cpu_seconds.get(name, 0.0) + cpu_seconds() - cpu


def cpu_seconds() -> float:
    """CPU time of this process and of the programs it has run, user and system."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


@dataclass(frozen=True, slots=True)
class SourcePages:
    """What intake and reading give of a source file: all that lies before restoration.

    Of several files that are one document, `names` are what the archive calls them, `counts` the pages of each.
    """

    media_type: str
    page_count: int | None
    pages: tuple[Page, ...]
    problems: tuple[PageProblem, ...] = ()
    names: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()


def failed_document(source: SourceRecord, problems: Iterable[Problem]) -> Document:
    """The document of a file of which nothing could be had; `problems` says why."""
    return Document(
        doc_id=doc_id(source),
        source=Source(path=source.path, sha256=source.sha256, bytes=source.bytes),
        status=Status.FAILED,
        problems=list(problems),
        provenance=[own_step()],
    )


def problem_of(error: UnusableInputError) -> Problem:
    """`error` as a problem of the file it ended."""
    return Problem(code=error.code, message=str(error))


def doc_id(source: SourceRecord) -> str:
    """By content, with the part for all but a file's first document; by name for content that was never read."""
    if source.sha256:
        return part_path(f"sha256:{source.sha256}", source.part)
    return "path:" + hashlib.sha256(source.path.encode("utf-8", "surrogatepass")).hexdigest()


def own_step() -> ProvenanceStep:
    """The last step of every document: this program, with its version."""
    return ProvenanceStep(step="document", tool="sohoa", version=pipeline.__version__)
