"""Brings text into the one Unicode form that everything else works on: NFC, no invisible characters."""

from __future__ import annotations

import re
import unicodedata

# Letters and marks that look Vietnamese but are not: Eth and the African D for Đ (old converters), the letter gha for ư
# (old keyboards), the Greek and the deprecated tone marks.
_LOOK_ALIKES = str.maketrans(
    {"ð": "đ", "Ð": "Đ", "ɖ": "đ", "Ɖ": "Đ", "ƣ": "ư", "Ƣ": "Ư"}
    | {"\u0340": "\u0300", "\u0341": "\u0301", "\u0342": "\u0303", "\u0344": "\u0308\u0301"}
)
# Letters, digits and signs in other clothes: numerals as one sign, ligatures, fullwidth and mathematical forms.
_FORMS = re.compile("[\u2160-\u217f\ufb00-\ufb06\uff01-\uff5e\U0001d400-\U0001d7ff]+")
# Greek and Cyrillic letters that look like Latin ones, as keyboards and converters slip them in.
_LATIN_LIKE = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοАВЕКМНОРСТХУІЈЅаеорсухіјѕ", "ABEZHIKMNOPTYXoABEKMHOPCTXYIJSaeopcyxijs")
_STRANGE = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u01b0\u1ea0-\u1ef9]")
# Two marks and more on a letter: some programs write the tone before the circumflex, breve or horn, or a mark twice.
_MARKS = re.compile("[\u0300-\u036f]{2,}")
_COMBINING = re.compile("[\u0300-\u036f]")
_SHAPES = "\u031b\u0302\u0306"  # horn, circumflex, breve: they make another letter, so they come first
# Zero-width characters, byte-order marks, soft hyphens, direction marks, C0/C1 controls but tab, newline, form feed.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffe\uffff]"
)
# Letters that Windows-1252 has; Vietnamese in Unicode nearly always has others.
_EIGHT_BIT = re.compile("[\u0000-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*")
_KEPT_HYPHEN = "\ue0ad"  # a private stand-in while the rest is cleaned
_SURROGATE = re.compile("[\ud800-\udfff]")
_ODD_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")


def clean(text: str) -> str:
    """`text` in NFC without invisible characters, lone surrogates (they become U+FFFD) and exotic spaces.

    Plain ASCII comes back unchanged but for control characters. The number of lines never changes.
    """
    if text.isascii():
        return _INVISIBLE.sub("", text)
    text = _SURROGATE.sub("\ufffd", text.translate(_LOOK_ALIKES))
    if _STRANGE.search(text):
        text = "".join(map(_in_one_script, text.splitlines(keepends=True)))
    cleaned = _in_one_form(text)
    if "\u00ad" in text and _EIGHT_BIT.fullmatch(text) and not cleaned.isascii():
        # TCVN3 text taken for Latin letters has its ư here ("n\xadíc" is nước): it is converted later, not thinned out.
        return _in_one_form(text.replace("\u00ad", _KEPT_HYPHEN)).replace(_KEPT_HYPHEN, "\u00ad")
    return cleaned


def _in_one_script(line: str) -> str:
    """A Latin line with its Greek and Cyrillic letters as the Latin ones that they look like, if all of them do."""
    latin = line.translate(_LATIN_LIKE)
    return line if _STRANGE.search(latin) or not _LATIN.search(line) else latin


def _in_one_form(text: str) -> str:
    text = _FORMS.sub(lambda forms: unicodedata.normalize("NFKC", forms[0]), text)
    text = _ODD_SPACES.sub(" ", _INVISIBLE.sub("", text))
    composed = unicodedata.normalize("NFC", text)
    if not _COMBINING.search(composed):
        return composed
    return unicodedata.normalize("NFC", _MARKS.sub(_in_order, unicodedata.normalize("NFD", composed)))


def _in_order(marks: re.Match[str]) -> str:
    """Marks of one letter, each once, those that make another letter before the tone."""
    once = dict.fromkeys(marks[0])
    return "".join(sorted(once, key=lambda mark: mark not in _SHAPES))
