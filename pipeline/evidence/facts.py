"""What other documents have to know of a document to bear witness to its number and date, or to be witnessed by it.

The facts are those of the file alone (its ink, its names, a person's correction): what other documents added is left
out, so that what is settled by them does not depend on who came first.
"""

from __future__ import annotations

import heapq
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass

from pipeline.schema import Citation, DateValue, Document, Evidence, FieldValue, NumberValue
from pipeline.vietnamese.administrative.document_numbers import labelled_number
from pipeline.vietnamese.folding import fold

OUTSIDE = frozenset({"citation", "copy", "register"})
"""Sources of evidence that other documents give."""

_WORD = re.compile(r"[^\W_]+")
_SHINGLE, _SKETCH, _DIGITS = 3, 32, 8  # words; hashes that are kept; hexadecimal digits of each
_LEAST_WORDS = 30  # a shorter text is like too many others


@dataclass(frozen=True, slots=True)
class Mention:
    """A numbered act that a document cites: whose, of which day, about what; all folded but the number as cited."""

    number: str
    symbol: str
    serial: str
    date: str | None
    type: str | None
    issuer: str | None
    title: str | None

    @property
    def key(self) -> str:
        """The register's part that it may belong to."""
        return group_key(self.symbol, self.date)


@dataclass(frozen=True, slots=True)
class Facts:
    """A document as a witness. `serial` and `date` are what its own file settles, `date` as far as it goes.

    `outside` is the evidence of other documents that was laid over it, as JSON; "" where there is none.
    """

    path: str
    symbol: str
    body: str
    type: str
    subject: str
    serial: str | None
    date: str | None
    is_open: bool
    fingerprint: str
    outside: str = ""
    mentions: tuple[Mention, ...] = ()

    @property
    def key(self) -> str:
        """The register's part that its number belongs to: symbol and year."""
        return group_key(self.symbol, self.date)


def group_key(symbol: str, date: str | None) -> str:
    """Documents that may bear witness to each other share this: symbol and year, the year "" where it is not known."""
    return f"{symbol}|{date[:4] if date else ''}"


def facts_of(document: Document) -> Facts | None:
    """The facts of a document; None for one without a letterhead's number that could take part."""
    header = document.header
    number = header.number
    mentions = in_order(_mentions(document.citations))
    if number is None or not number.symbol:
        return _only_mentions(document, mentions) if mentions else None
    date = header.date
    return Facts(
        path=document.source.document_path,
        symbol=fold(number.symbol),
        body=_folded(header.issuing_body),
        type=_folded(header.document_type),
        subject=_folded(header.subject),
        serial=number.serial.lower() if number.serial and number.complete and _own(number) else None,
        date=_own_date(date),
        is_open=not (number.complete and _own(number)) or date is None or date.precision != "day" or not _own(date),
        fingerprint=fingerprint(document),
        outside=as_text(outside_evidence(document)),
        mentions=mentions,
    )


def in_order(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Mentions, each once, in an order of their own."""
    return tuple(sorted(set(mentions), key=lambda one: tuple(part or "" for part in astuple(one))))


def _only_mentions(document: Document, mentions: tuple[Mention, ...]) -> Facts:
    path = document.source.document_path
    return Facts(path, "", "", "", "", None, None, is_open=False, fingerprint="", mentions=mentions)


def outside_evidence(document: Document) -> Iterator[Evidence]:
    """The evidence of other documents that a document holds, of the number, then of the date."""
    for value in (document.header.number, document.header.date):
        yield from (one for one in (value.evidence if value else ()) if one.source in OUTSIDE)


def as_text(evidence: Iterable[Evidence]) -> str:
    """Evidence written down, to compare it with what was laid over a document before."""
    return "\n".join(one.model_dump_json() for one in evidence)


def _own(value: NumberValue | DateValue) -> bool:
    return not OUTSIDE & set(value.sources)


def _own_date(date: DateValue | None) -> str | None:
    """The date without what other documents added to it."""
    if date is None or not date.value:
        return None
    if _own(date):
        return date.value
    text = next((one for one in date.evidence if one.source == "text"), None)
    return text.candidates[0].value if text and text.candidates else None


def _mentions(citations: list[Citation]) -> Iterator[Mention]:
    for act in citations:
        found = labelled_number(act.number or "")
        if found is None or not found.number.serial or found.number.year:
            continue  # laws and decrees carry their year in the number and are no papers of this archive
        yield Mention(
            act.number or "",
            fold(found.number.symbol),
            found.number.serial.lower(),
            act.date,
            *(fold(part) if part else None for part in (act.type, act.issuer, act.title)),
        )


def _folded(field: FieldValue | None) -> str:
    return fold(field.value) if field and field.value else ""


def fingerprint(document: Document) -> str:
    """A sketch of the text in hex, the smallest hashes of its triples of words; "" for a short text."""
    words = _WORD.findall(fold(" ".join(line.text for page in document.pages for line in page.lines)))
    if len(words) < _LEAST_WORDS:
        return ""
    triples = {zlib.crc32(" ".join(words[at : at + _SHINGLE]).encode()) for at in range(len(words) - _SHINGLE + 1)}
    return "".join(f"{one:0{_DIGITS}x}" for one in heapq.nsmallest(_SKETCH, triples))


def resemblance(one: str, other: str) -> float:
    """What part of their triples of words two texts share, 0..1, as their sketches tell; 0 where one is missing."""
    if not one or not other:
        return 0.0
    ours, theirs = ({text[at : at + _DIGITS] for at in range(0, len(text), _DIGITS)} for text in (one, other))
    smallest = heapq.nsmallest(_SKETCH, ours | theirs)
    return sum(hashed in ours and hashed in theirs for hashed in smallest) / len(smallest)
