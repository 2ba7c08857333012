"""Typed values about thresholds: percentages that have to be reached or kept to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.schema import Comparison, Threshold
from pipeline.structure.passages import Branch, Passage

_PERCENT = re.compile(
    r"(?:\b(?P<before>(?:tren|hon|lon hon|tu|toi thieu|it nhat|khong duoi|khong thap hon|duoi|nho hon|"
    r"toi da|khong qua|khong vuot qua)(?:\s+dat)?(?:\s+tu)?)\s+)?"
    r"\b(?P<value>\d{1,3}(?:[.,]\d+)?)\s*(?:%|phan tram)(?P<after>\s*(?:tro len|tro xuong))?"
)
_COMPARISONS = (
    (("khong duoi", "khong thap hon", "toi thieu", "it nhat"), Comparison.AT_LEAST),
    (("khong qua", "khong vuot qua", "toi da"), Comparison.AT_MOST),
    (("tren", "hon", "lon hon"), Comparison.MORE_THAN),
    (("duoi", "nho hon"), Comparison.LESS_THAN),
    (("tu",), Comparison.AT_LEAST),
)
_REACHES = re.compile(r"[\s,]*\b(?:phai\s+)?(?:dat|la|chiem|bang)?(?:\s+(?:ty le|muc))?\s*$")


def read_thresholds(found: Sequence[Branch]) -> list[Threshold]:
    """Every percentage of the text with what it measures and how it is meant."""
    thresholds: list[Threshold] = []
    for branch in found:
        for passage in branch.prose:
            thresholds.extend(_thresholds_of(passage))
    return thresholds


def _thresholds_of(passage: Passage) -> Iterator[Threshold]:
    for match in _PERCENT.finditer(passage.folded):
        first = match.start("value") if _is_other_word(passage, match) else match.start()
        start, end = passage.sentence(match.start("value"))
        end = max(end, match.end())
        subject = passage.text[start:first]
        folded = passage.folded[start:first]
        reaches = _REACHES.search(folded)
        subject = subject[: reaches.start()] if reaches else subject
        yield Threshold(
            value=float(match["value"].replace(",", ".")),
            comparison=_comparison("" if first > match.start() else match["before"] or "", match["after"] or ""),
            subject=subject.strip(" ,:-+") or None,
            of=passage.text[match.end() : end].strip(" ,:") or None,
            **passage.span(first, match.end()),
        )


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
    if after.strip() == "tro len":
        return Comparison.AT_LEAST
    if after.strip() == "tro xuong":
        return Comparison.AT_MOST
    return Comparison.EXACTLY
