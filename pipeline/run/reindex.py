"""Makes the search index anew from the documents of OUT, when it is of an earlier version or is no longer there.

Nothing is read again: the documents hold all that the index needs. The index is marked as unfinished until the last
document is in it, so a run that is killed meanwhile leaves one that no search uses and the next run completes.
"""

from __future__ import annotations

from itertools import islice

from pipeline.errors import OutputError, UnusableInputError
from pipeline.run.storage.outputs import Outputs
from pipeline.store.documents import from_json
from pipeline.store.entries import IndexEntry, index_entry
from pipeline.store.index import CorpusIndex
from pipeline.store.layout import document_name
from pipeline.store.ledger import Ledger, LedgerRow

_BATCH = 64  # documents: what the memory holds at once


def complete_index(index: CorpusIndex, ledger: Ledger, outputs: Outputs) -> None:
    """Put into the index what the ledger says is done, where the index is unfinished or empty. Raises OutputError.

    A document that is not there any more, or is damaged, is marked in the ledger as one to do again.
    """
    if not (index.is_unfinished or index.is_empty):
        return
    rows = (row for row in ledger.rows() if row.text_sha256 is not None and row.gone is None)
    batch = list(islice(rows, _BATCH))
    if not batch and not index.is_unfinished:
        return
    with index.transaction():
        index.set_unfinished(True)
    lost: list[str] = []
    while batch:
        with index.transaction():
            lost += [row.part_of or row.path for row in batch if not _put(index, row, outputs)]
        batch = list(islice(rows, _BATCH))
    with ledger.transaction():
        ledger.mark_unwritten(lost)
    with index.transaction():
        index.set_unfinished(False)


def _put(index: CorpusIndex, row: LedgerRow, outputs: Outputs) -> bool:
    """Whether what the index has to know of a row's file could be had, and now is in it."""
    if row.duplicate_of is not None:
        index.put_copy(row.path, row.duplicate_of)
        return True
    entry = _entry(row, outputs)
    if entry is not None:
        index.put(entry)
    return entry is not None


def _entry(row: LedgerRow, outputs: Outputs) -> IndexEntry | None:
    try:
        return index_entry(from_json(outputs.read(document_name(row.path))))
    except (OSError, OutputError, UnusableInputError):
        return None
