"""Tells the results of an earlier run (an OUT folder) from documents, so that no run digitises what another one made.

An OUT may lie inside the archive it was made from. The run that fills it knows it; a later run with another OUT has to
recognise it by what a run always makes there: a ledger beside the index, or beside the documents and texts. Only
what a run makes is left out: a file that somebody else put beside it is a document like any other.
"""

from __future__ import annotations

from collections.abc import Collection

from pipeline.errors import ProblemCode
from pipeline.values import PageProblem

LEDGER = "ledger.sqlite"
_DATABASES = (LEDGER, "corpus.sqlite", "reviews.sqlite")
_DATABASE_ENDINGS = ("", "-wal", "-shm", "-journal")
_MADE = frozenset(
    {"documents", "text", "report.json", "report.html", ".cache", ".work", ".spool", ".lock", ".status.json"}
    | {database + ending for database in _DATABASES for ending in _DATABASE_ENDINGS}
)
_TEMPORARY = ".sohoa-tmp-"  # what a killed run leaves for the next one to remove


def holds_results(names: Collection[str]) -> bool:
    """Whether a folder with these `names` in it is the OUT of a run."""
    return LEDGER in names and ("corpus.sqlite" in names or ("documents" in names and "text" in names))


def is_result(name: str) -> bool:
    """Whether a run made what is called `name` in its OUT."""
    return name in _MADE or name.startswith(_TEMPORARY)


def earlier_results() -> PageProblem:
    """What is said, once, of an OUT in the archive; at its ledger."""
    return PageProblem(
        ProblemCode.SYSTEM_FILE,
        "This folder holds the results of an earlier run of sohoa: this ledger, documents, text and what belongs to"
        " them were left out. Results are best kept outside the archive.",
    )
