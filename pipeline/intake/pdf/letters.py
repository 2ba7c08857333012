"""The letters of a PDF page as PDFium has them: what each is, how its font shows it, which way it runs."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium_c

from pipeline.intake import symbol_fonts
from pipeline.intake.word.legacy_fonts import as_shown

_BOLD_NAME = re.compile(r"bold|black|heavy|demi", re.I)
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_BOLD_WEIGHT = 600
_PALE = 150  # of 255, on white paper: print is below it, watermarks are above
_FORCE_BOLD = 1 << 18
# A page of small print has 8,000 characters; a hostile one has millions.
_MOST_CHARACTERS = 100_000
# A page stands turned when most of its letters do; so many are looked at, and fewer than the next say nothing.
_SAMPLED, _FEWEST_TURNED, _MOSTLY = 400, 20, 0.6


@dataclass(frozen=True, slots=True)
class Style:
    """How letters look; `font` is the number of the font among those of the page, `pale` a colour near to white."""

    font: int
    font_name: str
    bold: bool
    hidden: bool
    pale: bool = False


def characters_of(raw: pdfium_c.FPDF_TEXTPAGE) -> list[str]:
    """The page's characters in the file's own order, a blank for what is none."""
    characters = []
    for at in range(min(_MOST_CHARACTERS, max(0, pdfium_c.FPDFText_CountChars(raw)))):
        code = pdfium_c.FPDFText_GetUnicode(raw, at)
        if code == 0:
            characters.append(" ")
        else:
            characters.append(chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd")
    return characters


def angle_of(raw: pdfium_c.FPDF_TEXTPAGE, at: int) -> float:
    """The direction in which a letter's line runs, in radians with the clock."""
    return float(pdfium_c.FPDFText_GetCharAngle(raw, at))


def quarters_turned(page: pypdfium2.PdfPage) -> int:
    """By how many quarters clockwise most of the page's letters stand turned where it is shown; 0 where few are."""
    text_page = page.get_textpage()
    try:
        characters = characters_of(text_page.raw)
        letters = [at for at, char in enumerate(characters) if char.isalpha()]
        sample = letters[:: max(1, len(letters) // _SAMPLED)]
        turns = Counter(round(math.degrees(angle_of(text_page.raw, at)) / 90) % 4 for at in sample)
    finally:
        text_page.close()
    most, count = turns.most_common(1)[0] if turns else (0, 0)
    if len(letters) < _FEWEST_TURNED or count < _MOSTLY * len(sample):
        return 0
    return int(page.get_rotation() // 90 + most) % 4


def sign_of(char: str, font: str) -> str:
    """A character as its font shows it: capital fonts' small letters, symbol fonts' signs."""
    shown = symbol_fonts.in_unicode(char, font)
    return as_shown(char, font) if shown == char else shown


def style_of(raw: pdfium_c.FPDF_TEXTPAGE, at: int, handle: pdfium_c.FPDF_PAGEOBJECT, fonts: dict[str, int]) -> Style:
    """The look of a letter; `fonts` learns the name of its font."""
    flags = ctypes.c_int()
    size = pdfium_c.FPDFText_GetFontInfo(raw, at, None, 0, flags)
    name = ""
    if 0 < size <= 1_024:
        buffer = ctypes.create_string_buffer(size)
        pdfium_c.FPDFText_GetFontInfo(raw, at, buffer, size, flags)
        name = _SUBSET.sub("", buffer.value.decode("utf-8", "replace"))
    bold = (
        _BOLD_NAME.search(name) is not None
        or bool(flags.value & _FORCE_BOLD)
        or pdfium_c.FPDFText_GetFontWeight(raw, at) >= _BOLD_WEIGHT
    )
    hidden = bool(handle) and pdfium_c.FPDFTextObj_GetTextRenderMode(handle) == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
    return Style(fonts.setdefault(name, len(fonts)), name, bold, hidden, _is_pale(raw, at))


def _is_pale(raw: pdfium_c.FPDF_TEXTPAGE, at: int) -> bool:
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    if not pdfium_c.FPDFText_GetFillColor(raw, at, red, green, blue, opacity):
        return False
    darkest = min(red.value, green.value, blue.value)
    return 255 - (255 - darkest) * opacity.value / 255 > _PALE
