"""A body's printed name in normal form, the level it stands at, and the area it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.schema import AuthorityLevel
from pipeline.structure.entities.admin_units import Rank, named, rank_of
from pipeline.structure.entities.names import word_lists
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.syllables import is_syllable
from pipeline.vietnamese.tones import to_old_style

# Abbreviations in bodies' names, spelt out in the case of running text; dots, blanks and hyphens in them set aside.
_SPELT_OUT = {
    "UBND": "Ủy ban nhân dân", "HĐND": "Hội đồng nhân dân", "MTTQ": "Mặt trận Tổ quốc",
    "MTTQVN": "Mặt trận Tổ quốc Việt Nam",
    "UBMTTQ": "Ủy ban Mặt trận Tổ quốc", "UBMTTQVN": "Ủy ban Mặt trận Tổ quốc Việt Nam", "LĐLĐ": "Liên đoàn Lao động",
    "BCH": "Ban Chấp hành", "BTV": "Ban Thường vụ", "BCĐ": "Ban Chỉ đạo", "BQL": "Ban Quản lý",
    "TAND": "Tòa án nhân dân", "VKSND": "Viện kiểm sát nhân dân", "TNCS": "Thanh niên Cộng sản",
    "GDĐT": "Giáo dục và Đào tạo",
    "GD&ĐT": "Giáo dục và Đào tạo", "TNMT": "Tài nguyên và Môi trường", "TN&MT": "Tài nguyên và Môi trường",
    "KHĐT": "Kế hoạch và Đầu tư", "KH&ĐT": "Kế hoạch và Đầu tư", "KHCN": "Khoa học và Công nghệ",
    "KH&CN": "Khoa học và Công nghệ", "TTTT": "Thông tin và Truyền thông", "TT&TT": "Thông tin và Truyền thông",
    "GTVT": "Giao thông vận tải", "VHTTDL": "Văn hóa, Thể thao và Du lịch", "VHTT&DL": "Văn hóa, Thể thao và Du lịch",
    "VHTT": "Văn hóa và Thông tin", "LĐTBXH": "Lao động - Thương binh và Xã hội",
    "LĐTB&XH": "Lao động - Thương binh và Xã hội", "NN&PTNT": "Nông nghiệp và Phát triển nông thôn",
    "NNPTNT": "Nông nghiệp và Phát triển nông thôn", "NN&MT": "Nông nghiệp và Môi trường",
    "NNMT": "Nông nghiệp và Môi trường",
    "THCS": "THCS", "THPT": "THPT", "TH": "TH", "TP": "thành phố", "TX": "thị xã", "TT": "thị trấn", "TW": "Trung ương",
}  # fmt: skip
_SMALL = ("và", "của", "về", "cho", "khu vực", "đa khoa", "chuyên khoa", "tỉnh", "thành phố", "quận", "huyện", "thị xã",
          "thị trấn", "xã", "phường", "đặc khu", "nhân dân", "cấp")  # fmt: skip
_KINDS = r"tỉnh|thành phố|quận|huyện|thị xã|thị trấn|xã|phường|đặc khu"
_AREA = re.compile(
    rf"(?<!\w)(?P<kind>{_KINDS})\s+(?P<name>(?:[^\W\d_]+|\d+)(?:[\s-]+[^\W\d_]+){{0,4}})$", re.IGNORECASE
)
_COMMITTEE = re.compile(r"^(?:uy ban nhan dan|hoi dong nhan dan|van phong (?:hdnd va )?(?:uy ban nhan dan|ubnd))\b")
# How a body's name begins (folded) and the level that tells; the first that fits.
_LEVELS: tuple[tuple[re.Pattern[str], AuthorityLevel], ...] = tuple(
    (re.compile(rf"^(?:{pattern})\b"), level)
    for pattern, level in (
        (
            r"(?:ban chap hanh |ban thuong vu |ban )?(?:dang uy|dang bo|chi bo|tinh uy|thanh uy|huyen uy|thi uy"
            r"|quan uy)|ban (?:tuyen giao|dan van|to chuc|kiem tra|noi chinh)|uy ban kiem tra|ban bi thu|bo chinh tri"
            r"|dang cong san|trung uong dang",
            AuthorityLevel.DANG,
        ),
        (
            r"(?:ban chap hanh |ban thuong vu |uy ban |ban )?(?:doan|lien doan|cong doan|hoi (?!dong)|mat tran"
            r"|tinh doan|thanh doan|huyen doan|thi doan|quan doan|xa doan|lien hiep|lien minh|hiep hoi)",
            AuthorityLevel.DOAN_THE,
        ),
        (
            r"benh vien|trung tam y te|tram y te|phong kham|trung tam (?:kiem soat|chan doan|giam dinh y)",
            AuthorityLevel.BENH_VIEN,
        ),
        (r"truong|dai hoc|hoc vien|nha tre|trung tam (?:giao duc|gdnn|gdtx)", AuthorityLevel.TRUONG),
        (r"bo (?:chi huy|tu lenh)|ban chi huy", AuthorityLevel.KHAC),
        (
            r"so|thanh tra tinh|van phong (?:doan dai bieu|tinh uy)|ban quan ly khu kinh te|ban dan toc",
            AuthorityLevel.SO,
        ),
        (
            r"bo|chinh phu|thu tuong|quoc hoi|uy ban thuong vu quoc hoi|van phong (?:chinh phu|quoc hoi)"
            r"|ngan hang nha nuoc|tong cuc|toa an nhan dan toi cao|vien kiem sat nhan dan toi cao",
            AuthorityLevel.BO,
        ),
        (r"phong", AuthorityLevel.PHONG),
    )
)
_BY_RANK = {
    Rank.COMMUNE: AuthorityLevel.XA,
    Rank.DISTRICT: AuthorityLevel.HUYEN,
    Rank.PROVINCE: AuthorityLevel.TINH,
}


@dataclass(frozen=True, slots=True)
class Area:
    """An administrative unit as a text names it."""

    rank: Rank
    kind: str
    name: str


def normal_form(printed: str) -> str:
    """A body's name in the case of running text, abbreviations spelt out.

    'UBND XÃ PHÚ KHÊ' → 'Ủy ban nhân dân xã Phú Khê'.
    """
    spelt = " ".join(_SPELT_OUT.get(re.sub(r"[.\s]", "", word).upper(), word) for word in printed.split())
    spelt = _first_upper(spelt)
    if spelt != spelt.upper() and printed != printed.upper():
        return spelt  # set in running case: the author's own
    words = spelt.split()
    known = _known_case()
    out: list[str] = []
    at = 0
    while at < len(words):
        for count in range(min(8, len(words) - at), 0, -1):
            phrase = known.get(_key(" ".join(words[at : at + count])))
            if phrase is not None:
                out.append(phrase)
                at += count
                break
        else:
            out.append(words[at] if words[at] in _SPELT_OUT.values() else _capital(words[at]))
            at += 1
    return _first_upper(" ".join(out))


def area_of(name: str) -> Area | None:
    """The unit that a body's name in normal form ends in: 'Ủy ban nhân dân xã Phú Khê', 'Sở Y tế Kiên Giang'."""
    if match := _AREA.search(name):
        where = re.sub(r"^[uủ][ỷỳy]\b\s*|^ủy\b\s*", "", match["name"], flags=re.IGNORECASE)  # "Huyện ủy Bắc Lũng"
        rank = rank_of(match["kind"], where) if where else None
        return Area(rank, match["kind"].casefold(), where) if rank else None
    words = name.split()
    for count in (4, 3, 2):
        tail = " ".join(words[-count:])
        if len(words) > count and (known := named(Rank.PROVINCE, tail)):
            return Area(Rank.PROVINCE, known[0].kind.casefold(), known[0].name)
    return None


def level_of(name: str) -> AuthorityLevel | None:
    """The level of a body by its name in normal form; None where the name does not tell."""
    folded = fold(name)
    if _COMMITTEE.match(folded):
        area = area_of(name)
        if area:
            return _BY_RANK[area.rank]
        bare = re.search(rf"\s({_KINDS})$", name, re.IGNORECASE)
        rank = rank_of(bare[1], "") if bare else None
        return _BY_RANK[rank] if rank else None
    return next((level for pattern, level in _LEVELS if pattern.match(folded)), AuthorityLevel.KHAC if name else None)


@cache
def _known_case() -> dict[str, str]:
    """Folded phrase → its spelling in running text, from the entity finders' lists."""
    lists = word_lists()
    heads = (phrase.rstrip(" ~^") for phrase in lists["bodies"])
    # "Y tế" is a field of work before it is a small word of "trạm y tế".
    return {_key(phrase): phrase for phrase in (*lists["descriptors"], *_SMALL, *heads, *lists["fields"])}


def _key(text: str) -> str:
    return to_old_style(" ".join(text.casefold().split()))


def _capital(word: str) -> str:
    """A name's word with its capital; what is no syllable is an abbreviation and stays: 'PTDTNT', 'THCS&THPT'."""
    parts = re.split(r"([-/–,])", word)
    return "".join(part.capitalize() if is_syllable(part.casefold()) else part for part in parts)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
