"""Numbers of documents: '47/KH-UBND', '15/2010/QĐ-UBND', '12-KH/ĐU', '3176b/UBND-VX', '47/KH-PV01'.

One grammar for all who meet them (letterheads, citations, search, print told from handwriting): a serial, which may end
in a letter; perhaps a year; a joint; a symbol, whose first part names the type and whose others name the bodies. The
State joins serial and symbol by a slash and the parts by hyphens, the Party and the unions the other way round. For
hyphen and slash any of Unicode's dashes and slashes may stand, with blanks around them; a `DocumentNumber` is written
with plain ones and without blanks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.vietnamese.folding import fold, strip_marks

# Hyphen-minus, soft and true hyphens, figure, en and em dash, bar, minus and the small and wide forms.
DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
SLASHES = "/\u2044\u2215\uff0f"  # solidus, fraction and division slash, the wide form
DASH = f"[{re.escape(DASHES)}_]"  # QĐ_UBND: a slip of the shift key
SLASH = f"[{SLASHES}]"
YEAR = r"(?:19|20)\d{2}"
# How document types are written in a symbol, and bodies that stand in the type's place in letters.
TYPE_SYMBOLS = (
    "KH", "QĐ", "CT", "TB", "BC", "TTr", "HD", "NQ", "BB", "CV", "GM", "CTr", "ĐA", "QC", "PA", "NĐ", "TT", "UBND",
    "KL", "TBKL", "CĐ", "KHPH", "KHLT", "PL", "GUQ", "HĐ", "TTLT", "SXD", "SNV", "BCĐ", "QyĐ", "TC", "DA", "BGN",
    "BTT", "GGT", "GNP", "PG", "PC", "PB", "NQLT", "KHLN", "HDLN", "CTPH", "CTHĐ", "QCPH", "SL", "L", "QH", "UBTVQH",
)  # fmt: skip
_TYPES = frozenset(fold(symbol) for symbol in TYPE_SYMBOLS)

_JOINT = f"[{re.escape(DASHES)}_{SLASHES}]"
_CAPITAL = "A-ZĐĂÂÊÔƠƯ\uff21-\uff3a"
_LETTER = f"{_CAPITAL}a-zđăâêôơư"
_SERIAL = r"\d{1,6}(?:[a-zđA-ZĐ](?![^\W\d_])|bis)?"
_OF_YEAR = rf"(?:\s?{SLASH}\s?(?P<year>{YEAR})(?=\s?{_JOINT}))?"
_ABBREVIATED = rf"(?=[{_CAPITAL}][a-zđ.]{{0,2}}[{_CAPITAL}\d])"
# A dash between blanks parts words as well ("5 - Ban Thi đua", "năm 2024 - UBND xã"): what follows it shows what it is.
_FIRST_JOINT = rf"(?:{_JOINT}|\s?{SLASH}\s?{_ABBREVIATED}|\s?{DASH}\s?{_ABBREVIATED}(?=[{_LETTER}]{{2,6}}\s?{SLASH}))"
_LOOSE_JOINT = rf"(?:{_JOINT}|\s?{_JOINT}\s?{_ABBREVIATED})"
# One letter alone is a type only in the President's acts (L-CTN); a figure ends the National Assembly's (QH15).
_TYPE = rf"(?:[{_CAPITAL}][{_LETTER}]{{1,11}}\d{{0,3}}|L(?={DASH}CTN))"
# Schools, divisions and boards have figures and signs in their names: TH&THCS, PV01, P.GDĐT, MN19/5, CA(PC06), BCĐ 389.
_SIGN = rf"[&.,](?=[{_CAPITAL}](?:[{_CAPITAL}\d]|(?!\w)))"
_BODY = (
    rf"(?:U\s?B\s?N\s?D(?!\w)|[{_CAPITAL}](?:[{_LETTER}]|{_SIGN}|\d(?!\d{{3}})){{0,17}}(?:(?<=\d)[./]\d{{1,2}}(?!\d))?)"
    rf"(?:\([{_CAPITAL}]{{1,5}}\d{{0,3}}\))?(?:(?<=BC[ĐD])\s\d{{2,3}}(?![\d/.,]))?"
)
_NEXT = rf"(?:{_JOINT}(?:\s{_ABBREVIATED})?{_BODY})"
_SYMBOL = rf"{_TYPE}(?:(?:{_LOOSE_JOINT}|\.(?=[{_CAPITAL}]{{2}})){_BODY}{_NEXT}{{0,3}})?"
_END = r"(?:(?!\w)|(?=ng[aà]y\s))"  # "112/KH-UBNDngày 03": the blank was forgotten
_WHOLE = rf"(?P<serial>{_SERIAL}){_OF_YEAR}(?P<joint>{_FIRST_JOINT})(?P<symbol>{_SYMBOL}){_END}"
_NUMBER = re.compile(rf"(?<![\w/.,]){_WHOLE}")
# In small letters, without its bars, and with blanks ("47 / kh - ubnd", as people ask for it) a type has to be known.
_KNOWN = "|".join(sorted({*TYPE_SYMBOLS, *(strip_marks(symbol) for symbol in TYPE_SYMBOLS)}, key=len, reverse=True))
TYPED_NUMBER = rf"(?i:(?<![\w/.,]){_WHOLE.replace(_TYPE, rf'(?:{_KNOWN})[0-9]{{0,3}}')})"
_TYPED_NUMBER = re.compile(TYPED_NUMBER)

# After the label: a whole number; the unions' with a blank for the joint ("12 KH/ĐTN"); a blank serial.
_LABELLED = (
    re.compile(rf"\s*{_WHOLE}(?!\s?{_JOINT}[^\W\d_])"),
    re.compile(
        rf"\s*(?P<serial>{_SERIAL})(?P<year>(?!))?(?P<joint>\s)(?P<symbol>(?:{'|'.join(TYPE_SYMBOLS)})\s?{SLASH}\s?{_BODY})"
        rf"{_END}"
    ),
    re.compile(
        rf"(?P<serial>[\s.…_]*)(?:{SLASH}\s?(?P<year>{YEAR})\s?)?(?P<joint>{_JOINT})\s?(?P<symbol>{_SYMBOL}){_END}"
    ),
)
# … or one damaged: signs and words in the serial's place, which are no serial, blanks within, letters of either case.
_DAMAGED_PART = rf"(?:[{_LETTER}&.]|(?<=[A-ZĐ])\d(?=[A-ZĐ]|(?![\w/.])))"
_DAMAGED_TYPED = re.compile(
    rf"(?P<serial>.{{0,12}}?)\s*(?:{SLASH}\s?(?P<year>{YEAR})\s?)?(?P<joint>[{SLASHES}%])\s*"
    rf"(?P<symbol>[A-ZĐa-zđ]{{2,4}}\s?{DASH}\s?{_DAMAGED_PART}{{2,14}}(?:-[A-ZĐ]{{2,8}}){{0,3}})"
)
_DAMAGED = re.compile(
    rf"(?P<serial>[^{SLASHES}\s]{{0,7}}(?:\s?[^{SLASHES}\s]{{1,4}}){{0,2}}?)\s*(?:{SLASH}\s?(?P<year>{YEAR})\s?)?"
    rf"(?P<joint>{SLASH})\s*(?P<symbol>[A-ZĐa-zđ]{{1,8}}(?:\s?{DASH}\s?(?:U\s?B\s?N\s?D\b|{_DAMAGED_PART}{{1,14}})){{0,3}})"
)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number in its parts; `serial` is "" where it is blank or no serial was read."""

    serial: str
    year: str | None
    joint: str
    symbol: str

    def __str__(self) -> str:
        return f"{self.serial}{f'/{self.year}' if self.year else ''}{self.joint}{self.symbol}"

    @property
    def type_symbol(self) -> str:
        """The symbol's first part, without the figure of a National Assembly: 'KH' of 'KH-UBND', 'QH' of 'QH15'."""
        return re.sub(r"\d+$", "", re.split("[-/.]", self.symbol)[0])

    @property
    def names_type(self) -> bool:
        """Whether the symbol begins with the abbreviation of a document's type."""
        return fold(self.type_symbol) in _TYPES

    @property
    def words(self) -> tuple[str, ...]:
        """The runs of letters and figures it is made of, as an index of words has them."""
        return tuple(re.findall(r"[^\W_]+", str(self)))


@dataclass(frozen=True, slots=True)
class Found:
    """A number, where it stands in the text, and what stands there for its serial."""

    number: DocumentNumber
    start: int
    end: int
    serial_as_read: str


def find_numbers(text: str) -> Iterator[Found]:
    """The numbers in running text, in order."""
    return map(_found, _NUMBER.finditer(text))


def typed_number(text: str) -> DocumentNumber | None:
    """The number that `text` begins with as a person types it, in letters of either case (`TYPED_NUMBER`)."""
    match = _TYPED_NUMBER.match(text)
    return _found(match).number if match else None


def labelled_number(text: str) -> Found | None:
    """The number that `text`, what follows "Số:", begins with; a serial that is no digits is left out."""
    for pattern in _LABELLED:
        if match := pattern.match(text):
            return _found(match)
    for match in _DAMAGED_TYPED.finditer(text):
        if (found := _found(match)).number.names_type:
            return found
    damaged = _DAMAGED.match(text)
    return _found(damaged) if damaged else None


def whole_number(text: str) -> DocumentNumber | None:
    """The number that `text` is, signs around it set aside, when its symbol names a type; a label is no part of it."""
    match = _LABELLED[0].match(text.strip(" \t()[].,;:*"))
    if match is None or match.end() < len(match.string):
        return None
    number = _found(match).number
    return number if number.names_type else None


def with_kept_hyphens(text: str) -> str:
    """`text` with a hyphen for each soft hyphen inside a number, which is printed there, unlike inside a word."""
    if "\u00ad" not in text:
        return text
    for found in find_numbers(text):
        text = text[: found.start] + text[found.start : found.end].replace("\u00ad", "-") + text[found.end :]
    return text


def _found(match: re.Match[str]) -> Found:
    read = match["serial"].strip(" \t.…-–_:;,*").replace(" ", "")
    joint = match["joint"]
    plain = " " if joint.isspace() else "-" if re.fullmatch(rf"\s*{DASH}\s*", joint) else "/"
    number = DocumentNumber(_serial(read), match["year"], plain, _plain(match["symbol"]).strip(".-"))
    return Found(number, match.start(), match.end(), read)


def _serial(read: str) -> str:
    """The serial that was read; "" when it is none. An O between digits is a zero, an l a one."""
    digits = re.sub(r"^[lI|](?=\d)|(?<=\d)[lI|]", "1", unicodedata.normalize("NFKC", read))
    digits = re.sub(r"(?<=\d)[Oo](?=\d|$)", "0", digits)
    return digits if re.fullmatch(rf"{_SERIAL}(?:\.\d)?", digits) else ""


def _plain(symbol: str) -> str:
    """`symbol` with plain signs, no blanks around them, and of wide letters the usual ones."""
    symbol = re.sub(rf"\s?{SLASH}\s?", "/", re.sub(rf"\s?{DASH}\s?", "-", symbol))
    return re.sub(r"(?i:(?<!BC[ĐD])\s|\s(?!\d))", "", unicodedata.normalize("NFKC", symbol))
