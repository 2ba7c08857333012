"""Logging. Library code asks `logging.getLogger(__name__)` and says what it found; nothing else is asked of it.

Which file and page a record is about is known at the boundary of a document and of a page, and put into each record as
`record.file` and `record.page` by the handlers made here. Without a handler nothing is written: what a user has to know
is a problem of the document, not a line of a log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from logging.handlers import QueueHandler

PACKAGE = logging.getLogger("pipeline")
_file: ContextVar[str] = ContextVar("file", default="")
_page: ContextVar[int | None] = ContextVar("page", default=None)


@contextmanager
def at_file(path: str) -> Iterator[None]:
    """Records made inside are about the source file `path` (as in the archive)."""
    before = _file.set(path)
    try:
        yield
    finally:
        _file.reset(before)


@contextmanager
def at_page(number: int) -> Iterator[None]:
    """Records made inside are about this page of the file, counted from 1."""
    before = _page.set(number)
    try:
        yield
    finally:
        _page.reset(before)


def log_to(handler: logging.Handler, level: int) -> None:
    """Give `handler` the records of the package from `level` on, each with its file and page."""
    handler.addFilter(_with_place)
    handler.setLevel(level)
    PACKAGE.addHandler(handler)
    PACKAGE.setLevel(level)


def _with_place(record: logging.LogRecord) -> bool:
    if not hasattr(record, "file"):  # a record of a worker brings its own
        record.file, record.page = _file.get(), _page.get()
    return True


class PlaceFormatter(logging.Formatter):
    """`12:30:05 debug reading.reader 2024/kh-28.pdf page 3: message`, and the trace of an exception below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        file, page = getattr(record, "file", ""), getattr(record, "page", None)
        place = "".join((f" {file}" if file else "", f" page {page}" if page else ""))
        name = record.name.removeprefix("pipeline.")
        head = f"{self.formatTime(record, '%H:%M:%S')} {record.levelname.lower()} {name}{place}: "
        return head + super().format(record)


class SendingHandler(QueueHandler):
    """A worker's handler: sends each record, its message made up, to the parent, which hands it to its own handlers."""

    def __init__(self, send: Callable[[logging.LogRecord], None]) -> None:
        super().__init__(None)  # type: ignore[arg-type]
        self._send = send

    def enqueue(self, record: logging.LogRecord) -> None:
        """Send it; where nobody listens any more the worker is about to end."""
        self._send(record)


def take_record(record: logging.LogRecord) -> None:
    """Log a record of another process here."""
    logging.getLogger(record.name).handle(record)
