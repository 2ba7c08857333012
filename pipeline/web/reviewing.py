"""Corrections as the web takes them in: kept at once, laid over documents and index as soon as nobody else writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread

from pipeline.errors import OutputError, SohoaError, UsageError
from pipeline.run.corrections import Desk, Wish, lay_over_folder
from pipeline.run.storage.outputs import FolderOutputs
from pipeline.store.reviews import Correction, ReviewStore
from pipeline.web.library import Library

_PAUSE = 0.5  # seconds between the last correction and laying them over: a person at the queue types on


class Reviewing:
    """Takes corrections to one OUT. What `correct` and `undo` have returned survives whatever happens."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._outputs = FolderOutputs(library.folder)
        self._changed, self._ended = Event(), Event()
        self._thread = Thread(target=self._lay_over, name="corrections", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop laying corrections over; those that are left are done by the next run."""
        self._ended.set()
        self._changed.set()
        self._thread.join(timeout=30)

    def correct(self, wish: Wish, by: str) -> Correction:
        """Keep a correction. Raises UsageError, UnusableInputError, OutputError."""
        with self._store() as reviews:
            (made,) = reviews.add([Desk(reviews, self._outputs).correction(wish, _who(by), _now())])
        self._changed.set()
        return made

    def undo(self, identity: str, by: str) -> Correction:
        """Take a correction back. Raises UsageError, OutputError."""
        with self._store() as reviews:
            undone = reviews.undo(identity, _who(by), _now())
        self._changed.set()
        return undone

    def all(self, path: str | None = None) -> list[Correction]:
        """All corrections, those undone too, the last one first."""
        if not self._library.folder.reviews.is_file():
            return []
        with ReviewStore(self._library.folder.reviews, read_only=True) as reviews:
            return list(reviews.all(path))[::-1]

    def lines(self) -> Iterator[str]:
        """All corrections as JSON Lines, oldest first."""
        for one in reversed(self.all()):
            yield json.dumps(one.as_dict(), ensure_ascii=False) + "\n"

    def take_in(self, lines: Iterable[str]) -> int:
        """Take in the JSON Lines of another machine, all or none; how many. Raises UsageError, OutputError."""
        rows = []
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise UsageError(f"Line {number} is no JSON: {error}.") from error
            if not isinstance(row, dict) or not row.get("id"):
                raise UsageError(f"Line {number} is no correction of `sohoa review export`.")
            rows.append(Correction.of_dict(row))
        with self._store() as reviews:
            taken = len(reviews.add(rows))
        self._changed.set()
        return taken

    @contextmanager
    def _store(self) -> Iterator[ReviewStore]:
        if not self._library.folder.ledger.is_file():
            raise OutputError(
                f"There are no results at {self._library.folder.root}.", remedy="Run `sohoa ingest` first."
            )
        with ReviewStore(self._library.folder.reviews) as reviews:
            yield reviews

    def _lay_over(self) -> None:
        while True:
            self._changed.wait()
            if self._ended.wait(_PAUSE):
                return
            self._changed.clear()
            try:
                lay_over_folder(self._outputs)
            except SohoaError:
                continue  # a run writes there, or the disk is full: what is kept is laid over by the next run


def _who(by: str) -> str:
    return " ".join(by.split())[:80] or "web"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
