"""Text of a file as its author saw it: HTML entities, misread UTF-8 and the encodings from before Unicode undone.

What a file's encoding did to all of its text is mended here, at once and before anything reads it; what happened to
single letters (OCR, lost marks) is restoration's matter. Nothing is guessed: a letter that is gone is said to be.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from html.entities import name2codepoint

from pipeline.language.legacy_encodings import decode_legacy, detect_legacy
from pipeline.language.mojibake import undo_mojibake
from pipeline.language.word_frequencies import EDGE_SIGNS, makes_a_word

_ENTITY = re.compile(r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|(?:amp;)?[A-Za-z]{2,8}\d{0,2});")
_NAMED = re.compile(r"&([A-Za-z]{2,8}\d{0,2});")
_TIMES_ESCAPED = 3
# Letters as programmers' notations write them: so many in a text are no author's.
_BACKSLASHED = re.compile(r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}")
_FEWEST_BACKSLASHED = 8
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
    """A text as it was written, with as many lines as came; `undone` names what was undone.

    `lost` counts the words in which letters are gone for good: the encoding that the text was once saved in had none
    for them, and they read '?' or U+FFFD.
    """

    text: str
    undone: tuple[str, ...]
    lost: int


def as_written(text: str) -> SourceText:
    """All the `text` of a file with its encoding's doings undone; sound text comes back as it is."""
    undone: list[str] = []
    unescaped = _unescaped(text)
    if unescaped != text:
        text = unescaped
        undone.append("escaped letters")
    mended = undo_mojibake(text)
    if mended is not None:
        text = mended.text
        undone.append("utf-8 read as eight bits")
    encoding = detect_legacy(text)
    if encoding is not None:
        text = decode_legacy(text, encoding)
        undone.append(encoding.value)
    if not text.isascii() and _APART.search(text):
        text = unicodedata.normalize("NFC", _APART.sub("", text))
    if _SPACED.search(text):
        text = _WORD.sub(lambda word: _composed_word(word[0]), text)
    return SourceText(text, tuple(undone), max(count_lost(text), mended.lost if mended else 0))


def _unescaped(text: str) -> str:
    """The text with HTML's entities and \\u1ea1 as the signs they stand for; an ampersand that begins none stays."""
    if "\\u" in text and len(_BACKSLASHED.findall(text)) >= _FEWEST_BACKSLASHED:
        text = _BACKSLASHED.sub(lambda found: _one_line(chr(int(found[0][2:], 16))), text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    for _ in range(_TIMES_ESCAPED):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = _ENTITY.sub(lambda found: _sign(found[0]), text)
    return text


def _sign(entity: str) -> str:
    if entity.startswith("&amp;") and entity != "&amp;":
        return "&" + entity[5:]
    named = _NAMED.fullmatch(entity)
    if named and named[1] not in name2codepoint and named[1] != "apos":
        return entity
    return _one_line(html.unescape(entity))


def _one_line(sign: str) -> str:
    """A sign; a line stays a line whatever stands in it."""
    return " " if sign in "\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029" or not sign else sign


def _composed_word(word: str) -> str:
    if not _SPACED.search(word) or len(word) > 40:
        return word
    whole = _SPACED.sub(lambda found: found[0][0] + "".join(_SPACING_MARKS[mark] for mark in found[0][1:]), word)
    parts = [part for part in re.split(r"[-–/.]", whole) if not part.isascii()]
    whole = unicodedata.normalize("NFC", whole)
    return whole if parts and all(makes_a_word(part.strip(EDGE_SIGNS)) for part in parts) else word


def count_lost(text: str) -> int:
    """In how many words of a text letters are gone for good and read '?' or U+FFFD; 0 where such words are slips."""
    if "?" not in text and "\ufffd" not in text:
        return 0
    words = text.split()
    found = sum(map(_is_spoilt, words))
    return found if found >= max(_FEWEST_LOST, _LEAST_SHARE * len(words)) else 0


def _is_spoilt(word: str) -> bool:
    return ("?" in word or "\ufffd" in word) and _LOST.search(word) is not None and not _ADDRESS.search(word)
