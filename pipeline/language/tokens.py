"""Cuts text into tokens: what stands between blanks, split into opening signs, core and closing signs.

Restoration changes cores only. The language model sees classes for numbers and codes, and a few punctuation tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.vietnamese.tones import to_old_style

START, UNKNOWN, NUMBER, CODE, COMMA, STOP = "<s>", "<unk>", "<num>", "<code>", ",", "."
SPECIALS = (START, UNKNOWN, NUMBER, CODE, COMMA, STOP)

_OPENING = "\"'“”‘’„«»([{<*_#•–—-+=~…□■●○►▪"
_CLOSING = "\"'“”‘’„«».,;:!?)]}>*_…/-–—"
_LEADING = _OPENING + ".,;:!?"
_STOPS = frozenset(".;:!?…")
_NUMBER = re.compile(r"\d+(?:[.,/:\-–]\d+)*%?")
_JOINED = re.compile(r"[/\-–_.,:;+&@()\"“”']+")


@dataclass(frozen=True, slots=True)
class Token:
    """What stands between two blanks: `open` + `core` + `close` is the token as it was."""

    open: str
    core: str
    close: str

    @property
    def text(self) -> str:
        """The token as it stood in the text."""
        return self.open + self.core + self.close


def cut(word: str) -> Token:
    """Splits a blank-free string into opening signs, core and closing signs; all-sign strings are all `open`."""
    begun = word.lstrip(_LEADING)
    core = begun.rstrip(_CLOSING)
    return Token(word[: len(word) - len(begun)], core, begun[len(core) :])


def model_words(word: str) -> list[str]:
    """What the language model sees of a blank-free string of clean text."""
    token = cut(word)
    words: list[str] = []
    if token.core:
        words.extend(core_words(token.core))
    words.extend(closing_words(token.close))
    return words


def closing_words(close: str) -> list[str]:
    """The punctuation token that closing signs stand for: a full stop's class, a comma, or none."""
    if not close:
        return []
    if any(sign in _STOPS for sign in close):
        return [STOP]
    return [COMMA] if "," in close else []


def core_words(core: str) -> list[str]:
    """A core as the language model's words: classes for numbers and codes, syllables in lower case and old style."""
    if core.isalpha():
        return [to_old_style(core.lower())]
    if _NUMBER.fullmatch(core):
        return [NUMBER]
    if any(char.isdigit() for char in core):
        return [CODE]
    parts = [part for part in _JOINED.split(core) if part]
    if parts and all(part.isalpha() for part in parts):
        if len(parts) > 1 and core.isupper() and ("/" in core or "-" in core):
            return [CODE]
        return [to_old_style(part.lower()) for part in parts]
    return [UNKNOWN]
