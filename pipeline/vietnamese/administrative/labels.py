"""The fixed words of the form: quốc hiệu and tiêu ngữ, "Nơi nhận", "Kính gửi", the signs of authority (TM., KT., …).

A letter in five of them may be misread: one tolerance for all who look for them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from pipeline.vietnamese.administrative.matching import is_like, skeleton, starts_like, starts_lower, word_count
from pipeline.vietnamese.folding import flat, fold
from pipeline.vietnamese.letters import UPPER

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
UNION = "ĐOÀN TNCS HỒ CHÍ MINH"  # over the date in letters of the youth union, where others have quốc hiệu
MOTTO = "Độc lập - Tự do - Hạnh phúc"
# How alike a part of a line must be, in hundredths: the shorter ones share their words with bodies' names.
_INSIDE = {STATE: 76, MOTTO: 76, PARTY: 80, UNION: 88}
_LEAST_PART = 0.75  # of a phrase: a body's own name may hold less of it
_BESIDE = 85  # how alike quốc hiệu must be to be told in a line that holds the other column as well
_BOTH_COLUMNS = 7  # words that such a line has at least

_RECIPIENTS, _ADDRESSEES = ("nơi nhận", "nơi gửi"), "Kính gửi"
_RECIPIENTS_LABEL = re.compile(
    r"^\W{0,3}(?P<label>[^\W\d]{2,4}\s?[^\W\d]{3,5})\s?"
    r"(?P<sign>[:;.,]|$|(?=\s{1,}(?:TM|KT|TL|TUQ|Q|T/M|K/T)\b))"
)
_LABEL_LIKE = 74  # of eight letters two may be misread
_OTHER_PLACES = frozenset(("sinh", "cap", "lam", "dang", "thuong", "hoc", "cong", "tam"))
"""What a form asks for behind "Nơi": birth, issue, work, residence."""

AUTHORITY_SIGNS = ("TM", "KT", "TL", "TUQ", "TUN", "Q")
"""For whom a signer signs: thay mặt, ký thay, thừa lệnh, thừa ủy quyền, thừa ủy nhiệm, quyền."""
# "Các phòng: TM, CT, HC" lists offices: behind a comma or blank an authority names a body or position, no abbreviation.
_LISTED = r"(?!(?!BCH|BTV|BCĐ|BGH|HĐ)[A-ZĐ]{1,3}\s?(?:[,;/]|\W*$))"
_STOP = rf"(?:\s?[.:]\s?|(?:\s?,\s?|\s+){_LISTED})"
AUTHORITY = re.compile(rf"^(?P<sign>T\s?/?\.?M|K\s?/?\.?T|T\s?/?\.?L|TUQ|TUN|TƯQ|Q|QUYỀN){_STOP}(?=[^\W\d]{{2}})")
"""The sign of authority that a line begins with, up to the body or post: "KT. CHỦ TỊCH", "T/M BAN CHẤP HÀNH"."""
AUTHORITY_INSIDE = re.compile(rf"(?<=\s)(?:TM|T/M|KT|K/T|TL|T/L|TUQ){_STOP}(?=[{UPPER}]{{2}})")
"""The same behind other words on a line."""


def is_motto(text: str) -> bool:
    """Whether a whole line is quốc hiệu, tiêu ngữ or the Party's name."""
    return any(is_like(text, phrase) for phrase in (STATE, MOTTO, PARTY))


def heads_right_column(text: str) -> bool:
    """Whether a whole line is what the right column of a letterhead begins with: the state's or the Party's name."""
    return any(is_like(text, phrase) for phrase in (STATE, PARTY))


def has_motto(text: str) -> bool:
    """Whether a line holds quốc hiệu or tiêu ngữ, alone or beside the other column."""
    if is_motto(text):
        return True
    return word_count(text) >= _BOTH_COLUMNS and fuzz.partial_ratio(skeleton(STATE), skeleton(text)) >= _BESIDE


@lru_cache(maxsize=4096)  # several stages ask it of the same rows
def holds_motto(text: str) -> bool:
    """Whether a line is one of the mottos, or holds a whole one among other words."""
    return is_motto(text) or any(phrase_in(text, phrase) for phrase in (STATE, MOTTO, PARTY))


def phrase_in(text: str, phrase: str) -> tuple[int, int] | None:
    """Where a line holds STATE, MOTTO, PARTY or UNION, whole words of it; None where it does not."""
    if len(text) < 0.7 * len(phrase):
        return None
    found = fuzz.partial_ratio_alignment(fold(phrase), flat(text), score_cutoff=_INSIDE[phrase])
    if found is None or found.dest_end - found.dest_start < _LEAST_PART * len(phrase):
        return None
    start, end = found.dest_start, found.dest_end
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def recipients_label_end(text: str) -> int | None:
    """Where "Nơi nhận:" ends at the beginning of a line; None where none stands there, or a sentence goes on."""
    match = _RECIPIENTS_LABEL.match(text)
    if match is None or not fold(match["label"]).startswith("n") or starts_lower(text):
        return None
    if fold(match["label"]).split()[-1] in _OTHER_PLACES:
        return None
    label = skeleton(match["label"])
    at, sent = map(skeleton, _RECIPIENTS)
    return match.end() if fuzz.ratio(label, at) >= _LABEL_LIKE or label == sent else None


def opens_recipients(text: str) -> bool:
    """Whether a line begins with "Nơi nhận" and nothing but the list or the other column follows."""
    return recipients_label_end(text) is not None


def is_recipients_label(text: str) -> bool:
    """Whether a line is the label of the list of recipients and nothing else."""
    end = recipients_label_end(text)
    return end is not None and not any(map(str.isalnum, text[end:]))


def opens_addressees(text: str) -> bool:
    """Whether a line begins with "Kính gửi"."""
    return starts_like(text, _ADDRESSEES, 0.85)
