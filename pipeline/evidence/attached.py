"""What an annex says of the paper that it belongs to: "(Kèm theo Kế hoạch số 2084/KH-SYT ngày 06/11/2017 …)"."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.schema import Candidate, Document, Evidence
from pipeline.structure.entities.citations import mentions
from pipeline.vietnamese.administrative.dates import is_day
from pipeline.vietnamese.administrative.document_numbers import labelled_number
from pipeline.vietnamese.folding import fold

# Printed there it is the number; but the line is often filled in by the same pen, which an engine that is not sure of
# the line reads as it reads the letterhead's (46 of 105 right): then it is hardly another witness than the ink itself.
_OF_TEXT, _OF_ENGINE, _OF_PEN, _SURE = 0.97, 0.9, 0.44, 0.85
_LONGEST = 3  # lines that such a remark takes


def from_attachments(document: Document) -> Iterator[tuple[Evidence | None, Evidence | None]]:
    """(of the number, of the date) for each remark of an annex that names a paper with the document's own symbol."""
    symbol = document.header.number.symbol if document.header.number else None
    if not symbol:
        return
    for page in document.pages:
        for at, line in enumerate(page.lines):
            if "kem theo" not in fold(line.text):
                continue
            text = " ".join(other.text for other in page.lines[at : at + _LONGEST])
            confidence = line.confidence
            precision = _OF_TEXT if confidence is None else _OF_ENGINE if confidence >= _SURE else confidence * _OF_PEN
            for mention in mentions(text):
                named = labelled_number(mention.citation.number or "")
                before = fold(text[: mention.start])
                if named is None or fold(named.number.symbol) != fold(symbol) or "kem theo" not in before[-40:]:
                    continue
                words = f"an annex on page {page.number} says “{text[mention.start : mention.end].strip()}”"
                yield (
                    _said(words, named.number.serial or None, precision),
                    _said(words, mention.citation.date, precision),
                )


def _said(words: str, value: str | None, precision: float) -> Evidence | None:
    if value is None or ("-" in value and not is_day(value)):
        return None
    return Evidence(
        source="attached", words=words, candidates=[Candidate(value=value, probability=round(precision, 4))]
    )
