"""What all exports read: the documents of OUT one at a time, and what was left out of an export, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import UnusableInputError, UsageError
from pipeline.schema import Document
from pipeline.store.documents import read_document
from pipeline.store.layout import document_name

DOCUMENTS = "documents"  # the folder of OUT that `document_name` names files in


@dataclass(slots=True)
class Outcome:
    """How an export went: documents written, and those left out with a sentence that says why."""

    written: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)


def stored_documents(out: Path, outcome: Outcome) -> Iterator[Document]:
    """The documents of the folder `out` in the order of their paths, one in memory at a time.

    Also those of failed files: their status and problems are part of what a data team needs to know. A damaged one is
    noted in `outcome`. Raises UsageError when `out` is no folder that `sohoa ingest` filled.
    """
    root = out / DOCUMENTS
    if not root.is_dir():
        raise UsageError(
            f"There are no documents in {out}.", remedy="Give the folder that `sohoa ingest` filled to --corpus."
        )
    for path in sorted(root.rglob("*.json")):
        try:
            yield read_document(path)
        except (OSError, UnusableInputError) as error:
            outcome.left_out.append((path.relative_to(root).as_posix(), str(error)))


def exported_name(relative: str, suffix: str) -> Path:
    """Where in an export's folder the file of the source at `relative` goes: '2024/kh.pdf' → '2024/kh.pdf.xml'."""
    return Path(document_name(relative).removeprefix(f"{DOCUMENTS}/").removesuffix(".json") + suffix)
