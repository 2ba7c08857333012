"""Exports: the documents of an ingested corpus in the formats of other systems, one module a format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from pipeline.errors import OutputError, UsageError
from pipeline.schema import Document
from pipeline.store.exports.since import CHANGES, ChangedSince
from pipeline.store.exports.source import DOCUMENTS, stored, stored_documents
from pipeline.store.formats import FORMATS, Export, ExportOutcome, Format
from pipeline.store.results import Results

__all__ = ["FORMATS", "Export", "ExportOutcome", "Format", "export_corpus", "without_password"]


def without_password(destination: str) -> str:
    """A destination as it may stand in a message or log: without the password of a server's address."""
    return re.sub(r"(?<=:)[^:@/]+(?=@)", "…", destination)


def export_corpus(
    results: Results,
    name: str,
    destination: Path | str,
    archive: Path | None = None,
    *,
    since: str | None = None,
    copies: bool = False,
) -> ExportOutcome:
    """Write the documents of OUT to `destination` in the format of this name; what was written, what was left out.

    `destination` is a file, a folder or a server's address, as the format has it. `archive` is the folder of the
    source files, which PDF alone needs. A file at `destination` is replaced, once the new one is whole. `since` is the
    token of an earlier export: only what changed after it is written, and told in a file of changes beside it. A paper
    that lies in the archive several times counts once, with `copies` each time.

    Raises UsageError, MissingToolError, OutputError.
    """
    made = FORMATS.load(name)
    target = Path(destination)
    if not made.to_server:
        _check_destination(results, target, to_folder=made.to_folder)
    if made.needs_archive:
        _check_archive(target, archive)
    export = Export(target, archive, ExportOutcome(), str(destination), lambda: stored(results))
    if since is not None and made.to_server:
        raise UsageError("A server knows what it has: it is given what changed anyway.", remedy="Leave out --since.")
    changed = None if since is None else ChangedSince(results, since)
    documents = (
        stored_documents(results, export.outcome, copies=copies)
        if changed is None
        else changed.documents(export.outcome)
    )
    try:
        # The first document is asked for before anything is written: a wrong --corpus leaves nothing behind.
        export.outcome.written = made.write(_begun(documents), export)
        if changed is not None:
            changed.write(target / CHANGES if made.to_folder else target.with_name(f"{target.name}.{CHANGES}"))
            export.outcome.token = changed.token
    except OSError as error:
        raise OutputError(f"Cannot write {without_password(str(target))}: {error.strerror or error}.") from error
    return export.outcome


def _begun(documents: Iterator[Document]) -> Iterator[Document]:
    first = next(documents, None)
    return iter(()) if first is None else chain([first], documents)


def _check_destination(results: Results, destination: Path, *, to_folder: bool) -> None:
    if to_folder and destination.exists() and not destination.is_dir():
        raise UsageError(f"{destination} is a file.", remedy="This format fills a folder: name one.")
    if not to_folder and destination.is_dir():
        raise UsageError(f"{destination} is a folder.", remedy="This format is one file: name it.")
    target, out = destination.resolve(), results.databases.root.resolve()
    if target == out or target.is_relative_to(out / DOCUMENTS) or target.is_relative_to(out / "text"):
        raise UsageError("An export never goes among the results.", remedy="Choose another place for it.")


def _check_archive(destination: Path, archive: Path | None) -> None:
    if archive is None or not archive.is_dir():
        raise UsageError(
            "This format needs the source files: it copies their pages.",
            remedy="Give the folder that was ingested: --archive ARCHIVE.",
        )
    if destination.resolve().is_relative_to(archive.resolve()):
        raise UsageError("An export never goes among the source files.", remedy="Choose another place for it.")
