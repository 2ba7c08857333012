"""The order of what was found: what names a paper first, then marks as typed, then words that stand together."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable

from pipeline.store.entries import exact_form, folded_form
from pipeline.store.query import TOKEN, Query, Tokens

Scored = tuple[sqlite3.Row, float]


def ranked(rows: list[sqlite3.Row], query: Query) -> list[Scored]:
    """Best first. bm25 does not know that words stand together or that the marks are right; people do."""
    scored = [(row, round(-row["rank"] * _boost(row, query) * _OF_KIND.get(row["kind"], 1.0), 6)) for row in rows]
    places = {row["id"]: (_named(row, query), _has_the_marks(row["text"], query)) for row in rows}
    return sorted(scored, key=lambda pair: _best_first(places[pair[0]["id"]], pair))


def _best_first(place: tuple[int, int], pair: Scored) -> tuple[float | str, ...]:
    row, score = pair
    return (-place[0], -place[1], -score, row["path"], row["id"])


def _has_the_marks(text: str, query: Query) -> bool:
    """Whether a text has what was typed with marks with just these, where any was: who types them means them."""
    marked = [item.exact for item in query.items if item.has_marks]
    exact = " ".join(TOKEN.findall(exact_form(text))) if marked else ""
    return bool(marked) and all(has_one_of(exact, forms) for forms in marked)


# What is not said in the document itself comes behind what is, where all else is equal.
_OF_KIND = {"name": 0.4, "copy": 0.4, "mark": 0.5, "suggestion": 0.2}


def _named(row: sqlite3.Row, query: Query) -> int:
    """Whether a query that has a number in it names the document of a row: by its number, its file, a suggestion."""
    asked = {token for token in query.as_typed(exact=False) if token not in _NO_NAME}
    if not any(token.isdigit() or token[:-1].isdigit() for token in asked):
        return 0
    if row["kind"] == "header":
        number = TOKEN.findall(folded_form(row["number"] or ""))
        own = {*number, *TOKEN.findall(folded_form(row["document_type"] or ""))}
        return 3 * (bool(number) and number[0] in asked and asked <= own)
    tier = {"name": 2, "copy": 2, "suggestion": 1}.get(row["kind"], 0)
    return tier if tier and asked <= set(TOKEN.findall(folded_form(row["text"]))) else 0


_NO_NAME = frozenset({"so"})


def behind(first: list[Scored], rest: list[Scored]) -> list[Scored]:
    """`rest` with scores that leave it behind `first`."""
    least = min((score for _, score in first), default=math.inf)
    return [(row, min(score, least)) for row, score in rest]


def _boost(row: sqlite3.Row, query: Query) -> float:
    exact = " ".join(TOKEN.findall(exact_form(row["text"])))
    folded = folded_form(exact)
    boost = 1.0
    if _contains(folded, query.as_typed(exact=False)):
        boost *= 1.6
    if any(item.has_marks for item in query.items) and _contains(exact, query.as_typed(exact=True)):
        boost *= 2.0
    heading = " ".join(TOKEN.findall(folded_form(row["heading"] or "")))
    if heading and all(has_one_of(heading, forms) for forms in query.forms(exact=False)):
        boost *= 1.5
    return boost


def has_one_of(text: str, forms: Iterable[Tokens]) -> bool:
    """Whether a text of plain words has what is asked for in one of its forms."""
    return any(_contains(text, tokens) for tokens in forms)


def _contains(text: str, tokens: Tokens) -> bool:
    words = " ".join(tokens)
    return f" {words[:-1]}" in f" {text}" if words.endswith("*") else f" {words} " in f" {text} "
