"""`sohoa export`: writes a corpus in another system's format and says what was left out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipeline.cli.reading_progress import watched
from pipeline.cli.terminal import say
from pipeline.errors import ExitCode
from pipeline.run.storage.remote import open_results
from pipeline.store.exports import FORMATS, export_corpus, without_password
from pipeline.store.results import Results

_SHOWN = 20


def export_to(
    corpus: str, kind: str, destination: str, archive: Path | None, since: str | None, *, copies: bool = False
) -> ExitCode:
    """Export and sum up on stderr; SOME_FILES_FAILED when a stored document could not be read or copied."""
    results = open_results(corpus)
    if archive is None and FORMATS.load(kind).needs_archive:
        archive = _ingested_archive(results)
    with watched(results) as shown:
        outcome = export_corpus(shown, kind, destination, archive, since=since, copies=copies)
    noun = "document" if outcome.written == 1 else "documents"
    say(f"{outcome.written} {noun} exported to {without_password(destination)}.")
    if outcome.token is not None:
        sys.stdout.write(outcome.token + "\n")
    for path, reason in outcome.left_out[:_SHOWN]:
        say(f"left out  {path}: {reason}")
    if len(outcome.left_out) > _SHOWN:
        say(f"… and {len(outcome.left_out) - _SHOWN} more.")
    return ExitCode.SOME_FILES_FAILED if outcome.left_out else ExitCode.OK


def _ingested_archive(results: Results) -> Path | None:
    """The archive that the last run on `corpus` named, if it is a folder on this machine."""
    try:
        named = json.loads(results.read("report.json"))["archive"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Path(named) if isinstance(named, str) and Path(named).is_dir() else None
