"""Turns the bytes of a text file into characters: UTF-8, UTF-16, UTF-32, or an old 8-bit encoding.

Vietnamese 8-bit text (TCVN3, VNI, Windows-1258) cannot be told from its bytes alone; it is decoded byte by byte as
Windows-1252, so that nothing is lost and `restoration` can recognise and convert it by its syllables.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Tab, line feed, vertical tab, form feed, carriage return, DOS end of file, escape, next line.
# In 8-bit Vietnamese a third of the bytes lie beyond ASCII; in a picture nearly all may.
_MOST_HIGH = 0.6
_TEXT_CONTROLS = frozenset(b"\t\n\v\f\r\x1a\x1b")
_SAMPLE = 65_536  # bytes that tell what a file is
# The five bytes that Windows-1252 leaves undefined become the control characters of the same number, as in HTML.
_UNDEFINED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_CP1252 = "".join(chr(b) if b in _UNDEFINED else bytes([b]).decode("cp1252") for b in range(256))


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was in, and how many bytes were no part of that encoding (shown as U+FFFD)."""

    text: str
    encoding: str
    undecodable: int = 0


def looks_like_text(head: bytes) -> bool:
    """True when `head`, the beginning of a file, is text in some encoding and no binary data."""
    if not head:
        return False
    if any(head.startswith(bom) for bom, _ in _BOMS):
        sample = decode(head[:4096]).text
        return bool(sample) and sum(
            c == "\ufffd" or (ord(c) < 32 and ord(c) not in _TEXT_CONTROLS) for c in sample
        ) < max(1, len(sample) // 20)
    if _utf16_without_mark(head) is not None:
        return True
    if _is_mostly_high(head):
        return False
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in head)
    # A stray NUL or control byte happens in real dumps; binary data has a tenth and more of them.
    return controls <= len(head) // 200


def _is_mostly_high(head: bytes) -> bool:
    """Whether more bytes are beyond ASCII than in any 8-bit Vietnamese (a third at most), and they are no UTF-8."""
    if sum(byte >= 0x80 for byte in head) <= _MOST_HIGH * len(head):
        return False
    return head.decode("utf-8", "replace").count("\ufffd") > len(head) // 100


def is_binary(data: bytes) -> bool:
    """True for what no reading as text makes sense of, where `looks_like_text` also refuses a line with a stray NUL."""
    if data.startswith((b"%PDF-", b"PK\x03\x04", b"{\\rtf")):
        return True
    text = decode(data[:_SAMPLE]).text
    return sum(ord(c) < 32 and ord(c) not in _TEXT_CONTROLS for c in text) > max(3, len(text) // 50)


def decode(data: bytes) -> Decoded:
    """`data` as text. Never fails: what is no UTF-8 or UTF-16 is taken as 8-bit text.

    A file that is UTF-8 but for a few bytes (cut in mid-character, or patched by an old program) stays UTF-8 with
    those bytes replaced.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_marked(data[len(bom) :], encoding)
    wide = _utf16_without_mark(data[:4096])
    if wide is not None:
        return _decode_marked(data, wide)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    repaired = data.decode("utf-8", "replace")
    broken = repaired.count("\ufffd")
    beyond_ascii = sum(1 for c in repaired if ord(c) > 127)
    # In 8-bit Vietnamese every letter with marks is broken UTF-8; in UTF-8 with a flaw, if it is short, most are sound.
    if broken * 3 <= beyond_ascii:
        return Decoded(repaired, "utf-8", broken)
    return Decoded(data.decode("latin-1").translate(dict(enumerate(_CP1252))), "windows-1252")


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    return Decoded(text, encoding, text.count("\ufffd"))


def _utf16_without_mark(head: bytes) -> str | None:
    """The byte order of UTF-16 text that has no mark, told by where its NUL bytes lie."""
    sample = head[: len(head) // 2 * 2][:4096]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    # Spaces, digits and plain letters are half of any Vietnamese text.
    for nuls, others, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if nuls > half * 0.4 and others <= half * 0.02:
            text = sample.decode(encoding, "replace")
            controls = sum(ord(c) < 32 and ord(c) not in _TEXT_CONTROLS for c in text)
            return encoding if controls <= len(text) // 100 else None
    return None
