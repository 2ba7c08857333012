"""What all exports read: the documents of OUT one at a time, and why one is left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import UnusableInputError, UsageError
from pipeline.schema import Document, Status
from pipeline.store.documents import from_json
from pipeline.store.formats import ExportOutcome
from pipeline.store.layout import document_name
from pipeline.store.results import Results

DOCUMENTS = "documents"  # the folder of OUT that `document_name` names files in


def stored_documents(results: Results, outcome: ExportOutcome) -> Iterator[Document]:
    """The documents of OUT in the order of their paths, one in memory at a time.

    Also those of failed files: their status and problems are part of what a data team needs to know. A damaged one is
    noted in `outcome`. Raises UsageError when there is nothing that `sohoa ingest` made.
    """
    if not results.has("ledger.sqlite") and not results.has(DOCUMENTS):
        raise UsageError(
            f"There are no documents in {results.name}.",
            remedy="Give the folder that `sohoa ingest` filled to --corpus.",
        )
    for name in results.names(DOCUMENTS):
        if not name.endswith(".json"):
            continue
        try:
            yield from_json(results.read(name))
        except (OSError, UnusableInputError) as error:
            outcome.left_out.append((name.removeprefix(f"{DOCUMENTS}/"), str(error)))


def exported_name(relative: str, suffix: str) -> Path:
    """Where in an export's folder the file of the source at `relative` goes: '2024/kh.pdf' → '2024/kh.pdf.xml'."""
    return Path(document_name(relative).removeprefix(f"{DOCUMENTS}/").removesuffix(".json") + suffix)


def why_failed(document: Document) -> str | None:
    """Why there is nothing to export of a document whose source failed; None of one that did not."""
    if document.status is not Status.FAILED:
        return None
    return f"The file failed: {document.problems[0].message}" if document.problems else "The file failed."
