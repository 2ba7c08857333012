"""Brings text into the one Unicode form that everything else works on: NFC, no invisible characters."""

from __future__ import annotations

import re
import unicodedata

# Letters that look Vietnamese but are not: Eth for Đ (old converters), spacing tone marks after a letter.
_LOOK_ALIKES = str.maketrans({"ð": "đ", "Ð": "Đ", "\u0340": "\u0300", "\u0341": "\u0301", "\u0344": "\u0308\u0301"})
# Zero-width characters, byte-order marks, soft hyphens, direction marks, C0/C1 controls but tab, newline, form feed.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffe\uffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ODD_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")


def clean(text: str) -> str:
    """`text` in NFC without invisible characters, lone surrogates (they become U+FFFD) and exotic spaces.

    Plain ASCII comes back unchanged but for control characters. The number of lines never changes.
    """
    if text.isascii():
        return _INVISIBLE.sub("", text)
    text = _SURROGATE.sub("\ufffd", text.translate(_LOOK_ALIKES))
    return unicodedata.normalize("NFC", _ODD_SPACES.sub(" ", _INVISIBLE.sub("", text)))
