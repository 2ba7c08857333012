"""Which words of a query nothing in the corpus has, and which words of the corpus are like them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from pipeline.store.entries import folded_form
from pipeline.store.index import open_index
from pipeline.store.query import Query

_SECONDS = 0.5  # for all words together: the vocabulary of a large corpus is mostly misread words
_NEAR = 4  # words suggested for one
_LAST = "\U0010ffff"
_LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word of a query that no section has; `near` are words that some have, the most likely one first."""

    word: str
    near: tuple[str, ...]


def unknown_words(corpus: Path, query: str, *, exact: bool = False) -> list[UnknownWord]:
    """The words of `query` that the corpus does not have. Raises as `search` does.

    What is like them is looked for among words that begin as they do, then among all others, for half a second in all.
    A word typed with marks gets words with marks; so does every one that is asked for as it is typed (`exact`).
    """
    end = time.monotonic() + _SECONDS
    column = "exact" if exact else "folded"
    ways: dict[str, set[str]] = {}
    for item in Query.parse(query).items:
        forms = item.exact if exact else item.folded
        if len(item.exact) > 1 and any(map(str.isdigit, "".join(item.exact[0]))):
            continue  # a date or a number is no word
        for at, token in enumerate(item.exact[0]):
            if not token.endswith("*"):
                ways.setdefault(token, set()).update(form[at] for form in forms)
    with open_index(corpus) as connection:
        # Rows of this table are the index itself, read as a list of its words; nothing is written.
        connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab (main, words, col)")
        return [
            UnknownWord(word, tuple(_near(connection, word, end, exact=exact)))
            for word, written in ways.items()
            if not any(_occurs(connection, way, column) for way in written)
        ]


def _occurs(connection: sqlite3.Connection, term: str, column: str) -> bool:
    query = "SELECT 1 FROM temp.vocabulary WHERE term = ? AND col = ?"
    return connection.execute(query, (term, column)).fetchone() is not None


def _near(connection: sqlite3.Connection, word: str, end: float, *, exact: bool) -> list[str]:
    """The words nearest to `word`: by letters, then by marks, then by how many sections have them."""
    folded = folded_form(word)
    column = "exact" if exact or word != folded else "folded"
    limit = 1 if len(word) <= 4 else 2
    # Under `exact` a word without marks may be one that lacks all of them, also on its first letter.
    initials = [letter for letter in _LETTERS if folded_form(letter) == folded[:1]] or [word[:1]]
    begins = [initials, [""]] if column == "exact" and word == folded else [[word[:2]], initials, [""]]
    for starts in begins:
        known = dict(found for start in starts for found in _terms(connection, column, start, end))
        letters = {term: folded_form(term) for term in known}
        found = process.extract(folded, letters, scorer=OSA.distance, score_cutoff=limit, limit=None)
        if found:
            least = min(distance for _, distance, _ in found)
            nearest = [term for _, distance, term in found if distance == least]
            return sorted(nearest, key=lambda term: (OSA.distance(word, term), -known[term], term))[:_NEAR]
    return []


def _terms(connection: sqlite3.Connection, column: str, start: str, end: float) -> Iterator[tuple[str, int]]:
    """(word, sections) of the vocabulary's words that begin with `start`, for as long as there is time."""
    query = "SELECT term, doc FROM temp.vocabulary WHERE term >= ? AND term <= ? AND col = ?"
    for term, sections in connection.execute(query, (start, start + _LAST, column)):
        if time.monotonic() > end:
            return
        if not term.isdecimal():
            yield term, sections
