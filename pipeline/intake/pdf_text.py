"""The text layer of a PDF page: PDFium's characters gathered to words with boxes, fonts and weights."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium_c

from pipeline.intake.pdf_page import PagePlan, pixel_box
from pipeline.values import TextLayer, Word

# A page of small print has 8,000 characters; a hostile one has millions.
_MOST_CHARACTERS = 100_000
_BOLD_NAME = re.compile(r"bold|black|heavy|demi", re.I)
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_BOLD_WEIGHT = 600
_FORCE_BOLD = 1 << 18


@dataclass(slots=True)
class _Style:
    font: int
    bold: bool
    hidden: bool


@dataclass(slots=True)
class _Gathering:
    """The word that is being put together, and what is finished."""

    words: list[Word] = field(default_factory=list)
    styles: list[_Style] = field(default_factory=list)
    characters: list[str] = field(default_factory=list)
    rectangle: list[float] | None = None
    style: _Style | None = None


def read_text_layer(page: pypdfium2.PdfPage, plan: PagePlan) -> TextLayer | None:
    """The page's words in the file's own order, boxes in pixels of the plan's picture; None when there are none."""
    if not plan.has_text:
        return None
    text_page = page.get_textpage()
    try:
        return _read(text_page, plan)
    finally:
        text_page.close()


def _read(text_page: pypdfium2.PdfTextPage, plan: PagePlan) -> TextLayer | None:
    raw = text_page.raw
    fonts: dict[str, int] = {}
    styles: dict[int, _Style] = {}
    gathering = _Gathering()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for at in range(min(_MOST_CHARACTERS, max(0, pdfium_c.FPDFText_CountChars(raw)))):
        code = pdfium_c.FPDFText_GetUnicode(raw, at)
        char = chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
        if code == 0 or char.isspace():
            _finish(gathering, plan)
            continue
        if pdfium_c.FPDFText_IsHyphen(raw, at) == 1 and char in "\x02\ufffe":
            char = "-"  # PDFium's stand-in for a hyphen at a line's end
        handle = pdfium_c.FPDFText_GetTextObject(raw, at)
        address = ctypes.cast(handle, ctypes.c_void_p).value or 0
        style = styles.get(address)
        if style is None:
            style = styles[address] = _style(raw, at, handle, fonts)
        if pdfium_c.FPDFText_GetCharBox(raw, at, left, right, bottom, top):
            _extend(gathering, left.value, bottom.value, right.value, top.value)
        if gathering.style is None:
            gathering.style = style
        gathering.characters.append(char)
    _finish(gathering, plan)
    if not gathering.words:
        return None
    return TextLayer(
        tuple(gathering.words),
        tuple(fonts),
        tuple(style.bold for style in gathering.styles),
        tuple(style.hidden for style in gathering.styles),
        tuple(style.font for style in gathering.styles),
    )


def _extend(gathering: _Gathering, left: float, bottom: float, right: float, top: float) -> None:
    box = gathering.rectangle
    if box is None:
        gathering.rectangle = [left, bottom, right, top]
    else:
        box[0], box[1] = min(box[0], left), min(box[1], bottom)
        box[2], box[3] = max(box[2], right), max(box[3], top)


def _finish(gathering: _Gathering, plan: PagePlan) -> None:
    """Close the word that is being gathered; one that lies outside the page is dropped, as it is not seen."""
    if gathering.characters and gathering.style is not None:
        box = None
        if gathering.rectangle is not None:
            left, bottom, right, top = gathering.rectangle
            box = pixel_box(plan.to_pixels, (left, bottom, right, top), plan.size)
        if box is not None or gathering.rectangle is None:
            gathering.words.append(Word("".join(gathering.characters), box))
            gathering.styles.append(gathering.style)
    gathering.characters, gathering.rectangle, gathering.style = [], None, None


def _style(raw: pdfium_c.FPDF_TEXTPAGE, at: int, handle: pdfium_c.FPDF_PAGEOBJECT, fonts: dict[str, int]) -> _Style:
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
    return _Style(fonts.setdefault(name, len(fonts)), bold, hidden)
