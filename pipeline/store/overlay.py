"""Lays corrections over a document: a person's value stands, the machine's is kept beside it.

A field is named by its way through the document: `header.number`, `signers[0].name` (`signer.name` for short),
`recipients[2]`, `sections[1.2].heading` (by the section's id), `plan.deadlines[0].due`, `pages[1].lines[4].text`. Items
of lists are known again by what they said, should the machine order them differently the next time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from pipeline.errors import ProblemCode, UsageError
from pipeline.schema import (
    DateValue,
    Document,
    FieldValue,
    NumberValue,
    PageLine,
    PlanValue,
    PlanValues,
    Problem,
    Reviewed,
    Section,
    Signer,
)
from pipeline.store.reviews import Correction, Value
from pipeline.structure.derived import derive
from pipeline.vietnamese.administrative.document_numbers import labelled_number

_STEP = re.compile(r"(?P<name>[a-z_]+)(?:\[(?P<key>[\d.]+)\])?(?:\.|$)")
_HEADER = ("parent_body", "issuing_body", "number", "place", "date", "document_type", "subject", "urgency", "secrecy")
_SECTION = ("number", "heading", "roles")
_OF_PLACE = frozenset(PlanValue.model_fields)  # where a typed value stands is not for people to say
_DATE = re.compile(r"\d{4}(?:-(\d{2})(?:-(\d{2}))?)?")
_TYPED_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_Item = TypeVar("_Item")
_Part = TypeVar("_Part", bound=Reviewed)


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a document: what stands there, what its item is known by, the document with another value there."""

    value: Any
    anchor: str | None
    put: Callable[[Value], Document]


def reviewed(document: Document, corrections: Sequence[Correction]) -> Document:
    """The document with corrections laid over it; what finds its place no more becomes a problem."""
    conflicts = []
    for one in corrections:
        try:
            document = place_of(document, one.field, one.anchor).put(one.value)
        except UsageError:
            conflicts.append(_conflict(one))
    left = [problem for problem in document.problems if not _is_settled(problem, corrections)]
    document = document.model_copy(update={"problems": [*left, *conflicts]})
    return document.model_copy(update={"derived": derive(document)})


def checked(field: str, value: Value) -> Value:
    """A value as it is kept: a date in ISO 8601, a number in its plain spelling. Raises UsageError."""
    if field == "header.date" and isinstance(value, str):
        return _iso(value)
    if field == "header.number" and isinstance(value, str):
        found = labelled_number(value.strip())
        return str(found.number) if found and found.end == len(value.strip()) else value.strip()
    return value


def place_of(document: Document, field: str, anchor: str | None = None) -> Place:
    """The field called `field`, in the item that says `anchor` where it is one of a list. Raises UsageError."""
    steps = _steps(field)
    (name, key), rest = steps[0], steps[1:]
    last = rest[-1][0] if rest else ""
    if name == "header" and len(rest) == 1 and last in _HEADER:
        return _in_header(document, last)
    if name in ("signer", "signers") and len(rest) == 1 and last in Signer.model_fields:
        return _in_signer(document, _index(key, field), last)
    if name == "recipients" and key is not None and not rest:
        return _in_recipients(document, _position(document.recipients, _index(key, field), anchor, _value))
    if name == "sections" and key is not None and len(rest) == 1 and last in _SECTION:
        return _in_section(document, key, last)
    if name == "plan" and document.plan and len(rest) == 2:
        return _in_plan(document, document.plan, rest, anchor)
    if name == "pages" and key is not None and [step for step, _ in rest] == ["lines", "text"]:
        return _in_line(document, _index(key, field), _index(rest[0][1], field), anchor)
    raise _no_such_field(field)


def _steps(field: str) -> list[tuple[str, str | None]]:
    at, steps = 0, []
    while match := _STEP.match(field, at):
        steps.append((match["name"], match["key"]))
        at = match.end()
    if at < len(field) or not steps:
        raise _no_such_field(field)
    return steps


def _index(key: str | None, field: str) -> int:
    if key is not None and not key.isdecimal():
        raise _no_such_field(field)
    return int(key or 0)


def _value(field: FieldValue) -> str | None:
    return field.value


def _in_header(document: Document, name: str) -> Place:
    held: FieldValue | None = getattr(document.header, name)

    def put(new: Value) -> Document:
        header = document.header.model_copy(update={name: _field(held, _KINDS.get(name, FieldValue), new)})
        return document.model_copy(update={"header": header})

    return Place(held.value if held else None, None, put)


def _in_signer(document: Document, at: int, name: str) -> Place:
    signers = document.signers or [Signer()]
    if at >= len(signers):
        raise _no_such_field(f"signers[{at}].{name}")
    held: FieldValue | None = getattr(signers[at], name)

    def put(new: Value) -> Document:
        made = _with(signers, at, signers[at].model_copy(update={name: _field(held, FieldValue, new)}))
        return document.model_copy(update={"signers": made, "signer": made[0]})

    return Place(held.value if held else None, None, put)


def _in_recipients(document: Document, at: int) -> Place:
    held = document.recipients[at]

    def put(new: Value) -> Document:
        made = _with(document.recipients, at, _field(held, FieldValue, new))
        return document.model_copy(update={"recipients": [one for one in made if one.value is not None]})

    return Place(held.value, held.value, put)


def _in_section(document: Document, identity: str, name: str) -> Place:
    section = _section(document.sections, identity)

    def put(new: Value) -> Document:
        made = _with_section(document.sections, identity, _changed(section, name, new))
        return document.model_copy(update={"sections": made})

    value = [str(role) for role in section.roles] if name == "roles" else getattr(section, name)
    return Place(value, None, put)


def _section(sections: Sequence[Section], identity: str) -> Section:
    for section in sections:
        if section.id == identity:
            return section
        if identity.startswith(f"{section.id}."):
            return _section(section.children, identity)
    raise _no_such_field(f"sections[{identity}]")


def _with_section(sections: Sequence[Section], identity: str, new: Section) -> list[Section]:
    """The tree with the section of that id replaced."""
    return [
        new
        if section.id == identity
        else section.model_copy(update={"children": _with_section(section.children, identity, new)})
        if identity.startswith(f"{section.id}.")
        else section
        for section in sections
    ]


def _in_plan(
    document: Document, plan: PlanValues, steps: Sequence[tuple[str, str | None]], anchor: str | None
) -> Place:
    (kind, key), (name, _) = steps
    items: list[PlanValue] = getattr(plan, kind) if kind in type(plan).model_fields else []
    at = _position(items, _index(key, kind), anchor, lambda item: item.text)
    if name not in type(items[at]).model_fields or name in _OF_PLACE:
        raise _no_such_field(f"plan.{kind}[{at}].{name}")

    def put(new: Value) -> Document:
        made = _with(items, at, _changed(items[at], name, new))
        return document.model_copy(update={"plan": plan.model_copy(update={kind: made})})

    return Place(_plain(items[at], name), items[at].text, put)


def _in_line(document: Document, number: int, at: int, anchor: str | None) -> Place:
    place = next((place for place, page in enumerate(document.pages) if page.number == number), None)
    if place is None:
        raise _no_such_field(f"pages[{number}]")
    page = document.pages[place]
    line = _position(page.lines, at, anchor, lambda line: line.raw)

    def put(new: Value) -> Document:
        made = _changed(page.lines[line], "text", new)
        # Edits are of the old text; so are the words' places, unless the new one has as many words.
        words = made.words if len(made.words) == len(made.text.split()) else []
        made = made.model_copy(update={"edits": [], "words": words})
        lines: list[PageLine] = _with(page.lines, line, made)
        pages = _with(document.pages, place, page.model_copy(update={"lines": lines}))
        return document.model_copy(update={"pages": pages})

    return Place(page.lines[line].text, page.lines[line].raw, put)


def _position(items: Sequence[_Item], at: int, anchor: str | None, told: Callable[[_Item], str | None]) -> int:
    """Where an item stands: at its place, or where else the only one stands that says what `anchor` says."""
    if anchor is not None and not (at < len(items) and told(items[at]) == anchor):
        elsewhere = [place for place, item in enumerate(items) if told(item) == anchor]
        at = elsewhere[0] if len(elsewhere) == 1 else len(items)
    if at >= len(items):
        raise _no_such_field(f"[{at}]")
    return at


def _with(items: Sequence[_Item], at: int, new: _Item) -> list[_Item]:
    return [*items[:at], new, *items[at + 1 :]]


_KINDS: dict[str, type[FieldValue]] = {"number": NumberValue, "date": DateValue}


def _field(held: FieldValue | None, kind: type[FieldValue], new: Value) -> FieldValue:
    """A field with a person's value; where it stands, and what was weighed for it, stays."""
    if isinstance(new, list):
        raise UsageError("This field holds text, not a list.")
    old = held.value if held else None
    place = held.model_dump(include={"page", "bbox"}) if held else {}
    made = kind.model_validate({**place, "value": new, "confidence": 1.0, "reviewed": True, "machine": old})
    if isinstance(held, NumberValue):
        return made.model_copy(update={"kind": held.kind, "evidence": held.evidence, "sources": ["review"]})
    if isinstance(held, DateValue):
        kept = {"kind": held.kind, "parts": held.parts, "evidence": held.evidence, "sources": ["review"]}
        return made.model_copy(update=kept)
    return made


def _changed(part: _Part, name: str, new: Value) -> _Part:
    """A part of the document with one plain field as a person has it. Raises UsageError."""
    machine = {**(part.machine or {}), name: _plain(part, name)}
    try:
        return type(part).model_validate({**dict(part), name: new, "reviewed": True, "machine": machine})
    except ValidationError as error:
        raise UsageError(f"{new!r} is no value for {name}: {error.errors()[0]['msg']}.") from error


def _plain(part: Reviewed, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    return part.model_dump(mode="json", include={name})[name]


def _iso(text: str) -> str:
    typed = _TYPED_DATE.fullmatch(text.strip())
    iso = f"{typed[3]}-{int(typed[2]):02d}-{int(typed[1]):02d}" if typed else text.strip()
    match = _DATE.fullmatch(iso)
    month, day = (int(part or 1) for part in match.groups()) if match else (0, 0)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise UsageError(
            f"{text!r} is no date.", remedy="Write 2017-11-14, 14/11/2017, or 2017-11 if no more is known."
        )
    return iso


def _is_settled(problem: Problem, corrections: Sequence[Correction]) -> bool:
    """Whether a problem is about a field that a person has settled."""
    settled = {one.field for one in corrections}
    if problem.code in _ABOUT:
        return _ABOUT[problem.code] in settled
    if problem.fields:
        return settled.issuperset(problem.fields)
    quoted = [f"“{one.machine}”" for one in corrections if isinstance(one.machine, str) and one.machine]
    return problem.code == ProblemCode.FIELD_UNREADABLE and any(words in problem.message for words in quoted)


_ABOUT: dict[str, str] = {
    ProblemCode.NUMBER_UNREADABLE: "header.number",
    ProblemCode.NUMBER_CONTRADICTED: "header.number",
    ProblemCode.DATE_PARTIAL: "header.date",
}


def _conflict(one: Correction) -> Problem:
    return Problem(
        code=ProblemCode.REVIEW_CONFLICT,
        message=f"The correction of {one.field} by {one.by} could not be laid over: nothing that it fits is there any "
        "more. Look at it: `sohoa review list`.",
    )


def _no_such_field(field: str) -> UsageError:
    return UsageError(
        f"There is no field {field} in this document that can be corrected.",
        remedy="For example header.number, signer.name, recipients[0], sections[1.2].heading, pages[1].lines[0].text.",
    )
