"""What a signature's lines say, told from their words: positions, bodies, persons' names, two of them on one line."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from pipeline.structure.words.lexicon import lexicon
from pipeline.structure.words.matching import is_capitals, skeleton, word_count, word_like
from pipeline.vietnamese.administrative.family_names import is_family_name, may_be_family_name
from pipeline.vietnamese.administrative.posts import FORM_SIGNERS
from pipeline.vietnamese.administrative.ranks import without_ranks
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.letters import LOWER, UPPER
from pipeline.vietnamese.syllables import is_syllable
from pipeline.vietnamese.tones import to_old_style

HIGHLAND_READ = re.compile(rf"\b([HYK])[?`´‘ˆ^](?=[{UPPER}]?[{LOWER}])")  # what OCR makes of the apostrophe
# Positions that no list has are built from these words: "CHÍNH TRỊ VIÊN", "TRUNG ĐỘI TRƯỞNG", "PHÓ TRƯỞNG THÔN".
_POSITION_SHAPE = re.compile(
    r"^(?:PHÓ|(?:\w+ ){1,3}(?:TRƯỞNG|PHÓ|VIÊN)|(?:\w+ )?CHỦ (?:TỊCH|NHIỆM|TRÌ)|TRƯỞNG|GIÁM ĐỐC|ĐẠI DIỆN)"
    r"(?: [\w&,-]+){0,6}$"
)
_FORM_SIGNERS = frozenset(map(fold, FORM_SIGNERS))
_SUFFIXES = frozenset(("thuong truc", "phu trach", "chuyen trach"))  # of one position: "PHÓ CHỦ TỊCH THƯỜNG TRỰC"
_LONGEST_PAIR = 16  # words of two positions or two names, ranks included, on one line


def is_position(text: str) -> bool:
    """Whether a line is a signer's position in capitals ("PHÓ CHỦ TỊCH", "GIÁM ĐỐC SỞ")."""
    return position_in(text) is not None


@lru_cache(maxsize=4096)
def position_in(text: str) -> str | None:
    """The known position (as printed) that a line in capitals begins with, a letter or two damaged; a form's signer."""
    text = text.strip(" .,:*_")
    if fold(text) in _FORM_SIGNERS or text in lexicon().positions_by_marks:
        return text  # "THỨ TRƯỞNG" and "THỦ TRƯỞNG" differ in a mark only
    if not is_capitals(text) or word_count(text) > 9:
        return None
    words = skeleton(text).split()
    best, score = None, 87.9
    for known, printed in lexicon().positions.items():
        alike = fuzz.ratio(" ".join(words[: known.count(" ") + 1]), known) + 0.01 * len(known)
        if alike > score:
            best, score = printed, alike
    head = " ".join(text.split()[: len(best.split())]) if best else ""
    if best and skeleton(head) != skeleton(best) and _is_name_in_capitals(text):
        return None  # "LÂM THỊ HOA" is no "GIÁM THỊ"
    if head in lexicon().positions_by_marks or (best and to_old_style(head) == best):
        return head  # "CHỦ TOẠ" stays as it is printed
    if best is None and len(words) > 1 and words[0] == "pho" and (chief := position_in(text.split(None, 1)[1])):
        return f"PHÓ {chief}"
    return best


def _is_name_in_capitals(text: str) -> bool:
    words = text.split()
    return has_name_shape(text) and is_family_name(words[0]) and all(map(is_syllable, words))


def is_position_shaped(text: str) -> bool:
    """Whether a line in capitals is built like a signer's position, though no list has it."""
    bare = text.strip(" .,:*_")
    return is_capitals(bare) and not is_body(bare) and bool(_POSITION_SHAPE.match(bare))


def is_body(text: str) -> bool:
    """Whether a line in capitals begins like a body's name."""
    return is_capitals(text) and bool(lexicon().body.match(fold(text) + " "))


def looks_like_name(text: str) -> bool:
    """Whether a line is a person's name: two to five words with capitals, the first a family name."""
    text = HIGHLAND_READ.sub(r"\1’", bare_name(text))
    words = text.split()
    if not has_name_shape(text) or is_position(text):
        return False
    if not text.isupper() and any(len(word) > 1 and word.isupper() for word in words):
        return False  # "Lưu VT"
    frequent = ("nguyen", "pham", "tran", "hoang", "huynh")
    known = may_be_family_name(words[0]) or any(word_like(words[0], name) for name in frequent)
    return known and (not text.isupper() or len(words) <= 4)


def bare_name(text: str) -> str:
    """A name without its ranks and the signs around it."""
    return without_ranks(text.strip(" .,:*_'\"“”-–"))


def has_name_shape(text: str) -> bool:
    """Whether words are written as a name's are: two to five, each with a capital."""
    words = text.split()
    if not 2 <= len(words) <= 5 or any(char.isdigit() for char in text):
        return False
    return all(word[0].isupper() and re.sub(r"['’\-]", "", word).isalpha() for word in words)


def names_two(text: str) -> bool:
    """Whether a line carries two signers' positions, or two names, side by side."""
    return len(halves(text)) == 2


def halves(text: str) -> list[str]:
    """The two positions or names that a line carries, or the line whole."""
    words = text.split(maxsplit=_LONGEST_PAIR)
    if len(words) > _LONGEST_PAIR or not (words and words[0][0].isupper() and words[-1][0].isupper()):
        return [text]  # running text; to try every cut of a long line costs its square
    for place in range(1, len(words)):
        left, right = " ".join(words[:place]), " ".join(words[place:])
        if looks_like_name(left) and looks_like_name(right) and len(words) >= 5:
            return [left, right]
        if skeleton(right) not in _SUFFIXES and _is_whole_position(left) and _is_whole_position(right):
            return [left, right]
    return [text]


def _is_whole_position(text: str) -> bool:
    return is_capitals(text) and skeleton(text) in lexicon().positions
