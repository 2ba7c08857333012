"""What `sohoa status OUT` tells: is a run going on, how far is it, how did the last one end."""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import asdict
from typing import Any

from pipeline.errors import OutputError, ProblemCode, UnusableInputError
from pipeline.store.ledger import Ledger
from pipeline.store.results import Results


def read_status(results: Results) -> dict[str, Any]:
    """State ('running', 'finished', 'interrupted', 'killed', 'never run'), owner, progress, counts, last run.

    Raises UnusableInputError when the ledger cannot be read.
    """
    owner = results.owner()
    try:
        with Ledger(results.databases.ledger, read_only=True) as ledger:
            counts, last, archive = ledger.counts(), ledger.last_run(), ledger.meta("archive")
            gone = ledger.count_gone()
    except (OutputError, sqlite3.Error) as error:
        raise UnusableInputError(
            ProblemCode.UNREADABLE_FILE, f"What is known of the runs in {results.name} cannot be read: {error}"
        ) from error
    return {
        "out": results.name,
        "archive": archive,
        "state": "running" if owner else _end_of(last),
        "owner": asdict(owner) if owner else None,
        "progress": _progress(results) if owner else None,
        "files": counts,
        "gone": gone,
        "last_run": last,
    }


def _end_of(last: dict[str, Any] | None) -> str:
    if last is None:
        return "never run"
    return "killed" if last["ended"] is None else str(last["summary"].get("state", "finished"))


def _progress(results: Results) -> dict[str, Any] | None:
    try:
        status: dict[str, Any] = json.loads(results.read(results.databases.state.name))
        status["seconds_ago"] = round(time.time() - float(status.pop("written")), 1)
    except (OSError, ValueError, KeyError):
        return None
    return status
