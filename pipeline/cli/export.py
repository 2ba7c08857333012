"""`sohoa export`: writes a corpus in another system's format and says what was left out."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.cli.terminal import say
from pipeline.errors import ExitCode
from pipeline.store.exports import Format, export_corpus
from pipeline.store.layout import OutFolder

_SHOWN = 20


def export_to(corpus: Path, kind: Format, destination: Path, archive: Path | None) -> ExitCode:
    """Export and sum up on stderr; SOME_FILES_FAILED when a stored document could not be read or copied."""
    if kind is Format.PDF and archive is None:
        archive = _ingested_archive(corpus)
    outcome = export_corpus(corpus, kind, destination, archive)
    noun = "document" if outcome.written == 1 else "documents"
    say(f"{outcome.written} {noun} exported to {destination}.")
    for path, reason in outcome.left_out[:_SHOWN]:
        say(f"left out  {path}: {reason}")
    if len(outcome.left_out) > _SHOWN:
        say(f"… and {len(outcome.left_out) - _SHOWN} more.")
    return ExitCode.SOME_FILES_FAILED if outcome.left_out else ExitCode.OK


def _ingested_archive(corpus: Path) -> Path | None:
    """The archive that the last run on `corpus` named, if it is a folder on this machine."""
    try:
        named = json.loads(OutFolder(corpus).report.read_bytes())["archive"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Path(named) if isinstance(named, str) and Path(named).is_dir() else None
