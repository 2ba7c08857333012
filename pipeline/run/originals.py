"""Which of several files with the same paper is its original: the one with the plainest path, then the oldest."""

from __future__ import annotations

import re

from pipeline.vietnamese.folding import fold

# What people and programs put into the names of copies, folded.
_COPY = re.compile(
    r"(?<![a-z])(?:copy|copies|copy of|ban sao|sao chep|ban copy|duplicate|backup|sao luu|du phong|ban trung|trung lap)"
    r"(?![a-z])|\(\d{1,3}\)|(?<=[a-z\d])~\d?(?=\.|$)|(?<=[-_ ])copy\d+"
    r"|(?<![a-z])(?:nhap|draft|temp|tmp|old|cu)(?![a-z])"
)

Plainness = tuple[int, int, int, str]


def plainness(path: str, mtime_ns: int) -> Plainness:
    """The smaller, the more likely the file is the original: signs of a copy in its path, age, length of the path.

    >>> min(["Bản sao/KH 28.pdf", "KH 28.pdf", "KH 28 (2).pdf"], key=lambda path: plainness(path, 0))
    'KH 28.pdf'
    """
    return len(_COPY.findall(fold(path).replace("_", " "))), mtime_ns, len(path), path
