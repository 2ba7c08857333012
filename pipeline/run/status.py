"""What `sohoa status OUT` tells: is a run going on, how far is it, how did the last one end."""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.errors import OutputError, ProblemCode, UnusableInputError
from pipeline.store.layout import OutFolder
from pipeline.store.ledger import Ledger
from pipeline.store.lock import lock_owner


def read_status(folder: Path) -> dict[str, Any]:
    """State ('running', 'finished', 'interrupted', 'killed', 'never run'), owner, progress, counts, last run.

    Raises UnusableInputError when `folder` is no OUT folder.
    """
    out = OutFolder(folder)
    owner = lock_owner(out.lock)
    try:
        with Ledger(out.ledger, read_only=True) as ledger:
            counts, last, archive = ledger.counts(), ledger.last_run(), ledger.meta("archive")
    except (OutputError, sqlite3.Error) as error:
        raise UnusableInputError(
            ProblemCode.UNREADABLE_FILE,
            f"{folder} is not a folder that `sohoa ingest` filled.",
            remedy="Give the folder that was named with --out.",
        ) from error
    return {
        "out": str(folder),
        "archive": archive,
        "state": "running" if owner else _end_of(last),
        "owner": asdict(owner) if owner else None,
        "progress": _progress(out.state) if owner else None,
        "files": counts,
        "last_run": last,
    }


def _end_of(last: dict[str, Any] | None) -> str:
    if last is None:
        return "never run"
    return "killed" if last["ended"] is None else str(last["summary"].get("state", "finished"))


def _progress(path: Path) -> dict[str, Any] | None:
    try:
        status: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        status["seconds_ago"] = round(time.time() - float(status.pop("written")), 1)
    except (OSError, ValueError, KeyError):
        return None
    return status
