"""Typed values about time: periods and deadlines of a plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.schema import Bound, Deadline, Period, Recurrence, Role
from pipeline.structure.actors import actor_of, is_actor, owner_of
from pipeline.structure.passages import Branch, Passage

# Without "ngày" or a year "5.16" and "1-2" are numbers, "15/11" is a day.
_DAY_SIGN = r"(?:/|(?:(?<=ngay \d\d)|(?<=ngay \d)|(?=[.-]\d{{1,2}}[.-]\d{{4}}))[.-]|\s+thang\s+)"
_DAY = (
    rf"(?:ngay\s+)?(?P<d{{0}}>\d{{{{1,2}}}})\s*{_DAY_SIGN}\s*(?P<m{{0}}>\d{{{{1,2}}}})"
    r"(?:\s*(?:[/.-]|\s+nam\s+)\s*(?P<y{0}>\d{{4}}))?"
)
_MONTH = r"thang\s*(?P<mm{0}>\d{{1,2}})\s*(?:[/.-]|(?:\s+nam)?\s+)\s*(?P<my{0}>\d{{4}})"
_YEAR = r"nam\s+(?P<yy{0}>\d{{4}})"
_EVENT = (
    r"(?:(?:ke tu|tu)\s+)?(?P<event>(?:khi|ngay)\s+[^.;:\d]{0,60}?(?:ban hanh|ky|co hieu luc|phat dong)"
    r"(?:\s+(?:ke hoach|van ban|quyet dinh)(?:\s+(?:nay|phat dong phong trao thi dua))?)?)"
)


def _date(index: int) -> str:
    """A printed date: a day (with or without its year), a month or a year; its groups end with `index`."""
    return "(?:" + "|".join(part.format(index) for part in (_DAY, _MONTH, _YEAR)) + ")"


_UNTIL = r"\s*(?:,\s*)?(?:den|toi|-|–)\s*(?:het\s+)?(?:ngay\s+)?"
_RANGE = re.compile(rf"(?:(?:ke\s+)?tu\s+){_date(1)}{_UNTIL}{_date(2)}")
_DAY_RANGE = re.compile(
    r"(?:tu\s+)?ngay\s+(?P<a>\d{1,2})\s*(?:-|–|den)\s*(?P<b>\d{1,2})\s*[/.-]\s*(?P<m>\d{1,2})\s*[/.-]\s*(?P<y>\d{4})"
)
_FROM_EVENT = re.compile(rf"{_EVENT}\s*(?:,\s*)?(?:den|toi)\s+(?:het\s+)?(?:ngay\s+)?{_date(2)}")
_STAGE = re.compile(r"(?:giai doan|tu nam|trong cac nam)\s+(?P<a>\d{4})\s*(?:-|–|den)\s*(?:nam\s+)?(?P<b>\d{4})")
_UNTIL_ONLY = re.compile(rf"den\s+het\s+{_date(2)}")
_IN_LABEL = re.compile(rf"^(?:ngay\s+)?{_date(1)}$")
_IN_YEAR = re.compile(r"\bnam\s+(?P<y>(?:19|20)\d{2})\b")

_BEFORE = r"truoc"
_HOUR = r"(?:\d{1,2}\s*(?:gio|h)\s*(?:\d{1,2}\s*(?:phut)?)?\s*,?\s*)?"
_LATEST = r"(?:cham nhat(?:\s+la)?|muon nhat(?:\s+la)?|han cuoi(?:\s+la)?|thoi han(?:\s+la)?|han chot(?:\s+la)?)"
_DEADLINE = re.compile(rf"\b(?:(?P<latest>{_LATEST})\s+)?(?P<before>{_BEFORE})?\s*{_HOUR}(?P<date>{_date(1)})")
_RECURRING = re.compile(
    r"\b(?:(?P<bound>truoc|vao|cham nhat(?: la)?(?: vao)?(?: truoc)?)\s+)?(?:ngay\s+)(?P<d>\d{1,2})"
    r"(?:\s*[/]\s*(?P<m>\d{1,2})|\s+thang\s+(?P<m2>\d{1,2}))?\s+(?:cua\s+)?"
    r"(?:hang|moi|thang (?:cuoi|dau)(?: tien)?(?: cua)?)\s*(?P<every>tuan|thang|quy|nam)\b"
)
_QUARTER = re.compile(
    r"\btrong\s+quy\s+(?P<q>[ivx]{1,3}|[1-4])\s*(?:/|\s+nam\s+)\s*(?P<y>\d{4})|\btrong\s+thang\s*(?P<m>\d{1,2})\s*[/.-]\s*(?P<my>\d{4})"
)
_PERIODIC = re.compile(r"\bdinh ky\s+(?:hang\s+|moi\s+)?(?P<every>tuan|thang|quy|6 thang|sau thang|nam)\b")

_EVERY = {
    "tuan": Recurrence.WEEK,
    "thang": Recurrence.MONTH,
    "quy": Recurrence.QUARTER,
    "6 thang": Recurrence.HALF_YEAR,
    "sau thang": Recurrence.HALF_YEAR,
    "nam": Recurrence.YEAR,
}
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
# What makes a date the date something is due rather than the date of a cited act or an event.
_SENDS = re.compile(r"\b(?:gui|nop|bao cao|hoan thanh|ve|trinh|dang ky|tong hop|xong)\b")
_HAS_BEEN = re.compile(
    r"\b(?:da|tung)\s+(?!\w*\s*(?:hoan thanh|gui|nop))(?:(?!hoan thanh|gui|nop|bao cao|xong|trinh)[^\s,;]+\s+){1,8}$"
)
# A sentence that begins with a verb leaves out its subject, which is then the node's heading.
_SENDER = re.compile(r"(?:to chuc|bao cao|gui|nop|tong hop|xay dung|lap|hoan thanh|thuc hien|dang ky|tu kiem tra)\b")
_HANDOVER = re.compile(
    r"(?P<who>.*?)\b(?P<verb>gui|nop|bao cao|trinh|dang ky)\b(?P<what>.*?)\b(?:ve|cho|den|toi)\s+(?P<to>.+?)\s*$"
)
_LEAD = re.compile(r"^(?:(?:sau do|dong thoi|va|de nghi|yeu cau|giao)\b[,\s]*)+")


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


def read_deadlines(found: Sequence[Branch]) -> list[Deadline]:
    """What is due when, from whom and to whom, anywhere in the text."""
    deadlines: list[Deadline] = []
    for branch in found:
        for passage in branch.prose:
            deadlines.extend(_deadlines_of(passage, owner_of(branch)))
    return deadlines


def _subject_periods(subject: str | None) -> list[Period]:
    if not subject:
        return []
    passage = Passage(None, None, subject)
    matches = list(_STAGE.finditer(passage.folded))
    if matches:
        return [Period(begins=m["a"], ends=m["b"], **passage.span(*m.span())) for m in matches[:1]]
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


def _ranges(folded: str, about_time: bool) -> Iterator[_Found]:
    for match in _FROM_EVENT.finditer(folded):
        yield _Found(None, _iso(match, 2), match.span("event"), *match.span())
    for match in _RANGE.finditer(folded):
        begins, ends = _iso(match, 1), _iso(match, 2)
        if begins and begins.startswith("--") and ends and not ends.startswith("--"):
            begins = f"{ends[:4]}-{begins[2:]}"  # "từ ngày 06/11 đến ngày 15/11/2017" prints the year once
        yield _Found(begins, ends, None, *match.span())
    for match in _DAY_RANGE.finditer(folded):
        month = f"{match['y']}-{int(match['m']):02d}"
        yield _Found(f"{month}-{int(match['a']):02d}", f"{month}-{int(match['b']):02d}", None, *match.span())
    if about_time:
        for match in _STAGE.finditer(folded):
            yield _Found(match["a"], match["b"], None, *match.span())
        for match in _UNTIL_ONLY.finditer(folded):
            yield _Found(None, _iso(match, 2), None, *match.span())


def _what_happens(passage: Passage, start: int, end: int, about_time: bool) -> str | None:
    """The step that a period belongs to: the words after "Từ ngày … đến ngày …:" or the label before it."""
    label = passage.label
    if label and label[1] <= start + 1 and label[1] > passage.body_start:
        name = label[0]
        return None if "thoi gian" in passage.folded[: label[1]] else name
    rest = passage.text[end:]
    if re.match(r"\s*[:,]\s*\S", rest):
        skip = len(rest) - len(rest.lstrip(" :,"))
        return _clause(passage, end + skip)
    sentence = passage.text[slice(*passage.sentence(start))].strip()
    if not about_time and sentence:
        return sentence
    return None


def _clause(passage: Passage, start: int) -> str | None:
    end = passage.sentence(start)[1]
    return passage.text[start:end].strip(" ,:") or None


def _deadlines_of(passage: Passage, owner: str | None) -> Iterator[Deadline]:
    taken: list[tuple[int, int]] = []

    def is_free(span: tuple[int, int]) -> bool:
        if any(span[0] < end and start < span[1] for start, end in taken):
            return False
        taken.append(span)
        return True

    folded = passage.folded
    for match in _RECURRING.finditer(folded):
        words = match["bound"] or ""
        is_due = words or _SENDS.search(folded[slice(*passage.sentence(match.start()))])
        if is_due and is_free(match.span()):
            month = match["m"] or match["m2"]
            bound = Bound.BEFORE if "truoc" in words else Bound.BY if "cham" in words else Bound.ON
            yield _deadline(
                passage,
                match.span(),
                bound,
                owner,
                every=_EVERY[match["every"]],
                day=_in_range(match["d"], 31),
                month=_in_range(month, 12),
            )
    for match in _DEADLINE.finditer(folded):
        if (match["before"] or match["latest"]) and not _is_past(passage, match.start()) and is_free(match.span()):
            bound = Bound.BEFORE if match["before"] else Bound.BY
            yield _deadline(passage, match.span(), bound, owner, due=_iso(match, 1))
    for match in _QUARTER.finditer(folded):
        if is_free(match.span()) and _SENDS.search(folded[slice(*passage.sentence(match.start()))]):
            due = f"{match['y']}-Q{_QUARTERS[match['q']]}" if match["q"] in _QUARTERS else None
            if match["m"]:
                due = f"{match['my']}-{int(match['m']):02d}"
            if due:
                yield _deadline(passage, match.span(), Bound.DURING, owner, due=due)
    for match in _PERIODIC.finditer(folded):
        if is_free(match.span()) and _SENDS.search(folded[slice(*passage.sentence(match.start()))]):
            yield _deadline(passage, match.span(), Bound.DURING, owner, every=_EVERY[match["every"]])


def _deadline(
    passage: Passage,
    span: tuple[int, int],
    bound: Bound,
    owner: str | None,
    *,
    due: str | None = None,
    every: Recurrence | None = None,
    day: int | None = None,
    month: int | None = None,
) -> Deadline:
    who, what, to = _parties(passage, span)
    if who is None and to is not None and _SENDER.match(passage.folded[passage.body_start :]):
        who = owner
    return Deadline(
        due=due, bound=bound, every=every, day=day, month=month, who=who, what=what, to=to, **passage.span(*span)
    )


def _parties(passage: Passage, span: tuple[int, int]) -> tuple[str | None, str | None, str | None]:
    """(who, what, to whom) from the clause before a deadline: "… gửi báo cáo về Sở Y tế trước ngày …"."""
    start, end = passage.sentence(span[0])
    clause = passage.text[start : span[0]].rstrip(" ,(")
    folded = passage.folded[start : start + len(clause)]
    if len(clause.strip(" ):.")) < 2:
        after = passage.text[span[1] : end].strip(" ,:")
        return None, after or None, None
    lead = _LEAD.match(folded)
    skip = lead.end() if lead else 0
    match = _HANDOVER.search(folded, skip)
    if match is None or not is_actor(clause[slice(*match.span("to"))]):
        return None, clause[skip:].strip(" ,") or None, None
    who, what = clause[slice(*match.span("who"))], clause[slice(*match.span("what"))]
    verb_phrase = clause[match.start("verb") : match.end("what")].strip(" ,")
    if not what.strip():
        # "Hồ sơ … gửi về Văn phòng": what is sent stands before the verb.
        return None, who.strip(" ,") or None, clause[slice(*match.span("to"))].strip()
    keeps_verb = match["verb"] == "bao cao"
    return (
        _subject_of(who) if who.strip() else _subject_of(passage.text[:start]),
        verb_phrase if keeps_verb else what.strip(" ,"),
        clause[slice(*match.span("to"))].strip(),
    )


def _is_past(passage: Passage, position: int) -> bool:
    """Whether the words before a date tell what has been, as "đã hoạt động trước ngày …" does."""
    return _HAS_BEEN.search(passage.folded[passage.sentence(position)[0] : position]) is not None


def _subject_of(words: str) -> str | None:
    """The actor at the start of a clause, cut before its first verb."""
    actor, _ = actor_of(words)
    return actor


def _iso(match: re.Match[str], index: int) -> str | None:
    """The date of group set `index` in ISO 8601 in the precision printed; None for an impossible one."""
    groups = match.groupdict()
    day, month, year = (groups.get(f"{name}{index}") for name in "dmy")
    if day and month:
        if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
            return None
        return f"{year or '-'}-{int(month):02d}-{int(day):02d}"
    if groups.get(f"mm{index}"):
        month_number = int(groups[f"mm{index}"])
        return f"{groups[f'my{index}']}-{month_number:02d}" if 1 <= month_number <= 12 else None
    return groups.get(f"yy{index}")


def _in_range(digits: str | None, most: int) -> int | None:
    return int(digits) if digits and 1 <= int(digits) <= most else None
