"""Typed values about rewards: forms, who grants them, how many; and the papers a dossier consists of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.schema import DossierItem, Reward, Role
from pipeline.structure.passages import Branch, Passage, flat, heading_of

REWARD_ROLES = frozenset(
    {
        Role.KHEN_THUONG,
        Role.HINH_THUC_KHEN_THUONG,
        Role.SO_LUONG_KHEN_THUONG,
        Role.TIEU_CHUAN_KHEN_THUONG,
        Role.DOI_TUONG_KHEN_THUONG,
    }
)
_FORM = re.compile(
    r"\b(?:giay khen|bang khen|co thi dua|giay chung nhan|ky niem chuong|huan chuong(?: lao dong)?|"
    r"danh hieu [^,.;:]{3,40}|thu khen)\b"
)
_AUTHORITY = re.compile(
    r"\bcua\s+(?P<who>(?:chu tich|pho chu tich|thu tuong|giam doc|bo truong|tong giam doc|hieu truong|"
    r"chu nhiem|cuc truong|truong ban|truong phong|thu truong|ubnd|uy ban nhan dan|lien doan|bo|so|ban|hoi dong|"
    r"cong doan|dang uy|huyen uy)\b[^,.;:()\n]*)"
)
_GRANTS = re.compile(
    r"(?P<who>(?:chu tich|thu tuong|giam doc|bo truong|hieu truong|ubnd|uy ban nhan dan)\b[^,.;:()\n]{0,50}?)\s+"
    r"(?:tang|khen thuong|xet tang|quyet dinh khen)\b"
)
_COUNT = re.compile(
    r"(?P<bound>toi da(?:\s+khong qua)?|khong qua|khong vuot qua|it nhat|toi thieu|tu|khoang)?\s*"
    r"\b(?P<low>\d{1,3})(?:\s*(?:-|–|den)\s*(?P<high>\d{1,3}))?\s+(?:\w+\s+)?(?P<kind>tap the|ca nhan)\b"
)
_AND_NEXT = re.compile(r"^\s*(?:,|va|;|hoac)\s*$")
_NO_MORE = ("toi da", "khong qua", "khong vuot")
_NO_FEWER = ("it nhat", "toi thieu")
_AUTHORITY_STOP = re.compile(
    r"\s+\b(?:cho|doi voi|tang|khen|theo|xet|duoc|trong|va\s+(?:giay|bang)|nam|gom|kem|voi|dat|de)\b"
)

_PAPER = re.compile(
    r"^(?:(?:01|02|03|\d+)\s+(?:ban|bo)\s+)?(?:to trinh|bien ban|bao cao|danh sach|van ban|cong van|ban |"
    r"quyet dinh|tom tat|giay|don |phieu|ho so minh chung|tai lieu|thanh tich|bang tong hop|file|mau )"
)
# "Văn bản đề nghị … + Biên bản họp": two papers in one item.
_NEXT_PAPER = re.compile(r"\s\+\s+(?=to trinh|bien ban|bao cao|danh sach|van ban|quyet dinh)")
_COPIES = re.compile(r"\b(?P<n>\d{1,2})\s*(?:\([^)]*\)\s*)?(?P<unit>bo|ban)\b")
_COPIES_LINE = re.compile(r"^so luong(?:\s+ho so)?\b")


@dataclass(frozen=True, slots=True)
class _Counts:
    collectives: tuple[int | None, int | None] = (None, None)
    individuals: tuple[int | None, int | None] = (None, None)
    span: tuple[int, int] | None = None


def read_rewards(found: Sequence[Branch]) -> list[Reward]:
    """The rewards that the sections about khen thưởng name."""
    rewards: list[Reward] = []
    for branch in found:
        if branch.nearest_roles() & REWARD_ROLES or (branch.node.roles == () and branch.roles() & REWARD_ROLES):
            rewards.extend(_rewards_of(branch))
    return _with_forms(rewards)


def read_dossier(found: Sequence[Branch]) -> list[DossierItem]:
    """The papers that the sections about hồ sơ list, with the number of copies that is printed for them."""
    items: list[DossierItem] = []
    for index, branch in enumerate(found):
        if Role.HO_SO_KHEN_THUONG in branch.nearest_roles():
            copies = _copies_beside(found, index)
            items.extend(_items_of(branch, copies))
    return items


def _rewards_of(branch: Branch) -> Iterator[Reward]:
    headings = [branch.heading] + [heading_of("", node) for node in reversed(branch.ancestors)]
    context = [heading for heading in headings if heading is not None]
    for passage in branch.prose:
        form_span = _find_form(passage)
        counts = _find_counts(passage)
        offers = form_span is not None and _offers_form(branch, passage, form_span)
        if counts.span is None and not offers:
            continue
        form, authority = _form_and_authority(passage, form_span, context)
        spans = [span for span in (form_span if offers else None, counts.span) if span]
        start, end = min(s for s, _ in spans), max(e for _, e in spans)
        yield Reward(
            form=form,
            authority=authority,
            occasion=_occasion(passage, context),
            collectives_min=counts.collectives[0],
            collectives_max=counts.collectives[1],
            individuals_min=counts.individuals[0],
            individuals_max=counts.individuals[1],
            **passage.span(start, end),
        )


def _offers_form(branch: Branch, passage: Passage, span: tuple[int, int]) -> bool:
    """Whether a form of reward is offered here, rather than mentioned in a rule or a procedure."""
    if Role.HINH_THUC_KHEN_THUONG in branch.nearest_roles():
        return True
    before = passage.folded[passage.body_start : span[0]].strip()
    return before in ("", "tang", "duoc tang")


def _find_form(passage: Passage) -> tuple[int, int] | None:
    match = _FORM.search(passage.folded)
    return match.span() if match else None


def _form_and_authority(
    passage: Passage, form_span: tuple[int, int] | None, context: Sequence[Passage]
) -> tuple[str | None, str | None]:
    form = _capital(passage.text[slice(*form_span)]) if form_span else None
    authority = _authority(passage, form_span[1] if form_span else 0)
    if form is None:
        for heading in context:
            span = _find_form(heading)
            if span:
                form = _capital(heading.text[slice(*span)])
                authority = authority or _authority(heading, span[1])
                break
    return form, authority


def _authority(passage: Passage, start: int) -> str | None:
    match = _AUTHORITY.search(passage.folded, start) if start else None
    if match is not None and passage.folded[start : match.start()].strip():
        match = None
    if match is None:
        match = _GRANTS.search(passage.folded)
    if match is None:
        return None
    who_start, who_end = match.span("who")
    stop = _AUTHORITY_STOP.search(passage.folded, who_start, who_end)
    return passage.text[who_start : stop.start() if stop else who_end].strip(" ,.") or None


def _occasion(passage: Passage, context: Sequence[Passage]) -> str | None:
    """What the reward is for: a label "Khen thưởng tổng kết …:" or a heading "Khen thưởng hằng năm"."""
    label = passage.label
    names = [label[0]] if label else []
    names += [heading.text for heading in context]
    for name in names:
        folded = flat(name)
        is_occasion = folded.startswith(("khen thuong ", "ve khen thuong "))
        if is_occasion and not re.search(r"tap the|ca nhan", folded) and not _FORM.search(folded):
            return name
    return None


def _find_counts(passage: Passage) -> _Counts:
    counts: dict[str, tuple[int | None, int | None]] = {}
    start = end = -1
    bound = ""
    for match in _COUNT.finditer(passage.folded):
        kind = "collectives" if match["kind"] == "tap the" else "individuals"
        continues = end >= 0 and _AND_NEXT.match(passage.folded[end : match.start()])
        bound = match["bound"] or (bound if continues else "")
        if kind in counts:
            continue
        counts[kind] = _bounds(bound, int(match["low"]), int(match["high"]) if match["high"] else None)
        first = match.start() + len(match[0]) - len(match[0].lstrip())
        start = first if start < 0 else start
        end = match.end()
    if not counts:
        return _Counts()
    none = (None, None)
    return _Counts(counts.get("collectives", none), counts.get("individuals", none), (start, end))


def _bounds(bound: str, low: int, high: int | None) -> tuple[int | None, int | None]:
    if high is not None:
        return low, high
    if bound.startswith(_NO_MORE):
        return None, low
    if bound.startswith(_NO_FEWER):
        return low, None
    return low, low


def _with_forms(rewards: Sequence[Reward]) -> list[Reward]:
    """A number whose authority grants exactly one of the named forms is a number of that form."""
    forms: dict[str, set[str]] = {}
    for reward in rewards:
        if reward.form and reward.authority:
            forms.setdefault(flat(reward.authority), set()).add(reward.form)
    completed = []
    for reward in rewards:
        known = forms.get(flat(reward.authority), set()) if reward.authority else set()
        if reward.form is None and len(known) == 1:
            reward = reward.model_copy(update={"form": next(iter(known))})  # noqa: PLW2901
        completed.append(reward)
    return completed


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _items_of(branch: Branch, beside: int | None) -> Iterator[DossierItem]:
    passages = branch.passages
    dossier: str | None = None
    group: list[tuple[Passage, int]] = []
    copies: int | None = None
    for passage in passages:
        words = passage.folded[passage.body_start :]
        if _COPIES_LINE.match(words):
            found = _COPIES.search(words)
            copies = int(found["n"]) if found else None
        elif words.startswith("ho so") and len(words) < 120:
            yield from _close(group, copies if copies is not None else beside, dossier)
            group, copies = [], None
            dossier = re.sub(r"(?:,?\s*(?:bao\s+)?gồm(?:\s+có)?)?\s*[:;.]?\s*$", "", passage.text[passage.body_start :])
        elif _PAPER.match(words) and passage.bullet:
            group.append((passage, passage.body_start))
    yield from _close(group, copies if copies is not None else beside, dossier)


def _close(group: Sequence[tuple[Passage, int]], copies: int | None, dossier: str | None) -> Iterator[DossierItem]:
    for passage, start in group:
        own = re.match(r"(?P<n>\d{1,2})\s+(?:ban|bo)\s+", passage.folded[start:])
        begin = start + (own.end() if own else 0)
        end = len(passage.text.rstrip(" ;.,"))
        edges = [begin, *(match.end() for match in _NEXT_PAPER.finditer(passage.folded, begin)), end]
        for first, last in pairwise(edges):
            span = passage.span(first, len(passage.text[:last].rstrip(" +")))
            yield DossierItem(item=span["text"], copies=int(own["n"]) if own else copies, dossier=dossier, **span)


def _copies_beside(found: Sequence[Branch], index: int) -> int | None:
    """ "Số lượng hồ sơ: 02 bộ" printed as a node of its own beside the list."""
    branch = found[index]
    parent = branch.ancestors[-1] if branch.ancestors else None
    if parent is None:
        return None
    for node in parent.children:
        heading = flat(node.heading or "")
        match = _COPIES.search(flat(node.text)) if _COPIES_LINE.match(heading) else None
        if match:
            return int(match["n"])
    return None
