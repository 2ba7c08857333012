"""`sohoa ack`: failures that a person has looked at and settled, so that they ring no bell again."""

from __future__ import annotations

from pipeline.errors import ProblemCode, UsageError
from pipeline.run.storage.outputs import open_outputs
from pipeline.store.ledger import Ledger
from pipeline.store.lock import lock_folder


def acknowledge(place: str, what: str, *, undo: bool = False) -> list[str]:
    """Settle the failure of a file, of all files below a folder ('2019/'), or of every file with a code.

    A file's failure is settled as long as its problems stay what they are. What was settled (paths or the code).
    Raises UsageError when there is no such failure, OutputError while another run writes there.
    """
    outputs = open_outputs(place)
    out = outputs.workspace
    with lock_folder(out.lock), outputs.locked():
        if not out.ledger.is_file():
            raise UsageError(f"There are no results at {place}.", remedy="Give the folder that `sohoa ingest` filled.")
        with Ledger(out.ledger) as ledger:
            settled = _take_back(ledger, what) if undo else _settle(ledger, what)
        outputs.finish()
    return settled


def _settle(ledger: Ledger, what: str) -> list[str]:
    if what in set(ProblemCode):
        with ledger.transaction():
            ledger.acknowledge(what, None)
        return [what]
    folder = what if what.endswith("/") else f"{what}/"
    rows = [row for row in ledger.failing() if row.path == what or row.path.startswith(folder)]
    if not rows:
        raise UsageError(
            f"No file {what} failed, and there is no such code.",
            remedy="Name a file as report.html does, a folder, or a code like 'encrypted'.",
        )
    with ledger.transaction():
        for row in rows:
            ledger.acknowledge(row.path, row.codes)
    return [row.path for row in rows]


def _take_back(ledger: Ledger, what: str) -> list[str]:
    folder = what if what.endswith("/") else f"{what}/"
    known = [one for one in sorted(ledger.acknowledged()) if one == what or one.startswith(folder)]
    if not known:
        raise UsageError(f"{what} was not settled.", remedy="`sohoa ack --list` shows what is.")
    with ledger.transaction():
        for one in known:
            ledger.take_back(one)
    return known
