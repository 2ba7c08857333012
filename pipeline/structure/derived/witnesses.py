"""Who issued a document and of which area it speaks, told by its letterhead or, where that is missing, by its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.schema import Document, FieldValue, Section, Witness
from pipeline.structure.derived.bodies import Area, area_of, normal_form
from pipeline.structure.entities.admin_units import Rank, rank_of
from pipeline.structure.entities.names import find_bodies, find_places
from pipeline.vietnamese.folding import fold

# A letterhead's own line is as sure as it was read; the others' shares of right bodies were counted on the samples, the
# seeds and the first-contact documents with their letterheads taken away (docs/structure.md).
_ACTING, _JOINED, _SIGNED = 0.95, 0.85, 0.8

# What the issuing body itself does in its preamble: "Ủy ban nhân dân xã Thanh Thùy xây dựng Kế hoạch …".
_ACTS = re.compile(
    r"\W*\s*(?:(?:da|se|nay|tien hanh)\s+)?(?:ban hanh|xay dung|phat dong|to chuc|trien khai|lap|de ra|yeu cau"
    r"|thong bao|quyet dinh|de nghi|huong dan|bao cao|kinh moi|tran trong)\b"
)
_OWNED = re.compile(r"\b(?:cua|do|boi|tai|theo|giao|gui|de nghi)\s+(?:(?:chu tich|giam doc|thuong truc)\s+)?$")
_COMMITTEE_SIGNS = re.compile(r"\b(?:tm|t/m)\W*\s*(?P<body>.+)$", re.IGNORECASE)
_KINDS = ("xã", "phường", "thị trấn", "đặc khu", "huyện", "quận", "thị xã", "thành phố", "tỉnh")
_KIND = re.compile(
    r"(?<!\w)(?:UBND|HĐND|Ủy ban nhân dân|Hội đồng nhân dân)\s+(" + "|".join(_KINDS) + r")(?!\w)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Said:
    """A body or an area as one witness names it; `sure` is the probability that it is the issuing body's."""

    name: str
    source: Witness
    sure: float


def issuing_body(document: Document) -> Said | None:
    """The issuing body in normal form: as the letterhead prints it, else as the text tells it."""
    header = document.header
    if (printed := _printed(header.issuing_body)) is not None:
        return Said(normal_form(printed.value or ""), Witness.LETTERHEAD, printed.confidence or 1.0)
    areas = [area for area in mentioned_areas(document) if area[1] in {Witness.SUBJECT, Witness.PLACE}]
    for text in reversed(document.preamble):
        if acting := _acting(text):
            return _with_area(Said(acting, Witness.PREAMBLE, _ACTING), areas)
    for section in document.sections:
        if section.text and (acting := _acting(section.text)):
            return _with_area(Said(acting, Witness.SECTIONS, _JOINED), areas)
    return _signing(document, areas)


def mentioned_areas(document: Document) -> Iterator[tuple[Area, Witness]]:
    """Areas that the document names in the places that tell where its body is, the weightiest first."""
    header = document.header
    for body in (header.issuing_body, header.parent_body):
        if body and body.value and (area := area_of(normal_form(body.value))):
            yield area, Witness.LETTERHEAD
    if header.subject and header.subject.value:
        yield from ((area, Witness.SUBJECT) for area in _areas_of(header.subject.value))
    if header.place and header.place.value:
        yield from ((Area(rank, "", header.place.value.strip()), Witness.PLACE) for rank in Rank)
    for text in document.preamble:
        yield from ((area, Witness.PREAMBLE) for area in _areas_of(text))
    for recipient in document.recipients:
        yield from ((area, Witness.RECIPIENTS) for area in _areas_of(recipient.value or ""))
    yield from ((area, Witness.FOLDER) for area in _folder_areas(document.source.path))


def own_kind(document: Document) -> str | None:
    """'xã', 'huyện' …: the kind of area that the document speaks of most as having a committee of its own."""
    counts: dict[str, int] = {}
    for text in _all_texts(document):
        for match in _KIND.finditer(text):
            kind = match[1].casefold()
            counts[kind] = counts.get(kind, 0) + 1
    return max(sorted(counts), key=lambda kind: counts[kind]) if counts else None


def _printed(field: FieldValue | None) -> FieldValue | None:
    return field if field is not None and field.value else None


def _acting(text: str) -> str | None:
    """The body that is the subject of what a preamble's paragraph announces; None where none is."""
    for span in sorted(find_bodies(text), key=lambda found: -found.start):
        before, after = fold(text[: span.start]), fold(text[span.end :])
        if _ACTS.match(after) and not _OWNED.search(before):
            return normal_form(text[span.start : span.end])
    return None


def _signing(document: Document, areas: Sequence[tuple[Area, Witness]]) -> Said | None:
    """The body on whose behalf the document is signed, or whose symbol its number bears, with its area."""
    number = document.header.number.value if document.header.number else None
    # Of two bodies that sign together neither is told to be the one that issues.
    authority = document.signers[0].authority if len(document.signers) == 1 else None
    if authority and (signs := _COMMITTEE_SIGNS.search(authority.value or "")):
        name = re.split(r"\s+(?:KT|TL|TUQ)\b", signs["body"])[0]
        return _with_area(Said(normal_form(name), Witness.SIGNER, _SIGNED), areas, own_kind(document))
    if number and number.endswith("-UBND"):
        return _with_area(Said("Ủy ban nhân dân", Witness.NUMBER, _SIGNED), areas, own_kind(document))
    return None


def _with_area(said: Said, areas: Sequence[tuple[Area, Witness]], kind: str | None = None) -> Said:
    """A body that names no area ("Ủy ban nhân dân xã") with the one that subject or place names."""
    bare = re.search(r"\s(" + "|".join(_KINDS) + r")$", said.name, re.IGNORECASE)
    if area_of(said.name) or not (bare or fold(said.name).startswith(("uy ban nhan dan", "hoi dong nhan dan"))):
        return said
    kind = bare[1].casefold() if bare else kind
    if kind is None:
        return said
    base = said.name[: bare.start()] if bare else said.name
    for area, _ in areas:
        if area.kind in {kind, ""} and rank_of(kind, area.name) is area.rank:
            return Said(f"{base} {kind} {area.name}", said.source, said.sure * _JOINED)
    return Said(f"{base} {kind}", said.source, said.sure)


def _areas_of(text: str) -> Iterator[Area]:
    for span in find_places(text):
        words = text[span.start : span.end]
        kind = next((kind for kind in _KINDS if words.casefold().startswith(kind + " ")), None)
        if kind and (rank := rank_of(kind, words[len(kind) :].strip())):
            yield Area(rank, kind, words[len(kind) :].strip())


def _folder_areas(path: str) -> Iterator[Area]:
    for folder in path.split("/")[:-1]:
        yield from _areas_of(re.sub(r"[_]+", " ", folder))


def _all_texts(document: Document) -> Iterator[str]:
    if document.header.subject:
        yield document.header.subject.value or ""
    yield from document.preamble
    yield from (recipient.value or "" for recipient in document.recipients)
    for section in document.sections:
        yield from _section_texts(section)


def _section_texts(section: Section) -> Iterator[str]:
    yield section.text
    for child in section.children:
        yield from _section_texts(child)
