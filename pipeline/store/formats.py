"""What a format of `sohoa export` is, and all of them by name; naming them needs no library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.extensions import Extensions, Group

if TYPE_CHECKING:
    from pipeline.schema import Document


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of OUT that need not be read: the path of its source, a digest of all that stands in it.

    `load` reads it; None of one that is damaged, or gone meanwhile, which it notes in the outcome that it is given.
    """

    path: str
    digest: str
    load: Callable[[ExportOutcome], Document | None]


@dataclass(frozen=True, slots=True)
class Export:
    """Where an export goes: a file or a folder; the folder of the source files, if it was named; how it is going.

    `address` is a server's, for formats that go to one. `stored` tells what there is without reading it, for formats
    that know what they have.
    """

    target: Path
    archive: Path | None
    outcome: ExportOutcome
    address: str = ""
    stored: Callable[[], Iterator[StoredDocument]] = lambda: iter(())


@dataclass(frozen=True, slots=True)
class Format:
    """A format of another system: `write` takes the documents as they come and tells how many it wrote.

    A document that the format cannot hold goes to `export.outcome.left_out`, with a sentence that says why.
    """

    write: Callable[[Iterable[Document], Export], int]
    to_folder: bool = False
    to_server: bool = False
    needs_archive: bool = False


class LeftOutError(Exception):
    """A document that a format cannot hold; the message is the sentence for `ExportOutcome.left_out`."""


@dataclass(slots=True)
class ExportOutcome:
    """How an export went: documents written, and those left out with a sentence that says why.

    `token` names the state of the corpus that was exported, for the next export of what changed since.
    """

    written: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)
    token: str | None = None


FORMATS: Extensions[Format] = Extensions(
    "format",
    Group.EXPORTS,
    {
        "jsonl": "pipeline.store.exports.jsonl:FORMAT",
        "plans": "pipeline.store.exports.jsonl:PLANS",
        "csv": "pipeline.store.exports.csv_tables:FORMAT",
        "xlsx": "pipeline.store.exports.excel:FORMAT",
        "sqlite": "pipeline.store.exports.sqlite_tables:FORMAT",
        "postgres": "pipeline.store.exports.postgres:FORMAT",
        "parquet": "pipeline.store.exports.parquet:FORMAT",
        "html": "pipeline.store.exports.static_site:FORMAT",
        "docx": "pipeline.store.exports.docx:FORMAT",
        "docbin": "pipeline.store.exports.docbin:FORMAT",
        "alto": "pipeline.store.exports.alto:FORMAT",
        "pdf": "pipeline.store.exports.pdf:FORMAT",
        "pdfa": "pipeline.store.exports.pdf:ARCHIVAL",
    },
)
