"""What a document says, as plain values that two documents can be compared by: nothing of pages, boxes, confidences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.digitise import SourceRecord, Stages, digitise
from pipeline.errors import UnusableInputError
from pipeline.measure.fields import HEADER_FIELDS
from pipeline.records import failed_document, problem_of
from pipeline.schema import Document, Section
from pipeline.settings import Settings

Facts = dict[str, Any]
CITATION = ("type", "number", "date", "issuer", "title")


@lru_cache(maxsize=1)
def stages() -> Stages:
    """The stages with their models, loaded once for all tests that go the whole way."""
    return Stages.load(Settings())


def document_of(path: Path) -> Document:
    """The document of a file as a batch makes it: of an unusable one the failed document that says why."""
    source = SourceRecord.of(path, path.name)
    try:
        return digitise(path, source, stages())
    except UnusableInputError as error:
        return failed_document(source, [problem_of(error)])


def facts_of(document: Document) -> Facts:
    """The header, outline, recipients, signer and citations of a document; what it does not have is None or []."""
    facts: Facts = {
        name: field and alike(field.value) for name in HEADER_FIELDS for field in [getattr(document.header, name)]
    }
    signer = document.signer
    facts |= {
        part: alike(getattr(signer, part).value) if signer and getattr(signer, part) else None
        for part in ("authority", "position", "name")
    }
    facts["preamble"] = [alike(paragraph) for paragraph in document.preamble]
    facts["outline"] = list(_outline(document.sections))
    facts["recipients"] = [alike(recipient.value) for recipient in document.recipients or ()]
    facts["citations"] = [
        tuple(value and alike(value) for value in (getattr(citation, part) for part in CITATION))
        for citation in document.citations
    ]
    return facts


def roles_of(document: Document) -> dict[str, list[str]]:
    """The roles of each section by its id."""
    return {section.id: list(section.roles) for section in _walk(document.sections)}


def headings_of(document: Document) -> dict[str, str | None]:
    """The heading of each section by its number as printed."""
    return {section.number or "-": section.heading for section in _walk(document.sections)}


def text_of(document: Document) -> str:
    """All lines of the document's pages, a line each."""
    return "\n".join(line.text for page in document.pages for line in page.lines)


def marks_of(document: Document) -> list[tuple[str, str | None]]:
    """Kind and text of everything that was set aside."""
    return [(mark.kind, mark.text) for page in document.pages for mark in page.marks]


def problems_of(document: Document) -> list[tuple[str, str]]:
    """Code and sentence of each problem."""
    return [(problem.code, problem.message) for problem in document.problems]


def alike(text: str) -> str:
    """`text` without what is a matter of taste: 'ủy ban' may be written 'Ủy ban', a blank may be two."""
    return re.sub(r"\bủy ban\b", "Ủy ban", " ".join(text.split()))


def _walk(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _walk(section.children)


def _outline(sections: Iterable[Section]) -> Iterator[tuple[str, str | None, str | None, str]]:
    for section in _walk(sections):
        yield section.id, section.number, section.heading and alike(section.heading), alike(section.text)
