"""Corrections by people: taken in at any time, and laid over the documents as soon as nobody else writes there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OutputError, ProblemCode, UnusableInputError, UsageError
from pipeline.run.commit import Books, Committer
from pipeline.run.fingerprints import fingerprints
from pipeline.run.storage.outputs import FolderOutputs, Outputs, open_outputs
from pipeline.schema import Document
from pipeline.settings import Settings
from pipeline.store.documents import from_json
from pipeline.store.index import CorpusIndex
from pipeline.store.layout import document_name
from pipeline.store.ledger import Ledger
from pipeline.store.lock import lock_folder
from pipeline.store.overlay import checked, place_of
from pipeline.store.reviews import Correction, ReviewStore, Value


@dataclass(frozen=True, slots=True)
class Wish:
    """A field of the document of a source file, and what a person wants there; `confirm`: what is there."""

    path: str
    field: str
    value: Value = None
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Where corrections to one OUT are made: the store, and the documents that they are about."""

    reviews: ReviewStore
    outputs: Outputs

    def correction(self, wish: Wish, by: str, at: str) -> Correction:
        """A wish as a correction of the machine's document. Raises UsageError, UnusableInputError."""
        document = self.machine_document(wish.path)
        place = place_of(document, wish.field)
        value = place.value if wish.confirm else checked(wish.field, wish.value)
        place.put(value)  # refuses what the field cannot hold
        return Correction(document.doc_id, wish.path, wish.field, value, place.value, by, at, place.anchor)

    def machine_document(self, path: str) -> Document:
        """The document that the machine made of a source file. Raises UsageError when there is none."""
        with Ledger(self.outputs.workspace.ledger, read_only=True) as ledger:
            held = ledger.machine(path) if ledger.get(path) else None
        try:
            return from_json(held or self.outputs.read(document_name(path)))
        except (OSError, OutputError) as error:
            raise UsageError(
                f"There is no document of {path!r} here.", remedy="Name a source file by its path in the archive."
            ) from error


@contextmanager
def open_desk(place: str | Path) -> Iterator[Desk]:
    """The desk of the OUT at a path or URL; what was done there is laid over the documents at the end, if it can be.

    While a run writes there it is left to that run's end. An object store's databases can only be changed by one at a
    time: there OutputError is raised instead.
    """
    outputs = open_outputs(place)
    if not isinstance(outputs, FolderOutputs):
        with lock_folder(outputs.workspace.lock), outputs.locked():
            with _reviews(outputs) as reviews:
                yield Desk(reviews, outputs)
            _lay_over(outputs)
            outputs.finish()
        return
    with _reviews(outputs) as reviews:
        yield Desk(reviews, outputs)
    with suppress(OutputError):
        lay_over_folder(outputs)


def lay_over_folder(outputs: FolderOutputs) -> None:
    """Lay what was corrected over the documents of a folder. Raises OutputError, also while a run writes there."""
    with lock_folder(outputs.workspace.lock):
        _lay_over(outputs)


@contextmanager
def _reviews(outputs: Outputs) -> Iterator[ReviewStore]:
    if not outputs.workspace.ledger.is_file():
        raise UnusableInputError(
            ProblemCode.UNREADABLE_FILE,
            f"There are no results at {outputs.workspace.root}.",
            remedy="Give the folder that `sohoa ingest` filled.",
        )
    with ReviewStore(outputs.workspace.reviews) as reviews:
        yield reviews


def _lay_over(outputs: Outputs) -> None:
    """Open the databases and lay corrections over what they belong to."""
    out, settings = outputs.workspace, Settings()
    with Ledger(out.ledger) as ledger, CorpusIndex(out.corpus) as index, ReviewStore(out.reviews) as reviews:
        if index.is_unfinished or not reviews.unapplied():
            return  # the next run makes the index anew, and then does this
        books = Books(ledger, index, reviews)
        lay_over(books, Committer(outputs, books, settings, fingerprints(settings)))


def lay_over(books: Books, committer: Committer) -> None:
    """Write the documents anew whose corrections changed. Only for who holds the folder's lock. Raises OutputError."""
    pending = books.reviews.unapplied()
    if not pending:
        return
    for doc_id in pending:
        kind, _, digest = doc_id.partition(":")
        for row in books.ledger.with_content(digest.partition("#")[0]) if kind == "sha256" else ():
            committer.rework(row.path)
    committer.flush()
    books.reviews.applied(pending)


def correct(place: str | Path, wishes: Sequence[Wish], by: str, at: str) -> list[Correction]:
    """Keep corrections, all of them or none, and lay them over their documents. Raises UsageError, OutputError."""
    with open_desk(place) as desk:
        return desk.reviews.add([desk.correction(wish, by, at) for wish in wishes])


def out_of_document(path: Path) -> tuple[Path, str] | None:
    """(OUT, path of the source) where `path` is a document inside an OUT folder; None where it is none."""
    for folder in path.absolute().parents:
        if (folder / "ledger.sqlite").is_file() and path.suffix == ".json" and path.is_file():
            with suppress(ValueError, KeyError, TypeError):
                return folder, str(json.loads(path.read_bytes())["source"]["path"])
    return None
