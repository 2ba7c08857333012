"""Who acts in a sentence: the body or persons named before the first verb of duty.

The word lists are folded (no marks, lower case), so that a mark that OCR lost does not hide a name.
"""

from __future__ import annotations

import re

from pipeline.schema import Bearer, Role
from pipeline.structure.plan_values.passages import Branch
from pipeline.vietnamese.folding import flat


def _any(phrases: str) -> str:
    """A pattern for one of the phrases of a list with '|' between them; 'so (luong)' means so, but not so luong."""
    alternatives = []
    for phrase in phrases.split("|"):
        word, _, others = " ".join(phrase.split()).partition(" (")
        pattern = re.escape(word).replace(r"\ ", r"\s+")
        if others:
            pattern += r"(?!\s+(?:" + "|".join(others.rstrip(")").split("/")) + r")\b)"
        alternatives.append(pattern)
    return "(?:" + "|".join(alternatives) + ")"


# Verbs of duty that end the name of whoever bears it. Verbs that names of bodies hold as well are left out.
_DUTY_VERBS = """
    chu tri | co trach nhiem | chiu trach nhiem | phoi hop | theo doi | tham muu | can cu | day manh | lay ket qua
    | chu dong | tich cuc | trien khai | huong dan | don doc | thuc hien | la dau moi | lam dau moi | dau moi |
    chuan bi | bo tri | xay dung | bao cao | gui | nop | trinh | cu can bo | dam bao | bao dam | tiep
    tuc | tang cuong | phat hien | ra soat | quan triet | pho bien | tien hanh | nghiem
    tuc | thuong xuyen | co nhiem vu | phat dong | van dong | dua tin | lap du tru | lap ke hoach | tu kiem tra |
    hoan thien | dam nhan | truc tiep | kip thoi | khan truong | quan ly | giai quyet | duoc giao | se tien hanh |
    tham gia | phan cong | ban hanh | de xuat | hoan thanh | cung cap | huy dong | cu the hoa | can doi | thanh lap |
    lam nong cot | la co quan | la don vi | la bo phan | lap danh sach | lap ho so | lap so | giu gin | cap nhat |
    lua chon | binh chon | xem xet | tiep nhan | cong bo | cong khai | trang tri | hop binh xet | thong bao | phan bo |
    tu ra soat | tu danh gia |
    phan anh | phat song | so ket | tong ket | ky ket | ky cam ket | bo sung | khac phuc | to chuc ky | ra mat | in an |
    long ghep
"""
_BODIES = """
    uy ban | ubnd | hdnd | ubmttq | ubmt | mttq | mat tran | so (luong/lieu/ket) | bo (tieu chi/tri/sung/ho so) |
    cuc | chi cuc | tong cuc | vu | vien | phong (trao/chong) | van phong | ban (hanh/giao) | to (chuc/trinh) |
    doan | hoi (nghi/thi/thao) | hoi dong | trung tam | truong | benh vien | thu vien | cong an | dang uy | chi bo |
    huyen uy | thi uy | tinh uy | thanh uy | thuong truc (phong) | co quan | don vi | khoi | cong ty | doanh nghiep |
    dai | bao (cao/dam) | lien doan | tap the | bo phan | cac | nhung | moi | tat ca | toan the | tung | khoa | tram |
    bo chi huy | kho bac | ngan hang | toa an | thanh tra | co so | cong doan | chi doan
"""
_PEOPLE = """
    can bo | cong chuc | vien chuc | nguoi lao dong | ca nhan | giam doc | pho giam doc | chu tich | pho chu tich
    | thu truong | truong | truong phong | nguoi dung dau | ong | ba | dong chi | thay | co | hoc sinh | sinh vien
    | giao vien | nhan vien | dang vien | doan vien | hoi vien | chu nhiem | truong doan | thu ky | tong phu trach |
    lanh dao | chien si | nguoi dan | nhan dan | cong dan | lao dong
"""
_GROUPS_OF_PEOPLE = """
    can bo | cong chuc | vien chuc | nguoi lao dong | ca nhan | dang vien | doan vien | hoi vien | giao vien |
    nhan vien | hoc sinh | sinh vien | chien si | giang vien | nguoi dan | nhan dan | cong dan | ong | ba | lanh
    dao
"""
_GROUPS_OF_BODIES = """
    tap the | co quan | don vi | ban (hanh) | nganh | phong (trao) | so (luong/lieu) | bo phan | to chuc | doan
    the | ubnd | uy ban | ubmttq | mat tran | truong | benh vien | trung tam | cong ty | doanh nghiep | co so | xa
    | phuong | thi tran | huyen | thi xa | thon | khu pho | khoi | van phong | tram | khoa | chi bo | dang uy |
    chi doan | chi hoi | to (chuc/trinh) | hoi (vien/nghi) | cong doan | ho gia dinh | ho | lop |
    to dan pho | khu dan cu | nha thuoc | hop tac xa | tat
    ca
"""

_ORDER = re.compile(r"^\s*(?:[-–+•*]\s*)?(?:de nghi|yeu cau|giao nhiem vu cho|giao cho|giao|kinh de nghi)\b\s*:?\s*")
# "Trung tâm dịch vụ tổng hợp", "Ban Tổ chức", "Đoàn thẩm định": there the verb is part of the name.
_VERBS_IN_NAMES = (
    r"(?<!dich vu )(?<!phong )(?<!ban )(?<!doan )(?<!\bto )(?<!hoi dong )(?<!uy ban )(?<!trung tam )"
    r"(?<!chi nhanh )(?<!duoc )(?<!dien )(?<!\bdot )(?<!cuoc )(?<!\bviec )"
    r"(?:tong hop|tuyen truyen|tham dinh|danh gia|dang ky|chi dao|kiem tra|giam sat|khao sat|"
    r"mo(?=\s+(?:lop|phieu|chuyen|so|rong))|"
    r"(?<!\bcac )(?<!nhung )to chuc(?!\s+(?:chinh tri|kinh te|xa hoi|dang|can bo|hanh chinh)))"
)
_DUTY = re.compile(rf"\s*[,:]?\s*\b(?:{_any(_DUTY_VERBS)}|{_VERBS_IN_NAMES})\b")
# "Căn cứ Kế hoạch này, các cơ quan …": the ground before the name.
_GROUND = re.compile(r"(?:can cu|theo|tren co so)\b[^,.;]{0,70}?\b(?:nay|tren|duoc giao)\b\s*,?\s*")
_TO_BE_DONE = re.compile(
    r"\b(?:gui|nop|trinh|xong|tap huan|kien toan|ra mat|to chuc|khai mac|be mac|nghiem thu|dang ky"
    r"|tra loi|phan hoi|xu ly)\b"
)
# "… trong phạm vi chức năng, nhiệm vụ được giao": between who acts and what they do.
_DUTIES = r"(?:chuc nang|nhiem vu|quyen han|tham quyen)"
_WITHIN = re.compile(
    rf"\s*,?\s*\b(?:trong pham vi|theo|tuy theo)\s+{_DUTIES}(?:(?:,| va)?\s+{_DUTIES})*"
    r"(?:\s+(?:duoc giao|duoc phan cong|cua minh|quan ly"
    r"|cua (?:co quan|don vi|nganh|dia phuong)(?:,? (?:don vi|dia phuong))?(?: minh)?))*\s*,?\s*"
)
_STARTS_WITH_ACTOR = re.compile(rf"^(?:{_any(_BODIES)}|{_any(_PEOPLE)})\b")
_DETERMINER = r"(?:(?:cac|nhung|moi|tat ca(?: cac)?|toan the|toan bo|tung|doi voi|cac dong chi)\s+)*"
_PERSONS = re.compile(rf"^{_DETERMINER}{_any(_GROUPS_OF_PEOPLE)}\b")
_COLLECTIVES = re.compile(rf"^{_DETERMINER}{_any(_GROUPS_OF_BODIES)}\b")
# Pattern of the groups that rewards are counted by: "02 chi đoàn", "05 giáo viên".
COUNTED_GROUPS = _any(_GROUPS_OF_PEOPLE + "|" + _GROUPS_OF_BODIES)
_LONGEST_NAME = 220  # characters; a longer "name" is a sentence


def actor_of(words: str) -> tuple[str | None, int]:
    """(who acts, where the action begins) in a sentence; (None, 0) where nobody is named before the first verb."""
    folded = flat(words)
    order = _ORDER.match(folded)
    start = order.end() if order else len(folded) - len(folded.lstrip(" -–+•*"))
    if ground := _GROUND.match(folded, start):
        start = ground.end()
    within = _WITHIN.search(folded, start)
    verb = _duty(words, folded, start)
    if (
        within
        and within.start() > start
        and (verb is None or within.start() <= verb.start())
        and is_actor(words[start:])
    ):
        return words[start : within.start()].strip(" ,:"), within.end() - len(within[0].lstrip(" ,"))
    if verb is not None and verb.start() == start:
        if order is None:
            return None, 0
        verb = _duty(words, folded, verb.end())
    end = verb.start() if verb else len(words)
    name = words[start:end].strip(" ,:")
    if not name or len(name) > _LONGEST_NAME or "." in name.rstrip(".") or ";" in name:
        return None, 0
    if order is None and not is_actor(words[start:]):
        return None, 0
    return name, end + len(words[end:]) - len(words[end:].lstrip(" ,:"))


def _duty(words: str, folded: str, start: int) -> re.Match[str] | None:
    """The first verb of duty from `start` on; "Xây dựng" of "Công chức Địa chính - Xây dựng" is none."""
    for match in _DUTY.finditer(folded, start):
        verb = words[match.start() : match.end()].strip(" ,:")
        if not (verb[:1].isupper() and words[: match.start()].rstrip().endswith(("-", "–"))):
            return match
    return None


def tells_duty(folded: str) -> bool:
    """Whether a folded sentence holds a verb of duty or says that something is to be done or held."""
    return bool(_DUTY.search(folded) or _TO_BE_DONE.search(folded))


def begins_with_duty(text: str) -> bool:
    """Whether a text begins with a verb of duty: "Chủ trì, phối hợp …", not with a name."""
    return _DUTY.match(flat(text)) is not None


def is_actor(name: str) -> bool:
    """Whether a label or heading names a body or persons."""
    return bool(_STARTS_WITH_ACTOR.match(flat(name.strip())))


def owner_of(branch: Branch) -> str | None:
    """Who a node under Tổ chức thực hiện is about: the nearest heading that names a body or persons."""
    if Role.TO_CHUC_THUC_HIEN not in branch.roles():
        return None
    for node in (branch.node, *reversed(branch.ancestors)):
        if Role.TO_CHUC_THUC_HIEN in node.roles:
            return None
        if node.heading and (owner := _named_by(node.heading)):
            return owner
    return None


def _named_by(heading: str) -> str | None:
    """Whom a heading names: "Phòng Nội vụ", "Đề nghị Hội Nông dân xã"."""
    if is_actor(heading):
        return heading
    name, action = actor_of(heading)
    return name if name is not None and action >= len(heading) and is_actor(name) else None


def bearer_of(words: str) -> Bearer | None:
    """Whether a phrase speaks of collectives or of persons, as its first words tell."""
    folded = flat(words.strip(" -–+•*"))
    if _PERSONS.match(folded):
        return Bearer.INDIVIDUAL
    if _COLLECTIVES.match(folded):
        return Bearer.COLLECTIVE
    return None
