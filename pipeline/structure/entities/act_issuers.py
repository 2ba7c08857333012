"""Who issued an act: the body named with "của" behind it, or at the end of its title."""

from __future__ import annotations

import re

from pipeline.structure.entities.act_types import TYPES
from pipeline.structure.words.lexicon import lexicon
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.letters import UPPER

_LONGEST = 16  # words of a body's name
_OF = re.compile(r"^[\s,)]*cua\s+")
# Small words that end an issuer's name; written with a capital they belong to it.
_STOPS = frozenset(
    """
    về ban quy phê hướng triển sửa công thực tổ phát đảm bảo giao đã tại nhằm để cho thông theo kèm trên trong giai năm
    ngày được là có do từ đến đối với nêu ký yêu như khi kiện thành tăng đẩy chỉ xây phân điều bổ v/v gửi thi cụ gồm
    báo định lần sẽ và phục tổng nâng mời hỗ ve cua ngay nam
    """.split()  # noqa: SIM905 - a table of words reads best as words
)
# … but these pairs go on with it: "xã", "thành phố", "bộ phận", "ban hành" is a stop while "ban chỉ đạo" is a name.
_GOES_ON = re.compile(
    r"(?:thanh pho|phat (?:trien nong thon|thanh|hanh)|bao ve|to chuc (?:can bo|nha nuoc)"
    r"|thanh uy|bo (?:truong|phan|chinh)|ban (?!hanh)|chi (?:cuc|bo|dao)"
    r"|cong (?:an|doan|thuong|ty|nghe|nghiep|dan)"
    r"|to (?:cong tac|quoc)|thi (?:xa|tran|uy|dua)|thuc pham|tong (?:cuc|cong ty|giam doc|lien doan)|thong tin"
    r"|bao (?:hiem|tang)|phan hieu|khoa [xvi\d]+|ho chi minh|nang luong|phuc loi)"
)

# Capitals or not, these open the act's title; no body's name holds them.
_OPENS_TITLE = re.compile(
    r"(?:ve|v/v|quy dinh|huong dan|ban hanh|phe duyet|sua doi|bo sung|cong bo|thong qua|dieu chinh|trien khai"
    r"|phat dong|tang cuong|day manh|bai bo|dinh chinh|quy chuan|thanh lap|kien toan|phan cong)\b"
)
# What follows the "và" of a ministry's name though it is typed in small letters.
_AND = re.compile(
    r"va (?:phat trien nong thon|moi truong|dau tu|xa hoi|dao tao|cong nghe|du lich|truyen thong|the thao)\b"
)
# Behind one of these alone the name has only begun, whatever its next word is: "Sở xây dựng", "Ban tổ chức".
_HEADS = re.compile(r"(?:so|bo|phong|ban|cuc|chi cuc|tong cuc|vu|vien|trung tam|hoi|lien doan|truong ban|giam doc so)")
# Words that stop a name only where they begin a word: "Truyền thông", "giao thông", "viễn thông", "phổ thông".
_SECOND = re.compile(r"\b(?:truyen|giao|vien|pho|luu|cap) $")
_LISTED_NAME = re.compile(rf"\s(?:[^\W\d_]+\s){{1,3}}và\s[{UPPER}][^\W\d_]+")


def issuer_at(text: str, folded: str, at: int) -> tuple[str | None, int]:
    """(issuer, offset after it) of a body named with "của" at `at`."""
    of = _OF.match(folded[at:])
    if not of:
        return None, at
    start = end = at + of.end()
    held = 0  # up to where the words are known to belong to the name
    for count, word in enumerate(re.finditer(r"\S+", text[start:])):
        offset = start + word.start()
        bare = word[0].lower().strip('“”"(),;.:')
        if count > 0 and offset >= held:
            held = _held_until(text, folded, start, offset, bare)
            if not held and (count >= _LONGEST or _ends_name(word[0], bare, folded, offset)):
                break
        end = offset + len(word[0].rstrip('“”"(),;.:'))
        if word[0][-1] == "," and _name_has_comma(text, folded, offset + len(word[0])):
            continue
        if word[0][-1] in ',;.:)”"':
            break
    name = text[start:end].strip(" -–")
    return (name or None), end


def _ends_name(word: str, bare: str, folded: str, offset: int) -> bool:
    """Whether a body's name ends before a word: an act's title begins, something in brackets, a small word."""
    if _OPENS_TITLE.match(folded, offset) or word[0] in '“"(':
        return True
    return not word[0].isupper() and bare in _STOPS


def _name_has_comma(text: str, folded: str, at: int) -> bool:
    """Whether a body's name goes on after a comma that ends at `at`: "Văn hóa, Thể thao và Du lịch"."""
    rest = folded[at:].lstrip()
    if re.search(r"\bbo truong,$", folded[:at]) and re.match(r"chu nhiem (?:uy ban|van phong)\b", rest):
        return True  # "Bộ trưởng, Chủ nhiệm Văn phòng Chính phủ" is one office
    if not _LISTED_NAME.match(text, at) or lexicon().body.match(rest):
        return False
    return not any(rest.startswith((f"{name} ", f"cac {name} ")) for name in TYPES)


def _held_until(text: str, folded: str, start: int, offset: int, bare: str) -> int:
    """Where the words at `offset` that surely go on with a name end; 0 where that is not sure."""
    if bare in {"va", "và"}:  # "Bộ Giáo dục và Đào tạo" goes on, "UBND tỉnh và Quyết định số …" does not
        following = text[offset:].split(maxsplit=2)[1:2]
        capital = bool(following) and following[0][0].isupper()
        if capital and not re.match(rf"va (?:{'|'.join(TYPES)})\b", folded[offset:]):
            return offset + len(bare)
        pair = _AND.match(folded, offset)
        return pair.end() if pair else 0
    if _HEADS.fullmatch(folded[start:offset].strip()) and bare not in {"ban", "ve", "về"}:
        return offset + len(bare)
    if bare == "thông" and _SECOND.search(folded[:offset]):
        return offset + len(bare)
    goes_on = _GOES_ON.match(folded, offset)
    return goes_on.end() if goes_on else 0


def issuer_in(title: str, symbol: str) -> str | None:
    """A body at the end of a title ("… của Sở Xây dựng") when its initials are in the act's symbol."""
    found = re.search(rf"\bcủa\s+([{UPPER}][^\s,;]*(?:\s+[^\s,;]+){{1,7}})$", title)
    if not found:
        return None
    body = re.sub(r"^(?:bo truong|chu tich|giam doc|tong giam doc|thong doc) ", "", fold(found[1]))
    initials = "".join(word[0].upper() for word in body.split() if word != "va")
    parts = [fold(part).upper() for part in re.split(r"[-/]", symbol)[1:]]
    return found[1].strip() if any(len(part) >= 2 and initials.startswith(part) for part in parts) else None
