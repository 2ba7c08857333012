"""Exports: the documents of an ingested corpus in the formats of other systems, one module a format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pipeline.errors import OutputError, UsageError
from pipeline.schema import Document
from pipeline.store.atomic import moved_into_place
from pipeline.store.exports.source import DOCUMENTS, Outcome, stored_documents
from pipeline.store.formats import Format
from pipeline.store.results import Results

__all__ = ["Format", "Outcome", "export_corpus"]


@dataclass(frozen=True, slots=True)
class _Writer:
    write: Callable[[Iterable[Document], Path, Path | None, Outcome], int]
    to_folder: bool


def export_corpus(results: Results, kind: Format, destination: Path, archive: Path | None = None) -> Outcome:
    """Write the documents of OUT to `destination` as `kind`; what was written, and what was left out and why.

    `archive` is the folder of the source files, which PDF alone needs. A file at `destination` is replaced, once the
    new one is whole. Raises UsageError, MissingToolError, OutputError.
    """
    writer = _WRITERS[kind]
    _check_destination(results, destination, to_folder=writer.to_folder)
    outcome = Outcome()
    documents = stored_documents(results, outcome)
    # The first document is asked for before anything is written: a wrong --corpus leaves nothing behind.
    outcome.written = writer.write(_begun(documents), destination, archive, outcome)
    return outcome


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


def _jsonl(documents: Iterable[Document], target: Path, _archive: Path | None, _outcome: Outcome) -> int:
    from pipeline.store.exports.jsonl import write_jsonl  # noqa: PLC0415 - each format's libraries for its users only

    return write_jsonl(documents, target)


def _parquet(documents: Iterable[Document], target: Path, _archive: Path | None, _outcome: Outcome) -> int:
    from pipeline.store.exports.parquet import write_parquet  # noqa: PLC0415 - each format's libraries for its users only

    return write_parquet(documents, target)


def _docbin(documents: Iterable[Document], target: Path, _archive: Path | None, _outcome: Outcome) -> int:
    from pipeline.structure.entities.spacy_vi import write_docbin  # noqa: PLC0415 - each format's libraries for its users only

    counted = _Counted(documents)
    with moved_into_place([target]) as (temporary,):
        write_docbin(counted, temporary)
    return counted.count


def _alto(documents: Iterable[Document], target: Path, _archive: Path | None, outcome: Outcome) -> int:
    from pipeline.store.exports.alto import write_alto  # noqa: PLC0415 - each format's libraries for its users only

    return write_alto(documents, target, outcome)


def _pdf(documents: Iterable[Document], target: Path, archive: Path | None, outcome: Outcome) -> int:
    from pipeline.store.exports.pdf import write_pdfs  # noqa: PLC0415 - each format's libraries for its users only

    if archive is None or not archive.is_dir():
        raise UsageError(
            "A searchable PDF needs the pictures of the source files.",
            remedy="Give the folder that was ingested: --archive ARCHIVE.",
        )
    if target.resolve() == archive.resolve() or target.resolve().is_relative_to(archive.resolve()):
        raise UsageError("An export never goes among the source files.", remedy="Choose another place for it.")
    try:
        return write_pdfs(documents, archive, target, outcome)
    except OSError as error:
        raise OutputError(f"Cannot write {target}: {error.strerror or error}.") from error


class _Counted:
    """Documents on their way to a writer that counts something else."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = documents
        self.count = 0

    def __iter__(self) -> Iterator[Document]:
        for document in self._documents:
            self.count += 1
            yield document


_WRITERS = {
    Format.JSONL: _Writer(_jsonl, to_folder=False),
    Format.PARQUET: _Writer(_parquet, to_folder=True),
    Format.DOCBIN: _Writer(_docbin, to_folder=False),
    Format.ALTO: _Writer(_alto, to_folder=True),
    Format.PDF: _Writer(_pdf, to_folder=True),
}
