"""What becomes of a task, ready to be written."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterable, Iterator

from pipeline.errors import ProblemCode
from pipeline.records import SourceRecord, Watch, failed_document
from pipeline.run.tasks import DocumentPart, Outcome, Task
from pipeline.schema import Document, Problem, Status
from pipeline.store.documents import to_json, to_text
from pipeline.store.entries import index_entry


def outcome_of(task: Task, document: Document, watch: Watch, others: Iterable[Document] = ()) -> Outcome:
    """`document`, made for `task`, and the `others` of the same file, as all that has to be written of them.

    The others are made as they are asked for: of each nothing but its bytes is kept.
    """
    parts = tuple(map(_part_of, others))
    return Outcome(
        task=task,
        status=document.status,
        problems=tuple(document.problems),
        document=to_json(document),
        text=text_of(document),
        entry=None if document.status is Status.FAILED else index_entry(document),
        media_type=document.source.media_type,
        pages=len(document.pages) + sum(part.pages for part in parts),
        cpu_seconds={name: round(seconds, 4) for name, seconds in watch.cpu_seconds.items()},
        wall_seconds={name: round(seconds, 4) for name, seconds in watch.wall_seconds.items()},
        peak_bytes=_peak_bytes(),
        crashes=task.crashes,
        quality=tuple(_page_confidences(document)),
        parts=parts,
    )


def _part_of(document: Document) -> DocumentPart:
    return DocumentPart(
        path=document.source.document_path,
        status=document.status,
        problems=tuple(document.problems),
        document=to_json(document),
        text=text_of(document),
        entry=None if document.status is Status.FAILED else index_entry(document),
        pages=len(document.pages),
    )


def text_of(document: Document) -> bytes | None:
    """The bytes of text/<path>.txt; None for a document that failed."""
    return None if document.status is Status.FAILED else to_text(document).encode("utf-8", "backslashreplace")


def failure(task: Task, problem: Problem) -> Outcome:
    """The outcome of a task of which nothing came but `problem`."""
    source = SourceRecord(task.relative, task.sha256, task.stamp.bytes)
    return outcome_of(task, failed_document(source, [problem]), Watch())


def out_of_memory() -> Problem:
    """The problem of a file that needs more memory than a worker may have."""
    return Problem(
        code=ProblemCode.OUT_OF_MEMORY,
        message="Reading this file takes more memory than a worker may use. Split it, or allow more with settings.",
    )


def _page_confidences(document: Document) -> Iterator[float]:
    """The mean confidence of each page that was read from an image."""
    for page in document.pages:
        known = [line.confidence for line in page.lines if line.confidence is not None]
        if known:
            yield round(sum(known) / len(known), 3)


def _peak_bytes() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
