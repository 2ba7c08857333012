"""What the index holds of a document: its parts, with what each is called, and forms in which words are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.evidence.facts import Facts, facts_of, fingerprint
from pipeline.schema import Document, FieldValue, Header, Section
from pipeline.store.doubts import Doubt, doubts_of
from pipeline.store.filing import Filing, filing_of
from pipeline.vietnamese.administrative.dates import parse_iso
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.tones import to_old_style

_LEAD = 200  # characters
_ETH = str.maketrans("ÐðƉɖ", "ĐđĐđ")  # other letters that look like đ, as keyboards give them
_SEARCHED_MARKS = frozenset({"stamp", "urgency", "secrecy", "e_signature"})


@dataclass(frozen=True, slots=True)
class Part:
    """A row of the index: a section, the preamble, the letterhead, the recipients, the file's name … of one document.

    `title` is what a person calls the section: number and heading, or for an item without a heading the numbers down to
    it and the nearest heading above. `lead` is what a section that is only a heading begins with further down; it is
    shown, and found there, not here.
    """

    kind: str
    text: str
    section: str | None = None
    title: str | None = None
    heading: str | None = None
    roles: tuple[str, ...] = ()
    within_roles: tuple[str, ...] = ()
    page: int | None = None
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """All that the index keeps of one document."""

    path: str
    doc_id: str
    status: str
    pages: int
    document_type: str | None
    number: str | None
    date: str | None
    issuing_body: str | None
    subject: str | None
    parts: tuple[Part, ...]
    filing: Filing
    doubts: tuple[Doubt, ...] = ()
    facts: Facts | None = None
    sketch: str = ""


def exact_form(text: str) -> str:
    """What the exact column holds: NFC, lower case, one way of placing tones; every mark kept, same length."""
    return to_old_style(unicodedata.normalize("NFC", text).translate(_ETH)).lower()


def folded_form(text: str) -> str:
    """What the folded column holds: no marks, lower case."""
    return fold(unicodedata.normalize("NFC", text))


def index_entry(document: Document) -> IndexEntry:
    """What is searchable of `document`."""
    header = document.header
    return IndexEntry(
        path=document.source.document_path,
        doc_id=document.doc_id,
        status=document.status,
        pages=len(document.pages),
        document_type=_value(header.document_type),
        number=_value(header.number) if header.number and header.number.complete else None,
        date=_value(header.date),
        issuing_body=_value(header.issuing_body),
        subject=_value(header.subject),
        parts=tuple(_storable(part) for part in _parts(document)),
        filing=filing_of(document),
        doubts=doubts_of(document),
        facts=facts_of(document),
        sketch=fingerprint(document),
    )


def _value(field: FieldValue | None) -> str | None:
    return _stored(field.value) if field and field.value else None


def _stored(text: str) -> str:
    """NFC, and nothing that SQLite could not take (lone surrogates)."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())


def _storable(part: Part) -> Part:
    title, heading, lead = (text and _stored(text) for text in (part.title, part.heading, part.lead))
    return replace(part, text=_stored(part.text), title=title, heading=heading, lead=lead)


def _parts(document: Document) -> Iterator[Part]:
    first_page = document.pages[0].number if document.pages and document.pages[0].width else None
    if values := list(filter(None, _header_lines(document.header))):
        yield Part("header", "\n".join(values), page=first_page)
    yield Part("name", name_words(document.source.path))
    if offered := list(_suggested(document.header)):
        yield Part("suggestion", "\n".join(offered), page=first_page)
    for page in document.pages:
        if words := "\n".join(mark.text for mark in page.marks if mark.kind in _SEARCHED_MARKS and mark.text):
            yield Part("mark", words, page=page.number)
    if copy := document.header.certified_copy:
        yield Part("mark", copy.text, page=copy.page)
    if document.preamble:
        yield Part("preamble", "\n".join(document.preamble), page=first_page)
    for section in document.sections:
        yield from _section_parts(section)
    for table in document.tables:
        rows = [" | ".join(_value(cell) or "" for cell in row) for row in table.rows]
        yield Part("table", "\n".join(rows), section=table.section, page=table.page)
    yield from _closing_parts(document)
    if not document.sections:
        # Nothing but pages: a letter, an unreadable structure. They must be found all the same.
        for page in document.pages:
            text = "\n".join(line.text for line in page.lines)
            if text.strip():
                yield Part("page", text, page=page.number)


def name_words(path: str) -> str:
    """The words of a file's and its folders' names, as they are and with figures set off from letters.

    >>> name_words("2024/660TBUB.signed.pdf")
    '2024/660TBUB.signed.pdf\\n2024/660 TBUB.signed.pdf'
    """
    apart = re.sub(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)", " ", path)
    return path if apart == path else f"{path}\n{apart}"


def _suggested(header: Header) -> Iterator[str]:
    """What number and date may be, as people would ask for it."""
    kind = _value(header.document_type) or ""
    for one in header.number.suggestions if header.number else ():
        yield f"{kind} số {one.value}".strip()
    for one in header.date.suggestions if header.date else ():
        yield _in_words(one.value)


def _header_lines(header: Header) -> Iterator[str | None]:
    yield from map(_value, (header.parent_body, header.issuing_body))
    yield f"Số: {number}" if (number := _value(header.number)) else None
    yield ", ".join(filter(None, (_value(header.place), _in_words(_value(header.date)))))
    yield from map(_value, (header.document_type, header.subject))


def _in_words(iso: str | None) -> str:
    """A header's date as documents print it; empty for what is no date."""
    date = parse_iso(iso or "")
    return date.in_words if date else ""


def _section_parts(section: Section, above: _Above | None = None) -> Iterator[Part]:
    above = above or _Above()
    heading = " ".join(filter(None, [section.number and f"{section.number}.", section.heading])) or None
    text = "\n".join(filter(None, [section.heading, section.text]))
    roles = tuple(str(role) for role in section.roles)
    if text:
        title = heading if section.heading else above.title_of(section.number)
        lead = _lead(section) or None
        yield Part("section", text, section.id, title, heading, roles, above.roles, section.page, lead)
    for child in section.children:
        yield from _section_parts(child, above.then(section))


@dataclass(frozen=True, slots=True)
class _Above:
    """What stands above a section: the numbers down to it, the nearest heading, the roles."""

    numbers: tuple[str, ...] = ()
    heading: str | None = None
    roles: tuple[str, ...] = ()

    def then(self, section: Section) -> _Above:
        """What stands above the children of `section`."""
        roles = tuple(dict.fromkeys((*map(str, section.roles), *self.roles)))
        return _Above(self._down_to(section.number), section.heading or self.heading, roles)

    def title_of(self, number: str | None) -> str | None:
        """What an item without a heading is called: 'V.1 (TỔ CHỨC THỰC HIỆN)'."""
        path = ".".join(self._down_to(number)) if number else ""
        if self.heading is None:
            return f"{path}." if path else None
        return f"{path} ({self.heading})" if path else self.heading

    def _down_to(self, number: str | None) -> tuple[str, ...]:
        if not number:
            return self.numbers
        if self.numbers and number.startswith(f"{self.numbers[-1]}."):  # 2.1 below 2
            return (*self.numbers[:-1], number)
        return (*self.numbers, number)


def _lead(section: Section) -> str:
    """How the first item of a section that is only a heading begins, cut after a word; '' for other sections."""
    if section.text or not section.children:
        return ""
    first = section.children[0]
    own = [first.number and f"{first.number}.", first.heading, first.text.partition("\n")[0], _lead(first)]
    words = " ".join(filter(None, own))
    return words if len(words) <= _LEAD else words[:_LEAD].rpartition(" ")[0] + " …"


def _closing_parts(document: Document) -> Iterator[Part]:
    last_page = document.pages[-1].number if document.pages and document.pages[-1].width else None
    if recipients := [value for field in document.recipients if (value := _value(field))]:
        page = document.recipients[0].page or last_page
        yield Part("recipients", "\n".join(recipients), page=page)
    signers = document.signers or ([document.signer] if document.signer else [])
    fields = [field for signer in signers for field in (signer.authority, signer.position, signer.name)]
    if names := [value for field in fields if (value := _value(field))]:
        yield Part("signer", "\n".join(names), page=next((f.page for f in fields if f and f.page), last_page))
