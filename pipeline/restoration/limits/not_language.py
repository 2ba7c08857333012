"""Stretches of a long text that are no language: bytes taken for letters, random strings, one word again and again,
columns of single signs. They are left alone.

Each is judged by a sample of its words, so that ten megabytes of it cost seconds; lines of one sign, of which ten
megabytes have five million, are not looked at one by one at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pipeline.language.garble import words_of
from pipeline.language.legacy_encodings import detect_legacy
from pipeline.language.word_frequencies import word_table
from pipeline.stretches import stretches

_LONG = 6_000  # letters of a text that is worth it
_STRETCH = 4_000  # letters
_SAMPLE, _FEW = 120, 30  # tokens that are looked at, and how many of them must have four letters or more
_MONOTONOUS = 4  # different words among the sampled ones of what nobody reads
_LEAST_KNOWN = 0.15  # of such words on the worst page that an engine read 59 % are known, of random ones none
_LETTER = re.compile(r"[^\W_]")
_LONG_LINE = 300
_LONG_WORD = 4  # letters; shorter ones may be words by chance
_SIGN = 2  # letters of a line that holds a sign
_COLUMN, _HEAD = 200, 3  # lines of one sign in a row that are no text, and how many of them stay to part what they part


def columns_of_signs(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Begin and end of each row of very many lines of a sign or none; their first few lines are not counted in."""
    if len(lines) < _COLUMN:
        return []
    short = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines)) <= _SIGN
    return [(begin + _HEAD, end) for begin, end in stretches(short) if end - begin >= _COLUMN]


def rubbish(lines: Sequence[str]) -> list[bool]:
    """Whether each of `lines` belongs to a stretch that is no language; long lines of mere signs are none either."""
    result = [len(line) > _LONG_LINE and not _LETTER.search(line) for line in lines]
    if sum(map(len, lines)) < _LONG:
        return result
    start, size = 0, 0
    for number, line in enumerate(lines):
        size += len(line)
        if size >= _STRETCH or number == len(lines) - 1:
            if _is_rubbish(lines[start : number + 1]):
                result[start : number + 1] = [True] * (number + 1 - start)
            start, size = number + 1, 0
    return result


def _is_rubbish(lines: Sequence[str]) -> bool:
    tokens = [token for line in lines for token in line.split()]
    words = words_of(" ".join(tokens[:: max(1, len(tokens) // _SAMPLE)]))
    if len(words) < _FEW:
        return False
    if len(set(words)) <= _MONOTONOUS:
        return True
    long = [word for word in words if len(word) >= _LONG_WORD]
    known = word_table()
    if len(long) < _FEW or sum(word in known for word in long) >= _LEAST_KNOWN * len(long):
        return False
    return detect_legacy("\n".join(lines)) is None
