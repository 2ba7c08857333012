"""Who hands what to whom: read from the clause before a deadline, "UBND xã gửi báo cáo về Sở Y tế (trước ngày …)"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.structure.plan_values.actors import actor_of, is_actor
from pipeline.structure.plan_values.passages import Passage
from pipeline.vietnamese.folding import flat

_HANDOVER = re.compile(
    r"\b(?P<verb>gui|nop|bao cao|(?<!to )trinh|dang ky)\b(?P<what>.*?)\b"
    r"(?:ve|cho|den|toi)\s+(?P<to>.+?)\s*$"
)
_HEADS = (
    r"(?:uy ban|ubnd|hdnd|hoi dong|mttq|mat tran|so(?!\s+(?:luong|lieu|ket|tiet))|bo(?!\s+(?:sung|ho so|tieu chi))|"
    r"phong|van phong|ban(?!\s+(?:sao|photo|khai|tom|tu|ghi|hanh|giao|cam|dang))|huyen uy|tinh uy|thanh uy|thi uy|"
    r"dang uy|huyen doan|tinh doan|thanh doan|thi doan|doan|lien doan|cong doan|hoi(?!\s+(?:nghi|thao|thi|vien))|"
    r"cuc|chi cuc|trung tam|cong an|thuong truc|bo phan|to(?!\s+(?:trinh|chuc|khai))|chu tich|pho chu tich|"
    r"thu tuong|giam doc|hieu truong|truong ban|lanh dao|cong chuc)"
)
# "gửi Phòng Tư pháp", "báo cáo Chủ tịch UBND xã": the receiver stands right behind the verb.
_DIRECT = re.compile(
    rf"\b(?P<verb>gui|nop|bao cao|(?<!to )trinh)\s+(?:ve\s+)?(?P<to>{_HEADS}\b"
    rf"(?:(?!\b(?:ket qua|tinh hinh|tien do|so lieu|xet|xem xet|quyet dinh|phe duyet|tong hop|de|ve)\b)[^,;.()]"
    rf"|,\s*(?={_HEADS}\b)|(?<=thi dua),(?=\s*khen thuong\b))*)(?P<rest>[^;.]*)$"
)
_LEAD = re.compile(
    r"^(?:(?:sau do|dong thoi|va|de nghi|yeu cau|giao)\b[,\s]*"
    r"|(?:hoac|va|,)?\s*(?:hang (?:nam|quy|thang|tuan)|dot xuat|theo yeu cau|theo giai doan)\b[,\s]*"
    r"|(?:trong )?thang \d{1,2}(?:/| nam )\d{4},\s*)+"
)
# "Sở Y tế đề nghị các đơn vị …": whoever is asked has to act.
_ASKED = re.compile(r"^[^,;:]{3,90}?\b(?:de nghi|yeu cau)\s+(?=(?:cac|ubnd|uy ban|phong|so|ban|don vi|truong)\b)")
_TO_COMMA = re.compile(r"\s*(?:theo quy dinh|cua|tai|va)\b[^,;]{0,120},\s")  # what is left of the time itself
_LONGEST_CLAUSE = 800  # characters
_OPEN_END = re.compile(r"[\s,]+(?:theo|vao|trong|dinh ky|va|ve|de)$")
# A sentence that begins with a verb leaves out its subject: then it is the one before, a label's or the heading's.
_VERBS = re.compile(
    r"(?:to chuc|bao cao|gui|nop|tong hop|xay dung|lap|hoan thanh|thuc hien|dang ky|tu kiem tra|chu tri|chu dong|"
    r"tham muu|theo doi|phoi hop|can cu|thanh lap|ky cam ket|pho bien|tuyen truyen|ra soat|chi dao|trien khai|"
    r"huong dan|cung cap|cu|la|trinh|kiem tra|thong ke|phat dong|phan cong|van dong|bo tri|so ket|tong ket|"
    r"chuan bi|dinh ky)\b"
)


@dataclass(frozen=True, slots=True)
class Parties:
    """Who owes what to whom; None where the words do not tell."""

    who: str | None = None
    what: str | None = None
    to: str | None = None


def tells_what(words: str) -> bool:
    """Whether words behind "định kỳ 6 tháng" say what is done, more than "hàng năm hoặc đột xuất"."""
    folded = flat(words.strip(" ,"))
    lead = _LEAD.match(folded)
    return len(folded[lead.end() if lead else 0 :].split()) > 2


def parties_before(passage: Passage, span: tuple[int, int], owner: str | None) -> Parties:
    """Read from the clause before the time at `span`; where there is none, what is due from the words behind it.

    `owner` is whom the section is about, for sentences that leave their subject out.
    """
    start, end = passage.sentence(span[0])
    clause = passage.text[start : span[0]].rstrip(" ,(")
    if len(clause.strip(" ):.")) < 2:
        return _behind(passage, span[1], end)
    return _read(passage, start, clause, owner)


def _behind(passage: Passage, start: int, end: int) -> Parties:
    """Read from the words behind a time that opens its sentence: "Trong 05 ngày kể từ …, Sở Y tế báo cáo …"."""
    words = passage.text[start:end]
    comma = words.find(",") + 1 if _TO_COMMA.match(flat(words)) else 0
    clause = words[comma:].strip(" ,:")
    who, begin = actor_of(clause)
    if who is None or begin >= len(clause):
        return Parties(what=clause or None)
    return Parties(re.sub(r"\s+phải$", "", who), clause[begin:].strip(" ,:") or None)


def parties_after(passage: Passage, span: tuple[int, int], owner: str | None) -> Parties:
    """Read from the clause behind the time at `span` ("định kỳ 6 tháng báo cáo UBND tỉnh"), who from before it."""
    start, end = passage.sentence(span[0])
    behind = passage.text[span[1] : end]
    after = _read(passage, span[1] + len(behind) - len(behind.lstrip(" ,")), behind.strip(" ,"), None)
    before = _read(passage, start, passage.text[start : span[0]].rstrip(" ,("), owner)
    subject = before.who or (_subject_before(passage, start, owner) if not before.what else None)
    return Parties(after.who or subject, after.what, after.to)


def _read(passage: Passage, start: int, clause: str, owner: str | None) -> Parties:
    if len(clause) > _LONGEST_CLAUSE:  # nobody writes so; to try every verb in it costs its square
        clause = clause[-_LONGEST_CLAUSE:].split(" ", 1)[-1]
    folded = flat(clause)
    lead = _ASKED.match(folded) or _LEAD.match(folded)
    skip = lead.end() if lead else 0
    who, begin = actor_of(clause[skip:])
    if who is not None and not clause[skip + begin :].strip():
        who = None  # no verb was found, so nothing tells where the name ends
    action = clause[skip + (begin if who is not None else 0) :]
    what, to = _handed(action)
    if who is None and _VERBS.match(flat(action)):
        who = _subject_before(passage, start, owner)
    return Parties(who, what, to)


def _handed(action: str) -> tuple[str | None, str | None]:
    """(what, to whom) of a clause without its subject."""
    folded = flat(action)
    match = _HANDOVER.search(folded)
    if match is not None and is_actor(action[slice(*match.span("to"))]):
        to = action[slice(*match.span("to"))].strip()
        handed = action[slice(*match.span("what"))].strip(" ,")
        if handed:
            return (
                action[match.start("verb") : match.end("what")].strip(" ,") if match["verb"] == "bao cao" else handed
            ), to
        return _clean(action[: match.start("verb")]), to
    match = _DIRECT.search(folded)
    if match is not None:
        rest = action[slice(*match.span("rest"))].strip(" ,")
        keeps_verb = match["verb"] == "bao cao" or (match["verb"] == "trinh" and match.start("verb") > 0)
        done = action[: match.end("verb") if keeps_verb else match.start("verb")]
        rest = re.sub(r"^về\s+", "", rest)
        return (rest or _clean(done)), _clean(action[slice(*match.span("to"))])
    return _clean(action), None


def _clean(words: str) -> str | None:
    words = words.strip(" ,")
    end = _OPEN_END.search(flat(words))
    return (words[: end.start()] if end else words).strip(" ,") or None


def _subject_before(passage: Passage, start: int, owner: str | None) -> str | None:
    """Whom the words before a clause name: the passage's label or the sentence's first subject, else `owner`."""
    label = passage.label
    if label and label[1] <= start and is_actor(label[0]):
        actor, _ = actor_of(label[0])
        return actor or label[0]
    actor, _ = actor_of(passage.text[passage.body_start : start]) if start > passage.body_start else (None, 0)
    return actor or owner
