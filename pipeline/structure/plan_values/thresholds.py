"""Typed values about thresholds: percentages, and other numbers with a unit that have to be reached or kept to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.schema import Comparison, Threshold
from pipeline.structure.plan_values.actors import COUNTED_GROUPS
from pipeline.structure.plan_values.passages import Branch, Passage
from pipeline.structure.plan_values.rewards import REWARD_ROLES

_SURE = (
    r"toi thieu|it nhat|khong duoi|khong thap hon|khong it hon|toi da|khong qua|khong vuot qua|khong cao hon|"
    r"khong nhieu hon"
)
_PERCENT = re.compile(
    rf"(?:\b(?P<before>(?:tren|hon|lon hon|tu|duoi|nho hon|{_SURE})(?:\s+dat)?(?:\s+tu)?)\s+)?"
    r"\b(?P<value>\d{1,3}(?:[.,]\d+)?)\s*(?:%|phan tram)(?P<after>(?:\s+\w+){0,4}?\s*(?:tro len|tro xuong))?"
)
_RANGE = re.compile(r"\btu\s+\d{1,3}(?:[.,]\d+)?\s*%?\s*(?:den|-|–)\s*(?P<high>\d{1,3}(?:[.,]\d+)?)\s*%")
_OF_RANGE = re.compile(r"\s*(?:đến|-|–)\s*\d{1,3}(?:[.,]\d+)?\s*%")
_LOW_OF_RANGE = re.compile(r"\s*\btừ\s+\d{1,3}(?:[.,]\d+)?\s*%?\s*(?:đến|-|–)\s*$", re.IGNORECASE)
# What is measured in may stand after "trên" and "dưới", which mean "on" and "under" before things that are counted.
_MEASURES = (
    r"(?:(?:ty|trieu|nghin|ngan)\s+(?:dong|vnd)|dong chi|dong|vnd|diem|tuoi|nguoi|ho|luot|km|m2|ha|tan|kg|lit|met|m|"
    r"gio(?: lam viec)?|phut|nam|thang|ngay(?: lam viec)?|lan|hoc sinh|doan vien|hoi vien|dang vien|lao dong|cay)"
)
_THINGS = (
    r"(?:mo hinh|sang kien|cong trinh|phan viec|cau lac bo|dien hinh|guong|bai viet|bai|tin|buoi|cuoc|dot|lop|trang|"
    r"bo|ban|giai|suat|phan qua|chi tieu|tieu chi|nhiem vu|tap the|ca nhan|don vi|co quan|thanh vien|dai bieu|"
    r"can bo|cong chuc|doanh nghiep|giao vien|tuyen duong|thon|xa|tiet|ngoi nha|can nha|to|nhom|"
    r"chau|quyen|cuon|de tai|thi sinh|doi)"
)
# Whatever else is counted: two syllables, as most nouns have.
_FUNCTION_WORDS = r"(?:trong|cho|duoc|co|va|hoac|de|tren|tai|cua|moi|tu|den|khi|la|do|theo|ve|nhu|phai|tham)"
_ANYTHING = rf"(?!{_FUNCTION_WORDS}\b)[^\W\d_]{{2,}}(?:\s+(?!{_FUNCTION_WORDS}\b)[^\W\d_]{{2,}})?"
_WORD_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}
_NUMERALS = re.compile(r"một|hai|ba|bốn|năm|sáu|b[ảẩ]y|tám|chín|mười|mot|bon|bay|tam|chin|muoi", re.IGNORECASE)
_NUMBER = rf"(?<![\w/.,-])(?P<value>\d{{1,3}}(?:\.\d{{3}})+|\d+(?:[.,]\d+)?|{'|'.join(_WORD_NUMBERS)})(?!\s*[/%–-])"
_SPELT = r"(?:\s*\([^()\d]{2,20}\))?"  # "02 (hai)"
_COUNT = re.compile(
    rf"\b(?:(?P<before>(?:{_SURE})(?:\s+dat)?(?:\s+tu)?|tren|duoi|hon)\s+{_NUMBER}{_SPELT}\s+"
    rf"(?P<unit>{_MEASURES}\b|{_THINGS}\b|{_ANYTHING})"
    rf"|(?:(?P<low>tu)\s+)?{_NUMBER.replace('value', 'floor')}{_SPELT}\s+"
    rf"(?P<of>{_MEASURES}|{_THINGS})\b(?P<after>(?:\s+[^\W\d]+){{0,4}}?\s+(?:tro len|tro xuong)))"
)
_ANY_NUMBER = re.compile(rf"\b\d{{1,3}}(?:[.,]\d+)?\s*%|\b(?:{_SURE})\s+\d")
_NEAR = 400  # characters around a number within which others may speak of other things
_MEASURE = re.compile(_MEASURES)
_MONEY = re.compile(r"(?:(?P<scale>ty|trieu|nghin|ngan)\s+)?(?:dong|vnd)")
_SCALES = {"ty": 10**9, "trieu": 10**6, "nghin": 10**3, "ngan": 10**3}
_QUOTA = re.compile(rf"{COUNTED_GROUPS}\b")
_PERCENT_UNIT = "percent"
_MONEY_UNIT = "đồng"
_COMPARISONS = (
    (("khong duoi", "khong thap hon", "khong it hon", "toi thieu", "it nhat"), Comparison.AT_LEAST),
    (("khong qua", "khong vuot qua", "khong cao hon", "khong nhieu hon", "toi da"), Comparison.AT_MOST),
    (("tren", "hon", "lon hon"), Comparison.MORE_THAN),
    (("duoi", "nho hon"), Comparison.LESS_THAN),
    (("tu",), Comparison.AT_LEAST),
)
_REACHES = re.compile(r"[\s,]*\b(?:phai\s+)?(?:dat|la|chiem|bang)?(?:\s+(?:ty le|muc))?\s*$")


def read_thresholds(found: Sequence[Branch]) -> list[Threshold]:
    """Every percentage of the text, and every other number with a unit that a comparison makes a threshold.

    How many may be rewarded is told by the rewards and left out here.
    """
    thresholds: list[Threshold] = []
    for branch in found:
        about_rewards = bool(branch.nearest_roles() & REWARD_ROLES)
        for passage in branch.prose:
            both = [*_percentages(passage), *_counts(passage, about_rewards)]
            thresholds.extend(sorted(both, key=lambda threshold: threshold.start))
    return thresholds


def _percentages(passage: Passage) -> Iterator[Threshold]:
    ranges = {match.start("high"): match for match in _RANGE.finditer(passage.folded)}
    for match in _PERCENT.finditer(passage.folded):
        first = match.start("value") if _is_other_word(passage, match) else match.start()
        before = "" if first > match.start() else match["before"] or ""
        value = float(match["value"].replace(",", "."))
        comparison = _comparison(before, match["after"] or "")
        if match.start("value") in ranges:
            comparison = Comparison.AT_MOST  # "từ 5% đến 7%"
        yield _threshold(
            passage,
            (first, match.end()),
            value,
            unit=_PERCENT_UNIT,
            comparison=comparison,
            inner=_inner(passage, match),
        )


def _counts(passage: Passage, about_rewards: bool) -> Iterator[Threshold]:
    for match in _COUNT.finditer(passage.folded):
        number, unit_group = ("value", "unit") if match["value"] else ("floor", "of")
        unit = match[unit_group]
        if match[number] in _WORD_NUMBERS and not _NUMERALS.fullmatch(passage.text, *match.span(number)):
            continue
        loose = match["before"] in ("tren", "duoi", "hon")
        if loose and (
            not _MEASURE.fullmatch(unit) or match[number] in _WORD_NUMBERS or passage.folded[match.end() :][:1] == "/"
        ):
            continue
        if about_rewards and _QUOTA.match(unit):
            continue
        first = match.start()
        if match["low"] and passage.text[match.start("low") : match.end("low")].lower() != "từ":
            first = match.start(number)
        scale = _MONEY.fullmatch(unit)
        value = _value(match[number]) * (_SCALES[scale["scale"]] if scale and scale["scale"] else 1)
        printed = _MONEY_UNIT if scale else passage.text[slice(*match.span(unit_group))].lower()
        comparison = _comparison(match["before"] or "", match["after"] or "")
        yield _threshold(
            passage,
            (first, match.end()),
            value,
            unit=printed,
            comparison=comparison,
            inner=_inner(passage, match),
        )


def _value(printed: str) -> float:
    if printed in _WORD_NUMBERS:
        return float(_WORD_NUMBERS[printed])
    thousands = re.fullmatch(r"\d{1,3}(?:\.\d{3})+", printed)
    return float(printed.replace(".", "") if thousands else printed.replace(",", "."))


def _inner(passage: Passage, match: re.Match[str]) -> str:
    """What stands between the unit and "trở lên": "từ 80% phiếu đồng ý trở lên"."""
    start, end = match.span("after")
    return passage.text[start : passage.folded.rindex("tro ", start, end)].strip() if match["after"] else ""


def _threshold(
    passage: Passage, span: tuple[int, int], value: float, *, unit: str, comparison: Comparison, inner: str
) -> Threshold:
    start, end = passage.sentence(span[0])
    span_of = _OF_RANGE.match(passage.text, span[1], end)
    after = span_of.end() if span_of else span[1]
    start, end = _own_clause(passage, start, end, (span[0], after))
    low = _LOW_OF_RANGE.search(passage.text, start, span[0])
    subject = passage.text[start : low.start() if low else span[0]]
    reaches = _REACHES.search(passage.folded[start : start + len(subject)])
    subject = subject[: reaches.start()] if reaches else subject
    return Threshold(
        value=value,
        unit=unit,
        comparison=comparison,
        subject=subject.strip(" ,:-+(") or None,
        of=inner or _of(passage.text[after : max(end, after)]),
        **passage.span(*span),
    )


def _of(words: str) -> str | None:
    """What a number is a part or the number of; "02 buổi/tháng" is of nothing."""
    return None if words.startswith("/") else words.strip(" ,:)") or None


def _own_clause(passage: Passage, start: int, end: int, span: tuple[int, int]) -> tuple[int, int]:
    """The part of a sentence that speaks of the number at `span`, where the sentence gives others in other parts."""
    near = max(start, span[0] - _NEAR)
    before = [
        match
        for match in _ANY_NUMBER.finditer(passage.folded, near, span[0])
        if "," in passage.text[match.end() : span[0]]
    ]
    after = _ANY_NUMBER.search(passage.folded, span[1], min(end, span[1] + _NEAR))
    if before:
        start = passage.text.rindex(",", start, span[0]) + 1
    if after and "," in passage.text[span[1] : after.start()]:
        end = passage.text.index(",", span[1], after.start())
    return start, end


def _is_other_word(passage: Passage, match: re.Match[str]) -> bool:
    """Whether "tu" is not "từ" but the end of another word: "kết quả điện tử đạt 100%"."""
    if not match["before"]:
        return False
    word = passage.text[match.start("before") :].split(maxsplit=1)[0].lower()
    return match["before"].startswith("tu") and word not in ("từ", "tu", "tù", "tứ")


def _comparison(before: str, after: str) -> Comparison:
    for phrases, comparison in _COMPARISONS:
        if before.startswith(phrases):
            return comparison
    if after.strip().endswith("tro len"):
        return Comparison.AT_LEAST
    if after.strip().endswith("tro xuong"):
        return Comparison.AT_MOST
    return Comparison.EXACTLY
