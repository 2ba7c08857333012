"""Vietnamese in the encodings from before Unicode: told from Unicode text, and converted to it.

TCVN3 (fonts named .VnTime; the font .VnTimeH draws the same codes as capitals), VNI-Windows (fonts named VNI-…; a
letter and its mark are two codes), VIQR (in a module of its own) and Windows-1258 (tones as codes of their own). The
eight-bit ones reach us as Latin letters, since programs take their bytes for Windows-1252: 'Céng hßa', 'Coäng hoøa',
'Côòng hoÌa'.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from enum import Enum, StrEnum
from functools import lru_cache

from pipeline.language.viqr import from_viqr, looks_like_viqr
from pipeline.language.word_frequencies import EDGE_SIGNS, clean_frequency, makes_a_word


class LegacyEncoding(StrEnum):
    """The old ways of writing Vietnamese in eight bits or in ASCII."""

    TCVN3 = "tcvn3"
    VNI = "vni"
    VIQR = "viqr"
    WINDOWS_1258 = "windows_1258"


def detect_legacy(text: str, fonts: Sequence[str] = ()) -> LegacyEncoding | None:
    """The encoding in which `text` makes Vietnamese words, when as it stands it does not; else None.

    `fonts` are the names of the fonts it is set in; one of TCVN3 or VNI makes a single word enough. Text that has
    Vietnamese letters of Unicode in most of its marked words is never taken for a legacy one.
    """
    sample = text[:_SAMPLE]
    if sample.translate(_TYPOGRAPHY).isascii():
        return LegacyEncoding.VIQR if looks_like_viqr(sample) else None
    kinds = [_letters_of(word) if len(word) < 50 else _Letters.NONE for word in sample.split()]
    eight = kinds.count(_Letters.EIGHT_BIT)
    marked = eight + kinds.count(_Letters.WIDE)
    if eight < max(_LEAST_SHARE * marked, _LEAST_MARKED * (marked + kinds.count(_Letters.PLAIN)), 1):
        return None
    eight_bit = [word for word in _words(sample) if len(word) < 50 and _letters_of(word) is _Letters.EIGHT_BIT]
    hinted = encoding_of_fonts(fonts)
    if hinted is None and sum(1 for word in eight_bit if not _READ_BY_ENGLISH.issuperset(word)) < 2:
        return None
    as_it_is = sum(1 for word in eight_bit if _in_use(word))
    best, most = None, 0
    for encoding, decode in _EIGHT_BIT.items():
        right = sum(1 for word in eight_bit if makes_a_word(decode(word)))
        if encoding is hinted:
            right += 1
        if right > most:
            best, most = encoding, right
    least = 1 if hinted is not None and best is hinted else 2
    enough = most >= max(least, _LEAST_SHARE * len(eight_bit)) and most > 1.5 * as_it_is
    return best if enough else None


def decode_legacy(text: str, encoding: LegacyEncoding, fonts: Sequence[str] = ()) -> str:
    """`text` in Unicode (NFC). Lines, blanks and words that are in Unicode already stay as they are.

    TCVN3 has no codes for most marked capitals: they are taken from fonts whose name ends in H, else from the capitals
    around them ('X· HéI' → 'XÃ HỘI').
    """
    if encoding is LegacyEncoding.VIQR:
        return from_viqr(text)
    capitals = bool(fonts) and all(font.upper().endswith("H") for font in fonts if font.upper().startswith(".VN"))
    lines = []
    for line in text.split("\n"):
        decoded = _WORD.sub(lambda match: _decoded_word(match[0], encoding), line)
        if encoding is LegacyEncoding.TCVN3:
            decoded = decoded.upper() if capitals else _sentences_begun(_recapitalised(line, decoded))
        lines.append(decoded)
    return "\n".join(lines)


def encoding_of_fonts(fonts: Sequence[str]) -> LegacyEncoding | None:
    """The encoding that the names of fonts tell of; a subset prefix such as 'ABCDEF+' does not matter."""
    for font in fonts:
        name = font.split("+", 1)[-1].upper()
        if name.startswith(".VN"):
            return LegacyEncoding.TCVN3
        if name.startswith("VNI-"):
            return LegacyEncoding.VNI
    return None


_SAMPLE = 20_000  # letters that are looked at: an encoding does not change within a text
_LEAST_SHARE = 0.6
_LEAST_MARKED = 0.35  # three of four Vietnamese words bear a mark; text misread as é and ó has far fewer
# All that an engine without Vietnamese writes beyond ASCII: 'héi déng' is as good a misreading as it is TCVN3.
_READ_BY_ENGLISH = frozenset(map(chr, range(0x80))) | frozenset("éÉ¢£¥€°‘’“”—–")
_TYPOGRAPHY = str.maketrans(dict.fromkeys("‘’“”„–—…•", " "))
_WORD = re.compile(r"\S+")
_COMMITTEE = re.compile(r"\bủy ban\b")
# Where a small letter with a tone can only be a capital that was not to be had: after a full stop or a number.
_BEGINNING = re.compile(
    "(?:(?<=[a-zà-ỹ)”][.?!] )|(?<=^\\d[.)] )|(?<=^\\d\\d[.)] ))"
    "[àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]"
)
_GAP = re.compile(r"\t[ \t]*| {2,}\t*")
_CP1252_EXTRA = frozenset("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ")

# Codes as Windows-1252 shows them, in the order of the letters they stand for.
_TCVN3_LETTERS = (
    "àáảãạ ằắẳẵặă ầấẩẫậâ đ èéẻẽẹ ềếểễệê ìíỉĩị òóỏõọ ồốổỗộô ờớởỡợơ ùúủũụ ừứửữựư ỳýỷỹỵ ĂÂĐÊÔƠƯ",
    "µ¸¶·¹ »¾¼½Æ¨ ÇÊÈÉË© ® ÌÐÎÏÑ ÒÕÓÔÖª ×ÝØÜÞ ßãáâä åèæçé« êíëìî¬ ïóñòô õøö÷ù\xad úýûüþ ¡¢§£¤¥¦",
)
_TCVN3 = dict(zip(_TCVN3_LETTERS[1].replace(" ", ""), _TCVN3_LETTERS[0].replace(" ", ""), strict=True)) | {"μ": "à"}
_TCVN3_TABLE = str.maketrans(_TCVN3)


def _vni_table() -> dict[str, str]:
    """VNI's pairs: a vowel and the code of its mark. i and ỵ, đ, ơ and ư have codes of their own."""
    tones = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
    circumflex = dict(zip("áàåãä", "\u0301\u0300\u0309\u0303\u0323", strict=True)) | {"â": ""}
    breve = dict(zip("éèúüë", "\u0301\u0300\u0309\u0303\u0323", strict=True)) | {"ê": ""}
    table = {"ñ": "đ", "ô": "ơ", "ö": "ư", "î": "ỵ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ì": "ì", "í": "í"}
    for vowel in ("a", "e", "o", "u", "y", "ô", "ö"):
        base = {"ô": "ơ", "ö": "ư"}.get(vowel, vowel)
        table |= {vowel + code: base + tone for code, tone in tones.items()}
    for vowel in "aeo":
        table |= {vowel + code: vowel + "\u0302" + tone for code, tone in circumflex.items()}
    table |= {"a" + code: "a\u0306" + tone for code, tone in breve.items()}
    lower = {codes: unicodedata.normalize("NFC", letter) for codes, letter in table.items()}
    mixed = {codes[0].upper() + codes[1:]: letter.upper() for codes, letter in lower.items()}
    return lower | mixed | {codes.upper(): letter.upper() for codes, letter in lower.items()}


_VNI = _vni_table()
_VNI_CODES = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
# Windows-1258 where it differs from Windows-1252: five tones that follow their vowel, and four letters.
_WINDOWS_1258 = str.maketrans("ÌÒÞìòÃãÐðÕõÝý", "\u0300\u0309\u0303\u0301\u0323ĂăĐđƠơƯư")


def _from_tcvn3(word: str) -> str:
    if "-" in word and not word.isascii():
        # Some programs turn the code of ư, which is the soft hyphen's, into a hyphen: 'n-íc' is 'nước'.
        whole = word.replace("-", "\xad").translate(_TCVN3_TABLE)
        if makes_a_word(whole):
            return whole
    return word.translate(_TCVN3_TABLE) if word != "·" else word  # a bullet of its own is no ã


def _from_vni(word: str) -> str:
    return _VNI_CODES.sub(lambda match: _VNI[match[0]], word)


def _from_windows_1258(word: str) -> str:
    return unicodedata.normalize("NFC", word.translate(_WINDOWS_1258))


_EIGHT_BIT: dict[LegacyEncoding, Callable[[str], str]] = {
    LegacyEncoding.TCVN3: _from_tcvn3,
    LegacyEncoding.VNI: _from_vni,
    LegacyEncoding.WINDOWS_1258: _from_windows_1258,
}


def _decoded_word(word: str, encoding: LegacyEncoding) -> str:
    if encoding is LegacyEncoding.WINDOWS_1258 and ("đ" in word or "Đ" in word):
        # Its đ is shown as the Icelandic ð, which cleaning takes for the đ that it looks like.
        whole = _from_windows_1258(word) if all(ord(char) < 0x100 or char in "đĐ" for char in word) else word
        return whole if makes_a_word(whole) and not _in_use(word.strip(EDGE_SIGNS)) else word
    if word.isascii() or any(ord(char) > 0xFF and char not in _CP1252_EXTRA and char != "μ" for char in word):
        return word
    return _EIGHT_BIT[encoding](word)


def _recapitalised(line: str, decoded: str) -> str:
    """The marked letters of a TCVN3 line in capitals where the plain letters around them are.

    What stands apart on the line (two columns in one) is looked at apart; no code is more than one letter.
    """
    parts, start = [], 0
    for gap in [*_GAP.finditer(line), None]:
        end = len(line) if gap is None else gap.start()
        parts.append(_recapitalised_part(line[start:end], decoded[start:end]))
        if gap is not None:
            parts.append(gap[0])
            start = gap.end()
    return "".join(parts)


def _recapitalised_part(line: str, decoded: str) -> str:
    words = [word for word in line.split() if "/" not in word]  # 'Sè: 12/KH-UBND' is 'Số: …'
    plain = [char for word in words for char in word if char.isascii() and char.isalpha()]
    all_capitals = len(plain) > 1 and sum(char.isupper() for char in plain) > 0.8 * len(plain)

    def fixed(match: re.Match[str]) -> str:
        ascii_letters = [char for char in match[0] if char.isascii() and char.isalpha()]
        capitals = sum(char.isupper() for char in ascii_letters)
        if capitals == len(ascii_letters) and (all_capitals or capitals > 1):
            return match[0].upper()
        return match[0]

    return _WORD.sub(fixed, decoded)


def _sentences_begun(line: str) -> str:
    """The line with the capitals that TCVN3 cannot write: at a sentence's beginning, and of 'Ủy ban'."""
    return _COMMITTEE.sub("Ủy ban", _BEGINNING.sub(lambda found: found[0].upper(), line))


class _Letters(Enum):
    """What a word is written in: nothing, ASCII, letters of eight bits, others."""

    NONE = 0
    PLAIN = 1
    EIGHT_BIT = 2
    WIDE = 3


@lru_cache(maxsize=32_768)
def _letters_of(word: str) -> _Letters:
    word = word.strip(EDGE_SIGNS)
    if not any(char.isalpha() for char in word):
        return _Letters.NONE
    if word.isascii():
        return _Letters.PLAIN
    eight_bit = all(ord(char) < 0x100 or char in _CP1252_EXTRA for char in word)
    return _Letters.EIGHT_BIT if eight_bit else _Letters.WIDE


def _words(text: str) -> list[str]:
    return [word for word in (match.strip(EDGE_SIGNS) for match in _WORD.findall(text)) if word]


def _in_use(word: str) -> bool:
    return clean_frequency(word.lower()) > 0
