"""Other ways in which a query's words are written: i for y, and abbreviations that the corpus itself spells out.

"kĩ thuật" is "kỹ thuật". Where a document says "cải cách hành chính (CCHC)", either finds the other: no list of
abbreviations is kept, for every office has its own.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.store.entries import folded_form
from pipeline.store.query import TOKEN, Item, Query, Tokens
from pipeline.vietnamese.folding import flat

_SHORTEST, _LONGEST = 3, 7  # letters of an abbreviation, words that it stands for
_MOST_ITEMS = 12  # of a query that is looked at: nobody types more words than a title has
_LOOKED_AT = 100  # parts with an abbreviation; the first of them that spells it out decides
_BEFORE = 90  # characters before the bracket in which the words stand
_WITHIN = 5  # words between the words and their abbreviation: "(sau đây gọi tắt là CCHC)"
_PASSED_OVER = frozenset({"va", "cua", "cac", "cho", "ve", "trong"})


def with_abbreviations(connection: sqlite3.Connection, query: Query) -> Query:
    """The query with what the corpus says that its abbreviations stand for, and how it abbreviates its words."""
    if len(query.items) > _MOST_ITEMS:
        return query
    items = [_with_words(connection, item) for item in query.items]
    for start, end, short in _abbreviated(connection, query.items):
        items[start:end] = [item.or_else(Item.of((short,))) for item in items[start:end]]
    return replace(query, items=tuple(items))


def _with_words(connection: sqlite3.Connection, item: Item) -> Item:
    """An abbreviation or the words that it stands for."""
    tokens = item.exact[0]
    if (
        len(item.exact) > 1
        or len(tokens) != 1
        or not _SHORTEST <= len(tokens[0]) <= _LONGEST
        or not tokens[0].isalpha()
    ):
        return item
    words = _spelt_out(connection, tokens[0])
    return item.or_else(Item.of(words)) if words else item


def _spelt_out(connection: sqlite3.Connection, short: str) -> Tokens | None:
    """The words before the brackets in which a part of the corpus has an abbreviation, if their letters are its."""
    bracket = re.compile(rf"\((?:[^()\n]{{0,40}}\W)?{re.escape(folded_form(short))}\W{{0,2}}\)")
    for (text,) in connection.execute(
        f"SELECT parts.text FROM words JOIN parts ON parts.id = words.rowid WHERE words MATCH ? LIMIT {_LOOKED_AT}",  # noqa: S608 - a constant
        (f'folded : "{folded_form(short)}"',),
    ):
        for found in bracket.finditer(flat(text)):
            before = TOKEN.findall(text[max(0, found.start() - _BEFORE) : found.start()].lower())
            if words := _of_letters(before, folded_form(short)):
                return words
    return None


def _of_letters(words: Sequence[str], letters: str) -> Tokens | None:
    """The last of `words`, those whose first letters are `letters`; small words between them count as nothing."""
    at = len(words)
    for letter in reversed(letters):
        at -= 1
        while at > 0 and folded_form(words[at])[0] != letter and folded_form(words[at]) in _PASSED_OVER:
            at -= 1
        if at < 0 or folded_form(words[at])[0] != letter:
            return None
    return tuple(words[at:])


def _abbreviated(connection: sqlite3.Connection, items: Sequence[Item]) -> Iterator[tuple[int, int, str]]:
    """(first item, the one after the last, abbreviation) for words of a query that the corpus abbreviates."""
    words = [item.exact[0] for item in items]
    for start in range(len(items)):
        for end in range(start + 1, min(len(items), start + _LONGEST) + 1):
            tokens = [token for one in words[start:end] for token in one]
            joined = end - start == 1 or all(len(one) == 1 for one in words[start:end])
            if not joined or not _SHORTEST <= len(tokens) <= _LONGEST or not all(map(str.isalpha, tokens)):
                continue
            short = "".join(token[0] for token in tokens)
            near = f'NEAR("{folded_form(" ".join(tokens))}" "{folded_form(short)}", {_WITHIN})'
            query = "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1"
            if connection.execute(query, (f"folded : {near}",)).fetchone():
                yield start, end, short
