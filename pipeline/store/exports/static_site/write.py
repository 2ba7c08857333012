"""Writes the pages, the list and the index of words.

A page that lies in a folder may load no data but scripts. So the index is cut into scripts by the first two letters of
a word, each loaded when a query needs it: `word("khen", "0,3,1,…")`, with the distances between the documents' numbers.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from pipeline.schema import Document
from pipeline.store.atomic import TEMPORARY_PREFIX, write_atomic
from pipeline.store.entries import folded_form
from pipeline.store.exports.source import exported_name
from pipeline.store.exports.static_site.pages import document_page, listed, words_of
from pipeline.store.formats import Export

_LISTED = 1_000  # documents of one script of the list: some hundred kilobytes
_AT_ONCE = 200  # documents whose words are taken into the index together
_ASSETS = ("index.html", "search.js", "style.css")


def write_site(documents: Iterable[Document], export: Export) -> int:
    """Write the site into the folder; the number of documents. Raises OutputError.

    The words wait in a file beside it until all are known: memory does not grow with the corpus.
    """
    folder = export.target
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=TEMPORARY_PREFIX) as place,
        closing(sqlite3.connect(Path(place) / "words", isolation_level=None)) as words,
    ):
        words.execute("PRAGMA journal_mode = OFF")
        words.execute("CREATE TABLE words (word TEXT, document INTEGER)")
        count = _write_documents(documents, folder, words)
        _write_index(folder, words)
    for name in _ASSETS:
        data = files("pipeline.store.exports.static_site").joinpath("assets", name).read_bytes()
        write_atomic(folder / name, data.replace(b"{{count}}", str(count).encode()), durable=False)
    return count


def _write_documents(documents: Iterable[Document], folder: Path, words: sqlite3.Connection) -> int:
    count, entries = 0, list[list[object]]()
    words.execute("BEGIN")
    for document in documents:
        name = exported_name(document.source.document_path, ".html")
        write_atomic(folder / "documents" / name, document_page(document, len(name.parts)), durable=False)
        entries.append(listed(document, name))
        found = {folded_form(word) for word in words_of(document)}
        words.executemany("INSERT INTO words VALUES (?, ?)", [(word, count) for word in sorted(found)])
        count += 1
        if count % _AT_ONCE == 0:
            words.execute("COMMIT")
            words.execute("BEGIN")
        if len(entries) == _LISTED:
            _write_list(folder, count, entries)
    words.execute("COMMIT")
    if entries:
        _write_list(folder, count, entries)
    return count


def _write_list(folder: Path, count: int, entries: list[list[object]]) -> None:
    part = (count - 1) // _LISTED
    write_atomic(folder / "list" / f"{part}.js", _call("listed", part, entries), durable=False)
    entries.clear()


def _write_index(folder: Path, words: sqlite3.Connection) -> None:
    words.execute("CREATE INDEX by_word ON words (word, document)")
    rows = words.execute("SELECT word, document FROM words ORDER BY word, document")
    for shard, of_shard in groupby(rows, key=lambda row: shard_of(row[0])):
        calls = [
            _call("word", word, ",".join(_distances(number for _, number in of_word)))
            for word, of_word in groupby(of_shard, key=lambda row: row[0])
        ]
        write_atomic(folder / "words" / f"{shard}.js", b"".join(calls), durable=False)


def shard_of(word: str) -> str:
    """The script that a folded word stands in: its first two letters as numbers, which any file system can name."""
    return "-".join(f"{ord(letter):x}" for letter in word[:2])


def _distances(numbers: Iterable[int]) -> Iterator[str]:
    before = 0
    for number in numbers:
        yield str(number - before)
        before = number


def _call(function: str, *arguments: object) -> bytes:
    """A line of a script that hands data over; '<' cannot end the script element that loads it."""
    text = ",".join(json.dumps(argument, ensure_ascii=True, separators=(",", ":")) for argument in arguments)
    return f"sohoa.{function}({text});\n".replace("<", "\\u003c").encode("ascii")
