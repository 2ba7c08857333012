"""Collects abbreviations that are written with marks ('QĐ', 'HĐND', 'LĐLĐ') from the training text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pipeline.restoration.channel.document_symbols import code_parts
from pipeline.vietnamese.folding import strip_marks
from pipeline.vietnamese.syllables import is_syllable

_CODE = re.compile(r"\b\d[\w./]*[-/][^\W\d_]{2,}(?:[-/][^\W\d_]{2,})*\b|\b[A-ZĐƯƠÔÊÂ]{2,}(?:-[A-ZĐƯƠÔÊÂ]{2,})+\b")
_ABBREVIATION = re.compile(r"(?<![^\W\d_])[A-ZĐ]{3,7}(?![^\W\d_])")
"""On its own: LĐLĐ, TĐKT. Two letters may stand for too much (DT, ĐT), and ĐI is a word in capitals."""
_LEAST = 6
_AMBIGUOUS = frozenset({"HĐ"})  # HD is a document type too (hướng dẫn), whatever the counts say
_LEAD = 3  # the form with marks must be this many times as usual as the one without


def marked_parts(lines: Iterable[str]) -> dict[str, int]:
    """Parts with marks → how often; only those that leave no doubt when their marks are lost."""
    counts: Counter[str] = Counter()
    for line in lines:
        if "-" in line:
            for match in _CODE.finditer(line):
                counts.update(part for part in code_parts(match[0]) if part.isupper())
        if not line.isupper():
            counts.update(part for part in _ABBREVIATION.findall(line) if not is_syllable(part.lower()))
    best: dict[str, str] = {}
    for part, count in sorted(counts.items(), key=lambda item: (item[1], item[0])):
        if count >= _LEAST and "Đ" in part and part not in _AMBIGUOUS:
            best[strip_marks(part)] = part
    return {part: counts[part] for bare, part in sorted(best.items()) if counts[part] >= _LEAD * counts[bare]}


def write_parts(path: Path, parts: dict[str, int]) -> None:
    """'part<TAB>count' lines, the most frequent first."""
    rows = sorted(parts.items(), key=lambda item: (-item[1], item[0]))
    path.write_text("".join(f"{part}\t{count}\n" for part, count in rows), encoding="utf-8")
