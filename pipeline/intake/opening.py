"""Opens one source file: kind by content, limits, and a stream of `PageInput`s."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.kinds import OpenFile, kind_of, wrong_extension
from pipeline.settings import IntakeSettings
from pipeline.values import PageInput, PageProblem


@dataclass(frozen=True, slots=True)
class OpenedSource:
    """An open source file. `problems` concern the file as a whole; those with a code in `errors.NOTES` only inform.

    `page_count` is the number of pages the file has (also those beyond the limit), None where that is unknown.
    """

    media_type: str
    page_count: int | None
    problems: tuple[PageProblem, ...]
    _pages: Callable[[], Iterator[PageInput]] = field(repr=False)

    def pages(self) -> Iterator[PageInput]:
        """The pages in order, made one at a time; to be used while the source is open. May be called again."""
        return self._pages()


@contextmanager
def open_source(path: Path, settings: IntakeSettings) -> Iterator[OpenedSource]:
    """Open the file at `path` for reading; nothing in or beside it is changed.

    Raises `UnusableInputError` when nothing can be had of it: EMPTY_FILE, FILE_TOO_LARGE, UNREADABLE_FILE,
    NOT_A_REGULAR_FILE, UNSUPPORTED_KIND, ENCRYPTED, DAMAGED_FILE, TOO_MANY_BYTES, MISSING_CONVERTER.
    """
    with ExitStack() as stack:
        file = stack.enter_context(_open_regular(path, settings))
        kind, offset = kind_of(file, path)
        mismatch = wrong_extension(kind, path)
        notes = [PageProblem(ProblemCode.WRONG_EXTENSION, mismatch)] if mismatch else []
        opened = stack.enter_context(kind.open(OpenFile(path, file, settings, kind.media_type, offset)))
        problems = [*notes, *opened.problems]
        if opened.page_count > settings.max_pages:
            problems.append(_too_many_pages(settings))
        yield OpenedSource(opened.media_type, opened.page_count, tuple(problems), opened.pages)


def _too_many_pages(settings: IntakeSettings) -> PageProblem:
    return PageProblem(
        ProblemCode.TOO_MANY_PAGES,
        f"The file has more than {settings.max_pages:,} pages; only those were read. Split it, or raise max_pages.",
    )


def _open_regular(path: Path, settings: IntakeSettings) -> BinaryIO:
    """The file opened for reading, surely a regular one and within the limit of size."""
    try:
        # O_NONBLOCK: opening a named pipe would wait for a writer for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _cannot_open(error) from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no ordinary file (a pipe, a device or a socket)"
        raise UnusableInputError(ProblemCode.NOT_A_REGULAR_FILE, f"This is {kind}; it was not read.")
    if status.st_size > settings.max_file_bytes:
        os.close(descriptor)
        raise UnusableInputError(
            ProblemCode.FILE_TOO_LARGE,
            f"The file has {status.st_size:,} bytes, more than the {settings.max_file_bytes:,} that are allowed.",
            remedy="Split it or save it with a lower resolution, or raise max_file_bytes.",
        )
    return os.fdopen(descriptor, "rb")


def _cannot_open(error: OSError) -> UnusableInputError:
    if error.errno in (errno.EACCES, errno.EPERM):
        return UnusableInputError(
            ProblemCode.UNREADABLE_FILE,
            "There is no permission to read the file.",
            remedy="Give the account that runs sohoa the right to read it.",
        )
    if error.errno == errno.ENOENT:
        return UnusableInputError(
            ProblemCode.UNREADABLE_FILE,
            "The file is not there (any more): it was moved, renamed or deleted.",
            remedy="Run again when nobody works in the archive.",
        )
    if error.errno == errno.ENXIO:  # a socket, or a pipe without a writer
        return UnusableInputError(ProblemCode.NOT_A_REGULAR_FILE, "This is no ordinary file; it was not read.")
    return UnusableInputError(ProblemCode.UNREADABLE_FILE, f"The file could not be read: {error.strerror or error}.")
