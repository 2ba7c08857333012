"""One document in several files: which names of a folder are the pages of one paper, "trang-1.jpg, trang-2.jpg …".

Joined are only names that say so: a word for a page, or a number in brackets, counted from 1 without a gap, under one
stem and ending. Photographs by a camera's counter or time are not: a thousand papers lie so in one folder. Joining is
safe, for what is joined wrongly comes apart again where its letterheads are (`pipeline.structure.parts`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from pipeline.vietnamese.folding import fold

_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".heic", ".pdf"})
_NUMBERED = re.compile(
    r"^(?P<stem>.*?)[\s_\-.]*"
    r"(?:(?<![a-z])(?P<word>trang|page|pages|pg|tr|to|p)[\s_\-.]*(?P<number>\d{1,3})|\((?P<bracket>\d{1,3})\))$"
)
_MOST = 100  # files: more are a folder of papers, and one worker has to read all of them


def series_in(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The series among the names of one folder: its first page's name → the names of all its pages, in order.

    >>> series_in(["trang-1.jpg", "trang-10.jpg", "trang-2.jpg", "KH 28.pdf", "KH 28 (1).pdf", "KH 28 (2).pdf"])
    {}
    >>> series_in(["trang-2.jpg", "trang-1.jpg", "IMG_0001.jpg", "IMG_0002.jpg"])
    {'trang-1.jpg': ('trang-1.jpg', 'trang-2.jpg')}
    """
    every = list(names)
    plain = {_parts(name) for name in every}
    found: dict[tuple[str, str, str], dict[int, str]] = defaultdict(dict)
    doubled = set()
    for name in every:
        stem, ending = _parts(name)
        match = _NUMBERED.match(stem) if ending in _ENDINGS else None
        if match is None:
            continue
        key = (match["stem"], match["word"] or "()", ending)
        number = int(match["number"] or match["bracket"])
        if number in found[key]:
            doubled.add(key)
        found[key][number] = name
    series = {}
    for key, pages in sorted(found.items()):
        stem, word, ending = key
        copies = word == "()" and (stem, ending) in plain  # "KH 28.pdf" beside "KH 28 (1).pdf"
        whole = sorted(pages) == list(range(1, len(pages) + 1)) and 1 < len(pages) <= _MOST
        if whole and not copies and key not in doubled and not (word == "()" and not stem.strip()):
            order = tuple(pages[number] for number in sorted(pages))
            series[order[0]] = order
    return series


def _parts(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    return (fold(stem), f".{ending.lower()}") if dot else (fold(name), "")
