"""What a search query asks for, in one language for page, API and command.

Words, with marks or without; "phrases in quotes"; document numbers and dates as people type them; beg* for what begins
so; one OR another; -words to leave out; year:2024, level:xa … to narrow it (`filing.py` knows the names).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.store.entries import exact_form, folded_form
from pipeline.store.filing import FACET_NAMES
from pipeline.vietnamese.administrative.dates import TYPED_DATE, parse_date
from pipeline.vietnamese.administrative.document_numbers import TYPED_NUMBER, DocumentNumber, typed_number

TOKEN = re.compile(r"[^\W_]+")
Tokens = tuple[str, ...]
"""Words that follow each other; the last may end in '*': words that begin so."""

LONGEST_QUERY = 2000  # characters; nobody types more, and what pastes in a whole page waits for an answer to all of it

_ITEM = re.compile(
    rf'(?P<minus>(?<!\S)-(?=["\w]))?(?:(?P<filter>(?<!\S)[^\W\d]{{3,12}}):(?P<of>"[^"]*"|[^\s"]+)|"(?P<phrase>[^"]*)"'
    rf"|(?P<number>{TYPED_NUMBER})|(?P<date>(?:{TYPED_DATE})(?![\w/-]))|(?P<or>(?<!\S)OR(?!\S))|(?P<word>\S+))"
)
_OR = re.compile(r"(?<!\S)OR(?!\S)")
_QUOTES = str.maketrans("“”„‟«»＂", '"' * 7)
_OPEN_QUOTE = re.compile(r'(?<![^\s-])"(?=[^"\s][^"]*$)')
# After these letters one sound is written i or y: kĩ thuật, kỹ thuật; công ti, công ty.
_I_OR_Y = re.compile(r"(?:h|k|l|m|qu|s|t)(?P<sound>[iíìỉĩịyýỳỷỹỵ])")
_AS_Y, _AS_I = str.maketrans("iíìỉĩị", "yýỳỷỹỵ"), str.maketrans("yýỳỷỹỵ", "iíìỉĩị")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a query asks for: the ways in which it may be written, as typed first, with marks and without."""

    exact: tuple[Tokens, ...]
    folded: tuple[Tokens, ...]

    @property
    def has_marks(self) -> bool:
        """Whether it was typed with marks."""
        return self.exact[0] != self.folded[0]

    def or_else(self, other: Item) -> Item:
        """What is found as this or as the other."""
        return Item(self.exact + other.exact, self.folded + other.folded)

    @staticmethod
    def of(*forms: Tokens) -> Item:
        """The item with these forms."""
        return Item(forms, tuple(dict.fromkeys(tuple(map(folded_form, tokens)) for tokens in forms)))

    @staticmethod
    def of_words(tokens: Tokens) -> Item:
        """The item of words as typed, and with i and y as others write them."""
        return Item.of(*dict.fromkeys((tokens, *(tuple(_in_style(token, way) for token in tokens) for way in _STYLES))))


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for, what is to be left out, and (facet, value) by which it is narrowed."""

    items: tuple[Item, ...]
    left_out: tuple[Item, ...] = ()
    narrowed: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def parse(text: str) -> Query:
        """The query that a person typed.

        Raises UsageError when it asks for nothing, or is longer than anyone types.
        """
        query = Query.read(text)
        if not query.items and not query.narrowed:
            asked = "There is only what to leave out." if query.left_out else "There is no word to search for."
            raise UsageError(asked, remedy='For example: sohoa search "khen thưởng".')
        return query

    @staticmethod
    def read(text: str) -> Query:
        """The same where it may ask for nothing. Raises UsageError for one that is too long."""
        if len(text) > LONGEST_QUERY:
            raise UsageError(f"A query has at most {LONGEST_QUERY} characters.")
        wanted: list[Item] = []
        left_out: list[Item] = []
        narrowed: list[tuple[str, str]] = []
        joins = False  # whether OR stands before the next item
        for match in _ITEM.finditer(_lower_case(text)):
            if match["filter"] and (facet := FACET_NAMES.get(folded_form(match["filter"]))):
                narrowed.append((facet, match["of"].strip('"')))
            elif match["or"]:
                joins = bool(wanted)
            elif match["minus"]:
                left_out += _items(match)
            else:
                for item in _items(match):
                    wanted = [*wanted[:-1], wanted[-1].or_else(item)] if joins else [*wanted, item]
                    joins = False
        return Query(tuple(wanted), tuple(left_out), tuple(narrowed))

    def forms(self, *, exact: bool) -> list[tuple[Tokens, ...]]:
        """The forms of each item that is asked for."""
        return [item.exact if exact else item.folded for item in self.items]

    def as_typed(self, *, exact: bool) -> Tokens:
        """All that is asked for as one phrase."""
        return tuple(token for forms in self.forms(exact=exact) for token in forms[0])


_STYLES = (_AS_Y, _AS_I)


def _in_style(token: str, way: dict[int, int]) -> str:
    found = _I_OR_Y.fullmatch(token)
    return token[: found.start("sound")] + token[found.start("sound") :].translate(way) if found else token


def _lower_case(text: str) -> str:
    """The query as the index has its words, but for OR, which joins only where it is typed in capitals.

    Quotation marks of every kind are plain ones; one that is not closed is closed at the end.
    """
    text = unicodedata.normalize("NFC", text).translate(_QUOTES)
    if text.count('"') % 2 and _OPEN_QUOTE.search(text):
        text += '"'
    return "OR".join(map(exact_form, _OR.split(text)))


def _items(match: re.Match[str]) -> Iterator[Item]:
    if number := match["number"] and typed_number(match["number"]):
        yield Item.of(*dict.fromkeys(_serials(number)))
        return
    if match["date"]:
        yield Item.of(*dict.fromkeys(_dates(match["date"])))
        return
    words = match["word"] if match["phrase"] is None else match["phrase"]
    if words is None:  # a name before a colon that is no facet's
        words = match[0].removeprefix("-")
    tokens = tuple(TOKEN.findall(words))
    if tokens and match["phrase"] is None and words.endswith("*"):
        tokens = (*tokens[:-1], tokens[-1] + "*")
    if tokens:
        yield Item.of_words(tokens)


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
