"""The one writer: brings outcomes to disk in an order that is safe wherever it is cut.

For a batch of outcomes: the ledger forgets what is about to be replaced; documents and texts are written, synced and
moved into place; the index takes them in one transaction; the ledger says so in another; what nobody owns any more is
removed. Killed between any two steps, the ledger has no row (or an unwritten one) for these files, and the next run
does them again, with the same bytes as result.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import OutputError, ProblemCode, UnusableInputError
from pipeline.evidence.settle import Outside, concluded
from pipeline.records import SourceRecord, Watch, doc_id, failed_document
from pipeline.run.originals import Plainness, plainness
from pipeline.run.plan import Copy, Refuse, Skip, ledger_status
from pipeline.run.storage.outputs import Outputs
from pipeline.run.tasks import DocumentPart, Outcome
from pipeline.run.workers.outcomes import outcome_of, text_of
from pipeline.schema import DerivedText, Document, SameAs, Status, Witness
from pipeline.settings import Settings
from pipeline.store.documents import from_json, to_json
from pipeline.store.entries import IndexEntry, index_entry
from pipeline.store.index import CorpusIndex
from pipeline.store.layout import document_name, text_name
from pipeline.store.ledger import FileStatus, Fingerprints, Ledger, LedgerRow
from pipeline.store.overlay import reviewed
from pipeline.store.reviews import ReviewStore

_OF_DOCUMENT = {
    Status.OK: FileStatus.DONE,
    Status.PARTIAL: FileStatus.PARTIAL,
    Status.FAILED: FileStatus.FAILED_TERMINAL,
}
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
        """Take an outcome in, with all of the file's documents; the row that the ledger will have of the file."""
        row = self._row(outcome)
        source = SourceRecord(row.path, row.sha256, row.stamp.bytes)
        rows = [(row, outcome.document, outcome.text, outcome.entry)]
        rows += [(_part_row(row, part), part.document, part.text, part.entry) for part in outcome.parts]
        self._lose_parts(row.path, {part.path for part in outcome.parts})
        writes = [
            self._written(own, from_json(document))
            if self._reviews.active(doc_id(replace(source, part=number))) or self._index.likenesses(own.path)
            else _Write(own, document, text, entry)
            for number, (own, document, text, entry) in enumerate(rows, start=1)
        ]
        for write in writes:
            self._push(write)
        return writes[0].row

    def _lose_parts(self, path: str, kept: Collection[str]) -> None:
        """Forget the documents behind a file's first that it holds no longer; their outputs go at the next commit."""
        lost = [row.path for row in self._ledger.parts_of(path) if row.path not in kept]
        if not lost:
            return
        self.flush()
        self._forget(lost)

    def add_joined(self, outcome: Outcome) -> list[LedgerRow]:
        """Take in that the files with an outcome's further pages are part of it; what they gave by themselves goes."""
        if not outcome.task.more:
            return []
        head = self._row(outcome)
        rows = [
            replace(
                head,
                path=name,
                status=FileStatus.JOINED,
                duplicate_of=head.path,
                problems=(),
                pages=0,
                document_sha256=None,
                text_sha256=None,
                seconds={},
            )
            for _, name in outcome.task.more
        ]
        self.flush()
        self._forget([own for row in rows for own in (row.path, *(p.path for p in self._ledger.parts_of(row.path)))])
        with self._ledger.transaction():
            for row in rows:
                self._ledger.put(row)
        return rows

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
        rows = [original, *self._ledger.parts_of(copy.original)]
        documents = [self._machine_document(row.path) for row in rows]
        if None in documents:
            return None
        known = [(row, document) for row, document in zip(rows, documents, strict=True) if document is not None]
        self._lose_parts(copy.task.relative, {_renamed(row, copy) for row in rows})
        writes = [self._copied(copy, row, document) for row, document in known]
        for write in writes:
            self._push(write)
        return writes[0].row

    def _copied(self, copy: Copy, original: LedgerRow, document: Document) -> _Write:
        """What has to be written for a document of a file that is a copy of another, or is that one, moved."""
        source = document.source.model_copy(update={"path": copy.task.relative})
        document = concluded(document.model_copy(update={"source": source}), self._settings.evidence.given_from)
        row = replace(
            original,
            path=_renamed(original, copy),
            part_of=copy.task.relative if original.part_of else None,
            stamp=copy.task.stamp,
            status=original.status if copy.moved else FileStatus.DUPLICATE,
            duplicate_of=original.duplicate_of if copy.moved else original.path,
            checked_ns=copy.task.checked_ns,
            seconds=original.seconds if copy.moved else {},
        )
        return replace(self._written(row, document), replaces=original.path if copy.moved else None)

    def make_original(self, original: LedgerRow, copies: Sequence[LedgerRow]) -> None:
        """Let one of some files with the same content be the original, and the others its copies."""
        self.flush()
        for row in [original, *copies]:
            of = None if row is original else original.path
            for own in [row, *self._ledger.parts_of(row.path)]:
                document = self._machine_document(own.path)
                if document is None:
                    continue
                copied = of and of + own.path.removeprefix(row.path)
                status = FileStatus.DUPLICATE if of else _OF_DOCUMENT[document.status]
                self._push(self._written(replace(own, duplicate_of=copied, status=status), document))
        self.flush()

    def touch(self, skip: Skip) -> None:
        """Take note of a file whose stamp changed but not its content."""
        self._touched.append(skip)

    def remove(self, path: str) -> None:
        """Forget a file and remove its outputs."""
        self.flush()
        self._forget([path, *(row.path for row in self._ledger.parts_of(path))])
        self.collect_garbage()

    def _forget(self, paths: Sequence[str]) -> None:
        with self._index.transaction():
            for path in paths:
                self._index.delete(path)
        with self._ledger.transaction():
            for path in paths:
                self._ledger.delete(path)
                self._ledger.add_garbage([document_name(path), text_name(path)])

    def hide(self, rows: Sequence[LedgerRow]) -> None:
        """Take files that are no longer in the archive out of the search; their results stay."""
        self.flush()
        with self._index.transaction():
            for row in rows:
                for own in (row, *self._ledger.parts_of(row.path)):
                    self._index.delete(own.path)
        with self._ledger.transaction():
            self._ledger.mark_gone([row.path for row in rows], time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))

    def bring_back(self, row: LedgerRow) -> None:
        """Let the search find a file again that has come back as it was."""
        for own in (row, *self._ledger.parts_of(row.path)):
            document = self._machine_document(own.path)
            if document is not None:
                self._push(self._written(replace(own, gone=None), document))

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
        document = self._beside_others(row, document)
        corrections = self._reviews.active(document.doc_id)
        shown = reviewed(document, corrections) if corrections else document
        data, text = to_json(shown), text_of(shown)
        row = replace(
            row,
            problems=(*shown.problems, *(one for part in self._parts_of(row) for one in part.problems)),
            document_sha256=_sha256(data),
            text_sha256=None if text is None else _sha256(text),
        )
        searchable = text is not None and row.duplicate_of is None and row.gone is None
        return _Write(
            row,
            data,
            text,
            index_entry(shown) if searchable else None,
            machine=to_json(document) if corrections else None,
        )

    def _beside_others(self, row: LedgerRow, document: Document) -> Document:
        """`document` with what it is a copy of, and what else of the corpus is nearly the same."""
        if document.derived is None:
            return document
        links = self._index.likenesses(row.path)
        copied, sources, sure = row.duplicate_of, [Witness.CONTENT], 1.0
        counted = min([row.path, *(link.other for link in links if link.copies)], key=self._plainness)
        if copied is None and counted != row.path:
            copied, sources = counted, [Witness.NUMBER, Witness.TEXT]
            sure = next(link.likeness for link in links if link.other == counted)
        derived = {
            "is_copy_of": DerivedText(value=copied, sources=sources, confidence=sure) if copied else None,
            "same_as": [SameAs(path=link.other, likeness=link.likeness) for link in links],
        }
        return document.model_copy(update={"derived": document.derived.model_copy(update=derived)})

    def _plainness(self, path: str) -> Plainness:
        row = self._ledger.get(path)
        return plainness(path, row.stamp.mtime_ns if row else 0)

    def _parts_of(self, row: LedgerRow) -> list[LedgerRow]:
        """The documents behind a file's first, of which the file's own row tells as well."""
        return [] if row.part_of else self._ledger.parts_of(row.path)

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
        elif write.row.duplicate_of and write.text is not None and write.row.gone is None:
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
        statuses = {outcome.status, *(part.status for part in outcome.parts)}
        failed, partial = statuses == {Status.FAILED}, statuses != {Status.OK}
        problems = (*outcome.problems, *(problem for part in outcome.parts for problem in part.problems))
        limit = self._settings.run.max_attempts
        return LedgerRow(
            path=task.relative,
            sha256=task.sha256,
            stamp=task.stamp,
            status=ledger_status(failed, partial, problems, task.attempts, limit),
            fingerprints=self._fingerprints,
            attempts=task.attempts,
            crashes=outcome.crashes if any(p.code == ProblemCode.CRASHED for p in problems) else 0,
            media_type=outcome.media_type,
            pages=outcome.pages,
            problems=problems,
            document_sha256=_sha256(outcome.document),
            text_sha256=None if outcome.text is None else _sha256(outcome.text),
            seconds=_timings(outcome),
            checked_ns=task.checked_ns,
        )


def _part_row(row: LedgerRow, part: DocumentPart) -> LedgerRow:
    """The row of a document behind the first one of the file that `row` is about."""
    return replace(
        row,
        path=part.path,
        part_of=row.path,
        status=_OF_DOCUMENT[part.status],
        pages=part.pages,
        problems=part.problems,
        document_sha256=_sha256(part.document),
        text_sha256=None if part.text is None else _sha256(part.text),
        seconds={},
    )


def _renamed(row: LedgerRow, copy: Copy) -> str:
    """What the document of `row`, of the copied file, is called in the copy: 'a.pdf#2' → 'b.pdf#2'."""
    return copy.task.relative + row.path.removeprefix(row.part_of) if row.part_of else copy.task.relative


def _timings(outcome: Outcome) -> dict[str, float]:
    """CPU seconds by stage, and the wall seconds of all stages together."""
    return {**outcome.cpu_seconds, "wall": round(sum(outcome.wall_seconds.values()), 4)}


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
