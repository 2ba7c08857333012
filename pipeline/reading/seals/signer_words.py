"""The words of a signer's lines: offices and family names spelt as they are, ranks set apart."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from pipeline.edits import By
from pipeline.reading.engines.base import EngineLine
from pipeline.values import Box, Word
from pipeline.vietnamese.administrative.family_names import with_own_marks
from pipeline.vietnamese.administrative.labels import AUTHORITY
from pipeline.vietnamese.administrative.personal_names import is_personal_name
from pipeline.vietnamese.administrative.posts import CHIEF_POSTS, DEPUTY, POSTS, SIGNING_BODIES
from pipeline.vietnamese.administrative.ranks import glued_length
from pipeline.vietnamese.folding import fold

_STROKES = "'’‘`\"“”.,:;-–_/|\\()*~^ "
_MASTER = re.compile(r"T[h6bnl1iI][sS][.,:]")
_POSTS = frozenset(POSTS)
_BODIES = frozenset(SIGNING_BODIES)
_CHIEFS = sorted(CHIEF_POSTS)
TITLES = (
    *(f"{deputy}{post}" for deputy in ("", DEPUTY) for post in _CHIEFS),
    *(f"{letters} {post}" for letters in ("KT.", "TL.", "Q.", "TUQ.") for post in _CHIEFS),
    *(f"TM. {body}" for body in sorted(_BODIES)),
)
"""The titles that stand over a signature, line by line, as they are usually printed."""
_FOLDED = Counter(map(fold, (*POSTS, *SIGNING_BODIES)))
_SPELLINGS = {fold(post): post for post in (*POSTS, *SIGNING_BODIES) if _FOLDED[fold(post)] == 1}


def is_title(text: str) -> bool:
    """Whether a line is a signer's title: an office in capitals, its deputy, with or without TM., KT., …"""
    bare = AUTHORITY.sub("", text).strip()
    return bare in _POSTS or bare in _BODIES


def deputy_of(text: str) -> str:
    """The title that stands below "KT. CHỦ TỊCH": PHÓ CHỦ TỊCH; empty below any other line."""
    post = text.removeprefix("KT. ")
    return f"{DEPUTY}{post}" if text.startswith("KT. ") and post in CHIEF_POSTS else ""


def spelt(line: EngineLine) -> EngineLine:
    """The line with the marks of an office put right: in "KT. CHŨ TỊCH" nothing but a mark is in doubt."""
    line = _with_family(_with_rank(_rank_apart(_without_strokes(line))))
    authority = AUTHORITY.match(line.text)
    start = authority.end() if authority else 0
    bare = line.text[start:]
    office = _SPELLINGS.get(fold(bare)) if bare.isupper() else None
    if office is None or office == bare:
        return line
    parts = f"{line.text[:start]}{office}".split()
    if len(parts) != len(line.words):
        return line
    words = tuple(word.put_right(part, By.SIGNER) for word, part in zip(line.words, parts, strict=True))
    return replace(line, words=words, places=())


def _without_strokes(line: EngineLine) -> EngineLine:
    """The line without the signs that strokes left before or behind a name: "'Võ Hữu Phước"."""
    if not line.words or line.text[0].isalpha() is line.text[-1].isalpha() is True:
        return line
    texts = [word.text for word in line.words]
    texts[0], texts[-1] = texts[0].lstrip(_STROKES), texts[-1].rstrip(_STROKES)
    if not all(texts) or not is_personal_name(" ".join(texts)):
        return line
    words = tuple(word.put_right(text, By.SIGNER) for word, text in zip(line.words, texts, strict=True))
    return replace(line, words=words, places=())


def _with_family(line: EngineLine) -> EngineLine:
    """The line with the marks of a family name put right where only one has these letters: "Vỏ Hữu Phước"."""
    for at, word in enumerate(line.words[:-1]):
        family = with_own_marks(word.text) if word.text.istitle() else word.text
        if family != word.text:
            words = (*line.words[:at], word.put_right(family, By.SIGNER), *line.words[at + 1 :])
            if is_personal_name(" ".join(one.text for one in words)):
                return replace(line, words=words, places=())
        if not word.text.endswith("."):
            return line
    return line


def _rank_apart(line: EngineLine) -> EngineLine:
    """The line with a blank after a rank: "TS.Vũ Ngọc Ánh"."""
    at = glued_length(line.words[0].text) if line.words else 0
    if not at or line.words[0].box is None:
        return line
    first = line.words[0]
    box = line.words[0].box
    middle = box.left + round(box.width * at / len(first.text))
    parts = (
        Word(first.text[:at], Box(box.left, box.top, max(box.left + 1, middle), box.bottom), first.confidence),
        Word(first.text[at:], Box(middle, box.top, max(middle + 1, box.right), box.bottom), first.confidence),
    )
    parted = replace(line, words=(*parts, *line.words[1:]), places=())
    return parted if is_personal_name(parted.text) else line


def _with_rank(line: EngineLine) -> EngineLine:
    """The line with the h of "ThS." that was read as a sign like it, before a name."""
    if len(line.words) < 3 or not _MASTER.fullmatch(line.words[0].text):
        return line
    if not is_personal_name(" ".join(word.text for word in line.words[1:])):
        return line
    return replace(line, words=(line.words[0].put_right("ThS.", By.SIGNER), *line.words[1:]), places=())
