"""Prints a page of lines: running text, letterheads, lists, tables' cells; seals, rules and pen strokes over them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.training.recogniser.fonts import Face, Faces, a_family, face
from pipeline.training.recogniser.made_lines import Line, Piece, made_line
from pipeline.training.recogniser.overlay import overlaid
from pipeline.training.recogniser.pen import Hand, a_hand, written
from pipeline.training.recogniser.text import Paragraphs
from pipeline.training.recogniser.two_marks import Stacking, print_text

Grey = NDArray[np.uint8]

_INCHES = (8.27, 11.69)
_MADE_SHARE = 0.72  # of the blocks; a paragraph brings several lines
_MICROSOFT = 0.7  # of the pages have their marks stacked as Times New Roman has them
_DPI = (150, 200, 200, 200, 200, 200, 240, 300)  # most archives are scanned at 200


@dataclass(frozen=True)
class Token:
    """A stretch of a line without a blank: its text, its ends in pixels, and whether a blank stands before it.

    That which begins a line has one before it: what stands beside it is another line's.
    """

    text: str
    left: float
    right: float
    spaced: bool
    by_pen: bool = False


@dataclass(frozen=True)
class Printed:
    """A printed line: its tokens from left to right, and the top and bottom of its letters' room."""

    tokens: tuple[Token, ...]
    top: float
    bottom: float


@dataclass(frozen=True)
class Page:
    """Black on white, and what is printed where; `marked` are the places of seals and signatures."""

    image: Grey
    lines: tuple[Printed, ...]
    dpi: int
    marked: tuple[tuple[int, int, int, int], ...]


@dataclass
class _Sheet:
    """What a page's drawing needs."""

    rng: random.Random
    dpi: int
    image: Image.Image
    draw: ImageDraw.ImageDraw
    family: Faces
    hand: Hand
    stacking: Stacking | None
    lines: list[Printed] = field(default_factory=list)


def printed_page(rng: random.Random, text: Paragraphs, families: dict[Faces, float]) -> Page:
    """An A4 page full of lines; the same state of `rng` gives the same. Raises MissingToolError without the fonts."""
    dpi = rng.choice(_DPI)
    width, height = (round(side * dpi) for side in _INCHES)
    image = Image.new("L", (width, height), 255)
    sheet = _Sheet(rng, dpi, image, ImageDraw.Draw(image), a_family(families, rng), a_hand(rng), _a_stacking(rng))
    points = rng.choice((12, 13, 13, 13.5, 14, 14, 14)) * (rng.uniform(0.75, 0.95) if rng.random() < 0.15 else 1)
    pitch = rng.uniform(1.12, 1.6)
    left, right = round(rng.uniform(0.8, 1.3) * dpi), width - round(rng.uniform(0.5, 0.9) * dpi)
    usual = rng.choices(range(4), (9, 1, 1.2, 0.3))[0]
    y, bottom = 0.55 * dpi, height - 0.6 * dpi
    while y < bottom:
        pixels = max(9, round(points * dpi / 72))
        block = rng.random()
        if block < _MADE_SHARE:
            y = _made_row(sheet, text, (left, right), y, (pixels, pitch))
        elif block < _MADE_SHARE + 0.05:
            y = _table(sheet, text, (left, right), (y, bottom), (pixels, pitch))
        else:
            style = usual if rng.random() < 0.75 else rng.choices(range(4), (3, 3, 3, 1))[0]
            font = face(sheet.family[style], pixels)
            y = _paragraph(sheet, text, (left, right), (y, bottom), (font, pixels * pitch))
        y += pixels * rng.choice((0, 0.2, 0.5))
    canvas = np.asarray(image).copy()
    marked = overlaid(canvas, dpi, sheet.family[1], rng)
    return Page(canvas, tuple(sheet.lines), dpi, tuple(marked))


def _a_stacking(rng: random.Random) -> Stacking | None:
    """Mostly about as Times New Roman has it."""
    if rng.random() > _MICROSOFT:
        return None
    return Stacking(rng.uniform(-0.06, 0.06), rng.uniform(-0.25, 0.2), rng.uniform(0.6, 0.85))


def _paragraph(
    sheet: _Sheet, text: Paragraphs, ends: tuple[int, int], room: tuple[float, float], type_: tuple[Face, float]
) -> float:
    """Prints a paragraph into the `room` between two heights; (the height that it ends at)."""
    rng, (left, right), (y, bottom), (font, step) = sheet.rng, ends, room, type_
    words = text.draw(rng)
    words = words.upper() if rng.random() < 0.06 else words
    indent = rng.choice((0, 0.4, 0.5)) * sheet.dpi
    justified, tight = rng.random() < 0.7, rng.random() < 0.3
    apart = rng.uniform(0.01, 0.09) * font.getmetrics()[0] if rng.random() < 0.1 else 0.0
    space = font.getlength(" ") + apart
    rows: list[list[str]] = [[]]
    free = right - left - indent
    for word in words.split():
        length = _length(word, font, apart)
        if rows[-1] and length > free + (0.25 * space * len(rows[-1]) if tight else 0):
            rows.append([])
            free = right - left
        rows[-1].append(word)
        free -= length + space
    for n, row in enumerate(rows):
        if y + step > bottom:
            return bottom
        start = left + (indent if n == 0 else 0)
        spare = right - start - sum(_length(word, font, apart) for word in row)
        full = n < len(rows) - 1
        gap = spare / (len(row) - 1) if justified and full and len(row) > 1 else space
        gap = max(0.7 * space, min(gap, 3 * space))
        _words(sheet, row, (start, y), font, (gap, apart))
        y += step
    return y


def _length(word: str, font: Face, apart: float) -> float:
    return font.getlength(word) + apart * len(word)


def _words(sheet: _Sheet, row: list[str], at: tuple[float, float], font: Face, gaps: tuple[float, float]) -> None:
    """Prints a row; `gaps` are those between words, and what is added between letters."""
    (x, y), (gap, apart) = at, gaps
    ascent, descent = font.getmetrics()
    tokens = []
    for word in row:
        _word(sheet, word, (x, y + ascent), font, apart)
        end = x + _length(word, font, apart)
        tokens.append(Token(word, x, end, spaced=True))
        x = end + gap
    if tokens:
        sheet.lines.append(Printed(tuple(tokens), y, y + ascent + descent))


def _word(sheet: _Sheet, word: str, at: tuple[float, float], font: Face, apart: float) -> None:
    if not apart:
        print_text(sheet.draw, at, word, font, sheet.stacking)
        return
    x, base = at
    for letter in word:
        print_text(sheet.draw, (x, base), letter, font, sheet.stacking)
        x += font.getlength(letter) + apart


def _made_row(sheet: _Sheet, text: Paragraphs, ends: tuple[int, int], y: float, type_: tuple[int, float]) -> float:
    """A made line, or two beside each other as in a letterhead."""
    rng, (left, right), (pixels, pitch) = sheet.rng, ends, type_
    pixels = max(9, round(pixels * rng.choice((1, 1, 1, 0.93, 1.08, 0.8))))
    style = rng.choices(range(4), (5, 3.2, 2.5, 0.6))[0]
    font = face(sheet.family[style], pixels)
    if rng.random() < 0.25:
        middle = left + (right - left) * rng.uniform(0.4, 0.5)
        _made(sheet, made_line(rng, text), (left, y), font, centred_in=middle - left)
        _made(sheet, made_line(rng, text), (middle + pixels, y), font, centred_in=right - middle - pixels)
    else:
        x = left + rng.choice((0, 0.45 * sheet.dpi, rng.uniform(0, 2.2) * sheet.dpi))
        _made(sheet, made_line(rng, text), (x, y), font, centred_in=None)
    return y + pixels * pitch


def _made(sheet: _Sheet, line: Line, at: tuple[float, float], font: Face, centred_in: float | None) -> None:
    rng, (x, y) = sheet.rng, at
    ascent, descent = font.getmetrics()
    letters = -font.getbbox("x", anchor="ls")[1]
    hand = sheet.hand if rng.random() < 0.6 else a_hand(rng)
    length = sum(font.getlength(piece.text) for piece in line)
    if centred_in is not None:
        if length > centred_in:
            return
        x += (centred_in - length) / 2 if not any(piece.by_pen for piece in line) else 0
    if x + length + 3 * ascent > sheet.image.width:
        return
    apart = rng.uniform(0.02, 0.12) * ascent if len(line) == 1 and rng.random() < 0.08 else 0.0
    start, tokens, spaced = x, list[Token](), False
    for n, piece in enumerate(line):
        if piece.by_pen:
            x, token = _by_pen(sheet, piece, (x, y + ascent), (letters, descent), hand)
            tokens.append(Token(token.text, token.left, token.right, spaced or line[n - 1].text[-1:] == " "))
            tokens[-1] = Token(token.text, token.left, token.right, tokens[-1].spaced and n > 0, by_pen=True)
            spaced = False
            continue
        x, own = _typed(sheet, piece.text, (x, y + ascent), font, apart)
        if own and (spaced or (piece.text[:1] == " " and tokens)):
            own[0] = Token(own[0].text, own[0].left, own[0].right, spaced=True)
        tokens += own
        x += piece.blanks * font.getlength(" ")
        spaced = piece.text[-1:] == " " or piece.blanks > 0
    if not tokens:
        return
    if rng.random() < 0.04:
        under = round(y + ascent + max(2, 0.12 * ascent))
        sheet.draw.line((start, under, x, under), fill=0, width=max(1, round(sheet.dpi / 150)))
    first = replace(tokens[0], spaced=True)
    sheet.lines.append(Printed((first, *tokens[1:]), y, y + ascent + descent))


def _typed(sheet: _Sheet, text: str, at: tuple[float, float], font: Face, apart: float) -> tuple[float, list[Token]]:
    """Prints a text; (where it ends, its tokens)."""
    x, base = at
    tokens = []
    wide = font.getlength(" ") + apart
    x += wide * (len(text) - len(text.lstrip(" ")))
    parts = text.split()
    for n, word in enumerate(parts):
        left = x
        _word(sheet, word, (x, base), font, apart)
        x += _length(word, font, apart)
        tokens.append(Token(word, left, x, spaced=n > 0))
        x += wide if n < len(parts) - 1 else 0
    blanks = len(text) - len(text.rstrip(" ")) if parts else 0
    return x + wide * blanks, tokens


def _by_pen(
    sheet: _Sheet, piece: Piece, at: tuple[float, float], room: tuple[float, float], hand: Hand
) -> tuple[float, Token]:
    """Writes a number into its place; (where print goes on, the number)."""
    rng, (x, base), (letters, descent) = sheet.rng, at, room
    # Of 434 digits by pen on real letterheads nearly all are between one and two and a half letters x high.
    height = letters * (rng.uniform(1.1, 1.75) if rng.random() < 0.65 else rng.uniform(1.5, 2.5))
    ink = written(piece.text, hand, height, rng)
    x += _apart(rng) * letters
    lift = rng.uniform(-0.3, 0.35) * letters
    top = max(0, round(base - ink.shape[0] + lift))
    stencil = Image.fromarray((ink * 255).astype(np.uint8))
    sheet.image.paste(hand.grey, (round(x), top), stencil)
    end = x + ink.shape[1]
    if rng.random() < 0.18:
        _dots(sheet, (x - letters, end + letters), base + 0.15 * descent)
    return end + _apart(rng) * letters, Token(piece.text, x, end, spaced=False)


def _apart(rng: random.Random) -> float:
    """How far pen stands from the print beside it, in letters x: most clerks have too little room and write into it."""
    return rng.uniform(-0.35, 0.2) if rng.random() < 0.55 else rng.uniform(0, 1.7)


def _dots(sheet: _Sheet, ends: tuple[float, float], y: float) -> None:
    """A form's dotted line."""
    step, size = sheet.dpi / 45, max(1, sheet.dpi // 130)
    for n in range(max(0, int((ends[1] - ends[0]) / step))):
        x = ends[0] + n * step
        sheet.draw.rectangle((x, y, x + size, y + size), fill=0)


def _table(
    sheet: _Sheet, text: Paragraphs, ends: tuple[int, int], room: tuple[float, float], type_: tuple[int, float]
) -> float:
    """Some rows of cells, mostly ruled, in the `room` between two heights; (the height that they end at)."""
    rng, (left, right), (y, bottom), (pixels, pitch) = sheet.rng, ends, room, type_
    pixels = max(9, round(pixels * rng.choice((1, 0.9, 0.85))))
    font = face(sheet.family[rng.choices((0, 1, 2), (5, 2, 1))[0]], pixels)
    count = rng.randint(2, 6)
    shares = [rng.uniform(0.3, 2) for _ in range(count)]
    edges = [left + (right - left) * sum(shares[:n]) / sum(shares) for n in range(count + 1)]
    ruled, thick = rng.random() < 0.8, max(1, round(sheet.dpi / rng.choice((100, 150, 200))))
    pad, space, justified = 0.3 * pixels, font.getlength(" "), rng.random() < 0.4
    for _ in range(rng.randint(2, 6)):
        cells = [_cell_rows(rng, text, font, edges[n + 1] - edges[n] - 2 * pad) for n in range(count)]
        high = max(len(rows) for rows in cells) * pixels * pitch + 0.4 * pixels
        if y + high > bottom:
            return bottom
        for n, rows in enumerate(cells):
            inner = edges[n + 1] - edges[n] - 2 * pad
            for at, row in enumerate(rows):
                spare = inner - sum(font.getlength(word) for word in row)
                gap = spare / (len(row) - 1) if justified and at < len(rows) - 1 and len(row) > 1 else space
                place = (edges[n] + pad, y + 0.1 * pixels + at * pixels * pitch)
                _words(sheet, row, place, font, (min(gap, 6 * space), 0.0))
        if ruled:
            for x in edges:
                sheet.draw.line((x, y, x, y + high), fill=0, width=thick)
            for edge in (y, y + high):
                sheet.draw.line((left, edge, right, edge), fill=0, width=thick)
        y += high
    return y + 0.4 * pixels


def _cell_rows(rng: random.Random, text: Paragraphs, font: Face, room: float) -> list[list[str]]:
    line = made_line(rng, text) if rng.random() < 0.6 else (Piece(text.phrase(rng, rng.randint(10, 70))),)
    if any(piece.by_pen for piece in line):
        return []
    rows: list[list[str]] = [[]]
    for word in "".join(piece.text for piece in line).split():
        if font.getlength(word) > room:
            return []
        if rows[-1] and font.getlength(" ".join([*rows[-1], word])) > room:
            rows.append([])
        rows[-1].append(word)
    return [row for row in rows[:3] if row]
