"""Invisible text over a page: each word in its own box, each line as it lies on the page.

Text is set in Type 3 fonts whose glyphs draw nothing and whose ToUnicode map says which letters they are, so no font
file is needed and every Vietnamese letter can be searched and copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.schema import Document, PageRecord
from pipeline.store.exports.line_words import PlacedWord, placed_words, tilt_of_line, tilt_of_page

_WIDTH = 500  # of every glyph, in thousandths of the font's size; so are the next two, from the baseline
_LOWEST, _HIGHEST = -200, 800
_PER_FONT = 250
INVISIBLE = 3  # text rendering mode
SHOWS = frozenset({"Tj", "TJ", "'", '"'})  # what shows text


class Fonts:
    """The fonts with the letters of a document: which font and code each letter has."""

    def __init__(self, pdf: Pdf, document: Document) -> None:
        letters = sorted({letter for page in document.pages for line in page.lines for letter in line.text} | {" "})
        groups = [letters[start : start + _PER_FONT] for start in range(0, len(letters), _PER_FONT)]
        self.codes = {
            letter: (f"/Sohoa{index}", code)
            for index, group in enumerate(groups)
            for code, letter in enumerate(group, start=1)
        }
        self.fonts = {f"/Sohoa{index}": pdf.make_indirect(_font(pdf, group)) for index, group in enumerate(groups)}

    def runs(self, text: str) -> list[tuple[str, bytes]]:
        """(font, codes) of the letters of `text`, neighbours in one font together."""
        runs: list[tuple[str, bytes]] = []
        for letter in text:
            font, code = self.codes[letter]
            if runs and runs[-1][0] == font:
                runs[-1] = (font, runs[-1][1] + bytes([code]))
            else:
                runs.append((font, bytes([code])))
        return runs


def _font(pdf: Pdf, letters: Sequence[str]) -> Dictionary:
    empty = pdf.make_indirect(Stream(pdf, f"{_WIDTH} 0 0 {_LOWEST} {_WIDTH} {_HIGHEST} d1".encode()))
    names = [Name(f"/g{code}") for code in range(1, len(letters) + 1)]
    mapped = "\n".join(
        f"<{code:02X}> <{letter.encode('utf-16-be', 'surrogatepass').hex().upper()}>"
        for code, letter in enumerate(letters, start=1)
    )
    blocks = mapped.split("\n")
    parts = [blocks[start : start + 100] for start in range(0, len(blocks), 100)]
    table = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
    cmap = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{table}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, _LOWEST, _WIDTH, _HIGHEST]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        FirstChar=1,
        LastChar=len(letters),
        Widths=Array([_WIDTH] * len(letters)),
        FontDescriptor=pdf.make_indirect(
            Dictionary(
                Type=Name.FontDescriptor, FontName=Name.Sohoa, Flags=4, ItalicAngle=0, Ascent=_HIGHEST, Descent=_LOWEST
            )
        ),
        CharProcs=Dictionary({str(name): empty for name in names}),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([1, *names])),
        Resources=Dictionary(),
        ToUnicode=pdf.make_indirect(Stream(pdf, cmap.encode("ascii"))),
    )


def add_text(page: pikepdf.Page, record: PageRecord, fonts: Fonts) -> None:
    """Lay the words of `record` over its page, where they are printed."""
    parts = ["q", f"{_placement(page, record)} cm", "BT", f"{INVISIBLE} Tr"]
    used: set[str] = set()
    tilt = tilt_of_page(record)
    for line in record.lines:
        words = placed_words(line)
        if not words:
            continue
        own = tilt_of_line(words)
        for part, font in _line(words, tilt if own is None else own, fonts):
            parts.append(part)
            used.add(font)
    if not used:
        return
    for font in used:
        page.add_resource(fonts.fonts[font], Name.Font, Name(font))
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q\n" + "\n".join([*parts, "ET", "Q"]).encode("ascii"))


def _line(words: Sequence[PlacedWord], tilt: float, fonts: Fonts) -> Iterator[tuple[str, str]]:
    """What shows the words of a line, each with the blank behind it, and the font that each part needs.

    Each word is level on its own height, also where the line is tilted: poppler parts a word whose letters do not
    stand on one height (2 of 17 words were whole at 2.3 degrees), and over a word a tilt is a pixel or two. y grows
    downwards on a page's picture. A tilted word's box is the box around it: higher than the letters by what the word
    sinks, wider by what they lean.
    """
    size = max(1.0, median(word.box[3] - word.box[1] - abs(tilt) * (word.box[2] - word.box[0]) for word in words))
    lean = min(abs(tilt) * size, 0.5 * size) / 2
    below_middle = size * (_HIGHEST + _LOWEST) / 2000  # the baseline
    for at, word in enumerate(words):
        left, right = word.box[0] + lean, max(word.box[0] + lean + 1.0, word.box[2] - lean)
        yield f"1 0 0 -1 {left:.2f} {word.centre[1] + below_middle:.2f} Tm", fonts.codes[" "][0]
        stretch = 100.0 * (right - left) / (len(word.text) * size * _WIDTH / 1000)
        for font, codes in fonts.runs(word.text + " " * (at + 1 < len(words))):
            yield f"{stretch:.2f} Tz {font} {size:.2f} Tf <{codes.hex()}> Tj", font


def _placement(page: pikepdf.Page, record: PageRecord) -> str:
    """The matrix from pixels of the page image, as it is shown, to the page's own units."""
    left, low, right, high = (float(value) for value in page.cropbox)
    rotation = int(page.obj.get("/Rotate", 0)) % 360
    width, height = right - left, high - low
    if rotation in (90, 270):
        across, down = height / record.width, width / record.height
    else:
        across, down = width / record.width, height / record.height
    matrix = {
        0: (across, 0.0, 0.0, -down, left, high),
        90: (0.0, across, down, 0.0, left, low),
        180: (-across, 0.0, 0.0, down, right, low),
        270: (0.0, -across, -down, 0.0, right, high),
    }[rotation if rotation in (90, 180, 270) else 0]
    return " ".join(f"{value:.6f}" for value in matrix)
