"""Typed values about time: deadlines, with what is due, from whom and to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from pipeline.schema import Bound, Deadline, Recurrence, Role, Span
from pipeline.structure.plan_values.actors import owner_of, tells_duty
from pipeline.structure.plan_values.parties import Parties, parties_after, parties_before, tells_what
from pipeline.structure.plan_values.passages import Branch, Passage
from pipeline.vietnamese.administrative.dates import (
    HOUR,
    QUARTER,
    date_in,
    date_of,
    date_pattern,
    has_day,
    quarter_number,
)

_LATEST = (
    r"(?:cham nhat(?:\s+(?:la|vao))?|muon nhat(?:\s+(?:la|vao))?"
    r"|han cuoi(?:\s+la)?|thoi han(?:\s+la)?|han chot(?:\s+la)?)"
)
_DEADLINE = re.compile(rf"\b(?:(?P<latest>{_LATEST})\s+)?(?P<before>truoc)?\s*{HOUR}?(?P<date>{date_pattern(1)})")
_EVERY_WORD = r"(?:hang|moi|thang (?:cuoi|dau)(?: tien)?(?: cua)?)\s*(?P<every>tuan|thang|quy|nam)\b"
_RECURRING = re.compile(
    r"\b(?:(?P<bound>truoc|vao|cham nhat(?: la)?(?: vao)?(?: truoc)?)\s+)?(?:ngay\s+)(?P<d>\d{1,2})"
    rf"(?:\s*[/]\s*(?P<m>\d{{1,2}})|\s+thang\s+(?P<m2>\d{{1,2}}))?\s+(?:cua\s+)?{_EVERY_WORD}"
)
_WEEKDAY = re.compile(
    r"\b(?:(?P<bound>truoc|vao|cham nhat(?: la)?(?: vao)?)\s+)?(?:(?:sang|chieu|ngay|cuoi ngay)\s+)?"
    r"(?P<day>thu\s+(?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\S{0,1}\s+(?:hang|moi)\s+tuan\b"
)
# "trong quý II năm 2025", "vào quý IV hằng năm", "trong tháng 8/2025", "tháng 6 hằng năm": no day is named.
_WHOLE = re.compile(
    r"\b(?P<bound>trong|vao|truoc(?=\s+quy))\s+(?:thoi gian\s+)?"
    rf"(?:{QUARTER}|thang\s*(?P<m>\d{{1,2}}))\b"
    r"(?:\s*(?:[/.-]|,?\s+nam\s+|\s+)\s*(?P<y>\d{4})\b|\s+(?P<every>(?:hang|moi)\s+nam)\b)?"
    r"(?!\s*(?:[/-]|,|va|den)\s*(?:thang\s+|quy\s+)?(?:\d|i))"
)
_UNIT = r"(?P<unit>ngay(?:\s+lam\s+viec)?|gio|tuan|thang|nam)"
_SPAN = rf"(?P<n>\d{{1,3}})\s*(?:\([^()\d]{{2,20}}\)\s*)?{_UNIT}\b"
# "chậm nhất 05 ngày sau khi …", "trong thời hạn 15 ngày kể từ ngày …", "10 ngày trước khi …".
_AFTER_EVENT = re.compile(
    rf"\b(?P<limit>(?:{_LATEST}|khong qua|trong\s+(?:vong|thoi han|thoi gian)?)\s*(?:khong qua\s+)?)?"
    rf"(?:sau\s+)?{_SPAN}\s*,?\s*"
    r"(?P<way>(?:ke|tinh)?\s*tu(?:\s+khi)?|sau(?:\s+khi)?|truoc(?:\s+khi)?)\s+(?P<event>[^.;,()]{4,140})"
)
# "trước khi Đoàn đến làm việc 03 ngày", "trước ngày họp ít nhất 05 ngày".
_BEFORE_EVENT = re.compile(
    rf"\btruoc\s+(?:khi\s+)?(?P<event>(?!ngay\s+\d|(?:thoi )?han\b|ke hoach\b|tien do\b)[^.;,()\d]{{5,80}}?)"
    rf"\s+(?:it nhat\s+|toi thieu\s+|cham nhat\s+)?{_SPAN}"
)
# "gửi tài liệu trước 10 ngày diễn ra hội nghị", "trước ngày họp", "trước 05 ngày so với ngày bình xét".
_BEFORE_COUNTED = re.compile(
    rf"\btruoc\s+(?:it nhat\s+)?{_SPAN}\s+(?:so voi\s+)?"
    r"(?P<event>(?:ngay|khi|dien ra|to chuc|khai mac)\b[^.;,()]{3,80})"
)
_DAILY = re.compile(
    r"\b(?:(?P<bound>truoc|vao|luc)\s+(?:luc\s+)?)?\d{1,2}\s*(?:gio|h)\s*(?:\d{1,2}\s*(?:phut)?)?,?\s+(?:hang|moi)\s+ngay\b"
)
_NO_EVENT = re.compile(
    rf"\b(?:trong\s+(?:vong|thoi han)\s+(?:khong qua\s+)?{_SPAN}|trong\s+(?P<n2>\d{{1,3}})\s+ngay\s+lam\s+viec\b)"
)
_EVENT_ENDS = re.compile(
    r"\s+(?:cac|phong|so|ubnd|uy ban|don vi|truong)\b(?=[^.;]*\bco trach nhiem)"
    r"|\s+(?:va phai|nhung|doi voi|hoac ke tu|quy dinh tai|theo quy dinh|do cac)\b"
    r"|\s+(?:de|nham)\s+(?:tong hop|theo doi|xem xet|bao cao)\b"
)
_SPANS = {"ngay": Span.DAY, "ngay lam viec": Span.WORKING_DAY, "gio": Span.HOUR, "tuan": Span.WEEK,
          "thang": Span.MONTH, "nam": Span.YEAR}  # fmt: skip
# "mỗi tháng tổng hợp một lần, báo cáo Giám đốc trước ngày 05": how often stands before.
_DAY_ALONE = re.compile(
    r"\b(?P<bound>truoc|vao|cham nhat(?: la)?(?: vao)?)\s+ngay\s+(?P<d>\d{1,2})"
    r"(?!\d|\s*[/–-]|\.\d|\s+(?:thang|hang|moi|cua)\b)"
)
_EVERY_BEFORE = re.compile(r"\b(?:hang|moi)\s+(?P<every>thang|quy)\b")
# "sơ kết ngày 06/4/2016": when a step of the plan is to be done.
_STEP = re.compile(
    r"\b(?:so ket|tong ket|nghiem thu)\b[^.;:,\d]{0,40}?\s(?P<when>(?:vao\s+)?ngay\s+\d{1,2}(?!\d)[^.;,]*)"
)
_STEP_DAY = re.compile(rf"(?:vao\s+)?{date_pattern(1)}")
_PERIODIC = re.compile(r"\bdinh ky\s+(?:hang\s+|moi\s+)?(?P<every>tuan|thang|quy|6 thang|sau thang|nam)\b")
# "trước ngày 25/6 và ngày 25/10/2025", "trước ngày 15/3, 15/6 và 15/12 hằng năm": one bound for several days.
_DAY_OF_LIST = r"(?:ngay\s+)?(\d{1,2})\s*/\s*(\d{1,2})(?:\s*/\s*(\d{4}))?(?![\d/])"
_LIST = re.compile(
    rf"\b(?P<bound>truoc|{_LATEST}|vao)\s+(?P<days>{_DAY_OF_LIST}(?:(?:\s*,\s*|\s+va\s+|\s*;\s*)(?:truoc\s+)?{_DAY_OF_LIST})+)"
    r"(?P<every>\s+(?:cua\s+)?(?:hang|moi)\s+nam\b)?(?=\s*(?:$|[.,;:)/]|(?:de|ve|cho|qua|theo|gui|hang)\b))"
)
_NEXT_DAY = re.compile(_DAY_OF_LIST)

_EVERY = {
    "tuan": Recurrence.WEEK,
    "thang": Recurrence.MONTH,
    "quy": Recurrence.QUARTER,
    "6 thang": Recurrence.HALF_YEAR,
    "sau thang": Recurrence.HALF_YEAR,
    "nam": Recurrence.YEAR,
}
_WEEKDAYS = {"hai": 1, "ba": 2, "tu": 3, "nam": 4, "sau": 5, "bay": 6, "nhat": 7}
# What makes a date the date something is due rather than the date of a cited act or an event.
_SENDS = re.compile(r"\b(?:gui|cung cap|nop|bao cao|hoan thanh|ve|trinh|dang ky|tong hop|xong)\b")
_DONE = re.compile(r"\b(?:hoan thanh|xong|ket thuc|gui|nop)\b")
_HAS_BEEN = re.compile(
    r"\b(?:da|tung)\s+(?!\w*\s*(?:hoan thanh|gui|nop))(?:(?!hoan thanh|gui|nop|bao cao|xong|trinh)[^\s,;]+\s+){1,8}$"
)
# "… trước ngày 05 tháng 12 (đối với sơ kết) và trước ngày …": the same thing is due a second time.
_AGAIN = re.compile(r"\s*(?:\([^()]*\))?\s*,?\s*(?:va)?\s*$")


@dataclass(frozen=True, slots=True)
class _Due:
    """A time that something is due, where it is printed, and how it is meant."""

    start: int
    end: int
    bound: Bound
    due: str | None = None
    every: Recurrence | None = None
    day: int | None = None
    month: int | None = None
    weekday: int | None = None
    after: bool = False  # what is due stands behind it: "định kỳ 6 tháng báo cáo …"
    step: int | None = None  # where the name of a plan's step begins that is due
    within: int | None = None
    unit: Span | None = None
    event: str | None = None


def read_deadlines(found: Sequence[Branch]) -> list[Deadline]:
    """What is due when, from whom and to whom, anywhere in the text."""
    deadlines: list[Deadline] = []
    for branch in found:
        about_time = Role.THOI_GIAN_KHEN_THUONG in branch.node.roles
        for passage in branch.prose:
            deadlines.extend(deadlines_of(passage, owner_of(branch), about_time=about_time))
    return deadlines


def deadlines_of(passage: Passage, owner: str | None, *, about_time: bool) -> Iterator[Deadline]:
    """The deadlines of one passage; `about_time`: it stands where a bare day is the day that something is due."""
    last: tuple[_Due, Parties] | None = None
    for due in sorted(_free(_times(passage, about_time=about_time)), key=lambda due: due.start):
        if last is not None and _AGAIN.fullmatch(passage.folded[last[0].end : due.start]):
            parties = last[1]
        else:
            read = parties_after if due.after else parties_before
            parties = read(passage, (due.start, due.end), owner)
            parties = _without_first(passage, parties, last[0] if last else None, due)
        if due.step is not None:
            parties = replace(parties, what=passage.text[due.step : due.start].strip(" ,:("))
        last = due, parties
        yield Deadline(
            due=due.due,
            bound=due.bound,
            every=due.every,
            day=due.day,
            month=due.month,
            weekday=due.weekday,
            within=due.within,
            within_unit=due.unit,
            event=due.event,
            who=parties.who,
            what=parties.what,
            to=parties.to,
            **passage.span(due.start, due.end),
        )


def _without_first(passage: Passage, parties: Parties, first: _Due | None, due: _Due) -> Parties:
    """`parties` without what was due first: "sơ kết vào quý IV hằng năm, tổng kết trong quý II" is two things."""
    if first is None or not parties.what or passage.text[first.start : first.end] not in parties.what:
        return parties
    between = re.sub(r"^(?:[\s,]|và\b|rồi\b)+", "", passage.text[first.end : due.start]).strip(" ,(:")
    return replace(parties, what=between) if between else parties


def _free(times: Iterator[_Due]) -> list[_Due]:
    """The times that overlap none found before them."""
    kept: list[_Due] = []
    for due in times:
        if not any(due.start < other.end and other.start < due.end for other in kept):
            kept.append(due)
    return kept


def _times(passage: Passage, *, about_time: bool) -> Iterator[_Due]:
    """Everything a passage says about when something is due, the surer kinds first.

    `about_time` says that its section is about when rewards are decided on: there a bare day is that day.
    """
    yield from _lists(passage)
    yield from _recurring(passage)
    yield from _dates(passage)
    yield from _steps(passage)
    day = _STEP_DAY.match(passage.folded, passage.body_start) if about_time else None
    if day is not None and has_day(day, 1) and (due := date_in(day, 1)):
        yield _Due(*day.span(), Bound.ON, due.iso)
    yield from _relative(passage)
    yield from _whole_spans(passage)
    for match in _PERIODIC.finditer(passage.folded):
        if _is_sent(passage, match.start()):
            after = tells_what(passage.text[match.end() : passage.sentence(match.start())[1]])
            yield _Due(*match.span(), Bound.DURING, every=_EVERY[match["every"]], after=after)


def _relative(passage: Passage) -> Iterator[_Due]:
    """Times counted from an event: "chậm nhất 05 ngày sau khi kết thúc", "trước khi Đoàn đến 03 ngày"."""
    for match in _AFTER_EVENT.finditer(passage.folded):
        if not (match["limit"] or _is_sent(passage, match.start())):
            continue
        stop = _EVENT_ENDS.search(passage.folded, *match.span("event"))
        end = stop.start() if stop else match.end("event")
        bound = Bound.BEFORE if match["way"].startswith("truoc") else Bound.BY
        yield _counted(passage, match, (match.start(), end), bound, (match.start("event"), end))
    for match in chain(_BEFORE_COUNTED.finditer(passage.folded), _BEFORE_EVENT.finditer(passage.folded)):
        if _is_sent(passage, match.start()):
            yield _counted(passage, match, match.span(), Bound.BEFORE, match.span("event"))
    for match in _NO_EVENT.finditer(passage.folded):
        if _is_sent(passage, match.start()) or tells_duty(passage.folded[slice(*passage.sentence(match.start()))]):
            yield _counted(passage, match, match.span(), Bound.BY, None)


def _counted(
    passage: Passage, match: re.Match[str], span: tuple[int, int], bound: Bound, event: tuple[int, int] | None
) -> _Due:
    words = " ".join((match["unit"] or "ngay lam viec").split())
    number = int(match["n"] or match["n2"])
    told = passage.text[slice(*event)].strip(' ,:”"') if event else None
    return _Due(*span, bound, within=number or None, unit=_SPANS[words], event=told)


def _whole_spans(passage: Passage) -> Iterator[_Due]:
    """A whole month or quarter in which something is to be done; what a report tells has been done."""
    for match in _WHOLE.finditer(passage.folded):
        sentence = slice(*passage.sentence(match.start()))
        if "đã" in passage.text[sentence].lower().split() or not tells_duty(passage.folded[sentence]):
            continue
        month = _in_range(match["m"], 12)
        if match["m"] and month is None:
            continue
        part = f"Q{quarter_number(match['quarter'])}" if match["quarter"] else f"{month:02d}"
        yearly = match["every"] is not None
        due = f"{match['y'] or '-'}-{part}" if not (yearly and month) else None
        bound = Bound.BEFORE if match["bound"] == "truoc" else Bound.DURING
        every = Recurrence.YEAR if yearly else None
        yield _Due(*match.span(), bound, due, every, month=month if yearly else None)


def _lists(passage: Passage) -> Iterator[_Due]:
    """Several days under one bound; the year is printed once, at the last of them."""
    for match in _LIST.finditer(passage.folded):
        days = list(_NEXT_DAY.finditer(passage.folded, *match.span("days")))
        year, following = days[-1][3], (12, 31)
        yearly = match["every"] is not None
        bound = _bound(match["bound"])
        if bound is Bound.ON and not (yearly and _is_sent(passage, match.start())):
            continue
        found: list[_Due] = []
        for place in range(len(days) - 1, -1, -1):
            day, month = int(days[place][1]), int(days[place][2])
            year = days[place][3] or (year if (month, day) <= following else None)
            following = (month, day)
            listed = date_of(year, month, day)
            if listed is None:
                break
            start = match.start() if place == 0 else days[place].start()
            end = match.end() if place == len(days) - 1 else days[place].end()
            if yearly:
                found.insert(0, _Due(start, end, bound, every=Recurrence.YEAR, day=day, month=month))
            else:
                found.insert(0, _Due(start, end, bound, listed.iso))
        else:
            yield from found


def _recurring(passage: Passage) -> Iterator[_Due]:
    for match in _RECURRING.finditer(passage.folded):
        if match["bound"] or _is_sent(passage, match.start()):
            month = _in_range(match["m"] or match["m2"], 12)
            day = _in_range(match["d"], 31)
            yield _Due(*match.span(), _bound(match["bound"]), every=_EVERY[match["every"]], day=day, month=month)
    for match in _WEEKDAY.finditer(passage.folded):
        word = match["day"].split()[-1]
        if _is_sent(passage, match.start()) and (word in _WEEKDAYS or word.isdigit()):
            weekday = _WEEKDAYS.get(word) or int(word) - 1
            yield _Due(*match.span(), _bound(match["bound"]), every=Recurrence.WEEK, weekday=weekday)
    for match in _DAILY.finditer(passage.folded):
        if _is_sent(passage, match.start()):
            bound = Bound.ON if match["bound"] == "luc" else _bound(match["bound"])
            yield _Due(*match.span(), bound, every=Recurrence.DAY)
    for match in _DAY_ALONE.finditer(passage.folded):
        earlier = _EVERY_BEFORE.search(passage.folded, passage.sentence(match.start())[0], match.start())
        if earlier and (day := _in_range(match["d"], 31)):
            yield _Due(*match.span(), _bound(match["bound"]), every=_EVERY[earlier["every"]], day=day)


def _steps(passage: Passage) -> Iterator[_Due]:
    """The days on which a plan's steps are to be done; what a report tells has been done."""
    for match in _STEP.finditer(passage.folded):
        day = _STEP_DAY.match(passage.folded, match.start("when"))
        told = "đã" in passage.text[slice(*passage.sentence(match.start()))].lower().split()
        if day is not None and has_day(day, 1) and not told and (due := date_in(day, 1)):
            yield _Due(*day.span(), Bound.ON, due.iso, step=match.start())


def _dates(passage: Passage) -> Iterator[_Due]:
    for match in _DEADLINE.finditer(passage.folded):
        if not (match["before"] or match["latest"]) or _is_past(passage, match.start()):
            continue
        due = date_in(match, 1)
        begin = passage.sentence(match.start())[0]
        if due and due.month is None and not _DONE.search(passage.folded, begin, match.start()):
            continue  # "hồ sơ hình thành trước năm 2005"
        yield _Due(*match.span(), Bound.BEFORE if match["before"] else Bound.BY, due.iso if due else None)


def _bound(words: str | None) -> Bound:
    words = words or ""
    return Bound.BEFORE if "truoc" in words else Bound.ON if words in ("", "vao") else Bound.BY


def _is_sent(passage: Passage, position: int) -> bool:
    return _SENDS.search(passage.folded[slice(*passage.sentence(position))]) is not None


def _is_past(passage: Passage, position: int) -> bool:
    """Whether the words before a date tell what has been, as "đã hoạt động trước ngày …" does."""
    return _HAS_BEEN.search(passage.folded[passage.sentence(position)[0] : position]) is not None


def _in_range(digits: str | None, most: int) -> int | None:
    return int(digits) if digits and 1 <= int(digits) <= most else None
