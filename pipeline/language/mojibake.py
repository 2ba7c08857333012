"""UTF-8 that was read in an eight-bit encoding, once or several times: 'Uá»· ban', 'KÃ¡ÂºÂ¿ hoÃ¡ÂºÂ¡ch'.

A sequence of letters is undone only where their bytes are valid UTF-8, and only in text that becomes Vietnamese by it:
'THỊ XÃ”' is a word and a quotation mark, although its bytes would make an Ô.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from pipeline.language.word_frequencies import EDGE_SIGNS, clean_frequency

# What Windows, Macintosh and DOS take bytes for; Vietnamese Windows has a page of its own.
_READ_AS = ("cp1252", "cp1258", "mac_roman", "cp437", "cp850")
_MOST_TIMES = 3
# Letters that no eight-bit encoding of the West has, and nearly every line of Vietnamese does.
_WIDE = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
_LETTER = re.compile(r"[^\W\d_]")
# Bytes that get lost: those that are no sign in Windows-1252, the blank that does not break, the invisible hyphen.
_LOST = (0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xA0, 0xAD)
# A word that could have been completed in two ways is one of them only if it is so much commoner than the other.
_COMMONER = 20.0
_MOST_WAYS = 400
_WORD = re.compile("[^ \t\r\n]+")  # the blank that does not break is half a letter here


@dataclass(frozen=True, slots=True)
class Mended:
    """The text made whole, and how many letters could not be: they read U+FFFD."""

    text: str
    lost: int


@dataclass(frozen=True, slots=True)
class _Page:
    """An eight-bit encoding as one that UTF-8 was read in: the bytes of its signs, and what valid UTF-8 looks like.

    `leads` are the signs that a sequence begins with. `cut` also finds the beginnings of letters whose last byte was
    lost; None where none gets lost.
    """

    bytes_of: dict[int, int]
    leads: frozenset[str]
    sequence: re.Pattern[str]
    cut: re.Pattern[str] | None

    def undone(self, text: str) -> str:
        return self.sequence.sub(lambda found: self.decoded(found[0]), text)

    def decoded(self, signs: str, last: bytes = b"") -> str:
        try:
            return (signs.translate(self.bytes_of).encode("latin-1") + last).decode("utf-8")
        except UnicodeError:
            return signs


def undo_mojibake(text: str) -> Mended | None:
    """`text` with UTF-8 that was misread made whole, line by line; None where there is none of it.

    Of a text that is sound but for a few lines only those are mended.
    """
    if text.isascii():
        return None
    signs = set(text)
    pages = [page for page in map(_page, _READ_AS) if not page.leads.isdisjoint(signs) and page.sequence.search(text)]
    if not pages:
        return None
    lines = text.split("\n")
    found = [mended for page in pages if (mended := _undone(lines, page)) is not None]
    return min(found, key=lambda mended: _strangeness(mended.text), default=None)


def _strangeness(text: str) -> int:
    """How many letters of a text are neither ASCII nor Vietnamese."""
    return sum(1 for sign in text if ord(sign) > 0x7F and not _USUAL.match(sign))


_USUAL = re.compile("[ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý“”‘’–—…•ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9\u0300-\u0323\xa0]")


@lru_cache(maxsize=len(_READ_AS))
def _page(encoding: str) -> _Page:
    shown: dict[int, str] = {}
    for byte in range(0x80, 0x100):
        try:
            shown[byte] = bytes([byte]).decode(encoding)
        except UnicodeDecodeError:
            shown[byte] = chr(byte)  # as HTML and Windows do
    bytes_of = {byte: byte for byte in range(0x80, 0xA0)}  # a program that reads Latin-1 shows control characters
    bytes_of |= {ord(sign): byte for byte, sign in shown.items()}

    def among(first: int, last: int) -> str:
        signs = {shown[byte] for byte in range(first, last + 1)}
        signs |= {chr(byte) for byte in range(first, last + 1) if byte < 0xA0}
        return "[" + "".join(sorted(map(re.escape, signs))) + "]"

    trail = among(0x80, 0xBF)
    whole = f"{among(0xC2, 0xDF)}{trail}|{among(0xE0, 0xEF)}{trail}{{2}}|{among(0xF0, 0xF4)}{trail}{{3}}"
    cut = f"{whole}|{among(0xE1, 0xE1)}{among(0xBA, 0xBB)}|{among(0xE2, 0xE2)}{among(0x80, 0x80)}|{among(0xC3, 0xC6)}"
    leads = frozenset(shown[byte] for byte in (0xC3, 0xC4, 0xC6, 0xE1))
    return _Page(bytes_of, leads, re.compile(whole), re.compile(cut) if encoding.startswith("cp125") else None)


def _undone(lines: Sequence[str], page: _Page) -> Mended | None:
    versions = [_versions(line, page) for line in lines]
    wide = [len(_WIDE.findall(page.sequence.sub("", line))) for line in lines]
    gained = [len(_WIDE.findall(found[-1])) - own for found, own in zip(versions, wide, strict=True)]
    sure = [gain > 0 and gain >= own for gain, own in zip(gained, wide, strict=True)]
    if not any(sure):
        return None
    throughout = sum(gain for gain, is_sure in zip(gained, sure, strict=True) if is_sure) >= sum(wide)
    times = max(len(found) - 1 for found, is_sure in zip(versions, sure, strict=True) if is_sure)
    result, lost = [], 0
    for found, own, is_sure in zip(versions, wide, sure, strict=True):
        if not is_sure and not (throughout and own == 0):
            result.append(found[0])
            continue
        last = min(times, len(found) - 1)
        line = _completed(found[max(0, last - 1)], page) if last == times else found[last]
        lost += line.count("\ufffd") - found[0].count("\ufffd")
        result.append(line)
    return Mended("\n".join(result), lost)


def _versions(line: str, page: _Page) -> list[str]:
    """The line as it is, undone once, twice …, as long as there is something to undo."""
    found = [line]
    while len(found) <= _MOST_TIMES and not found[-1].isascii():
        undone = page.undone(found[-1])
        if undone == found[-1]:
            break
        found.append(undone)
    return found


def _completed(line: str, page: _Page) -> str:
    """The line undone once more, letters made whole of which a byte was lost where one way to do it makes a word."""
    if page.cut is None:
        return page.undone(line)
    line = _BLANK_LOST.sub(lambda found: _joined(found, page), line)
    return _WORD.sub(lambda word: _completed_word(word[0], page), line)


# 'Ã ' is à, whose second byte is a blank that does not break and became one that does: 'ngÃ y' is one word, and
# 'lÃ mÃ' were two, if somebody squeezed the blanks.
_BLANK_LOST = re.compile(r"(?P<before>[^ \t]{0,20})(?P<lead>[ÃĂÆ]|á[º»]) (?=(?P<after>[^ \t]{0,20}))")


def _joined(found: re.Match[str], page: _Page) -> str:
    letter = page.decoded(found["lead"], b"\xa0")
    before, after = found["before"], found["after"]
    alone = _completed_word(before + letter, page)
    if not _one_case(alone):
        return found[0]
    together = _completed_word(before + letter + after, page)
    is_one = not after or _frequency(together) > _frequency(alone) * _frequency(_completed_word(after, page))
    return before + letter + ("" if is_one else " ")


def _completed_word(word: str, page: _Page) -> str:
    assert page.cut is not None
    parts: list[tuple[str, ...]] = []
    end, cut = 0, False
    for found in page.cut.finditer(word):
        parts.append((word[end : found.start()],))
        end = found.end()
        whole = page.decoded(found[0])
        if whole != found[0] or page.sequence.fullmatch(found[0]):
            parts.append((whole,))
            continue
        options = tuple(dict.fromkeys(_last_bytes(found[0], page)))
        cut = cut or bool(options)
        parts.append(options or (found[0],))
    parts.append((word[end:],))
    return _best_way(parts) if cut else "".join(part for (part,) in parts)


def _last_bytes(signs: str, page: _Page) -> list[str]:
    """The Vietnamese letters, or the quotation mark, that `signs` are the beginning of."""
    whole = [page.decoded(signs, bytes([byte])) for byte in _LOST]
    return [letter for letter in whole if letter != signs and _USUAL.match(letter) and letter != "\xa0"]


def _best_way(parts: Sequence[tuple[str, ...]]) -> str:
    ways = 1
    for part in parts:
        ways *= len(part)
    spoilt = "".join(part[0] if len(part) == 1 else "\ufffd" for part in parts)
    if ways > _MOST_WAYS:
        return spoilt
    words = sorted({word for way in product(*parts) if _one_case(word := "".join(way))}, reverse=True)
    if len(words) == 1 and not _LETTER.search(words[0][-1:]):
        return words[0]  # a quotation mark
    ranked: dict[str, str] = {}  # of a word and the same with a capital the one in small letters
    for word in words:
        key = word.lower()
        ranked[key] = word if word.isupper() and len(word) > 1 else min(word, ranked.get(key, word), key=_capitals)
    best = sorted(ranked, key=_frequency, reverse=True)
    if not best or not _frequency(best[0]):
        return spoilt
    sure = len(best) == 1 or _frequency(best[0]) > _COMMONER * _frequency(best[1])
    return ranked[best[0]] if sure else spoilt


def _capitals(word: str) -> int:
    return sum(1 for letter in word if letter.isupper())


def _one_case(word: str) -> bool:
    """Whether a word has no capital after a small letter."""
    letters = "".join(_LETTER.findall(word))
    return letters.isupper() or letters[1:] == letters[1:].lower()


def _frequency(word: str) -> float:
    return clean_frequency(word.strip(EDGE_SIGNS).lower())
