"""What all exports read: the documents of OUT one at a time, and why one is left out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from pipeline.errors import UnusableInputError, UsageError
from pipeline.schema import Document, Status
from pipeline.store.atomic import write_atomic
from pipeline.store.documents import from_json
from pipeline.store.formats import Export, ExportOutcome, StoredDocument
from pipeline.store.layout import document_name
from pipeline.store.ledger import Ledger
from pipeline.store.results import Results

DOCUMENTS = "documents"  # the folder of OUT that `document_name` names files in


def stored(results: Results) -> Iterator[StoredDocument]:
    """What there is in OUT, in the order of the paths; the ledger knows the digests, what it does not know is read.

    Raises UsageError when there is nothing that `sohoa ingest` made.
    """
    if not results.has("ledger.sqlite") and not results.has(DOCUMENTS):
        raise UsageError(
            f"There are no documents in {results.name}.",
            remedy="Give the folder that `sohoa ingest` filled to --corpus.",
        )
    known: dict[str, tuple[str, str]] = {}
    gone: set[str] = set()
    if results.has("ledger.sqlite"):
        with Ledger(results.databases.ledger, read_only=True) as ledger:
            known = {document_name(path): (path, digest) for path, digest in ledger.document_digests()}
            gone = set(map(document_name, ledger.gone()))  # their results are kept, but nobody is to be given them
    for name in results.names(DOCUMENTS):
        if name.endswith(".json") and name not in gone:
            plain = name.removeprefix(f"{DOCUMENTS}/").removesuffix(".json")
            path, digest = known.get(name) or (plain, _digest(results, name))
            yield StoredDocument(path, digest, partial(loaded, results, name, path))


def loaded(results: Results, name: str, path: str, outcome: ExportOutcome) -> Document | None:
    """The document of this name in OUT; None of one that is damaged, or gone, which is noted in `outcome`."""
    try:
        return from_json(results.read(name))
    except (OSError, UnusableInputError) as error:
        outcome.left_out.append((path, str(error)))
        return None


def _digest(results: Results, name: str) -> str:
    try:
        return hashlib.sha256(results.read(name)).hexdigest()
    except OSError:
        return ""


def write_each(
    documents: Iterable[Document],
    export: Export,
    suffix: str,
    made: Callable[[Document], bytes],
    unfit: Callable[[Document], str | None],
) -> int:
    """Write what is `made` of each document to <its path><suffix> in a folder; how many. Raises OutputError.

    Those that are `unfit` are left out, with the reason that it gives unless they failed before.
    """
    count = 0
    for document in documents:
        path, reason = document.source.document_path, unfit(document)
        if reason is not None:
            export.outcome.left_out.append((path, why_failed(document) or reason))
            continue
        write_atomic(export.target / exported_name(path, suffix), made(document), durable=False)
        count += 1
    return count


def stored_documents(results: Results, outcome: ExportOutcome, *, copies: bool = False) -> Iterator[Document]:
    """The documents of OUT in the order of their paths, one in memory at a time; each paper once unless `copies`.

    Also those of failed files: their status and problems are part of what a data team needs to know. A damaged one is
    noted in `outcome`. Raises UsageError when there is nothing that `sohoa ingest` made.
    """
    for one in stored(results):
        document = one.load(outcome)
        if document is not None and (copies or not is_copy(document)):
            yield document


def is_copy(document: Document) -> bool:
    """Whether it says again what another document of the corpus says; exports count a paper once."""
    return document.derived is not None and document.derived.is_copy_of is not None


def exported_name(relative: str, suffix: str) -> Path:
    """Where in an export's folder the file of the source at `relative` goes: '2024/kh.pdf' → '2024/kh.pdf.xml'."""
    return Path(document_name(relative).removeprefix(f"{DOCUMENTS}/").removesuffix(".json") + suffix)


def why_failed(document: Document) -> str | None:
    """Why there is nothing to export of a document whose source failed; None of one that did not."""
    if document.status is not Status.FAILED:
        return None
    return f"The file failed: {document.problems[0].message}" if document.problems else "The file failed."
