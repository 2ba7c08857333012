"""Copies: of files with one content the plainest is the original; nearly equal documents are linked to each other."""

from __future__ import annotations

from itertools import islice

from pipeline.errors import ProblemCode
from pipeline.run.commit import Books, Committer
from pipeline.run.originals import Plainness, plainness
from pipeline.store.ledger import LedgerRow

_BATCH = 64  # documents whose likenesses are noted in one transaction


def settle_copies(books: Books, committer: Committer) -> None:
    """Say of every document what it is a copy of and what it is like, when the work of a pass is done.

    Raises OutputError. Killed in the middle, the next run goes on: what is to be looked at stays noted.
    """
    committer.flush()
    for sha256 in books.ledger.shared_contents():
        rows = [
            row for row in books.ledger.with_content(sha256) if row.part_of is None and row.text_sha256 and not row.gone
        ]
        if not rows:
            continue
        original = min(rows, key=_plainness)
        if any(row.duplicate_of != (None if row is original else original.path) for row in rows):
            committer.make_original(original, [row for row in rows if row is not original])
    _link(books, committer)


def _plainness(row: LedgerRow) -> tuple[bool, Plainness]:
    """A file that is called by the kind it is goes before one that is not."""
    misnamed = any(problem.code == ProblemCode.WRONG_EXTENSION for problem in row.problems)
    return misnamed, plainness(row.path, row.stamp.mtime_ns)


def _link(books: Books, committer: Committer) -> None:
    waiting = iter(books.index.unlinked())
    while batch := list(islice(waiting, _BATCH)):
        with books.index.transaction():
            for path in batch:
                books.index.linked(path, books.index.found_alike(path))
    stale = books.index.stale()
    for path in stale:
        committer.rework(path)
    committer.flush()
    with books.index.transaction():
        books.index.written(stale)
