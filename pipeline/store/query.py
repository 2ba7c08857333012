"""What a search query asks for: words, phrases in double quotes, dates as people type them, -words to leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.store.entries import exact_form, folded_form
from pipeline.vietnamese.administrative.dates import TYPED_DATE, parse_date
from pipeline.vietnamese.administrative.document_numbers import TYPED_NUMBER, DocumentNumber, typed_number

TOKEN = re.compile(r"[^\W_]+")
Tokens = tuple[str, ...]

_ITEM = re.compile(
    rf'(?P<minus>(?<!\S)-(?=["\w]))?(?:"(?P<phrase>[^"]*)"|(?P<number>{TYPED_NUMBER})|(?P<date>(?:{TYPED_DATE})(?![\w/-]))|(?P<word>\S+))'
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a query asks for: the ways in which it may be written, as typed first, with marks and without."""

    exact: tuple[Tokens, ...]
    folded: tuple[Tokens, ...]

    @property
    def has_marks(self) -> bool:
        """Whether it was typed with marks."""
        return self.exact[0] != self.folded[0]

    @staticmethod
    def of(*forms: Tokens) -> Item:
        """The item with these forms."""
        return Item(forms, tuple(dict.fromkeys(tuple(map(folded_form, tokens)) for tokens in forms)))


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for, and what is to be left out."""

    items: tuple[Item, ...]
    left_out: tuple[Item, ...] = ()

    @staticmethod
    def parse(text: str) -> Query:
        """The query that a person typed. Raises UsageError when it asks for nothing."""
        wanted: list[Item] = []
        left_out: list[Item] = []
        for match in _ITEM.finditer(exact_form(text)):
            if item := _item(match):
                (left_out if match["minus"] else wanted).append(item)
        if not wanted:
            asked = "There is only what to leave out." if left_out else "There is no word to search for."
            raise UsageError(asked, remedy='For example: sohoa search "khen thưởng".')
        return Query(tuple(wanted), tuple(left_out))

    def forms(self, *, exact: bool) -> list[tuple[Tokens, ...]]:
        """The forms of each item that is asked for."""
        return [item.exact if exact else item.folded for item in self.items]

    def as_typed(self, *, exact: bool) -> Tokens:
        """All that is asked for as one phrase."""
        return tuple(token for forms in self.forms(exact=exact) for token in forms[0])


def _item(match: re.Match[str]) -> Item | None:
    if number := match["number"] and typed_number(match["number"]):
        return Item.of(*dict.fromkeys(_serials(number)))
    if match["date"]:
        return Item.of(*dict.fromkeys(_dates(match["date"])))
    tokens = tuple(TOKEN.findall(match["word"] if match["phrase"] is None else match["phrase"]))
    return Item.of(tokens) if tokens else None


def _serials(number: DocumentNumber) -> Iterator[Tokens]:
    """The ways in which a document's number is written: 5/KH-UBND is 05/KH-UBND."""
    yield number.words
    yield (number.words[0].zfill(2), *number.words[1:])
    yield (number.words[0].lstrip("0") or "0", *number.words[1:])


def _dates(typed: str) -> Iterator[Tokens]:
    """The ways in which documents write a date, and the index does: 8/3/2024, 08.03.2024, 8 tháng 3 năm 2024 …"""
    date = parse_date(typed)
    for way in (typed, *(date.ways() if date else ())):
        yield tuple(TOKEN.findall(way))
