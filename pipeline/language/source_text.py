"""Text of a file as its author saw it: HTML entities, misread UTF-8 and the encodings from before Unicode undone.

What a file's encoding did to all of its text is mended here, at once and before anything reads it; what happened to
single letters (OCR, lost marks) is restoration's matter. Nothing is guessed: a letter that is gone is said to be.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html.entities import name2codepoint

from pipeline.language.legacy_encodings import decode_legacy, detect_legacy
from pipeline.language.mojibake import undo_mojibake
from pipeline.language.word_frequencies import EDGE_SIGNS, makes_a_word

_ENTITY = re.compile(r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|(?:amp;)?[A-Za-z]{2,8}\d{0,2});")
_NAMED = re.compile(r"&([A-Za-z]{2,8}\d{0,2});")
_TIMES_ESCAPED = 3
# Marks that stand as signs of their own after their letter, as programs without combining marks wrote them.
_SPACING_MARKS = {"´": "\u0301", "ˊ": "\u0301", "΄": "\u0301", "ˋ": "\u0300", "˜": "\u0303", "ˀ": "\u0309",
                  "ˆ": "\u0302", "˘": "\u0306", "`": "\u0300", "~": "\u0303", "^": "\u0302"}  # fmt: skip
_SPACED = re.compile("[AEIOUYaeiouyÂÊÔâêôĂăƠơƯư][´ˊ΄ˋ˜ˀˆ˘`~^]{1,2}")
# A combining mark after a blank: a PDF sets marks apart from their letters, and a program took the gap for a blank.
_APART = re.compile("(?<=[^\\W\\d_])[ \u00a0]+(?=[\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323])")
_WORD = re.compile(r"\S+")
# A letter that reads '?' or U+FFFD: 'K? ho?ch'. A question mark stands at the end of a word, or in an address.
_LOST = re.compile(r"[^\W\d_][?\ufffd]+(?=[^\W\d_])|^[?\ufffd]+(?=[^\W\d_])")
_ADDRESS = re.compile(r"[/=@]")
# One such word may be a slip ("không?Đề nghị"); so many of all words are an encoding's doing.
_FEWEST_LOST, _LEAST_SHARE = 3, 0.08


@dataclass(frozen=True, slots=True)
class SourceText:
    """The lines as they were written, a line for each that came; `undone` names what was undone.

    `lost` counts the words in which letters are gone for good: the encoding that the text was once saved in had none
    for them, and they read '?' or U+FFFD.
    """

    lines: list[str]
    undone: tuple[str, ...]
    lost: int


def as_written(lines: Sequence[str]) -> SourceText:
    """`lines` of one file with its encoding's doings undone; sound lines come back as they are."""
    result = list(lines)
    undone: list[str] = []
    unescaped = [_unescaped(line) for line in result]
    if unescaped != result:
        result = unescaped
        undone.append("html entities")
    mended = undo_mojibake(result)
    if mended is not None:
        result = mended.lines
        undone.append("utf-8 read as eight bits")
    encoding = detect_legacy("\n".join(result))
    if encoding is not None:
        result = decode_legacy("\n".join(result), encoding).split("\n")
        undone.append(encoding.value)
    result = [_composed(line) for line in result]
    return SourceText(result, tuple(undone), max(count_lost(result), mended.lost if mended else 0))


def _unescaped(line: str) -> str:
    """The line with HTML's entities as the signs they stand for; an ampersand that begins none stays."""
    for _ in range(_TIMES_ESCAPED):
        if "&" not in line or not _ENTITY.search(line):
            break
        line = _ENTITY.sub(lambda found: _sign(found[0]), line)
    return line


def _sign(entity: str) -> str:
    if entity.startswith("&amp;") and entity != "&amp;":
        return "&" + entity[5:]
    named = _NAMED.fullmatch(entity)
    if named and named[1] not in name2codepoint and named[1] != "apos":
        return entity
    sign = html.unescape(entity)
    # A line stays a line whatever stands in it.
    return " " if sign in "\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029" or not sign else sign


def _composed(line: str) -> str:
    """The line with marks that stand after their letters set on them, in words that become words in use by it."""
    if not line.isascii() and _APART.search(line):
        line = unicodedata.normalize("NFC", _APART.sub("", line))
    if not _SPACED.search(line):
        return line
    return _WORD.sub(lambda word: _composed_word(word[0]), line)


def _composed_word(word: str) -> str:
    if not _SPACED.search(word) or len(word) > 40:
        return word
    whole = _SPACED.sub(lambda found: found[0][0] + "".join(_SPACING_MARKS[mark] for mark in found[0][1:]), word)
    parts = [part for part in re.split(r"[-–/.]", whole) if not part.isascii()]
    whole = unicodedata.normalize("NFC", whole)
    return whole if parts and all(makes_a_word(part.strip(EDGE_SIGNS)) for part in parts) else word


def count_lost(lines: Sequence[str]) -> int:
    """In how many words of a text letters are gone for good and read '?' or U+FFFD; 0 where such words are slips."""
    found = sum(_is_spoilt(word) for line in lines if "?" in line or "\ufffd" in line for word in line.split())
    if found < _FEWEST_LOST:
        return 0
    words = sum(len(line.split()) for line in lines)
    return found if found >= _LEAST_SHARE * words else 0


def _is_spoilt(word: str) -> bool:
    return _LOST.search(word) is not None and not _ADDRESS.search(word)
