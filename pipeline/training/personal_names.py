"""Counts how words are cased and which are parts of personal names, for models/names.tsv.

Names are taken from where a title says that one follows ('bà Lò Thị Bích', 'bác sĩ Trần Ẩn'), whatever they are: no
list of names goes in.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.vietnamese.syllables import is_syllable
from pipeline.vietnamese.tones import to_old_style

_CASED_LINES = 4
"""Case is counted on each fourth line: that is counts enough, and most of the time the step takes."""
_LEAST = 3

_LETTERS = [
    chr(code)
    for code in (*range(0x41, 0x250), *range(0x1EA0, 0x1EFA))
    if unicodedata.category(chr(code)) in ("Lu", "Ll")
]
_U = "".join(letter for letter in _LETTERS if letter.isupper())
_L = "".join(letter for letter in _LETTERS if letter.islower())
_WITHIN = re.compile(rf"(?<=[{_L},] )[{_U}{_L}][{_L}]*(?![{_U}{_L}])")
"""A word within a sentence: after a small letter or a comma. After capitals stand titles and headings, cased anyhow."""
_NAME = re.compile(
    r"\b(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Đđ]ồng chí|[Ee]m|[Cc]háu|[Cc]ô|[Tt]hầy|[Bb]ác sĩ|[Cc]hủ tịch|[Gg]iám đốc"
    r"|[Tt]rưởng ban|GS|TS|ThS|PGS|TS\.|[Kk]ỹ sư|[Nn]hà báo|[Ll]uật sư|[Đđ]/c|[Tt]ướng|[Tt]á|[Úú]y|[Bb]í thư) "
    rf"([{_U}][{_L}]+(?: [{_U}][{_L}]*){{1,3}})(?![ ][{_U}]|[{_U}{_L}])"
)


@dataclass
class WordCases:
    """Of each syllable (small letters, old tone style): how often it was small and capitalised within sentences, and
    how often family, middle and given name."""

    lower: Counter[str] = field(default_factory=Counter)
    capital: Counter[str] = field(default_factory=Counter)
    family: Counter[str] = field(default_factory=Counter)
    middle: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)


def count_cases(lines: Iterable[str]) -> WordCases:
    """The counts of some text. A name counts once, however often it is met: news write of few persons much."""
    found = WordCases()
    spelled: Counter[str] = Counter()
    names: set[str] = set()
    for number, raw in enumerate(lines):
        line = unicodedata.normalize("NFC", raw)
        names.update(_NAME.findall(line))
        if number % _CASED_LINES == 0:
            spelled.update(_WITHIN.findall(line))
    for word, count in spelled.items():
        (found.lower if word.islower() else found.capital)[to_old_style(word.lower())] += count
    for name in sorted(names):
        parts = [to_old_style(part.lower()) for part in name.split()]
        if len(parts) < 3 or not all(map(is_syllable, parts)):
            continue
        found.family[parts[0]] += 1
        found.middle.update(parts[1:-1])
        found.given[parts[-1]] += 1
    return found


def write_cases(path: Path, cases: WordCases) -> int:
    """Lines 'word<TAB>small<TAB>capitalised<TAB>family<TAB>middle<TAB>given', by spelling; returns their number."""
    rows = []
    for word in sorted({*cases.lower, *cases.capital}):
        if is_syllable(word) and cases.lower[word] + cases.capital[word] >= _LEAST:
            counts = (table[word] for table in (cases.lower, cases.capital, cases.family, cases.middle, cases.given))
            rows.append("\t".join([word, *map(str, counts)]))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return len(rows)
