"""Says why a field is empty: the one place where each null of letterhead, title and signature gets its reason.

What was seen and could not be read is told where it was seen (NUMBER_UNREADABLE, DATE_PARTIAL, FIELD_UNREADABLE); here
is told what was not found at all. A field that most papers do not print (the body above, urgency, secrecy) is empty
without a word, and so is the type of a letter, which has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.errors import ProblemCode
from pipeline.schema import Document, PageRecord, Problem
from pipeline.vietnamese.administrative.document_types import FORMS
from pipeline.vietnamese.administrative.labels import opens_addressees

_LETTERHEAD = {
    "issuing_body": "issuing body",
    "number": "number",
    "place": "place",
    "date": "date",
}
_OF_FORMS = ("place", "date")  # a form is written by a person: no body issues and numbers it
_SIGNER = "signer.name"
_TOLD = {
    ProblemCode.NUMBER_UNREADABLE: "number",
    ProblemCode.DATE_PARTIAL: "date",
}
_ADDRESSED_WITHIN = 30  # lines: the addressees of a letter stand under its letterhead


def with_reasons(document: Document) -> Document:
    """`document` with a problem for each reason why fields of it are empty; what was told before is told anew."""
    others = [problem for problem in document.problems if problem.code != ProblemCode.FIELD_MISSING]
    plain = document.model_copy(update={"problems": others})
    return document.model_copy(update={"problems": [*others, *_reasons(plain)]})


def _reasons(document: Document) -> Iterator[Problem]:
    if not document.pages:
        return
    yield from _of_letterhead(document)
    yield from _of_title(document)
    yield from _of_signer(document)


def _of_letterhead(document: Document) -> Iterator[Problem]:
    header = document.header
    told = {field for code, field in _TOLD.items() if any(problem.code == code for problem in document.problems)}
    asked = _OF_FORMS if _type_of(document) in FORMS else tuple(_LETTERHEAD)
    missing = [field for field in asked if getattr(header, field) is None and field not in told]
    if not missing:
        return
    names = _listed([_LETTERHEAD[field] for field in missing])
    if len(missing) == len(_LETTERHEAD):
        message = f"No letterhead was found: {names} are empty."
    else:
        message = f"No {names.replace(' and ', ' and no ')} could be found in the letterhead."
    yield _problem(message, [f"header.{field}" for field in missing], document, document.pages[0])


def _of_title(document: Document) -> Iterator[Problem]:
    header = document.header
    missing = [f"header.{field}" for field in ("document_type", "subject") if getattr(header, field) is None]
    if len(missing) == 2:
        if _is_letter(document):
            missing = missing[1:]
            message = "The letter says nowhere what it is about (V/v …): the subject is empty."
        else:
            message = "No title was found: type and subject are empty."
    elif missing == ["header.subject"] and _type_of(document) not in FORMS:
        message = f"No subject (trích yếu) stands under the title “{_type_of(document)}”."
    else:
        return
    yield _problem(message, missing, document, document.pages[0])


def _of_signer(document: Document) -> Iterator[Problem]:
    signer = document.signer
    if signer is not None and signer.name is not None:
        return
    told = any(
        problem.code == ProblemCode.FIELD_UNREADABLE and "name" in problem.message for problem in document.problems
    )
    if told:
        return
    if signer is None:
        message = "No signature was found at the end: the signer is empty."
    else:
        said = next((part.value for part in (signer.position, signer.authority) if part and part.value), None)
        under = f"under “{said}”" if said else "in the signature"
        message = f"No name stands {under}: it is blank, or only signed by hand."
    yield _problem(message, [_SIGNER], document, document.pages[-1])


def _problem(message: str, fields: Sequence[str], document: Document, page: PageRecord) -> Problem:
    """The problem; where the page on which the fields would stand has no text, that is the reason."""
    if not page.lines and any(problem.page == page.number for problem in document.problems):
        message = f"{message} Page {page.number}, on which that would stand, could not be read."
    return Problem(code=ProblemCode.FIELD_MISSING, message=message, page=page.number, fields=list(fields))


def _is_letter(document: Document) -> bool:
    lines = [line.text for line in document.pages[0].lines[:_ADDRESSED_WITHIN]]
    return any(map(opens_addressees, lines))


def _type_of(document: Document) -> str | None:
    return document.header.document_type.value if document.header.document_type else None


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
