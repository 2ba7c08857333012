"""Is the beginning of an item its title, or a sentence? The contract's rule in one place.

A title stands alone on its line or before a colon; the item is prose, and has none, when it is a sentence. A colon
inside a running sentence ("… gồm các nội dung sau: …") makes no title.
"""

from __future__ import annotations

import re

from pipeline.structure.plan_values.actors import actor_of, begins_with_duty, is_actor
from pipeline.structure.words.matching import capital_share, is_capitals, word_count
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.letters import UPPER

LONGEST_TITLE = 24  # words; longer beginnings before a colon are sentences
LONGEST_ALONE = 40  # words of a title on its own line(s)

# Sentences begin like this (folded): somebody is told to do something, or a condition is set.
_TELLS = re.compile(
    r"^(?:giao(?! (?:tiep|thong|luu|dich|uoc)\b)|de nghi (?!khen)"
    r"|yeu cau (?:cac|thu truong|ubnd|uy ban|nguoi|moi|tung|toan|chu tich|truong|phong|can bo)"
    r"|can cu|tren co so|truong hop|khi |neu |sau khi|trong qua trinh|theo (?:do|quy dinh)|ngoai ra|dong thoi|rieng"
    r"|khan truong|tiep tuc \w+ \w+ \w+ \w+ \w+ \w+|nghiem tuc|kip thoi|thuong xuyen|tich cuc|tap trung \w+ \w+ \w+ \w+"
    r"|phan cong (?:ong|ba|dong chi)|uy quyen|kinh (?:de nghi|mong)|moi (?!noi|dia))\b"
)
# A lead-in, not a title, ends like this.
_LEADS = re.compile(
    r"(?:nhu sau|sau day|sau|bao gom|gom|gom co|cu the|cu the la|la|co trach nhiem|chiu trach nhiem|trach nhiem"
    r" sau|phai|de|nham|rang|vi du|trong do|co the|bang cach|voi|theo|dat|ve viec|co nhiem vu|co nhung nhiem vu"
    r"|tieu chuan sau|noi dung sau|dieu kien sau|nhiem vu sau|truong hop sau|nhu|yeu cau can|duoi day|chu y|luu y)$"
)
_LEAD_WORDS = frozenset(
    "đây gồm có thể là nhiệm phải để nhằm rằng dụ đó cách với đạt việc vụ như cần ý".split()  # noqa: SIM905
)
_LEADS_LOOSE = re.compile(r"(?:,| )(?:bao )?gom(?: co)?\b[^,;]{0,28}$|\b(?:cu the|nhu sau|sau day)\b[^,;]{0,12}$")
# A sentence has one of these inside.
_CLAUSES = re.compile(
    r"\b(?:co trach nhiem|chiu trach nhiem|chu tri|trong do|cu the la|phai (?:dam|duoc|co|thuc|bao|hoan)|can phai"
    r"|da duoc|se duoc|nham (?:dam|nang|tao|thuc|gop|phat)|theo quy dinh tai|duoc thuc hien|thi duoc|tham muu cho)\b"
)
# Bodies or persons are announced by one word for all ("Trưởng các phòng: …", "các ông (bà): …") and told at the end.
_ANNOUNCES_ALL = re.compile(
    r"\b(?:cac|nhung) (?:phong|ban|so|nganh|don vi|co quan|xa|phuong|thi tran|huyen|thon|to|truong|ong|ba|dong chi"
    r"|doan the|to chuc|bo phan|thanh vien|ca nhan|doi|chi bo|khoa|trung tam)\b[^.:]{0,40}$"
)
_TELLS_ALL = re.compile(r"\b(?:co|chiu) trach nhiem (?:thi hanh|thuc hien|to chuc|trien khai)\b")
# "Một số lưu ý", "Những vấn đề cần chú ý": a title although the words open a list elsewhere.
_NOTES = re.compile(r"^(?:mot so|nhung|cac)\b(?: \w+){0,5} (?:luu|chu) y$")
_SLOGAN = re.compile(r"(?:phuong cham|chu de|tinh than|thong diep|khau hieu|cau hoi|mo hinh|ten goi)$")
_SENTENCE_END = re.compile(rf"[.;!?]\s+[{UPPER}\"“]")
_ABBREVIATION = re.compile(rf"\b(?:TM|KT|TL|TP|Tp|TS|ThS|BS|PGS|GS|St|Mr|Nxb|TT|TX|[A-Z])\.\s+[{UPPER}]")
_OPENING = {"(": ")", "[": "]", "“": "”", "«": "»"}


def title_end(text: str, *, longest: int = LONGEST_TITLE) -> int | None:
    """Where the title before a colon ends (the colon's offset), or None when no colon ends a title."""
    position = _first_colon(text)
    if position is None or _goes_on_as_sentence(text[:position], text[position + 1 :]):
        return None
    return position if is_title(text[:position], text[position + 1 :].strip(), longest=longest) else None


def _goes_on_as_sentence(text: str, rest: str) -> bool:
    """Whether a colon stands in a sentence that lists who has to carry an act out: "Trưởng các phòng: Nội vụ, …"."""
    if capital_share(text) > 0.8 or not _ANNOUNCES_ALL.search(fold(text)):
        return False
    told = _TELLS_ALL.search(fold(rest))
    return told is not None and told.start() > 0 and not begins_with_duty(rest)


def is_title(text: str, rest: str = "", *, longest: int = LONGEST_TITLE) -> bool:
    """Whether `text`, which stands before a colon (with `rest` after it) or alone, reads like a title."""
    text = text.strip()
    if not any(char.isalpha() for char in text) or word_count(text) > longest:
        return False
    if capital_share(text) > 0.8:
        return True
    without_abbreviations = _ABBREVIATION.sub("", text)
    lists = ";" not in text or _lists_bodies(text)
    if not lists or _SENTENCE_END.search(without_abbreviations.replace(";", ",")):
        return False
    folded = re.sub(r"\s+", " ", fold(re.sub(r"\([^)]*\)", "", text))).strip(" .,:")
    tells = _TELLS.search(folded) and not text.lower().startswith("giáo")
    names_role = word_count(folded) <= 4 and folded.endswith("chu tri")  # "Chủ trì: …", "Cơ quan chủ trì: …"
    if tells or (_CLAUSES.search(folded) and not names_role):
        return False
    opens_list = not rest and word_count(folded) <= 9 and re.search(r" (?:bao )?gom$", folded)
    names_kind = word_count(folded) <= 4 and folded.endswith(" cu the")  # "Nhiệm vụ cụ thể:"
    if (
        word_count(folded) > 2
        and not opens_list
        and not names_kind
        and not (not rest and _NOTES.match(folded))
        and (_leads(text, folded) or _LEADS_LOOSE.search(folded))
    ):
        return False
    return not (rest[:1] in "“\"'‘" and rest and word_count(folded) > 4 and _SLOGAN.search(folded))


def _lists_bodies(text: str) -> bool:
    """Whether a text is a list of bodies alone: "Các sở, ban, ngành; Ủy ban nhân dân các xã, phường"."""
    parts = [part.strip() for part in text.split(";")]
    return all(part and is_actor(part) and actor_of(part)[1] in (0, len(part)) for part in parts)


def is_lead_in(text: str) -> bool:
    """Whether a text before a colon announces what follows ("… gồm", "… như sau")."""
    folded = re.sub(r"\s+", " ", fold(text)).strip(" .,:")
    return _leads(text, folded) or bool(_LEADS_LOOSE.search(folded))


def _leads(text: str, folded: str) -> bool:
    """Whether a text ends like a lead-in; "thuốc lá" and "thu hồi đất" only look so once their marks are off."""
    if not _LEADS.search(folded):
        return False
    last = re.sub(r"[^\w]+$", "", text).rsplit(None, 1)[-1].lower()
    return fold(last) == last or last in _LEAD_WORDS


def stands_alone(text: str, *, has_content: bool, emphasised: bool, list_follows: bool = False) -> bool:
    """Whether an item's whole first paragraph, which has no title before a colon, is its title.

    `has_content` says that paragraphs or items follow under it, `list_follows` that they begin with a list;
    `emphasised` that it is set in bold or the like.
    """
    text = text.strip()
    if is_capitals(text):
        return word_count(text) <= 60
    if not text or text[-1] in ";,":
        return False
    bare = text.rstrip(".: ")
    longest = LONGEST_ALONE if emphasised else 28
    if not is_title(bare, longest=longest) and not (has_content and _names_only_whom_it_asks(bare)):
        return False
    if text[-1] == "." and not text.endswith("..."):
        return has_content and word_count(text) <= (16 if emphasised or list_follows else 8)
    return has_content or emphasised


def _names_only_whom_it_asks(text: str) -> bool:
    """Whether a line says "Đề nghị" and a body's name and nothing of what that body is to do."""
    name, begin = actor_of(text)
    return name is not None and begin >= len(text) and fold(text).startswith("de nghi ") and is_actor(name)


def trimmed(title: str) -> str:
    """A title without its trailing colon, dot or dash."""
    return re.sub(r"[\s:.;,\-–/]+$", "", title).strip() if not title.endswith("...") else title


def _first_colon(text: str) -> int | None:
    """The first colon outside brackets and quotes that is no time of day, ratio or address."""
    closing: list[str] = []
    for position, char in enumerate(text):
        if closing and char == closing[-1]:
            closing.pop()
        elif char in _OPENING:
            closing.append(_OPENING[char])
        elif char == ":" and not closing:
            around = text[position - 1 : position] + text[position + 1 : position + 2]
            if len(around) == 2 and around.isdigit():
                continue
            if text[position + 1 : position + 3] == "//":
                continue
            return position
    return None
