"""Writes text in the legacy encodings, to make samples of what archives hold.

Written the other way round than the decoder (pipeline.language.legacy_encodings), from each standard's own
description, so that the one tests the other.
"""

from __future__ import annotations

import unicodedata

from pipeline.language.legacy_encodings import LegacyEncoding
from pipeline.vietnamese.folding import strip_marks

_TONES = {"\u0300": 0, "\u0309": 1, "\u0303": 2, "\u0301": 3, "\u0323": 4}
_TCVN3_ROWS = {  # plain, huyền, hỏi, ngã, sắc, nặng: the order of the codes in TCVN 5712:1993
    "a": "aµ¶·¸¹", "ă": "¨»¼½¾Æ", "â": "©ÇÈÉÊË", "e": "eÌÎÏÐÑ", "ê": "ªÒÓÔÕÖ", "i": "i×ØÜÝÞ",
    "o": "oßáâãä", "ô": "«åæçèé", "ơ": "¬êëìíî", "u": "uïñòóô", "ư": "\xadõö÷øù", "y": "yúûüýþ",
}  # fmt: skip
_TCVN3_CAPITALS = dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))


def _parts(char: str) -> tuple[str, int | None]:
    """A letter without its tone, and the tone's number."""
    kept, tone = "", None
    for part in unicodedata.normalize("NFD", char):
        if part in _TONES:
            tone = _TONES[part]
        else:
            kept += part
    return unicodedata.normalize("NFC", kept), tone


def to_tcvn3(text: str) -> str:
    """As typed with .VnTime, marked capitals as typed with .VnTimeH (that is, in small letters' codes)."""
    out = []
    for char in unicodedata.normalize("NFC", text):
        base, tone = _parts(char)
        if char in _TCVN3_CAPITALS:
            out.append(_TCVN3_CAPITALS[char])
        elif char == "đ":
            out.append("®")
        elif base.lower() in _TCVN3_ROWS and not char.isascii():
            out.append(_TCVN3_ROWS[base.lower()][0 if tone is None else tone + 1])
        else:
            out.append(char)
    return "".join(out)


def to_vni(text: str) -> str:
    """As VNI-Windows bytes show in Windows-1252: a vowel, then the code of its mark."""
    marks = {None: "", 0: "ø", 1: "û", 2: "õ", 3: "ù", 4: "ï"}
    round_marks = {None: "â", 0: "à", 1: "å", 2: "ã", 3: "á", 4: "ä"}
    breve_marks = {None: "ê", 0: "è", 1: "ú", 2: "ü", 3: "é", 4: "ë"}
    whole = dict(zip("đơưỵỉĩịìí", "ñôöîæóòìí", strict=True))
    out = ""
    for char in unicodedata.normalize("NFC", text):
        base, tone = _parts(char.lower())
        if char.lower() in whole:
            code = whole[char.lower()]
        elif base in "âêô" and not base.isascii():
            code = strip_marks(base) + round_marks[tone]
        elif base == "ă":
            code = "a" + breve_marks[tone]
        elif base in ("ơ", "ư"):
            code = whole[base] + marks[tone]
        elif base in tuple("aeouy"):
            code = base + marks[tone]
        else:
            code = base
        out += code.upper() if char.isupper() else code
    return out


def to_viqr(text: str) -> str:
    """In ASCII, with the signs that stand for themselves escaped."""
    shapes = {"\u0306": "(", "\u0302": "^", "\u031b": "+"}
    tones = {"\u0301": "'", "\u0300": "`", "\u0309": "?", "\u0303": "~", "\u0323": "."}
    out = ""
    for char in unicodedata.normalize("NFC", text):
        if char in "đĐ":
            out += "dd" if char == "đ" else "DD"
        elif char in "'`?~.(^+*":
            out += "\\" + char
        else:
            parts = unicodedata.normalize("NFD", char)
            out += (
                parts[0] + "".join(shapes.get(p, "") for p in parts[1:]) + "".join(tones.get(p, "") for p in parts[1:])
            )
    return out


def to_windows_1258(text: str) -> str:
    """As Windows-1258 bytes show in Windows-1252: the tone after its vowel."""
    tones = {"\u0300": "Ì", "\u0309": "Ò", "\u0303": "Þ", "\u0301": "ì", "\u0323": "ò"}
    whole = dict(zip("ĂăĐđƠơƯư", "ÃãÐðÕõÝý", strict=True))
    out = ""
    for char in unicodedata.normalize("NFC", text):
        base, tone = _parts(char)
        out += whole.get(base, base)
        out += next((code for mark, code in tones.items() if _TONES[mark] == tone), "")
    return out


ENCODERS = {
    LegacyEncoding.TCVN3: to_tcvn3,
    LegacyEncoding.VNI: to_vni,
    LegacyEncoding.VIQR: to_viqr,
    LegacyEncoding.WINDOWS_1258: to_windows_1258,
}
