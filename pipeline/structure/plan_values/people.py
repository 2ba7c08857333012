"""Typed values about people and bodies: who is called on, who does what, and where the money comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.schema import Bearer, Funding, Participant, Role, Task
from pipeline.structure.plan_values.actors import actor_of, bearer_of, is_actor, owner_of
from pipeline.structure.plan_values.passages import Branch, Passage, whole_text
from pipeline.vietnamese.folding import flat

_KIND_LABEL = re.compile(r"^(?:doi voi\s+|ve\s+)?(?:cac\s+)?(?P<kind>tap the|ca nhan)\b")
# "Tập thể các phòng … và toàn thể công chức, …": two groups in one sentence.
_SECOND_GROUP = re.compile(r"(?:\s+va|[,;])\s+(?=(?:toan the|tat ca|cac ca nhan|ca nhan)\b)")
_LEAD_IN = re.compile(r"(?:gom|bao gom|sau|sau day|gom co)\s*:?\s*$")
_MONEY = re.compile(r"\b(?:nguon|ngan sach|quy|kinh phi thuong xuyen|kinh phi khoan|du toan|xa hoi hoa)\b")
_SUM = re.compile(r"\d\s+(?:(?:trieu|ty|nghin|ngan)\s+)?(?:dong|vnd)\b|\bgiay khen\b")
_REST = r"(?:[^.;\n]|(?<=\d)\.(?=\d))*"
_SOURCE_STOP = re.compile(r",\s*(?:du kien|voi (?:tong )?so tien)\b|\s+(?:bao dam|dam bao|chi tra)\b")
_SOURCE = re.compile(
    r"\b(?:(?:nguon\s+)?(?:kinh phi|ngan sach|quy thi dua|quy khen thuong|von)|nguon)\b(?P<rest>" + _REST + ")"
)
_SOURCE_AFTER = re.compile(
    r"\b(?:tu|trong|bang|su dung|trich(?:\s+tu)?|do)\s+(?P<source>(?:nguon|ngan sach|quy|du toan|kinh phi)\b"
    + _REST
    + ")"
)
_CLOSING = re.compile(
    r"^\s*(?:tren day la|(?:trong )?qua trinh|(?:yeu cau|de nghi) (?:cac|thu truong|toan the|lanh dao)\b.* nay\b"
    r"|yeu cau cac|nhan duoc|(?:ke hoach|huong dan|thong bao|van ban) nay\b)"
)


def read_participants(found: Sequence[Branch]) -> list[Participant]:
    """Who the plan calls on, from the sections about đối tượng (not those who may be rewarded)."""
    participants: list[Participant] = []
    for branch in found:
        if _is_about_participants(branch):
            participants.extend(_participants_of(branch))
    return participants


def read_tasks(found: Sequence[Branch]) -> list[Task]:
    """Who does what under Tổ chức thực hiện, one task a paragraph."""
    tasks: list[Task] = []
    for branch in found:
        if Role.TO_CHUC_THUC_HIEN in branch.nearest_roles():
            tasks.extend(_tasks_of(branch))
    return tasks


def read_funding(found: Sequence[Branch]) -> list[Funding]:
    """Where the money comes from, from the sections about kinh phí."""
    funding = []
    for branch in found:
        if not branch.nearest_roles() & {Role.KINH_PHI, Role.KINH_PHI_KHEN_THUONG}:
            continue
        for passage in branch.prose:
            source = _source_of(passage)
            if source is None and _SUM.search(passage.folded) and not _MONEY.search(passage.folded):
                continue  # "Lớp nhất khối: 200.000 đồng": what is paid, not where it comes from
            funding.append(Funding(source=source, **passage.span(passage.body_start, len(passage.text))))
    return funding


def _is_about_participants(branch: Branch) -> bool:
    """A section about đối tượng; of one about several things, only the items that name a group."""
    if Role.DOI_TUONG in branch.node.roles:
        return True
    if branch.node.roles or Role.DOI_TUONG not in branch.nearest_roles():
        return False
    return len(branch.nearest_roles()) == 1 or _kind_of(branch.node.heading) is not None


def _participants_of(branch: Branch) -> Iterator[Participant]:
    inherited = _kind_of(branch.node.heading)
    mixed = len(branch.node.roles) > 1
    active = not mixed
    for passage in branch.prose:
        label = passage.label
        name = passage.folded[passage.body_start : label[1]] if label else passage.folded[passage.body_start :]
        if name.startswith("doi tuong"):
            active = True
            if label is None or not passage.text[label[1] :].strip():
                continue
        elif name.startswith(("thoi gian", "tieu chi", "noi dung", "pham vi", "dia diem")):
            active = False
        if not active and not (mixed and _kind_of(name)):
            continue
        yield from _groups(passage, label[1] if label and _names_group(label[0]) else passage.body_start, inherited)


def _names_group(label: str) -> bool:
    return _kind_of(label) is not None or label.lower().startswith("đối tượng")


def _groups(passage: Passage, start: int, inherited: Bearer | None) -> Iterator[Participant]:
    label = passage.label
    kind = (_kind_of(label[0]) if label else None) or inherited
    if _LEAD_IN.search(passage.folded) and passage.text.rstrip().endswith(":"):
        return
    edges = [start]
    if kind is None:
        edges += [match.end() for match in _SECOND_GROUP.finditer(passage.folded, start)]
    for begin, end in zip(edges, [*edges[1:], len(passage.text)], strict=True):
        words = re.sub(r"(?:\s+và|[,;:.\s])+$", "", passage.text[begin:end])
        if words.strip():
            yield Participant(kind=kind or bearer_of(words), **passage.span(begin, begin + len(words)))


def _kind_of(label: str | None) -> Bearer | None:
    match = _KIND_LABEL.match(flat(label.strip(" -–+•*"))) if label else None
    if match is None:
        return None
    return Bearer.COLLECTIVE if match["kind"] == "tap the" else Bearer.INDIVIDUAL


def _tasks_of(branch: Branch) -> Iterator[Task]:
    is_top = Role.TO_CHUC_THUC_HIEN in branch.node.roles
    owner = owner_of(branch)
    whole = whole_text(branch.identity, branch.node)
    passages = [passage for passage in branch.prose if not (is_top and _is_closing(passage))]
    for index, passage in enumerate(passages):
        if index > 0 and passage.bullet == "+" and passages[index - 1].bullet is not None:
            continue  # a detail of the item before, whose task runs on over it
        last = index
        while last + 1 < len(passages) and passages[last + 1].bullet == "+" and passage.bullet != "+":
            last += 1
        actor, start = _actor_and_start(passage, owner)
        end = passages[last].offset + len(passages[last].text)
        span = whole.span(passage.offset + start, end)
        is_lead_in = passage.text.rstrip().endswith(":") and last == index
        if span["text"] and not is_lead_in:
            yield Task(actor=actor, action=span["text"], **span)


def _is_closing(passage: Passage) -> bool:
    """Whether a paragraph of the last top section is the closing formula rather than somebody's task."""
    ends = passage.text.rstrip().endswith("./.") and actor_of(passage.text)[0] is None
    return ends or _CLOSING.match(passage.folded) is not None


def _actor_and_start(passage: Passage, owner: str | None) -> tuple[str | None, int]:
    """(who, where the action begins): a label or the sentence's own subject before the node's heading."""
    start = passage.body_start
    label = passage.label
    if label and is_actor(label[0]) and passage.text[label[1] :].strip():
        return _without_order(label[0]), label[1]
    actor, action_start = actor_of(passage.text[start:])
    if actor is not None:
        return actor, start + action_start
    return owner, start


def _without_order(label: str) -> str:
    actor, _ = actor_of(label)
    return actor or label


def _source_of(passage: Passage) -> str | None:
    match = _SOURCE_AFTER.search(passage.folded)
    span = match.span("source") if match else None
    if span is None and _MONEY.search(passage.folded):
        loose = _SOURCE.search(passage.folded)
        span = loose.span() if loose and _MONEY.search(loose[0]) else None
    if span is None:
        return None
    stop = _SOURCE_STOP.search(passage.folded, *span)
    return passage.text[span[0] : stop.start() if stop else span[1]].strip(" ,") or None
