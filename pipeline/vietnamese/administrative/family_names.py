"""Family names: the one list of `people.toml`, and how far a word may be from a name in it.

Two things may be wrong with a word: OCR misread its marks, or it is a usual word and no name ("NHÂN DÂN" has the
letters of Nhan). So the common names are known by their letters alone, the others by their own marks or where all are
off.
"""

from __future__ import annotations

import re

from pipeline.vietnamese.administrative.tables import table
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.tones import to_old_style

_LISTS = {kind: names.split() for kind, names in table("people")["family_names"].items()}
_ANYWHERE = (*_LISTS["common"], *_LISTS["others"], *_LISTS["peoples"], *_LISTS["initials"])

FAMILY_NAMES = frozenset((*_ANYWHERE, *_LISTS["words_too"]))
"""What a signer's name may begin with, as it is printed: with a capital, tone marks placed the old way."""

IN_SENTENCES = frozenset(name.lower() for name in (*_ANYWHERE, *_LISTS["in_sentences_only"]))
"""The names by which capitals inside a sentence are told to be a person, in small letters, with their marks."""

_LETTERS = frozenset(map(fold, _LISTS["common"]))
_UNMARKED = frozenset(map(fold, FAMILY_NAMES))
_INITIALS = frozenset(_LISTS["initials"])
_PREFIXED = re.compile(r"[HKY]['’](?=[^\W\d_]|$)")  # "H’Wen Êban", "K’Brêu": no family name in front


def is_family_name(word: str) -> bool:
    """Whether a word is a family name as it is printed, in any case: "Nguyễn", "NGUYỄN"."""
    return to_old_style(word.capitalize()) in FAMILY_NAMES


def is_initial(word: str) -> bool:
    """Whether a word is one of the single letters that are names: "Giàng A Pháo", "Y Thuần"."""
    return word in _INITIALS


def may_be_family_name(word: str) -> bool:
    """Whether a word on a line that is nothing but a name may be a family name: its marks may be misread."""
    letters = fold(word)
    bare = letters == word.lower() and letters in _UNMARKED
    return letters in _LETTERS or bare or is_family_name(word) or bool(_PREFIXED.match(word))


def with_own_marks(word: str) -> str:
    """A word that begins a name, its marks put right where they can be no others: "Nguyển" → "Nguyễn", "VỎ" → "VÕ".

    A word that is a family name stays ("Đường" is no misread "Dương"), and so does one that two names may have been.
    """
    name = None if is_family_name(word) else _BY_LETTERS.get(fold(word))
    if name is None:
        return word
    return name.upper() if word.isupper() else name


def _by_letters() -> dict[str, str]:
    """The name that each row of letters stands for: the one common name that has them, or the only one at all."""
    found: dict[str, str] = {}
    for names in (sorted(FAMILY_NAMES), _LISTS["common"]):
        letters = [fold(name) for name in names]
        found |= {key: name for key, name in zip(letters, names, strict=True) if len(name) > 1}
        for key in {key for key in letters if letters.count(key) > 1}:
            del found[key]
    return found


_BY_LETTERS = _by_letters()
