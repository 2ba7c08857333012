"""What changed in a corpus since an export that is remembered by its token: documents, and the list of changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.schema import Document
from pipeline.store.atomic import write_atomic
from pipeline.store.changes import Change, ChangeKind
from pipeline.store.exports.source import is_copy, loaded
from pipeline.store.formats import ExportOutcome
from pipeline.store.layout import document_name
from pipeline.store.ledger import Ledger
from pipeline.store.results import Results

CHANGES = "changes.jsonl"


class ChangedSince:
    """The changes after a token, as they were when this was made; `token` is that of the next time.

    Raises UsageError for a token of another corpus, and where there is no ledger.
    """

    def __init__(self, results: Results, token: str) -> None:
        self._results = results
        if not results.has("ledger.sqlite"):
            raise UsageError(f"{results.name} has no ledger to tell what changed.", remedy="Run `sohoa ingest`.")
        with Ledger(results.databases.ledger, read_only=True) as ledger:
            seen = ledger.number_of(token)
            self._changes = sorted(ledger.changes_after(seen), key=lambda change: change.path)
            self.token = ledger.token(max((change.number for change in self._changes), default=seen))
        self._told: list[dict[str, str]] = []

    def documents(self, outcome: ExportOutcome) -> Iterator[Document]:
        """Those that are new or changed, by path; a paper that turned out to be a copy is one that is gone."""
        for change in self._changes:
            if change.kind is ChangeKind.REMOVED:
                self._tell(change, ChangeKind.REMOVED)
                continue
            document = loaded(self._results, document_name(change.path), change.path, outcome)
            if document is not None:
                copied = is_copy(document)
                self._tell(change, ChangeKind.REMOVED if copied else change.kind)
                if not copied:
                    yield document

    def _tell(self, change: Change, kind: ChangeKind) -> None:
        self._told.append({"change": kind, "path": change.path})

    def write(self, target: Path) -> None:
        """Write the list of changes, a line each. Raises OutputError."""
        lines = [json.dumps(told, ensure_ascii=False) + "\n" for told in self._told]
        write_atomic(target, "".join(lines).encode("utf-8", "backslashreplace"))
