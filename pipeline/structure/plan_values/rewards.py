"""Typed values about rewards: in which form, granted by whom, on what occasion, how many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.schema import Bearer, Reward, Role
from pipeline.structure.plan_values.actors import COUNTED_GROUPS, bearer_of
from pipeline.structure.plan_values.passages import Branch, Passage, heading_of
from pipeline.vietnamese.folding import flat

REWARD_ROLES = frozenset(
    {
        Role.KHEN_THUONG,
        Role.HINH_THUC_KHEN_THUONG,
        Role.SO_LUONG_KHEN_THUONG,
        Role.TIEU_CHUAN_KHEN_THUONG,
        Role.DOI_TUONG_KHEN_THUONG,
    }
)
_QUOTA_ROLES = frozenset({Role.HINH_THUC_KHEN_THUONG, Role.SO_LUONG_KHEN_THUONG})

_FORM = re.compile(
    r"\b(?:giay khen|bang khen|co thi dua|giay chung nhan|ky niem chuong|huan chuong(?: lao dong)?|"
    r"danh hieu [^,.;:]{3,40}|thu khen)\b"
)
# Rewards that are no form of their own here, but leave open which one a number is of.
_OTHER_REWARDS = re.compile(r"\b(?:co luan luu|co cho|giai (?:nhat|nhi|ba)|giai thuong|hien vat|phan thuong)\b")
_GRANTERS = (
    r"chu tich|pho chu tich|thu tuong|giam doc|bo truong|tong giam doc|hieu truong|chu nhiem|cuc truong|truong ban|"
    r"truong phong|thu truong|ubnd|uy ban nhan dan|lien doan|bo|so|ban chap hanh|ban|hoi dong|cong doan|dang uy|"
    r"huyen uy|tinh uy|thanh uy|thi uy|doan|huyen doan|tinh doan"
)
_AUTHORITY = re.compile(rf"[^,.;:]{{0,40}}?\bcua\s+(?P<who>(?:{_GRANTERS})\b[^,.;:()\n]*)")
_GRANTS = re.compile(
    rf"\b(?P<who>(?:{_GRANTERS})\b[^,.;:()\n]{{0,50}}?)\s+(?:tang|khen thuong|xet tang|quyet dinh khen)\b"
)
_AUTHORITY_STOP = re.compile(
    r"\s+\b(?:cho|doi voi|tang|khen|theo|xet|duoc|trong|va\s+(?:giay|bang)|nam|gom|kem|voi|dat|de)\b"
)
_GRANTED = re.compile(r"\b(?:tang|khen|duoc|trao)\s*(?:thuong\s*)?$")
_ASKED = re.compile(r".*\b(?:trinh|de nghi)\s+(?=\w)")  # "UBND huyện trình Chủ tịch UBND tỉnh tặng …"
_BOUND = r"(?:(?P<bound>toi da(?:\s+khong qua)?|khong qua|khong vuot qua|it nhat|toi thieu|tu|khoang)\s+)?"
_NUMBER = r"(?<![\w/.,-])(?P<low>\d{1,3})(?:\s*(?:-|–|den)\s*(?P<high>\d{1,3}))?(?!\s*%)"
_COUNT = re.compile(rf"{_BOUND}{_NUMBER}\s+(?:\w+\s+)?(?P<kind>tap the|ca nhan)\b")
# "02 chi đoàn", "05 giáo viên": only where the section is about how many, for "02 hộ" may be anything elsewhere.
_COUNT_OF_GROUPS = re.compile(rf"{_BOUND}{_NUMBER}\s+(?P<kind>(?:tap the|ca nhan)\b|{COUNTED_GROUPS}\b)")
_KIND = re.compile(r"(?:doi voi |ve )?(?:tap the|ca nhan)$")  # "3.1. Tập thể: 03 tổ công đoàn"
_AND_NEXT = re.compile(r"^[^.;\d]{0,40}(?:,|va|;|hoac)\s*$")
_NO_MORE = ("toi da", "khong qua", "khong vuot")
_NO_FEWER = ("it nhat", "toi thieu")
_OCCASION = re.compile(
    r"(?P<words>(?:so ket|tong ket|hang nam|hang quy|hang thang|moi nam|moi quy|moi dot|cuoi nam|dot xuat|dinh ky|"
    r"chuyen de|giua ky)[^,.;:\d]{0,40}?)\s*(?:,|:|khen|tang|xet|de nghi)"
)

_Range = tuple[int | None, int | None]


@dataclass(slots=True)
class _Quota:
    """How many collectives and persons one statement names, and where it stands."""

    start: int
    end: int
    ranges: dict[Bearer, _Range] = field(default_factory=dict)


def read_rewards(found: Sequence[Branch]) -> list[Reward]:
    """The rewards that the sections about khen thưởng name, one for each form and each statement of numbers."""
    by_node: list[tuple[Branch, list[Reward]]] = []
    for branch in found:
        if branch.nearest_roles() & REWARD_ROLES or (not branch.node.roles and branch.roles() & REWARD_ROLES):
            by_node.append((branch, list(_rewards_of(branch))))
    return _with_forms([reward for branch, own in by_node for reward in _with_sisters_form(branch, own, by_node)])


def _rewards_of(branch: Branch) -> Iterator[Reward]:
    headings = [branch.heading] + [heading_of("", node) for node in reversed(branch.ancestors)]
    context = [heading for heading in headings if heading is not None]
    for passage in branch.prose:
        whom = Role.KHEN_THUONG in branch.nearest_roles() and _KIND.match(flat(branch.node.heading or ""))
        about_numbers = whom or branch.nearest_roles() & _QUOTA_ROLES
        quotas = _find_quotas(passage, _COUNT_OF_GROUPS if about_numbers else _COUNT)
        forms = [match.span() for match in _FORM.finditer(passage.folded)]
        for index, form in enumerate(forms):
            following = forms[index + 1][0] if index + 1 < len(forms) else len(passage.text)
            has_quota = any(form[0] < quota.start < following for quota in quotas)
            if not has_quota and _offers_form(branch, passage, form):
                yield _reward(passage, context, form, None)
        for quota in quotas:
            before = [form for form in forms if form[0] < quota.start]
            yield _reward(passage, context, before[-1] if before else _form_behind(passage, forms, quota), quota)


def _form_behind(passage: Passage, forms: Sequence[tuple[int, int]], quota: _Quota) -> tuple[int, int] | None:
    """The form that a sentence names last: "chọn 02 hộ gia đình, 01 cá nhân đề nghị … tặng Giấy khen"."""
    if len(forms) != 1:
        return None
    between = passage.folded[quota.end : forms[0][0]]
    return forms[0] if _GRANTED.search(between) and not re.search(r"[.;]", between) else None


def _reward(
    passage: Passage, context: Sequence[Passage], form_span: tuple[int, int] | None, quota: _Quota | None
) -> Reward:
    form, authority = _form_and_authority(passage, form_span, context, quota)
    spans = [span for span in (form_span, (quota.start, quota.end) if quota else None) if span]
    collectives = quota.ranges.get(Bearer.COLLECTIVE, (None, None)) if quota else (None, None)
    individuals = quota.ranges.get(Bearer.INDIVIDUAL, (None, None)) if quota else (None, None)
    return Reward(
        form=form,
        authority=authority,
        occasion=_occasion(passage, context, quota.start if quota else spans[0][0]),
        collectives_min=collectives[0],
        collectives_max=collectives[1],
        individuals_min=individuals[0],
        individuals_max=individuals[1],
        **passage.span(min(start for start, _ in spans), max(end for _, end in spans)),
    )


def _offers_form(branch: Branch, passage: Passage, span: tuple[int, int]) -> bool:
    """Whether a form of reward is offered here, rather than mentioned in a rule or a procedure."""
    if Role.HINH_THUC_KHEN_THUONG in branch.nearest_roles():
        return True
    before = passage.folded[passage.body_start : span[0]].strip()
    return before in ("", "tang", "duoc tang")


def _form_and_authority(
    passage: Passage, form_span: tuple[int, int] | None, context: Sequence[Passage], quota: _Quota | None
) -> tuple[str | None, str | None]:
    """(form, authority): from the passage, the form from the nearest heading that names one where it does not."""
    if form_span is not None:
        return _capital(passage.text[slice(*form_span)]), _authority(passage, form_span)
    granted = _granter_before(passage, quota.start if quota else len(passage.text))
    for heading in context:
        match = _FORM.search(heading.folded)
        if match:
            return _capital(heading.text[slice(*match.span())]), granted or _authority(heading, match.span())
    return None, granted


def _authority(passage: Passage, form: tuple[int, int]) -> str | None:
    """Who grants the form at `form`: "… của X" behind it, "X tặng …" before it."""
    match = _AUTHORITY.match(passage.folded, form[1])
    return _name(passage, match) if match else _granter_before(passage, form[0])


def _granter_before(passage: Passage, position: int) -> str | None:
    matches = [match for match in _GRANTS.finditer(passage.folded) if match.end() <= position + len("khen thuong ")]
    return _name(passage, matches[-1]) if matches else None


def _name(passage: Passage, match: re.Match[str]) -> str | None:
    start, end = match.span("who")
    asked = _ASKED.match(passage.folded, start, end)
    start = asked.end() if asked else start
    stop = _AUTHORITY_STOP.search(passage.folded, start, end)
    return passage.text[start : stop.start() if stop else end].strip(" ,.") or None


def _occasion(passage: Passage, context: Sequence[Passage], position: int) -> str | None:
    """What the reward is for: words before it ("sơ kết hằng năm khen …"), a label, a heading "Khen thưởng hằng năm"."""
    label = passage.label
    names = [label[0]] if label else []
    names += [heading.text for heading in context]
    for name in names:
        folded = flat(name)
        is_occasion = folded.startswith(("khen thuong ", "ve khen thuong ", "tong ket", "so ket"))
        if is_occasion and not re.search(r"tap the|ca nhan", folded) and not _FORM.search(folded):
            return name
    start = passage.sentence(position)[0]
    match = _OCCASION.search(passage.folded, start, position)
    return passage.text[slice(*match.span("words"))].strip() if match else None


def _find_quotas(passage: Passage, pattern: re.Pattern[str]) -> list[_Quota]:
    """The statements of numbers; a kind that comes again begins a new one: "sơ kết 04 tập thể; tổng kết 06 tập thể"."""
    quotas: list[_Quota] = []
    bound = ""
    for match in pattern.finditer(passage.folded):
        kind = bearer_of(match["kind"])
        if kind is None:
            continue
        continues = bool(quotas) and _AND_NEXT.match(passage.folded[quotas[-1].end : match.start()]) is not None
        bound = match["bound"] or (bound if continues else "")
        if not quotas or kind in quotas[-1].ranges or not _same_statement(passage, quotas[-1].end, match.start()):
            quotas.append(_Quota(match.start(), match.end()))
        high = int(match["high"]) if match["high"] else None
        quotas[-1].ranges[kind] = _bounds(bound, int(match["low"]), high)
        quotas[-1].end = match.end()
    return quotas


def _same_statement(passage: Passage, end: int, start: int) -> bool:
    """Whether nothing between two numbers ends the statement: no full stop, no other form of reward."""
    between = passage.folded[end:start]
    return "." not in between and not _FORM.search(between)


def _bounds(bound: str, low: int, high: int | None) -> _Range:
    if high is not None:
        return low, high
    if bound.startswith(_NO_MORE):
        return None, low
    if bound.startswith(_NO_FEWER):
        return low, None
    return low, low


def _with_sisters_form(
    branch: Branch, own: Sequence[Reward], by_node: Sequence[tuple[Branch, Sequence[Reward]]]
) -> list[Reward]:
    """Numbers in a node "Số lượng" belong to the only form of reward that its sister "Hình thức" offers."""
    if Role.SO_LUONG_KHEN_THUONG not in branch.node.roles or not branch.ancestors:
        return list(own)
    sisters = [
        (other, rewards)
        for other, rewards in by_node
        if Role.HINH_THUC_KHEN_THUONG in other.node.roles
        and other is not branch
        and other.ancestors
        and other.ancestors[-1] is branch.ancestors[-1]
    ]
    offered = [reward for _, rewards in sisters for reward in rewards]
    several = any(_OTHER_REWARDS.search(flat(other.node.text)) for other, _ in sisters)
    if several or len({(reward.form, reward.authority) for reward in offered}) != 1 or any(map(_has_number, offered)):
        return list(own)
    sole = offered[0]
    return [
        reward.model_copy(update={"form": sole.form, "authority": reward.authority or sole.authority})
        if reward.form is None and reward.authority in (None, sole.authority)
        else reward
        for reward in own
    ]


def _has_number(reward: Reward) -> bool:
    numbers = (reward.collectives_min, reward.collectives_max, reward.individuals_min, reward.individuals_max)
    return any(number is not None for number in numbers)


def _with_forms(rewards: Sequence[Reward]) -> list[Reward]:
    """A number whose authority grants exactly one of the named forms is a number of that form."""
    forms: dict[str, set[str]] = {}
    for reward in rewards:
        if reward.form and reward.authority:
            forms.setdefault(flat(reward.authority), set()).add(reward.form)
    completed = []
    for reward in rewards:
        known = forms.get(flat(reward.authority), set()) if reward.authority else set()
        only = next(iter(known)) if reward.form is None and len(known) == 1 else None
        completed.append(reward.model_copy(update={"form": only}) if only else reward)
    return completed


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
