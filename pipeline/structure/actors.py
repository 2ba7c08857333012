"""Who acts in a sentence: the body or persons named before the first verb of duty."""

from __future__ import annotations

import re

from pipeline.schema import Bearer
from pipeline.structure.passages import flat

_ORDER = re.compile(
    r"^\s*(?:[-–+•*]\s*)?(?:(?:de nghi|yeu cau|giao nhiem vu cho|giao cho|giao|phan cong|kinh de nghi)\b\s*:?\s*)"
)
# Verbs of duty that end the name of whoever bears it. A verb that bodies' names hold as well ("kiểm tra" in
# "Ủy ban Kiểm tra") is left out.
_DUTY = re.compile(
    r"\s*[,:]?\s*\b(?:chu tri|co trach nhiem|chiu trach nhiem|phoi hop|theo doi|tham muu|can cu|day manh|lay ket qua|"
    r"chu dong|tich cuc|trien khai|huong dan|don doc|thuc hien|la dau moi|lam dau moi|dau moi|chuan bi|bo tri|xay dung|"
    r"to chuc(?!\s+(?:chinh tri|kinh te|xa hoi|dang|can bo))|tong hop|bao cao|gui|nop|trinh|cu can bo|dam bao|bao dam|"
    r"tiep tuc|tang cuong|phat hien|tham dinh|ra soat|quan triet|tuyen truyen(?!\s+huyen)|pho bien|tien hanh|"
    r"nghiem tuc|thuong xuyen|co nhiem vu|phat dong|van dong|dua tin|lap du tru|lap ke hoach|tu kiem tra|hoan thien|"
    r"dam nhan|truc tiep|kip thoi|khan truong|quan ly|giai quyet|duoc giao|se tien hanh|tham gia)\b"
)
# Heads of names of bodies and of groups of people (folded).
_BODY_HEADS = (
    "uy ban|ubnd|hdnd|ubmttq|mttq|mat tran|so|bo|cuc|chi cuc|tong cuc|vu|vien|phong|van phong|ban|to|doan|hoi|hoi dong|"
    "trung tam|truong|benh vien|cong an|dang uy|chi bo|huyen uy|thi uy|tinh uy|thanh uy|thuong truc|co quan|don vi|"
    "khoi|cong ty|doanh nghiep|dai|bao|nha|lien doan|tap the|bo phan|cac|nhung|moi|tat ca|toan the|tung|khoa|tram|"
    "quan uy|bo chi huy|kho bac|ngan hang|toa an|thanh tra|co so"
)
_PERSON_HEADS = (
    "can bo|cong chuc|vien chuc|nguoi lao dong|ca nhan|giam doc|pho giam doc|chu tich|pho chu tich|thu truong|truong|"
    "truong phong|nguoi dung dau|ong|ba|dong chi|thay|co|hoc sinh|sinh vien|giao vien|nhan vien|dang vien|doan vien|"
    "hoi vien|chu nhiem|truong doan|thu ky|lanh dao|chien si|nguoi dan|nhan dan|cong dan|lao dong"
)
_STARTS_WITH_ACTOR = re.compile(rf"^(?:{_BODY_HEADS}|{_PERSON_HEADS})\b")
_DETERMINER = r"(?:(?:cac|nhung|moi|tat ca(?: cac)?|toan the|toan bo|tung|doi voi|cac dong chi)\s+)*"
_PERSONS = re.compile(
    rf"^{_DETERMINER}(?:can bo|cong chuc|vien chuc|nguoi lao dong|ca nhan|dang vien|doan vien|hoi vien|giao vien|"
    r"nhan vien|hoc sinh|sinh vien|chien si|giang vien|nguoi dan|nhan dan|cong dan|ong|ba|lanh dao)\b"
)
_COLLECTIVES = re.compile(
    rf"^{_DETERMINER}(?:tap the|co quan|don vi|ban|nganh|phong|so|bo phan|to chuc|doan the|ubnd|uy ban|ubmttq|mat tran|"
    r"truong|benh vien|trung tam|cong ty|doanh nghiep|co so|xa|phuong|thi tran|huyen|thi xa|thon|khu pho|khoi|van phong|"
    r"tram|khoa|chi bo|dang uy|chi doan|hoi|cong doan|ho gia dinh|to dan pho|khu dan cu|nha thuoc|hop tac xa|tat ca)\b"
)


def actor_of(words: str) -> tuple[str | None, int]:
    """(who acts, where the action begins) in a sentence; (None, 0) where nobody is named before the first verb."""
    folded = flat(words)
    order = _ORDER.match(folded)
    start = order.end() if order else len(folded) - len(folded.lstrip(" -–+•*"))
    verb = _DUTY.search(folded, start)
    while verb is not None and verb.start() == start:
        verb = _DUTY.search(folded, verb.end())
        if order is None:
            return None, 0
    end = verb.start() if verb else len(words)
    name = words[start:end].strip(" ,:")
    if not name or len(name) > 220 or "." in name.rstrip("."):
        return None, 0
    if order is None and not _STARTS_WITH_ACTOR.match(flat(name)):
        return None, 0
    return name, end + len(words[end:]) - len(words[end:].lstrip(" ,:"))


def is_actor(name: str) -> bool:
    """Whether a label or heading names a body or persons."""
    return bool(_STARTS_WITH_ACTOR.match(flat(name.strip())))


def bearer_of(words: str) -> Bearer | None:
    """Whether a phrase speaks of collectives or of persons, as its first words tell."""
    folded = flat(words.strip(" -–+•*"))
    if _PERSONS.match(folded):
        return Bearer.INDIVIDUAL
    if _COLLECTIVES.match(folded):
        return Bearer.COLLECTIVE
    return None
