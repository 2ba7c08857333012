"""Entities of a text: acts, dates, quantities, places, bodies and persons, by patterns and lists.

Each finder is a plain function from a text to spans; `find_entities` runs them all and lets the surer one win where two
overlap. The spaCy components of `spacy_vi` are made of the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from pipeline.schema import Entity
from pipeline.structure.entities.citations import mentions
from pipeline.structure.entities.names import (
    Label,
    Span,
    any_of,
    find_bodies,
    find_persons,
    find_places,
    lower,
    word_lists,
)
from pipeline.structure.lines.model import Node, with_ids
from pipeline.vietnamese.administrative.dates import DAYS_OF_MONTH, QUARTER, YEARS, date_in, date_pattern
from pipeline.vietnamese.folding import flat

# A day without "ngày" begins nothing that goes on before it, as a number or a file's name does.
_DATE = re.compile(
    rf"\b{DAYS_OF_MONTH}|\b{QUARTER}(?:\s*/\s*|\s+nam\s+)\d{{4}}\b|\b{YEARS}"
    rf"|(?<![\w/.-])(?P<date>{date_pattern(1)})(?!\s*[/-]\s*\d)"
)
_RANK = {label: rank for rank, label in enumerate((Label.ACT, Label.DATE, Label.BODY, Label.PERSON, Label.PLACE))}


def find_entities(text: str) -> list[Span]:
    """All entities of `text` in order; where two overlap the one of the surer kind stays, then the longer one."""
    return resolve(span for finder in FINDERS.values() for span in finder(text))


def document_entities(nodes: Sequence[Node]) -> list[Entity]:
    """The entities of every section's text, with the section's id and offsets in that text."""
    found = []
    for identity, node in with_ids(nodes):
        text = node.text
        for span in find_entities(text):
            words = text[span.start : span.end]
            found.append(Entity(label=span.label, text=words, section=identity, start=span.start, end=span.end))
    return found


def resolve(spans: Iterable[Span]) -> list[Span]:
    """`spans` without overlaps, in order: acts before dates before bodies and so on, longer before shorter."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (_RANK.get(span.label, len(_RANK)), span.start - span.end, span.start)):
        if span.end > span.start and not any(span.start < other.end and other.start < span.end for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def find_acts(text: str) -> Iterator[Span]:
    """Acts by type and number ("Kế hoạch số 28/KH-UBND"), and laws by title."""
    for mention in mentions(text):
        number = mention.citation.number
        if number is None:
            yield Span(Label.ACT, mention.start, mention.end)
            continue
        printed = r"\s?".join(re.escape(char) for char in number).replace("\\-", "[-–]")
        match = re.compile(printed).search(text, mention.start)
        yield Span(Label.ACT, mention.start, match.end() if match else mention.end)


def find_dates(text: str) -> Iterator[Span]:
    """Days, months, quarters, years and stages of years."""
    for match in _DATE.finditer(flat(text)):
        if match["date"] is None or _is_named(match):
            yield Span(Label.DATE, *match.span())


def _is_named(match: re.Match[str]) -> bool:
    """Whether a date exists, and says that it is one: by its word or its year."""
    found = date_in(match, 1)
    return found is not None and (found.year is not None or match["date"].startswith("ngay"))


_DAY_BEFORE = re.compile(r"ngày\s+$", re.IGNORECASE)  # "ngày 20 tháng cuối quý": a day, no twenty months


def find_quantities(text: str) -> Iterator[Span]:
    """Numbers with a unit, ranges and comparisons included."""
    for match in _quantity().finditer(lower(text)):
        if not _DAY_BEFORE.search(text[max(0, match.start() - 8) : match.start()]) or "tháng" not in match[0]:
            yield Span(Label.QUANTITY, *match.span())


Finder = Callable[[str], Iterator[Span]]
FINDERS: dict[str, Finder] = {
    "acts": find_acts,
    "dates": find_dates,
    "quantities": find_quantities,
    "places": find_places,
    "bodies": find_bodies,
    "persons": find_persons,
}


@cache
def _quantity() -> re.Pattern[str]:
    number = r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)"
    units = any_of(word_lists()["units"])
    return re.compile(rf"(?<![\w/.,-]){number}(?:\s*(?:-|–|đến)\s*{number})?\s*{units}(?!\w)")
