"""Typed values about time: the periods of a plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.schema import Period, Role
from pipeline.structure.plan_values.passages import Branch, Passage
from pipeline.vietnamese.administrative.dates import DAYS_OF_MONTH, HOUR, YEARS, date_in, date_of, date_pattern

_EVENT = (
    r"(?:(?:ke tu|tu)\s+)?(?P<event>(?:khi|ngay)\s+[^.;:\d]{0,60}?(?:ban hanh|ky|co hieu luc|phat dong)"
    r"(?:\s+(?:ke hoach|van ban|quyet dinh)(?:\s+(?:nay|phat dong phong trao thi dua))?)?)"
)


_UNTIL = rf"\s*(?:,\s*)?(?:den|toi|-|–)\s*(?:het\s+)?{HOUR}?(?:ngay\s+)?"
_RANGE = re.compile(rf"(?:(?:ke\s+)?tu\s+){HOUR}?{date_pattern(1)}{_UNTIL}{date_pattern(2)}")
_DAY_RANGE = re.compile(rf"(?:tu\s+)?{DAYS_OF_MONTH}")
_FROM_EVENT = re.compile(rf"{_EVENT}\s*(?:,\s*)?(?:den|toi)\s+(?:het\s+)?(?:ngay\s+)?{date_pattern(2)}")
_STAGE = re.compile(YEARS)
_UNTIL_ONLY = re.compile(rf"den\s+het\s+{date_pattern(2)}")
_IN_LABEL = re.compile(rf"^(?:ngay\s+)?{date_pattern(1)}$")
# "- Chung kết: dự kiến sáng ngày 20/9/2026 tại …"
_ONE_DAY = re.compile(
    rf"(?:(?:du kien|vao|trong|luc|buoi|sang|chieu|toi)\s+)*{HOUR}?(?:(?:sang|chieu|toi)\s+)?"
    rf"(?P<day>{date_pattern(1)})(?=\s*(?:$|[.,;(]|tai\b))"
)
_LABEL_BEFORE = re.compile(r"(?P<name>[^:;.\n]{2,60}):\s*$")  # "…; Đợt 2: từ ngày …"
_IN_YEAR = re.compile(r"\bnam\s+(?P<y>(?:19|20)\d{2})\b")


@dataclass(frozen=True, slots=True)
class _Found:
    begins: str | None
    ends: str | None
    event: tuple[int, int] | None
    start: int
    end: int


def read_periods(found: Sequence[Branch], subject: str | None) -> list[Period]:
    """The plan's periods: from its subject, from the sections about time, and explicit ranges anywhere else."""
    periods = _subject_periods(subject)
    for branch in found:
        about_time = Role.THOI_GIAN in branch.nearest_roles()
        heading = branch.heading
        passages = ([heading] if heading is not None else []) + branch.prose
        for passage in passages:
            periods.extend(_periods_of(passage, about_time))
    return periods


def _subject_periods(subject: str | None) -> list[Period]:
    if not subject:
        return []
    passage = Passage(None, None, subject)
    matches = list(_STAGE.finditer(passage.folded))
    if matches:
        return [Period(begins=m["first_year"], ends=m["last_year"], **passage.span(*m.span())) for m in matches[:1]]
    years = list(_IN_YEAR.finditer(passage.folded))
    if len(years) == 1:
        return [Period(begins=years[0]["y"], ends=years[0]["y"], **passage.span(*years[0].span()))]
    return []


def _periods_of(passage: Passage, about_time: bool) -> Iterator[Period]:
    taken: list[tuple[int, int]] = []
    for item in _ranges(passage.folded, about_time):
        if any(item.start < end and start < item.end for start, end in taken):
            continue
        taken.append((item.start, item.end))
        event = passage.text[slice(*item.event)] if item.event else None
        yield Period(
            begins=item.begins,
            ends=item.ends,
            begins_with=event,
            what=_what_happens(passage, item.start, item.end, about_time),
            **passage.span(item.start, item.end),
        )
    label = passage.label
    if label and not taken and (match := _IN_LABEL.match(passage.folded[passage.body_start : label[1]].rstrip(" :"))):
        date = _iso(match, 1)
        span = passage.span(passage.body_start, passage.body_start + match.end())
        yield Period(begins=date, ends=date, what=_clause(passage, label[1]), **span)
    elif not label and not taken and _is_step(passage) and (day := _ONE_DAY.match(passage.folded)):
        date = _iso(day, 1)
        if date is not None and passage.node is not None:
            yield Period(begins=date, ends=date, what=passage.node.heading, **passage.span(day.start("day"), day.end()))
    elif label and not taken and about_time and (day := _ONE_DAY.match(passage.folded, label[1])):
        date = _iso(day, 1)
        name = None if "thoi gian" in passage.folded[: label[1]] else label[0]
        if date is not None:
            yield Period(begins=date, ends=date, what=name, **passage.span(day.start("day"), day.end()))


def _is_step(passage: Passage) -> bool:
    """Whether a passage is all that stands under a heading: "1. Ký kết giao ước: tháng 3 năm 2023"."""
    node = passage.node
    if node is None or Role.THOI_GIAN_KHEN_THUONG in node.roles:
        return False  # the day when rewards are decided on is a deadline
    return node.heading is not None and not passage.in_heading and node.text == passage.text


def _ranges(folded: str, about_time: bool) -> Iterator[_Found]:
    for match in _FROM_EVENT.finditer(folded):
        yield _Found(None, _iso(match, 2), match.span("event"), *match.span())
    for match in _RANGE.finditer(folded):
        begins, ends = _iso(match, 1), _iso(match, 2)
        if begins and begins.startswith("--") and ends and not ends.startswith("--"):
            begins = f"{ends[:4]}-{begins[2:]}"  # "từ ngày 06/11 đến ngày 15/11/2017" prints the year once
        yield _Found(begins, ends, None, *match.span())
    for match in _DAY_RANGE.finditer(folded):
        month = match["their_year"], match["their_month"]
        first, last = date_of(*month, match["first_day"]), date_of(*month, match["last_day"])
        if first and last:
            yield _Found(first.iso, last.iso, None, *match.span())
    if about_time:
        for match in _STAGE.finditer(folded):
            yield _Found(match["first_year"], match["last_year"], None, *match.span())
        for match in _UNTIL_ONLY.finditer(folded):
            yield _Found(None, _iso(match, 2), None, *match.span())


def _what_happens(passage: Passage, start: int, end: int, about_time: bool) -> str | None:
    """The step that a period belongs to: the words after "Từ ngày … đến ngày …:" or the label before it."""
    label = passage.label
    nearer = _LABEL_BEFORE.search(passage.text[passage.sentence(start)[0] : start])
    if nearer and (label is None or passage.sentence(start)[0] > label[1]):
        return nearer["name"].strip()
    if label and label[1] <= start + 1 and label[1] > passage.body_start:
        name = label[0]
        return None if "thoi gian" in passage.folded[: label[1]] else name
    rest = passage.text[end:]
    if re.match(r"\s*[:,]\s*(?!chia (?:thành|làm))\S", rest):
        skip = len(rest) - len(rest.lstrip(" :,"))
        return _clause(passage, end + skip)
    sentence = passage.text[slice(*passage.sentence(start))].strip()
    if not about_time and sentence:
        return sentence
    return None


def _clause(passage: Passage, start: int) -> str | None:
    end = passage.sentence(start)[1]
    return passage.text[start:end].strip(" ,:") or None


def _iso(match: re.Match[str], index: int) -> str | None:
    found = date_in(match, index)
    return found.iso if found else None
