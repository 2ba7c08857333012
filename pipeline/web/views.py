"""A document as its page shows it: fields as rows, lines in pieces, the outline flat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.schema import (
    BBox,
    DateValue,
    Document,
    FieldValue,
    NumberValue,
    PageLine,
    PlanValue,
    Section,
    Signer,
    Suggestion,
)
from pipeline.store.entries import folded_form
from pipeline.store.query import Query
from pipeline.store.snippets import snippet_of

_HEADER = ("document_type", "number", "date", "issuing_body", "parent_body", "place", "subject", "urgency", "secrecy")
_SIGNER = ("authority", "position", "name")
_RARE = frozenset({"urgency", "secrecy", "parent_body"})  # shown where the document has them
_LINE = 220  # characters: a snippet of a longer line would be cut, and its places others
_SHOWN_VALUES = {
    "participants": ("kind",),
    "periods": ("begins", "ends", "what"),
    "deadlines": ("due", "what", "who", "to"),
    "rewards": ("form", "authority"),
    "thresholds": ("value", "unit", "subject"),
    "dossier": ("item", "copies"),
    "funding": ("source",),
    "tasks": ("actor", "action"),
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of the form: `name` is its way through the document, `label` the key of what it is called."""

    name: str
    label: str
    value: str | None
    page: int | None
    bbox: BBox | None
    confidence: float | None
    reviewed: bool
    machine: str | None
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line's text: put right (`read` is what stood there), found by the query, or neither."""

    text: str
    read: str | None
    found: bool


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the page; `raw` only where it differs."""

    field: str
    text: str
    pieces: tuple[Piece, ...]
    raw: str | None
    bbox: BBox | None
    confidence: float | None
    reviewed: bool


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """A section of the outline."""

    identity: str
    depth: int
    number: str | None
    heading: str | None
    words: str
    roles: tuple[str, ...]
    page: int | None
    bbox: BBox | None
    reviewed: bool


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A typed value of the plan: its words, and what was read from them."""

    name: str
    kind: str
    text: str
    values: tuple[tuple[str, str], ...]
    page: int | None
    bbox: BBox | None
    reviewed: bool


def header_rows(document: Document) -> list[FieldRow]:
    """The letterhead; fields that most documents lack only where this one has them."""
    held = [(name, getattr(document.header, name)) for name in _HEADER]
    return [_row(f"header.{name}", f"field.{name}", value) for name, value in held if value or name not in _RARE]


def signer_rows(document: Document) -> list[FieldRow]:
    """The signers' fields, of a document without any the first's."""
    return [
        _row(f"signers[{at}].{name}", f"field.{name}", getattr(signer, name))
        for at, signer in enumerate(document.signers or [Signer()])
        for name in _SIGNER
    ]


def recipient_rows(document: Document) -> list[FieldRow]:
    """Nơi nhận."""
    return [_row(f"recipients[{at}]", "field.recipient", held) for at, held in enumerate(document.recipients)]


def _row(name: str, label: str, held: FieldValue | None) -> FieldRow:
    if held is None:
        return FieldRow(name, label, None, None, None, None, reviewed=False, machine=None)
    offered = held.suggestions if isinstance(held, (NumberValue, DateValue)) else []
    return FieldRow(
        *(name, label, held.value, held.page, held.bbox, held.confidence),
        reviewed=held.reviewed,
        machine=held.machine if held.machine != held.value else None,
        suggestions=tuple(offered),
    )


def line_rows(number: int, lines: Sequence[PageLine], query: str) -> list[LineRow]:
    """The lines of a page, with what the query finds in them marked."""
    items = Query.read(query).forms(exact=False) if query else []
    rows = []
    for at, line in enumerate(lines):
        _, spots = snippet_of(line.text, items, folded_form) if items and len(line.text) <= _LINE else ("", ())
        machine = str(line.machine["text"]) if line.machine and "text" in line.machine else None
        raw = machine or (line.raw if line.raw != line.text else None)
        rows.append(
            LineRow(
                *(f"pages[{number}].lines[{at}].text", line.text, tuple(_pieces(line, spots)), raw),
                *(line.bbox, line.confidence, line.reviewed),
            )
        )
    return rows


def _pieces(line: PageLine, spots: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    read: list[str | None] = [None] * len(line.text)
    found = [False] * len(line.text)
    for edit in line.edits:
        read[edit.start : edit.end] = [edit.read] * (edit.end - edit.start)
    for start, end in spots:
        found[start:end] = [True] * (end - start)
    begin = 0
    for at in range(1, len(line.text) + 1):
        if at == len(line.text) or (read[at], found[at]) != (read[begin], found[begin]):
            yield Piece(line.text[begin:at], read[begin], found[begin])
            begin = at


def outline_rows(sections: Sequence[Section], depth: int = 0) -> list[OutlineRow]:
    """The section tree in reading order; an item of prose by its first words."""
    rows: list[OutlineRow] = []
    for section in sections:
        words = section.heading or section.text.partition("\n")[0]
        rows.append(
            OutlineRow(
                *(section.id, depth, section.number, section.heading, words if len(words) <= 90 else words[:88] + "…"),
                *(tuple(map(str, section.roles)), section.page, section.bbox, section.reviewed),
            )
        )
        rows += outline_rows(section.children, depth + 1)
    return rows


def value_rows(document: Document) -> list[ValueRow]:
    """The typed values of a plan, kind by kind."""
    if document.plan is None:
        return []
    rows = []
    for kind, names in _SHOWN_VALUES.items():
        items: list[PlanValue] = getattr(document.plan, kind)
        for at, item in enumerate(items):
            values = [(name, str(getattr(item, name))) for name in names if getattr(item, name) not in (None, "")]
            rows.append(
                ValueRow(f"plan.{kind}[{at}]", kind, item.text, tuple(values), item.page, item.bbox, item.reviewed)
            )
    return rows
