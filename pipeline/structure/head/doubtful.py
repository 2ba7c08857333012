"""What was read so badly that it is no value: it becomes null, and a problem says what was read and where."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.errors import ProblemCode
from pipeline.schema import FieldValue, Header, Problem, Signer

FLOOR = 0.4
"""The probability of being right to the letter under which a recognised value is none.

On real scans the subjects that were pure garbage stood at 0.08 and 0.38, a signer's name made of a pen's strokes at
0.29; the least sure of those that were right to the letter, or nearly, at 0.69 (12 scans of ../shared/scans)."""

_FIELDS = {
    "parent_body": "body above the issuing one",
    "issuing_body": "issuing body",
    "place": "place before the date",
    "document_type": "document's type",
    "subject": "subject",
}


def without_doubtful_fields(header: Header) -> tuple[Header, list[Problem]]:
    """(the header without values that are too unsure, a problem for each); number and date have a way of their own."""
    problems = []
    for name, words in _FIELDS.items():
        field: FieldValue | None = getattr(header, name)
        if field is not None and is_doubtful(field):
            header = header.model_copy(update={name: _emptied(field)})
            message = (
                f"The {words} was read as “{field.value}” with too little confidence to be given; look at the page."
            )
            problems.append(Problem(code=ProblemCode.FIELD_UNREADABLE, message=message, page=field.page))
    return header, problems


def without_doubtful_names(signers: Sequence[Signer]) -> list[Signer]:
    """The signers without names that are too unsure; a problem of the closing says already what was read."""
    return [
        signer.model_copy(update={"name": _emptied(signer.name)})
        if signer.name and is_doubtful(signer.name)
        else signer
        for signer in signers
    ]


def is_doubtful(field: FieldValue) -> bool:
    """Whether a recognised value is too unsure to be one."""
    return field.bbox is not None and field.value is not None and (field.confidence or 1.0) < FLOOR


def _emptied(field: FieldValue) -> FieldValue:
    return field.model_copy(update={"value": None})
