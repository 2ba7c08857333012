"""`sohoa ack` and `sohoa config`: settle known failures; print what is settled, and the settings in force."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pipeline.cli.terminal import printable, say
from pipeline.configuration import configured
from pipeline.errors import ExitCode, UsageError
from pipeline.run.acknowledging import acknowledge
from pipeline.run.storage.remote import open_results
from pipeline.store.ledger import Ledger

_SHOWN = 10


def settle_failures(out: str, what: str, *, undo: bool) -> ExitCode:
    """Settle, and say what."""
    settled = acknowledge(out, what, undo=undo)
    verb = "count again" if undo else "settled"
    more = f" and {len(settled) - _SHOWN} more" if len(settled) > _SHOWN else ""
    say(f"{verb}: {printable(', '.join(settled[:_SHOWN]))}{more}")
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


def print_settings(file: Path | None, *, as_json: bool) -> ExitCode:
    """Print each setting, its value and where it comes from."""
    rows = list(configured(file).rows())
    if as_json:
        told = {name: {"value": value, "source": source} for name, value, source, _ in rows}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return ExitCode.OK
    for name, value, source, _purpose in rows:
        sys.stdout.write(printable(f"{name} = {_shown(value)}  # {source}") + "\n")
    return ExitCode.OK


def _shown(value: Any) -> str:  # noqa: ANN401
    """A value as sohoa.toml would have it; of a list only its length."""
    return f"({len(value)} entries)" if isinstance(value, tuple) else json.dumps(value, ensure_ascii=False)
