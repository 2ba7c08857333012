"""Personal names as they are printed under a signature: few family names, then given names of valid syllables."""

from __future__ import annotations

from pipeline.vietnamese.administrative.family_names import is_family_name, is_initial, may_be_family_name
from pipeline.vietnamese.administrative.ranks import without_ranks
from pipeline.vietnamese.syllables import is_syllable

_WORDS = range(2, 6)  # of a name


def is_personal_name(text: str) -> bool:
    """Whether a text is a whole name, ranks before it set aside: a known family name and one to four syllables more.

    Every syllable must be a valid one with a capital and small letters, marks included: "Lê Hoàng Anh", not "8 Hoàng
    Anh", "LE VAN" or "Irọng".
    """
    words = without_ranks(text).split()
    if len(words) not in _WORDS or not is_family_name(words[0]):
        return False
    given = (is_initial(word) or is_syllable(word) for word in words[1:])
    return all(map(_is_written_as_name, words)) and all(given)


def may_be_name(text: str) -> bool:
    """Whether a text is a whole name but for its marks: the letters of a family name, then words with a capital."""
    words = without_ranks(text).split()
    if len(words) not in _WORDS or not may_be_family_name(words[0]):
        return False
    return all(map(_is_written_as_name, words))


def _is_written_as_name(word: str) -> bool:
    return is_initial(word) or (word.isalpha() and word[0].isupper() and word[1:].islower())
