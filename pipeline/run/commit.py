"""The one writer: brings outcomes to disk in an order that is safe wherever it is cut.

For a batch of outcomes: the ledger forgets what is about to be replaced; documents and texts are written, synced and
moved into place; the index takes them in one transaction; the ledger says so in another; what nobody owns any more is
removed. Killed between any two steps, the ledger has no row (or an unwritten one) for these files, and the next run
does them again, with the same bytes as result.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.errors import OutputError, ProblemCode, UnusableInputError
from pipeline.evidence.settle import Outside, concluded
from pipeline.records import SourceRecord, Watch, doc_id, failed_document
from pipeline.run.plan import Copy, Refuse, Skip, ledger_status
from pipeline.run.storage.outputs import Outputs
from pipeline.run.tasks import Outcome
from pipeline.run.workers.outcomes import outcome_of, text_of
from pipeline.schema import Document, Status
from pipeline.settings import Settings
from pipeline.store.documents import from_json, to_json
from pipeline.store.entries import IndexEntry, index_entry
from pipeline.store.index import CorpusIndex
from pipeline.store.layout import document_name, text_name
from pipeline.store.ledger import FileStatus, Fingerprints, Ledger, LedgerRow
from pipeline.store.overlay import reviewed
from pipeline.store.reviews import ReviewStore

_BATCH = 64  # outcomes
_BATCH_SECONDS = 0.5  # nothing finished waits longer than this for its commit
_BATCH_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class _Write:
    row: LedgerRow
    document: bytes
    text: bytes | None
    entry: IndexEntry | None
    replaces: str | None = None  # the old path of a file that was moved
    machine: bytes | None = None  # the document without the corrections that are laid over it


@dataclass(frozen=True, slots=True)
class Books:
    """The databases of OUT, open for writing."""

    ledger: Ledger
    index: CorpusIndex
    reviews: ReviewStore


class Committer:
    """Collects outcomes and writes them in batches; `flush` at the end."""

    def __init__(self, outputs: Outputs, books: Books, settings: Settings, fingerprints: Fingerprints) -> None:
        self._outputs, self._settings, self._fingerprints = outputs, settings, fingerprints
        self._ledger, self._index, self._reviews = books.ledger, books.index, books.reviews
        self._batch: list[_Write] = []
        self._touched: list[Skip] = []
        self._bytes = 0
        self._oldest = 0.0

    def add(self, outcome: Outcome) -> LedgerRow:
        """Take an outcome in; the row that the ledger will have."""
        row = self._row(outcome)
        source = SourceRecord(row.path, row.sha256, row.stamp.bytes)
        if self._reviews.active(doc_id(source)):
            write = self._written(row, from_json(outcome.document))
        else:
            write = _Write(row, outcome.document, outcome.text, outcome.entry)
        self._push(write)
        return write.row

    def rework(self, path: str, names: Sequence[str] = (), outside: Outside | None = None) -> None:
        """Write a document anew from what the machine made of the file, with the corrections that are in force.

        `names` and `outside` are the witnesses beside the file itself (default: those that were heard before).
        """
        if any(write.row.path == path for write in self._batch):
            self.flush()
        row = self._ledger.get(path)
        document = self._machine_document(path) if row else None
        if row is None or document is None:
            return
        if outside is not None:
            document = concluded(document, self._settings.evidence.given_from, names, outside)
        write = self._written(row, document)
        if write.row.document_sha256 != row.document_sha256:
            self._push(write)

    def add_refused(self, refused: Refuse) -> LedgerRow:
        """Take in a file that was not opened."""
        source = SourceRecord(refused.task.relative, "", refused.task.stamp.bytes)
        return self.add(outcome_of(refused.task, failed_document(source, [refused.problem]), Watch()))

    def add_copy(self, copy: Copy) -> LedgerRow | None:
        """Take in a file with the content of another that is committed; None when that one's output is not there."""
        self.flush()
        original = self._ledger.get(copy.original)
        if original is None or original.sha256 != copy.task.sha256:
            return None
        document = self._machine_document(copy.original)
        if document is None:
            return None
        path = copy.task.relative
        document = document.model_copy(update={"source": document.source.model_copy(update={"path": path})})
        document = concluded(document, self._settings.evidence.given_from)
        row = replace(
            original,
            path=path,
            stamp=copy.task.stamp,
            status=original.status if copy.moved else FileStatus.DUPLICATE,
            duplicate_of=original.duplicate_of if copy.moved else copy.original,
            checked_ns=copy.task.checked_ns,
            seconds=original.seconds if copy.moved else {},
        )
        write = replace(self._written(row, document), replaces=copy.original if copy.moved else None)
        self._push(write)
        return write.row

    def touch(self, skip: Skip) -> None:
        """Take note of a file whose stamp changed but not its content."""
        self._touched.append(skip)

    def remove(self, path: str) -> None:
        """Forget a file and remove its outputs."""
        self.flush()
        with self._index.transaction():
            self._index.delete(path)
        with self._ledger.transaction():
            self._ledger.delete(path)
            self._ledger.add_garbage([document_name(path), text_name(path)])
        self.collect_garbage()

    def flush_if_due(self) -> None:
        """Write the batch when it is large or old enough."""
        old = self._batch and time.monotonic() - self._oldest > _BATCH_SECONDS
        if old or len(self._batch) >= _BATCH or self._bytes >= _BATCH_BYTES or len(self._touched) >= 1000:
            self.flush()

    def flush(self) -> None:
        """Write what was collected. Raises OutputError."""
        if self._touched:
            with self._ledger.transaction():
                for skip in self._touched:
                    if skip.touched:
                        self._ledger.touch(skip.row.path, skip.touched, skip.checked_ns)
            self._touched.clear()
        if not self._batch:
            return
        known = [write.row.path for write in self._batch if self._ledger.get(write.row.path)]
        if known:
            with self._ledger.transaction():
                self._ledger.mark_unwritten(known)
        for write in self._batch:
            self._outputs.write(document_name(write.row.path), write.document)
            if write.text is not None:
                self._outputs.write(text_name(write.row.path), write.text)
        with self._index.transaction():
            for write in self._batch:
                self._put_in_index(write)
        with self._ledger.transaction():
            for write in self._batch:
                self._put_in_ledger(write)
        self._batch.clear()
        self._bytes = 0
        self.collect_garbage()

    def collect_garbage(self) -> None:
        """Remove outputs that no row owns any more; also those that a killed run left to be removed."""
        names = self._ledger.garbage()
        if not names:
            return
        for name in names:
            self._outputs.remove(name)
        with self._ledger.transaction():
            self._ledger.clear_garbage(names)

    def _written(self, row: LedgerRow, document: Document) -> _Write:
        """What has to be written of a machine's document, the corrections in force laid over it."""
        corrections = self._reviews.active(document.doc_id)
        shown = reviewed(document, corrections) if corrections else document
        data, text = to_json(shown), text_of(shown)
        row = replace(
            row,
            problems=tuple(shown.problems),
            document_sha256=_sha256(data),
            text_sha256=None if text is None else _sha256(text),
        )
        searchable = text is not None and row.duplicate_of is None
        return _Write(
            row,
            data,
            text,
            index_entry(shown) if searchable else None,
            machine=to_json(document) if corrections else None,
        )

    def _machine_document(self, path: str) -> Document | None:
        """The machine's document of a file that is done; None when it is not there or damaged."""
        try:
            return from_json(self._ledger.machine(path) or self._outputs.read(document_name(path)))
        except (OSError, OutputError, UnusableInputError):
            return None

    def _push(self, write: _Write) -> None:
        if not self._batch:
            self._oldest = time.monotonic()
        self._batch.append(write)
        self._bytes += len(write.document) + len(write.text or b"")

    def _put_in_index(self, write: _Write) -> None:
        if write.replaces:
            self._index.delete(write.replaces)
        if write.entry is not None:
            self._index.put(write.entry)
        elif write.row.duplicate_of and write.text is not None:
            self._index.put_copy(write.row.path, write.row.duplicate_of)
        else:
            self._index.delete(write.row.path)

    def _put_in_ledger(self, write: _Write) -> None:
        self._ledger.put(write.row)
        self._ledger.put_machine(write.row.path, write.machine)
        if write.text is None:
            self._ledger.add_garbage([text_name(write.row.path)])
        if write.replaces:
            self._ledger.delete(write.replaces)
            self._ledger.add_garbage([document_name(write.replaces), text_name(write.replaces)])

    def _row(self, outcome: Outcome) -> LedgerRow:
        task = outcome.task
        failed = outcome.status is Status.FAILED
        partial = outcome.status is Status.PARTIAL
        limit = self._settings.run.max_attempts
        return LedgerRow(
            path=task.relative,
            sha256=task.sha256,
            stamp=task.stamp,
            status=ledger_status(failed, partial, outcome.problems, task.attempts, limit),
            fingerprints=self._fingerprints,
            attempts=task.attempts,
            crashes=outcome.crashes if any(p.code == ProblemCode.CRASHED for p in outcome.problems) else 0,
            media_type=outcome.media_type,
            pages=outcome.pages,
            problems=outcome.problems,
            document_sha256=_sha256(outcome.document),
            text_sha256=None if outcome.text is None else _sha256(outcome.text),
            seconds=_timings(outcome),
            checked_ns=task.checked_ns,
        )


def _timings(outcome: Outcome) -> dict[str, float]:
    """CPU seconds by stage, and the wall seconds of all stages together."""
    return {**outcome.cpu_seconds, "wall": round(sum(outcome.wall_seconds.values()), 4)}


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
