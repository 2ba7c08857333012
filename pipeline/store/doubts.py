"""The fields of a document that a person should look at, with the reasons and how likely each is wrong.

Confidence alone finds few of the errors: what two witnesses read differently is wrong far more often than what one was
unsure of. So disagreement weighs most, confidence breaks ties.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.errors import ProblemCode
from pipeline.schema import BBox, DateValue, Document, FieldValue, NumberValue, PageLine
from pipeline.vietnamese.folding import fold

_HEADER = ("parent_body", "issuing_body", "number", "place", "date", "document_type", "subject")
_SIGNER = ("authority", "position", "name")
_SUGGESTED = 4  # values offered for one field
WEIGHTS = {"contradicted": 0.8, "disagreement": 0.6, "suggestion": 0.6, "incomplete": 0.5, "changed": 0.3}
"""How likely a field is wrong for each reason alone: an order; `pipeline.bench.queue_bench` counts."""
_SURE = 0.98  # confidence from which a field without any other reason is not offered
_WORST_CHANGE = 0.9  # confidence of a restored word under which it counts as a guess


@dataclass(frozen=True, slots=True)
class Doubt:
    """A field that may be wrong. `reasons` are names, the weightiest first; `score` is 0 to 1."""

    field: str
    value: str | None
    page: int | None
    bbox: tuple[int, ...] | None
    confidence: float | None
    reasons: tuple[str, ...]
    suggestions: tuple[str, ...]
    score: float


def doubts_of(document: Document) -> tuple[Doubt, ...]:
    """The doubtful fields of letterhead and closing, the most doubtful first; those that people settled are none."""
    found = [doubt for name, held in fields_of(document) if (doubt := _doubt(document, name, held))]
    return tuple(sorted(found, key=lambda one: (-one.score, one.field)))


def fields_of(document: Document) -> Iterator[tuple[str, FieldValue]]:
    """The fields of letterhead and closing that hold something, with their ways through the document."""
    for name in _HEADER:
        if held := getattr(document.header, name):
            yield f"header.{name}", held
    for at, signer in enumerate(document.signers):
        for name in _SIGNER:
            if held := getattr(signer, name):
                yield f"signers[{at}].{name}", held


def _doubt(document: Document, name: str, held: FieldValue) -> Doubt | None:
    if held.reviewed:
        return None
    reasons = list(dict.fromkeys(reasons_of(document, name, held)))
    unsure = 1.0 - held.confidence if held.confidence is not None else 0.0
    if not reasons and unsure <= 1.0 - _SURE:
        return None
    score = unsure
    for reason in reasons:
        score = 1.0 - (1.0 - score) * (1.0 - WEIGHTS[reason])
    offered = held.suggestions if isinstance(held, (NumberValue, DateValue)) else []
    return Doubt(
        field=name,
        value=held.value,
        page=held.page,
        bbox=tuple(held.bbox) if held.bbox else None,
        confidence=held.confidence,
        reasons=tuple(reasons) if reasons else ("unsure",),
        suggestions=tuple(dict.fromkeys(one.value for one in offered))[:_SUGGESTED],
        score=round(score, 4),
    )


def reasons_of(document: Document, name: str, held: FieldValue) -> Iterator[str]:
    """Why a field may be wrong, its confidence apart."""
    if name == "header.number" and any(one.code == ProblemCode.NUMBER_CONTRADICTED for one in document.problems):
        yield "contradicted"
    if isinstance(held, (NumberValue, DateValue)):
        if _disagree(held):
            yield "disagreement"
        whole = held.complete if isinstance(held, NumberValue) else held.precision == "day"
        if not whole:
            yield "suggestion" if held.suggestions else "incomplete"
    elif _is_guessed(document, held):
        yield "changed"


def _disagree(held: NumberValue | DateValue) -> bool:
    """Whether two witnesses say different things, each for itself more likely than not."""
    said = {one.candidates[0].value for one in held.evidence if one.candidates and one.candidates[0].probability > 0.5}
    return len(said) > 1


def _is_guessed(document: Document, held: FieldValue) -> bool:
    """Whether a word of the field was put right without being sure."""
    for line in _lines_at(document, held.page, held.bbox):
        for edit in line.edits:
            unsure = edit.confidence is not None and edit.confidence < _WORST_CHANGE
            if unsure and fold(edit.text) != fold(edit.read) and edit.text and edit.text in (held.value or ""):
                return True
    return False


def _lines_at(document: Document, number: int | None, box: BBox | None) -> Sequence[PageLine]:
    """The lines of a page whose middle lies in a box."""
    if number is None or box is None:
        return ()
    lines = next((page.lines for page in document.pages if page.number == number), [])
    return [line for line in lines if line.bbox and box[1] <= (line.bbox[1] + line.bbox[3]) / 2 <= box[3]]
