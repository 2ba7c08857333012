"""Commands on one file: extract, text."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.stdout import with_tones, write_bytes
from pipeline.cli.terminal import say
from pipeline.configuration import configured
from pipeline.errors import ExitCode, ProblemCode, UnusableInputError, UsageError
from pipeline.records import SourceRecord
from pipeline.schema import Document, Status

if TYPE_CHECKING:
    from pipeline.digitise import Stages
    from pipeline.records import Watch


def extract_file(file: Path, trace: Path | None = None, part: int = 1) -> ExitCode:
    """Print the document of `file`, or the one of this number; `trace` is a folder for what became of each line."""
    from pipeline.records import Watch
    from pipeline.store.documents import to_json

    if trace is None:
        documents = _digitise(file)
    else:
        from pipeline.cli.trace import Trace

        observer = Trace(trace)
        documents = _digitise(file, Watch(observer=observer))
        say(f"sohoa: what became of each line: {observer.finish(file.name)}")
    if not 1 <= part <= len(documents):
        raise UsageError(f"There is no document {part}; the file holds {len(documents)}.")
    if len(documents) > 1:
        say(f"sohoa: document {part} of the {len(documents)} in this file; --part N gives another.")
    write_bytes(to_json(documents[part - 1]))
    return _told(documents[part - 1 : part])


def print_text(file: Path, pages: str | None, tones: str) -> ExitCode:
    """Print the restored text of `file`, or of some of its pages."""
    from pipeline.store.documents import to_text

    documents = _digitise_pages(file, parse_pages(pages)) if pages else _digitise(file)
    if pages and not documents[0].pages:
        raise UsageError(f"There is no page {pages}; the file has {documents[0].source.page_count or 'fewer'}.")
    texts = map(to_text, documents)
    write_bytes(with_tones("\f".join(texts), tones).encode("utf-8", "backslashreplace"))
    return _told(documents)


def parse_pages(text: str) -> list[tuple[int, int]]:
    """'1-3,7,9-' → [(1, 3), (7, 7), (9, sys.maxsize)]. Raises UsageError."""
    ranges = []
    for part in text.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        try:
            if not first and not last:
                raise ValueError
            start = int(first) if first or not dash else 1
            end = (int(last) if last else sys.maxsize) if dash else start
        except ValueError:
            raise UsageError(f"'{text}' names no pages.", remedy="Write 3, 1-3, 2- or 1,4-6.") from None
        if not 1 <= start <= end:
            raise UsageError(f"'{text}' names no pages.", remedy="Pages count from 1, the smaller number first.")
        ranges.append((start, end))
    return ranges


def _digitise(file: Path, watch: Watch | None = None) -> list[Document]:
    with _stages(file) as stages:
        from pipeline.digitise import digitise_all

        return list(digitise_all(file, SourceRecord.of(file, file.name), stages, watch))


def _digitise_pages(file: Path, wanted: Sequence[tuple[int, int]]) -> list[Document]:
    with _stages(file) as stages:
        from pipeline.digitise import digitise_pages

        record = SourceRecord.of(file, file.name)
        return [digitise_pages(file, record, stages, lambda n: any(first <= n <= last for first, last in wanted))]


@contextmanager
def _stages(file: Path) -> Iterator[Stages]:
    """The stages for one file, while they work on it. Raises UnusableInputError when there is none."""
    from pipeline.run.workers.forking import one_thread_each
    from pipeline.run.workers.temporaries import own_temporaries

    if not file.exists():
        raise UnusableInputError(ProblemCode.UNREADABLE_FILE, f"There is no file {file}.", remedy="Check the path.")
    if not file.is_file():
        raise UnusableInputError(
            ProblemCode.NOT_A_REGULAR_FILE, f"{file} is no ordinary file.", remedy="For a folder: `sohoa ingest`."
        )
    one_thread_each()
    from pipeline.digitise import Stages

    with own_temporaries():
        yield Stages.load(configured().settings)


def _told(documents: Sequence[Document]) -> ExitCode:
    """Name the problems on stderr; the exit code that goes with the documents' status."""
    for problem in (problem for document in documents for problem in document.problems):
        where = f"page {problem.page}: " if problem.page else ""
        say(f"sohoa: {where}{problem.message} [{problem.code}]")
    failed = all(document.status is Status.FAILED for document in documents)
    return ExitCode.UNUSABLE_INPUT if failed else ExitCode.OK
