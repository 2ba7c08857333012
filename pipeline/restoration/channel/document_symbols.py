"""Document numbers and abbreviations: 'QD-UBND' is QĐ-UBND whose bar was lost. Digits are never touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_PART = re.compile(r"[^\W\d_]{2,}")
_EVERYDAY = 3000  # only parts as usual as QĐ and NĐ are known again when Đ was read as P or B


@dataclass(frozen=True)
class CodeBook:
    """Parts of document numbers that have a letter with marks, with how often they were seen ('NĐ': 11996)."""

    marked: Mapping[str, int]

    def repair(self, code: str) -> str:
        """`code` with the marks of its known parts put back; parts nobody knows stay."""
        return _PART.sub(lambda match: self._by_reading.get(match[0], match[0]), code)

    @cached_property
    def _by_reading(self) -> dict[str, str]:
        """Each way a known part may have been read → the part; the more frequent part wins."""
        result: dict[str, str] = {}
        for part, _ in sorted(self.marked.items(), key=lambda item: (item[1], item[0])):
            result[part.replace("Đ", "D")] = part
            if self.marked[part] >= _EVERYDAY:
                result.update({part.replace("Đ", letter): part for letter in "PB"})
        return result

    @staticmethod
    def load(path: Path) -> CodeBook:
        """Reads 'part<TAB>count' lines."""
        rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
        return CodeBook({part: int(count) for part, count in rows})


def code_parts(code: str) -> Iterable[str]:
    """The letter groups of a document number: '12/QĐ-UBND' → QĐ, UBND."""
    return _PART.findall(code)
