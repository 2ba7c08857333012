"""spaCy's DocBin: a Doc for each section, with entities and roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.schema import Document
from pipeline.store.atomic import moved_into_place
from pipeline.store.formats import Export, Format
from pipeline.structure.entities.spacy_vi import write_docbin


def write_sections(documents: Iterable[Document], export: Export) -> int:
    """Write a Doc for each section with text; the number of documents. Raises OutputError."""
    count = 0

    def counted() -> Iterator[Document]:
        nonlocal count
        for document in documents:
            count += 1
            yield document

    with moved_into_place([export.target]) as (temporary,):
        write_docbin(counted(), temporary)
    return count


FORMAT = Format(write_sections)
