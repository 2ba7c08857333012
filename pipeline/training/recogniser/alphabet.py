"""The signs that the recogniser writes; class 0 of its head is the blank, class n the n-th of them."""

from __future__ import annotations

import unicodedata

_DIGITS = "0123456789"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_SIGNS = "&#@'()+,-./:_<>’“”;*$%" + '–…!?"=[]°²³≥≤•‘×±'
"""The second part is not in trueocr's alphabet: what plans print besides. Signs that their fonts lack are left out."""


def _letters() -> str:
    marked = [unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES]
    lower = sorted({*_LATIN, *marked, "đ"})
    return "".join(lower) + "".join(letter.upper() for letter in lower)


ALPHABET = " " + _DIGITS + _letters() + _SIGNS
INDEX = {sign: n + 1 for n, sign in enumerate(ALPHABET)}
KIN = {"–": "-", "…": ".", "‘": "’", '"': "“", "[": "(", "]": ")", "=": "-", "!": "1", "×": "x", "•": "."}
"""The known sign from which the training of a new one starts."""

_SAME = str.maketrans({"Ð": "Đ", "\u00a0": " ", "—": "–", "−": "-", "‑": "-", "\u2010": "-", "″": '"', "′": "’"})


def spelled(text: str) -> str:
    """`text` in the alphabet: NFC, look-alikes made one, signs that it lacks left out, single blanks."""
    text = unicodedata.normalize("NFC", text).translate(_SAME)
    return " ".join("".join(sign if sign in INDEX else " " for sign in text).split())


def labels(text: str) -> list[int]:
    """The classes of a text that is `spelled`."""
    return [INDEX[sign] for sign in text]


def decoded(classes: list[int]) -> str:
    """The text of a row of steps' best classes: repetitions joined, blanks dropped."""
    kept = [one for at, one in enumerate(classes) if one and (at == 0 or one != classes[at - 1])]
    return "".join(ALPHABET[one - 1] for one in kept)
