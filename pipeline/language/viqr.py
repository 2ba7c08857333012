"""VIQR, Vietnamese in plain ASCII with the marks after their letters (RFC 1456): 'Co^.ng ho`a xa~ ho^.i'."""

from __future__ import annotations

import re
import unicodedata

from pipeline.language.word_frequencies import EDGE_SIGNS, clean_frequency, makes_a_word

_MARKS = {"(": "\u0306", "^": "\u0302", "+": "\u031b", "*": "\u031b"}
_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_LETTER = re.compile(r"\\(.)|([Dd])[Dd]|([AaEeIiOoUuYy])([(^+*]?)(['`?~.]?)")
# What hardly occurs but in VIQR: a circumflex, breve or horn after its vowel, or a tone in front of a letter.
_SIGN = re.compile(
    r"[AEOaeo]\^|[Aa]\((?=[^\W\d_]|['`?~.])|[OUou]\+|[AEIOUYaeiouy]['`?~.](?=[a-z])|\b[Dd][Dd](?=[aeiouy])"
)
_WORD = re.compile(r"\S+")


def looks_like_viqr(text: str) -> bool:
    """Whether ASCII `text` has VIQR's signs, and words in use come out when they are read so."""
    if not _SIGN.search(text):
        return False
    signalled = [word for word in _WORD.findall(text) if _SIGN.search(word)]
    if len(signalled) < 2:
        return False
    right = sum(1 for word in signalled if makes_a_word(from_viqr(word)))
    return right >= 0.7 * len(signalled)


def from_viqr(text: str) -> str:
    """VIQR text in Unicode (NFC).

    A full stop or question mark that ends a word is a tone only if that makes the commoner word, unless the text
    escapes its own full stops ('\\.') as the standard asks: then every unescaped one is a tone.
    """
    strict = "\\." in text or "\\?" in text  # the author escapes full stops as the standard asks

    def letter(match: re.Match[str]) -> str:
        escaped, stroke, vowel, mark, tone = match.groups()
        if escaped is not None:
            return escaped
        if stroke is not None:
            return "Đ" if stroke == "D" else "đ"
        shape = unicodedata.normalize("NFC", vowel + _MARKS.get(mark, ""))
        rest = ""
        if len(shape) > 1:  # no such letter (i^, e+): the sign is a sign
            shape, rest = vowel, mark
            if tone:
                return vowel + mark + tone
        if tone in (".", "?") and not strict and _may_end_a_sentence(text, match.end()):
            start = text.rfind(" ", 0, match.start()) + 1
            before = unicodedata.normalize("NFC", _part(text[start : match.start()]))
            plain, toned = before + shape, before + unicodedata.normalize("NFC", shape + _TONES[tone])
            if clean_frequency(plain.lower().strip(EDGE_SIGNS)) >= clean_frequency(toned.lower().strip(EDGE_SIGNS)):
                return shape + tone
        return unicodedata.normalize("NFC", shape + _TONES.get(tone, "")) + rest

    return _LETTER.sub(letter, text)


def _part(text: str) -> str:
    return from_viqr(text + "\\.")[:-1] if text else ""


def _may_end_a_sentence(text: str, position: int) -> bool:
    after = text[position : position + 40].lstrip(" ")
    if not after or after[0] == "\n":
        return True
    return len(after) < len(text[position : position + 40]) and not after[0].islower()
