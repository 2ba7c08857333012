"""Lays what the witnesses say over a document: its number and date where they are sure enough, else what they suggest.

What was read and what the file itself holds is kept in the document (`evidence`), so a document can be settled again
with other names or other documents as witnesses, and the same witnesses always give the same document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pipeline.errors import ProblemCode
from pipeline.evidence.attached import from_attachments
from pipeline.evidence.file_name import from_names
from pipeline.evidence.limits import date_limits
from pipeline.evidence.missing import with_reasons
from pipeline.evidence.slots import date_evidence, number_evidence
from pipeline.evidence.weighing import SERIALS, Verdict, key_of, weigh
from pipeline.schema import (
    Candidate,
    DateValue,
    Document,
    Evidence,
    Header,
    NumberValue,
    Problem,
    Status,
    Suggestion,
)
from pipeline.structure.derived import derive
from pipeline.structure.head.written import date_problem, number_problem
from pipeline.values import Page

# Witnesses of the file itself; all others (its names, other documents) are asked anew each time.
_INSIDE = frozenset({"text", "engine", "ink", "annotation", "attached", "e_signature", "arrival"})
# Who see the very place: where one of them is clear, it is believed against all others.
_EYES = frozenset({"ink", "annotation"})
_CLEARLY_NAMED = 0.9  # a name that says another number than the paper is worth a word from here on
_LEAST_SUGGESTED, _MOST_SUGGESTED = 0.02, 5
_OWN_PROBLEMS = (ProblemCode.NUMBER_UNREADABLE, ProblemCode.DATE_PARTIAL, ProblemCode.NUMBER_CONTRADICTED)
_DAYS = {"month": 31, "year": 366, None: 3_660}  # dates that there might be, by what is printed
_Value = TypeVar("_Value", NumberValue, DateValue)


@dataclass(frozen=True, slots=True)
class Outside:
    """Evidence that other documents of a corpus give."""

    number: tuple[Evidence, ...] = ()
    date: tuple[Evidence, ...] = ()


def with_inner_evidence(document: Document, pages: Sequence[Page]) -> Document:
    """`document` with what its own file says of its number and its date, of `pages` as they were read."""
    header = document.header
    attached = list(from_attachments(document))
    number, date = header.number, header.date
    if number is not None and not number.complete:
        said = [*number_evidence(number, pages), *(one for one, _ in attached if one)]
        number = number.model_copy(update={"evidence": _once([_text(number), *said])})
    if date is not None and date.precision != "day":
        said = [*date_evidence(date, pages), *(one for _, one in attached if one), *date_limits(header)]
        date = date.model_copy(update={"evidence": _once([_text(date), *said])})
    return document.model_copy(update={"header": header.model_copy(update={"number": number, "date": date})})


def settled(
    document: Document, given_from: float, names: Sequence[str] = (), outside: Outside | None = None
) -> Document:
    """The document with the number and the date that all witnesses together make sure, `given_from` 0..1.

    `names` are the paths of the file and of its copies (default: its own). What was settled before is taken back first.
    """
    outside = outside or Outside()
    header = unsettled(document.header)
    # The name of a file that holds several is the first one's.
    names = () if (document.source.part or 1) > 1 else names or (document.source.path,)
    others = [problem for problem in document.problems if problem.code not in _OWN_PROBLEMS]
    problems: list[Problem] = []
    number = header.number or _missing(document.problems)
    if number is not None:
        document_type = header.document_type.value if header.document_type else None
        named = list(from_names(names, number.symbol, document_type))
        number, problems = _settled_number(number, named, outside.number, given_from)
    if number is not None and number.bbox is None and number.value is None and not number.suggestions:
        number = None  # no trace of it, and nobody knows more
    date = header.date
    if date is not None:
        date, of_date = _settled_date(date, outside.date, given_from)
        problems += of_date
    header = header.model_copy(update={"number": number, "date": date})
    return document.model_copy(update={"header": header, "problems": [*others, *problems]})


def concluded(
    document: Document, given_from: float, names: Sequence[str] = (), outside: Outside | None = None
) -> Document:
    """The document settled, with why its empty fields are empty and what is derived; a failed one as it is."""
    if document.status is Status.FAILED:
        return document
    document = with_reasons(settled(document, given_from, names, outside))
    return document.model_copy(update={"derived": derive(document)})


def _missing(problems: Sequence[Problem]) -> NumberValue | None:
    """The number of a letterhead in which none could be read, to hang suggestions on; None where there is no such."""
    lacking = next((problem for problem in problems if problem.code == ProblemCode.NUMBER_UNREADABLE), None)
    return NumberValue(value=None, page=lacking.page) if lacking else None


def unsettled(header: Header) -> Header:
    """The header as the paper alone gives it."""
    return header.model_copy(update={"number": _taken_back(header.number), "date": _taken_back(header.date)})


def _taken_back(value: _Value | None) -> _Value | None:
    if value is None or not value.evidence:
        return value
    inner = [one for one in value.evidence if one.source in _INSIDE]
    text = inner[0].candidates[0] if inner and inner[0].source == "text" and inner[0].candidates else None
    # Built anew, so that the parts follow from the value.
    plain = {"value": text.value if text else None, "confidence": _known(text), "page": value.page, "bbox": value.bbox}
    made = type(value).model_validate(plain)
    kept: dict[str, Any] = {"kind": value.kind, "evidence": inner}
    if isinstance(value, DateValue):
        kept |= {"parts": value.parts, "sources": ["text"] if text else []}
    return made.model_copy(update=kept)


def _known(text: Candidate | None) -> float | None:
    return text.probability if text and text.probability > 0 else None


def _text(value: NumberValue | DateValue) -> Evidence:
    """What is printed of a value, as a witness like the others."""
    if value.value is None:
        return Evidence(source="text", words="nothing of it is printed")
    words = f"printed is “{value.value}”"
    return Evidence(
        source="text", words=words, candidates=[Candidate(value=value.value, probability=value.confidence or 0)]
    )


def _once(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Each witness's saying once: five annexes that repeat a number are one witness."""
    kept: dict[tuple[str, tuple[str, ...]], Evidence] = {}
    for one in evidence:
        kept.setdefault((one.source, tuple(key_of(reading.value) for reading in one.candidates)), one)
    return list(kept.values())


def _settled_number(
    number: NumberValue, names: Sequence[Evidence], others: Sequence[Evidence], given_from: float
) -> tuple[NumberValue, list[Problem]]:
    """A number by the file and its names; other documents are asked only where these leave it open."""
    if number.complete:
        return number, list(_contradiction(number, names))
    inner = list(number.evidence)
    for said in ([*inner, *names], [*inner, *names, *others]):
        weighed = _once(one for one in said if one.source != "text")
        verdicts = weigh(weighed, SERIALS)
        may_give = number.kind != "blank" and number.symbol is not None
        chosen = _chosen(verdicts, weighed, given_from) if may_give else None
        if chosen is not None:
            break
    evidence = said if inner or not said else [_text(number), *said]
    if chosen is None:
        offered = [(_whole(number, verdict.value), verdict) for verdict in verdicts]
        number = number.model_copy(update={"evidence": evidence, "suggestions": _suggestions(offered)})
        return number, [number_problem(number)]
    given = number.model_copy(
        update={
            "value": _whole(number, chosen.value),
            "complete": True,
            "serial": chosen.value,
            "confidence": chosen.probability,
            "sources": _sources(chosen),
            "evidence": evidence,
        }
    )
    return given, list(_contradiction(given, names))


def _settled_date(date: DateValue, others: Sequence[Evidence], given_from: float) -> tuple[DateValue, list[Problem]]:
    """A date by the file; other documents are asked only where it leaves the date open."""
    if date.precision == "day":
        return date, []
    inner = list(date.evidence)
    for said in (inner, [*inner, *others]):
        fitting = [_fitting(one, date.value or "") for one in said if one.source != "text"]
        weighed = _once(one for one in fitting if one.candidates or one.not_after)
        verdicts = weigh(weighed, _DAYS[date.precision])
        chosen = _chosen(verdicts, weighed, given_from) if date.kind != "blank" else None
        if chosen is not None:
            break
    evidence = said if inner or not said else [_text(date), *said]
    if chosen is None:
        offered = [(verdict.value, verdict) for verdict in verdicts]
        date = date.model_copy(update={"evidence": evidence, "suggestions": _suggestions(offered)})
        return date, [date_problem(date)]
    given = {
        "value": chosen.value,
        "precision": "day",
        "confidence": chosen.probability,
        "sources": [*date.sources, *(source for source in _sources(chosen) if source not in date.sources)],
        "evidence": evidence,
    }
    return date.model_copy(update=given), []


def _fitting(evidence: Evidence, printed: str) -> Evidence:
    """What a witness says that agrees with what is printed of a date."""
    kept = [reading for reading in evidence.candidates if reading.value.startswith(printed)]
    return evidence.model_copy(update={"candidates": kept})


def _chosen(verdicts: Sequence[Verdict], evidence: Sequence[Evidence], given_from: float) -> Verdict | None:
    """The verdict to give as the value: the likeliest, if it is likely enough, or what an eye-witness says clearly."""
    clear = [
        Verdict(one.candidates[0].value, one.candidates[0].probability, (one,))
        for one in evidence
        if one.source in _EYES and one.candidates and one.candidates[0].probability >= given_from
    ]
    best = next(iter(verdicts), None)
    if (
        best is not None
        and best.probability >= given_from
        and key_of(best.value) in {key_of(one.value) for one in clear}
    ):
        return best
    if clear:
        return clear[0] if len({key_of(one.value) for one in clear}) == 1 else None
    return best if best is not None and best.probability >= given_from else None


def _whole(number: NumberValue, serial: str) -> str:
    """The number with a serial; `number.value` is what is printed behind it."""
    return f"{serial}{number.value or ''}"


def _sources(verdict: Verdict) -> list[str]:
    return list(dict.fromkeys(one.source for one in verdict.witnesses))


def _suggestions(offered: Sequence[tuple[str, Verdict]]) -> list[Suggestion]:
    return [
        Suggestion(
            value=value,
            source=verdict.witnesses[0].source,
            evidence="; ".join(dict.fromkeys(one.words for one in verdict.witnesses)),
            confidence=round(verdict.probability, 4),
        )
        for value, verdict in offered[:_MOST_SUGGESTED]
        if verdict.probability >= _LEAST_SUGGESTED
    ]


def _contradiction(number: NumberValue, said: Sequence[Evidence]) -> Iterator[Problem]:
    """A problem when the file's name says another number than the paper."""
    for one in said:
        reading = one.candidates[0] if one.candidates else None
        if reading is None or reading.probability < _CLEARLY_NAMED or not number.serial:
            continue
        if key_of(reading.value) != key_of(number.serial):
            yield Problem(
                code=ProblemCode.NUMBER_CONTRADICTED,
                message=f"The paper's number is {number.value}, but {one.words}. Is it another paper?",
                page=number.page,
            )
            return
