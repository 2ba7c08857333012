"""Entities of a text: acts, dates, quantities, places, bodies and persons, by patterns and lists.

Each finder is a plain function from a text to spans; `find_entities` runs them all and lets the surer one win where two
overlap. The spaCy components of `spacy_vi` are made of the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from pipeline.schema import Entity
from pipeline.settings import OfficeSettings
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
Finder = Callable[[str], Iterator[Span]]
_RANK = {label: rank for rank, label in enumerate((Label.ACT, Label.DATE, Label.BODY, Label.PERSON, Label.PLACE))}


def find_entities(text: str, own: Finder | None = None) -> list[Span]:
    """All entities of `text` in order; where two overlap the one of the surer kind stays, then the longer one.

    What `own` finds, an office's own names, stands before all else.
    """
    told = list(own(text)) if own else []
    others = (span for finder in FINDERS.values() for span in finder(text))
    return resolve([*told, *(span for span in others if not any(_crosses(span, other) for other in told))])


def _crosses(span: Span, told: Span) -> bool:
    """Whether a span shares words with one that the office told of, without holding it whole."""
    apart = span.end <= told.start or told.end <= span.start
    return not apart and not (span.start <= told.start and told.end <= span.end)


def own_names(office: OfficeSettings) -> Finder | None:
    """Finds an office's own places and people, with the kind before a place ("thôn Mỹ Thạnh"); None: it has none."""
    if not office.places and not office.people:
        return None
    kinds = {label: _any_name(names) for label, names in ((Label.PLACE, office.places), (Label.PERSON, office.people))}

    def find(text: str) -> Iterator[Span]:
        for label, pattern in kinds.items():
            for match in pattern.finditer(text) if pattern else ():
                yield Span(label, *match.span())

    return find


def _any_name(names: Sequence[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    longest_first = sorted({re.sub(r"\\ ", r"\\s+", re.escape(name)) for name in names}, key=len, reverse=True)
    kind = r"(?:(?:thôn|ấp|bản|buôn|làng|xóm|tổ dân phố|khu phố|khối phố|khóm|xã|phường|thị trấn)\s+)?"
    return re.compile(rf"(?<!\w){kind}(?:{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)


def document_entities(nodes: Sequence[Node], own: Finder | None = None) -> list[Entity]:
    """The entities of every section's text, with the section's id and offsets in that text."""
    found = []
    for identity, node in with_ids(nodes):
        text = node.text
        for span in find_entities(text, own):
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
