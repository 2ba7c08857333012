"""The numbers and letters that items begin with, read in every way that OCR's damage leaves open.

`readings` gives all ways to read a row's beginning as a marker, each with what it costs to believe it; which one is
true is decided over the whole document in `outline`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from pipeline.structure.weights import STANDARD, MarkerDamage
from pipeline.vietnamese.administrative.list_letters import letter_place
from pipeline.vietnamese.administrative.look_alikes import as_figures, as_label, as_strokes
from pipeline.vietnamese.administrative.matching import is_capitals
from pipeline.vietnamese.administrative.roman_numerals import ROMAN_NUMERALS, roman_value, to_roman
from pipeline.vietnamese.folding import fold, strip_marks
from pipeline.vietnamese.letters import LOWER, UPPER
from pipeline.vietnamese.syllables import is_syllable


class MarkerKind(IntEnum):
    """The kinds of numbering, in the order in which they usually nest."""

    ANNEX = 0
    PART = 1
    CHAPTER = 2
    TITLE = 3  # an unnumbered heading in capitals
    LETTER_CAPITAL = 4
    ROMAN = 5
    SECTION = 6
    ARTICLE = 7
    DECIMAL = 8
    LETTER = 12
    ROMAN_SMALL = 13
    PARENTHESES = 14
    CAPTION = 15  # an unnumbered bold heading


@dataclass(frozen=True, slots=True)
class Marker:
    """One way to read a marker: `path` is its numbers ((2, 1) for "2.1"), `printed` what goes to the JSON.

    `length` counts the characters it takes from the row; `sign` is the sign after the number ('.', ')', '/', …);
    `cost` says how much damage has to be believed in.
    """

    kind: MarkerKind
    path: tuple[int, ...]
    printed: str
    length: int
    sign: str
    cost: float = 0.0

    @property
    def level(self) -> tuple[MarkerKind, int]:
        """What counts as the same level: kind, and depth for decimals."""
        return self.kind, len(self.path)

    @property
    def ordinal(self) -> int:
        """The last number of the path."""
        return self.path[-1]


BULLET = re.compile(rf"^(?:[-–—−+•●○◦▪■♦⁃·»→➢✓*~]|o(?=\s+[{UPPER}]))\s*(?=\S)")

_NAMED = re.compile(
    r"^(?P<word>[^\W\d]{3,6})\s+(?P<number>thứ\s+\w+|[IVXLHT1l|!]{1,6}|\d{1,3}[a-zđ]?)(?P<sign>\s*[.:,)\-–/]|(?=\s*$)|(?=\s))",
    re.IGNORECASE,
)
_NAMED_WORDS = {
    "phan": MarkerKind.PART,
    "chuong": MarkerKind.CHAPTER,
    "muc": MarkerKind.SECTION,
    "dieu": MarkerKind.ARTICLE,
}
_NAMED_SPELT = {"phan": "Phần", "chuong": "Chương", "muc": "Mục", "dieu": "Điều"}
_THU = {
    "nhat": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
}  # fmt: skip

_ROMAN = re.compile(r"^(?P<number>[IVXLHTWUÍÌỈỊĨ1l|!i]{1,6})\s*(?P<sign>[.\-–/:,)]{1,2})\s*(?=[^\W\d]|[“\"'(])")
_ROMAN_BARE = re.compile(r"^(?P<number>(?=[1l|]{0,3}[IVXLÍÌỈỊĨ])[IVXL1l|ÍÌỈỊĨ]{1,5})(?P<sign>\s)\s*(?=[^\W\d]{2})")
_ROMAN_GLUED = re.compile(rf"^(?P<number>[IVX1l|]{{0,4}}L)(?P<sign>)(?=(?P<word>[{UPPER}]{{2,7}})\b)")
# "1/-", "A/-", "a -", "1)-", "1.-": the dash after or for the sign is how documents number that were typed before 2011.
_DASHED = r"[.)/:]\s?[-–]"
_CAPITAL = re.compile(rf"^(?P<number>[A-HKĐ])\s*(?P<sign>{_DASHED}|[.)\-–/])\s*(?=[^\W\d]|[“\"'(])")
_DECIMAL = re.compile(
    r"^(?P<number>(?:\d{1,2}|[lI|Z](?=[.,]))(?:\s?[.,]\s?(?:\d{1,2}|[lI|])(?![\d%]))*)"
    rf"(?P<sign>\s?{_DASHED}(?!\d)|\s?[.)/:,;]{{1,2}}(?!\d)|\s?[-–](?=\s|[{UPPER}][{LOWER}])|(?=\s))\s*(?=\S)"
)
_PARENTHESES = re.compile(r"^\((?P<number>\d{1,2}|[a-zđ]|[ivx]{1,4})(?P<sign>\))\s*(?=\S)")
_LETTER = re.compile(
    rf"^(?P<number>[{LOWER}¢©€ð])\s?(?P<sign>{_DASHED}|[).\/]{{1,2}}|[-–](?=\s|[{UPPER}][{LOWER}]))\s*(?=\S)"
)
_ROMAN_SMALL = re.compile(r"^(?P<number>[ivx]{1,4})\s?(?P<sign>[).])\s*(?=\S)")

_ABOUT = re.compile(r"v\s?[/.]\s?v\b", re.IGNORECASE)  # "V/v …", which opens a trích yếu, is no item V

_NO_LETTER = 99  # the place of what is in brackets and no letter of a list
_SMALL_DAMAGE = {"e": "c", "h": "b", "o": "c", "q": "g"}

_USUAL_SIGNS = frozenset({".", ")", "/", "./", ".)", "/-", ".-", ")-"})
_LETTER_SIGNS = frozenset({")", ".", "/", ".)", ").", ")/", "./", "-", "/-", ")-", ".-"})

_MARKED_STROKES = frozenset("ÍÌỈỊĨ")

# What OCR makes of one digit of an item number; used only where the sequence asks for it.
_DIGIT_DAMAGE = {1: (7, 4), 2: (7,), 3: (8, 5), 4: (1,), 5: (6, 3), 6: (5, 8), 7: (1, 2), 8: (3, 6), 9: (4,)}


@lru_cache(maxsize=4096)
def readings(text: str, is_ocr: bool = False, damage: MarkerDamage = STANDARD.damage) -> tuple[Marker, ...]:
    """All ways to read the beginning of `text` as an item's marker, the undamaged ones at cost 0.

    `is_ocr` says that digits and numerals that look whole may be damaged all the same.
    """
    if _ABOUT.match(text):
        return ()
    found = [
        *_named(text, damage),
        *_romans(text, is_ocr, damage),
        *_capitals(text, damage),
        *_decimals(text, is_ocr, damage),
        *_letters(text, is_ocr, damage),
    ]
    best: dict[tuple[MarkerKind, tuple[int, ...], int], Marker] = {}
    for marker in found:
        key = (marker.kind, marker.path, marker.length)
        if key not in best or marker.cost < best[key].cost:
            best[key] = marker
    return tuple(best.values())


def bullet_length(text: str) -> int:
    """How many characters of `text` are a bullet with the blanks after it; 0 where it begins with none."""
    match = BULLET.match(text)
    return match.end() if match else 0


def steps_between(previous: Marker, following: Marker) -> int:
    """How many places `following` stands after `previous`; d → e counts as one, since đ is often left out."""
    step = following.ordinal - previous.ordinal
    if following.kind is MarkerKind.LETTER and previous.printed == "d" and following.printed == "e":
        return 1
    if following.kind is MarkerKind.LETTER and (previous.printed, following.printed) in {
        ("e", "f"),
        ("f", "g"),
        ("i", "j"),
    }:
        return 1
    return step


def _named(text: str, damage: MarkerDamage) -> list[Marker]:
    match = _NAMED.match(text)
    if not match or not text[0].isupper():
        return []
    word = min(_NAMED_WORDS, key=lambda known: Levenshtein.distance(fold(match["word"]), known))
    distance = Levenshtein.distance(fold(match["word"]), word)
    if distance > 1 or (distance == 1 and len(word) < 4):
        return []
    number = match["number"]
    value = _named_value(number)
    if value is None:
        return []
    sign = match["sign"].strip()
    cost = distance * damage.stroke
    rest = text[match.end() :].strip()
    spelt = _NAMED_SPELT[word]
    if distance or match["word"] not in {spelt, spelt.upper()}:
        spelt_as = spelt.upper() if is_capitals(match["word"]) else spelt
    else:
        spelt_as = match["word"]
    if not sign and rest:
        # "Điều 5 Luật Thi đua" is a reference that a line happens to begin with; "PHẦN I MỤC TIÊU" is a heading.
        cost += damage.slight if is_capitals(rest) else damage.figure
    shown = number if value[1] else to_roman(value[0])
    length = len(text) - len(text[match.end() :].lstrip())
    return [Marker(_NAMED_WORDS[word], (value[0],), f"{spelt_as} {shown}", length, sign, cost)]


def _named_value(number: str) -> tuple[int, bool] | None:
    """(value, whether it is printed whole) of the number after Điều, Chương, …"""
    if number.lower().startswith("thứ"):
        value = _THU.get(fold(number.split()[1]))
        return (value, True) if value else None
    digits = re.match(r"\d+", number)
    if digits and (digits[0] == number or number[-1].isalpha()):
        return int(digits[0]), True
    if value := roman_value(number):
        return value, True
    value = roman_value(as_strokes(number))
    return (value, False) if value else None


def _romans(text: str, is_ocr: bool, damage: MarkerDamage) -> list[Marker]:
    match, bare = _roman_match(text, damage)
    if match is None:
        return []
    raw, sign = match["number"], _plain_sign(match["sign"])
    if sign == ")" and raw.islower():
        return []
    normal = as_strokes(raw)
    whole = roman_value(raw) is not None
    bare += damage.unlikely if "," in sign else 0.0
    markers = []
    for value, numeral in enumerate(ROMAN_NUMERALS, start=1):
        distance = Levenshtein.distance(normal, numeral, score_cutoff=1)
        if distance > 1 or not _same_but_strokes(normal, numeral):
            continue
        if whole:
            # A whole numeral that lost a stroke: two in a row (I, I, II for I, II, III) are likelier than an author who
            # repeats one.
            cost = 0.0 if numeral == raw else damage.stroke if is_ocr else None
        else:
            # Digits alone ("1.", "11.") are numbers in their own right before they are damaged numerals.
            cost = (damage.stroke if raw.isdigit() else damage.letter) + damage.stroke * distance
        if cost is not None:
            markers.append(Marker(MarkerKind.ROMAN, (value,), numeral, match.end(), sign, cost + bare))
    return markers


def _same_but_strokes(read: str, numeral: str) -> bool:
    """Whether two numerals differ in strokes (I) only: a V or an X is not lost, nor made out of nothing."""
    return read.replace("I", "") == numeral.replace("I", "")


def _roman_match(text: str, damage: MarkerDamage) -> tuple[re.Match[str] | None, float]:
    """A numeral with its sign, or one that lost it, and what believing in the loss costs."""
    if match := _ROMAN.match(text):
        return match, 0.0
    if match := _ROMAN_BARE.match(text):  # "II NỘI DUNG"; "VIL Kinh phí", where the L is "I."
        rest = text[match.end() :]
        if set(match["number"]) & _MARKED_STROKES:
            # "ỈI" is no word
            return (match, damage.letter) if len(match["number"]) > 1 and rest[0].isupper() else (None, 0.0)
        sure = is_capitals(rest) or (len(match["number"]) > 1 and rest[0].isupper())
        return (match, damage.stroke) if sure else (None, 0.0)
    if match := _ROMAN_GLUED.match(text):  # "ILYÊU CẦU" for "II. YÊU CẦU"
        first = match["number"] + match["word"]
        if is_syllable(match["word"].lower()) and not is_syllable(first.lower()):
            return match, damage.stroke
    return None, 0.0


def _capitals(text: str, damage: MarkerDamage) -> list[Marker]:
    match = _CAPITAL.match(text)
    if not match:
        return []
    letter = match["number"]
    place = letter_place(letter.lower())
    assert place is not None
    return [Marker(MarkerKind.LETTER_CAPITAL, (place,), letter, match.end(), _plain_sign(match["sign"]), damage.slight)]


def _plain_sign(printed: str) -> str:
    """A marker's sign without blanks and with a hyphen for any dash."""
    return re.sub(r"\s+", "", printed).replace("–", "-")


def _decimals(text: str, is_ocr: bool, damage: MarkerDamage) -> list[Marker]:
    match = _DECIMAL.match(text)
    markers = []
    if match:
        markers = _decimal_markers(match, text, is_ocr, damage)
    match = _PARENTHESES.match(text)
    if match:
        number = match["number"]
        value = int(number) if number.isdigit() else letter_place(number) or _NO_LETTER
        kind = MarkerKind.PARENTHESES if number.isdigit() else MarkerKind.LETTER
        markers.append(Marker(kind, (value,), number, match.end(), "()", damage.slight))
    return markers


def _decimal_markers(match: re.Match[str], text: str, is_ocr: bool, damage: MarkerDamage) -> list[Marker]:
    raw = match["number"]
    sign = _plain_sign(match["sign"])
    parts = [part.strip() for part in re.split(r"[.,]", raw)]
    normal = list(map(as_figures, parts))
    path = tuple(int(part) for part in normal)
    rest = text[match.end() :]
    padded = parts[0].startswith("0") and not (
        sign in {".", ")"} and text[match.end() - 1].isspace() and rest[0].isupper()
    )
    if 0 in path or (len(path) == 1 and (not sign or padded)):
        return []  # "01 tập thể", "5 năm": a quantity; "01. Mục đích" is an item
    apart = rest[0].isdigit() and sign in {".", ")"} and text[match.end() - 1].isspace()  # "2. 100% đảng viên"
    if not (rest[0].isalpha() or rest[0] in "“\"'(‘«" or apart) or (sign in {"/", ":", ""} and rest[0].isdigit()):
        return []
    cost = 0.0 if normal == parts else damage.letter
    if "I" in raw:  # a capital I is a figure only where no numeral is likely
        cost = 2 * damage.stroke if is_capitals(rest) else damage.stroke
    cost += damage.letter if apart else 0.0
    cost += damage.unlikely if "," in raw else 0.0
    cost += _sign_cost(sign, damage)
    cost += damage.figure if starts_with_unit(rest) else 0.0
    printed = ".".join(normal)
    markers = [Marker(MarkerKind.DECIMAL, path, printed, match.end(), sign, cost)]
    if is_ocr and path[-1] in _DIGIT_DAMAGE:
        for other in _DIGIT_DAMAGE[path[-1]]:
            fixed = (*path[:-1], other)
            markers.append(
                Marker(MarkerKind.DECIMAL, fixed, ".".join(map(str, fixed)), match.end(), sign, cost + damage.figure)
            )
    return markers


def _sign_cost(sign: str, damage: MarkerDamage) -> float:
    if sign in _USUAL_SIGNS:
        return 0.0
    return {"": damage.slight, "-": damage.letter}.get(sign, damage.unlikely)


_UNITS = re.compile(r"^(?:%|tỷ|triệu|đồng|nghìn|tháng|năm|ngày|giờ|người|tập thể,|cá nhân)\b", re.IGNORECASE)


def starts_with_unit(text: str) -> bool:
    """Whether `text` begins with a unit, so that a number before it is a quantity rather than a marker."""
    return bool(_UNITS.match(text)) and text[0].islower()


def _letters(text: str, is_ocr: bool, damage: MarkerDamage) -> list[Marker]:
    markers = []
    match = _LETTER.match(text)
    sign = _plain_sign(match["sign"]) if match else ""
    if match and sign in _LETTER_SIGNS:
        raw = match["number"]
        letter = as_label(raw)
        bare = letter if letter == "đ" else strip_marks(letter)
        cost = 0.0 if bare == raw else damage.letter
        cost += 0.0 if ")" in sign else damage.letter if sign == "-" else damage.slight
        if place := letter_place(bare):
            markers.append(Marker(MarkerKind.LETTER, (place,), bare, match.end(), sign, cost))
        if is_ocr or cost >= damage.letter:
            for guess in {_SMALL_DAMAGE.get(bare), "đ" if bare == "d" else None} - {None}:
                if place := letter_place(str(guess)):
                    markers.append(
                        Marker(MarkerKind.LETTER, (place,), str(guess), match.end(), sign, cost + damage.stroke)
                    )
    match = _ROMAN_SMALL.match(text)
    if match and (value := roman_value(match["number"].upper())):
        cost = damage.unlikely if len(match["number"]) == 1 else 0.0
        markers.append(Marker(MarkerKind.ROMAN_SMALL, (value,), match["number"], match.end(), match["sign"], cost))
    return markers
