"""Laws by their names: where the name after "Luật", "Bộ luật" or "Pháp lệnh" ends."""

from __future__ import annotations

import re

from pipeline.structure.words.lexicon import lexicon

_LONGEST = 12  # words of a law's name

LAW = re.compile(r"(?<![^\W_])(?P<kind>Bộ [Ll]uật|Luật|Pháp lệnh|LUẬT|BỘ LUẬT)\s+(?=[^\W\d])")
CONSTITUTION = re.compile(
    r"(?<![^\W_])Hiến pháp(?: nước Cộng h(?:òa|oà) xã hội chủ nghĩa Việt Nam)?(?=,? (?:ngày|năm) \d| (?:19|20)\d\d)"
)
# A law that is not in the list has to be named as one: "Căn cứ Luật …", not "Khoa Luật …".
_LAW_INTRODUCED = re.compile(
    r"(?:^|can cu |theo |cua |va |[;,(] |thi hanh |thuc hien |huong dan |quy dinh |tai |so dieu )"
    r"(?:cac )?(?:bo )?(?:luat|phap lenh) .$"
)
# "Căn cứ Luật Tài nguyên, môi trường biển và hải đảo ngày …": the name may hold commas.
_BASED_STOP = re.compile(
    r"[;.:()“”]|,? (?:so(?= ?\d)|ngay|nam|duoc|da)\b|, (?:luat|nghi|thong|quyet|bo luat)\b| va (?:luat|nghi)\b|$"
)
_AMENDMENT_STOP = re.compile(r"[;.:()]|,? (?:so(?= ?\d)|ngay|nam)\b|,? (?:da )?duoc\b|$")
_LAW_STOP = re.compile(
    r"(?:[,;.:()“”\"]|\s(?:so(?= ?\d)|nam|ngay|va (?:cac|nghi|luat|quy|nhung|thong|phap|van|huong)|duoc|da|hien hanh"
    r"|quy dinh|tren|doi voi|co hieu luc|cua|theo|tai|nay|do|den|cho|trong|de|la|ve)\b|$)"
)


# "Luật Ban hành văn bản quy phạm pháp luật của Hội đồng nhân dân và Ủy ban nhân dân" is not the one without.
_OF_BODIES = re.compile(
    r" cua (?:hoi dong nhan dan|hdnd)(?:,| va) (?:uy ban nhan dan|ubnd)(?: cac cap)?"
    r"(?=[,;.:)]|$| so| ngay| nam| duoc| da)"
)
# What stands between a law's name and its year or day, or for the word before the year: "Luật Đất đai 2013".
OF_ASSEMBLY = re.compile(r" cua quoc hoi(?: khoa [ivx]+)?(?=,? (?:ngay|nam) )")
BARE_YEAR = re.compile(r" (?P<year>(?:19|20)\d{2})(?![\w/-])")


def law_name(text: str, folded: str, start: int, bound: int | None = None) -> str | None:
    """The name after "Luật": a known one, or the words up to what cannot belong to one, `bound` at most."""
    rest = folded[start:bound]
    if rest.startswith("sua doi"):  # "Luật sửa đổi, bổ sung một số điều của Luật …": an act of its own
        stop = _AMENDMENT_STOP.search(rest)
        return text[start : start + (stop.start() if stop else len(rest))].strip(" ,")
    for known in lexicon().laws:
        if rest.startswith(known) and not rest[len(known) : len(known) + 1].isalnum():
            of = _OF_BODIES.match(rest, len(known))
            return text[start : start + (of.end() if of else len(known))]
    based = folded[:start].rstrip().endswith(("can cu luat", "can cu bo luat", "can cu phap lenh"))
    if not based and not (text[start].isupper() and _LAW_INTRODUCED.search(folded[: start + 1])):
        return None
    stop = _BASED_STOP.search(rest) if based or bound is not None else _LAW_STOP.search(rest)
    name = text[start : start + (stop.start() if stop else len(rest))].strip()
    return name if 1 < len(name.split()) <= _LONGEST else None
