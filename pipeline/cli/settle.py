"""`sohoa ack`: settles known failures and prints what is settled."""

from __future__ import annotations

import sys

from pipeline.cli.terminal import printable, say
from pipeline.errors import ExitCode, UsageError
from pipeline.run.acknowledging import acknowledge
from pipeline.run.storage.remote import open_results
from pipeline.store.ledger import Ledger

_SHOWN = 10


def settle_failures(out: str, what: str, *, undo: bool) -> ExitCode:
    """Settle, and say what."""
    settled = acknowledge(out, what, undo=undo)
    verb = "count again" if undo else "settled"
    say(
        f"{verb}: {printable(', '.join(settled[:10]))}"
        + (f" and {len(settled) - 10} more" if len(settled) > 10 else "")
    )
    return ExitCode.OK


def print_acknowledged(out: str) -> ExitCode:
    """Print what is settled, a path or code a line, a path with the codes that it had."""
    database = open_results(out).databases.ledger
    if not database.is_file():
        raise UsageError(f"There are no results at {out}.", remedy="Give the folder that `sohoa ingest` filled.")
    with Ledger(database, read_only=True) as ledger:
        for what, codes in sorted(ledger.acknowledged().items()):
            sys.stdout.write(printable(f"{what}\t{codes}" if codes else what) + "\n")
    return ExitCode.OK
