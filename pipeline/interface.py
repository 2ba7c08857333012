"""The Python interface: `import pipeline as sohoa`, then `extract`, `restore`, `open_corpus`. See docs/python.md.

Importing it costs nothing: what a function needs is loaded at its first call.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import MissingToolError, ProblemCode, UnusableInputError, UsageError
from pipeline.run.storage.remote import open_results
from pipeline.schema import Document
from pipeline.settings import Settings
from pipeline.store.documents import from_json
from pipeline.store.exports.source import stored_documents
from pipeline.store.exports.tables import TABLES, document_rows, group_columns
from pipeline.store.formats import ExportOutcome
from pipeline.store.layout import document_name
from pipeline.store.plan_record import PlanFields, plan_record
from pipeline.store.results import Results
from pipeline.store.search import Hit, search

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.digitise import Stages
    from pipeline.restoration import Restorer

# The engines read one page at a time in a process: more of them share its memory, not its speed.
_reading = threading.Lock()


def extract(path: str | os.PathLike[str]) -> Document:
    """The document of one file: what `sohoa extract` prints, as a value of `pipeline.schema.Document`.

    Threads may call it, and wait for each other; for speed use processes, or `sohoa ingest`. Models are loaded at the
    first call (about 2 s). Raises UnusableInputError where nothing can be had of the file, MissingToolError where a
    tool that it needs is not installed.
    """
    from pipeline.digitise import digitise  # noqa: PLC0415 - seconds of imports that only this function needs
    from pipeline.records import SourceRecord  # noqa: PLC0415

    file = Path(path)
    if not file.is_file():
        raise UnusableInputError(ProblemCode.UNREADABLE_FILE, f"There is no file {file}.", remedy="Check the path.")
    with _reading:
        return digitise(file, SourceRecord.of(file, file.name), _stages())


def restore(text: str) -> str:
    """Restored text, a line for each line of `text`, blank lines and leading blanks kept: as `sohoa restore` does."""
    with _reading:
        restored = _restorer().restore_lines(text.split("\n"))
    return "\n".join(line.text for line in restored)


@lru_cache(maxsize=1)
def _stages() -> Stages:
    from pipeline.digitise import Stages  # noqa: PLC0415

    return Stages.load(Settings())


@lru_cache(maxsize=1)
def _restorer() -> Restorer:
    from pipeline.restoration import load_restorer  # noqa: PLC0415

    return load_restorer(Settings().restoration)


def open_corpus(path: str | os.PathLike[str]) -> Corpus:
    """The results in the folder (or at the URL) that `sohoa ingest --out` filled. Raises UsageError elsewhere."""
    return Corpus(open_results(os.fspath(path)))


class Corpus:
    """Ingested documents, for reading. Threads may share one, also while an ingest writes there: every call sees whole
    documents, as they were before or after a change."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def search(self, query: str, *, exact: bool = False, role: str | None = None, limit: int = 10) -> list[Hit]:
        """The best `limit` sections for a query with or without marks, best first; see `pipeline.store.search.search`.

        A `Hit` has path, title, snippet with the places of the words found (`highlights`), page, roles, score.
        """
        corpus = self._results.databases.corpus
        return search(corpus, query, exact=exact, role=role, limit=limit, read=self._results.read)

    def documents(self) -> Iterator[Document]:
        """The documents in the order of their paths, one in memory at a time; failed files' too, each paper once.

        Raises UnusableInputError at one that is damaged.
        """
        outcome = ExportOutcome()
        for document in stored_documents(self._results, outcome):
            _raise_first(outcome)
            yield document
        _raise_first(outcome)

    def document(self, path: str) -> Document:
        """The document of the source file at `path` in the archive. Raises UsageError where there is none."""
        name = document_name(path)
        if not self._results.has(name):
            raise UsageError(f"There is no document of {path} in {self._results.name}.", remedy="Check the path.")
        return from_json(self._results.read(name))

    def plans(self) -> Iterator[PlanFields]:
        """The flat record of each document, in the order of their paths: header fields, one text a role, counts."""
        return map(plan_record, self.documents())

    def to_pandas(self, table: str = "plans") -> pd.DataFrame:
        """One of the flat tables (`plans`, `sections`, `rewards`, `deadlines` …) as a DataFrame, typed, nulls as NA.

        Raises MissingToolError without pandas, UsageError where there is no such table.
        """
        try:
            import pandas as pd  # noqa: PLC0415 - only for those who have it
        except ImportError as error:
            raise MissingToolError("A DataFrame needs pandas.", remedy="pip install pandas") from error
        made = next((one for one in TABLES if one.name == table), None)
        if made is None:
            raise UsageError(f"There is no table '{table}'.", remedy="Tables: " + ", ".join(t.name for t in TABLES))
        rows: list[dict[str, Any]] = [
            row for document in self.documents() for row in document_rows(made, document, group_columns(document))
        ]
        types = {"text": "string", "integer": "Int64", "real": "Float64", "boolean": "boolean", "list": "object"}
        columns = {name: pd.Series([row[name] for row in rows], dtype=types[t]) for name, t in made.columns.items()}
        return pd.DataFrame(columns)


def _raise_first(outcome: ExportOutcome) -> None:
    for path, reason in outcome.left_out:
        raise UnusableInputError(ProblemCode.DAMAGED_FILE, f"{path}: {reason}")
