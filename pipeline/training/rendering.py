"""Text rendered as pages of an administrative document, with the damage that scanners and copiers do.

A page comes back as grey pixels with the truth of each printed line and the height at which it stands, so that what
an OCR engine reads off it can be paired with what was printed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import MissingToolError
from pipeline.reading.page_image.colour import clipped

Grey = NDArray[np.uint8]

_FONT_ROOTS = (Path("/usr/share/fonts"), Path("/usr/share/texmf/fonts"), Path("/usr/local/share/fonts"))
_PAGE_INCHES = (8.27, 11.69)
_MARGIN_INCHES = (0.8, 0.75)


@dataclass(frozen=True)
class FontFamily:
    """File names of a family's regular, bold and italic faces; found below the system's font folders."""

    name: str
    regular: str
    bold: str
    italic: str


TRAINING_FONTS = (
    # Tinos has the shapes of Times New Roman, in which nearly every such document is set: it stands in several times.
    FontFamily("tinos", "Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf"),
    FontFamily("tinos", "Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf"),
    FontFamily("tinos", "Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf"),
    FontFamily("tinos", "Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf"),
    FontFamily("freeserif", "FreeSerif.ttf", "FreeSerifBold.ttf", "FreeSerifItalic.ttf"),
    FontFamily("freeserif", "FreeSerif.ttf", "FreeSerifBold.ttf", "FreeSerifItalic.ttf"),
    FontFamily("dejavuserif", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf", "DejaVuSerif-Italic.ttf"),
    FontFamily("notoserif", "NotoSerif-Regular.ttf", "NotoSerif-Bold.ttf", "NotoSerif-Italic.ttf"),
    FontFamily("libertine", "LinLibertine_R.otf", "LinLibertine_RB.otf", "LinLibertine_RI.otf"),
    FontFamily("pagella", "texgyrepagella-regular.otf", "texgyrepagella-bold.otf", "texgyrepagella-italic.otf"),
    FontFamily("arimo", "Arimo-Regular.ttf", "Arimo-Bold.ttf", "Arimo-Italic.ttf"),
    FontFamily("dejavusans", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf"),
    FontFamily("carlito", "Carlito-Regular.ttf", "Carlito-Bold.ttf", "Carlito-Italic.ttf"),
)

EVALUATION_FONTS = (
    FontFamily("termes", "texgyretermes-regular.otf", "texgyretermes-bold.otf", "texgyretermes-italic.otf"),
    FontFamily("schola", "texgyreschola-regular.otf", "texgyreschola-bold.otf", "texgyreschola-italic.otf"),
)
"""Never trained on."""


class Damage(StrEnum):
    """What happened to the sheet between the printer and the file."""

    CLEAN = "clean"
    BLUR = "blur"
    NOISE = "noise"
    ONE_BIT = "one_bit"
    JPEG = "jpeg"
    TILT = "tilt"
    LOW_RESOLUTION = "low_resolution"
    INK_SPREAD = "ink_spread"
    INK_LOSS = "ink_loss"
    PHOTOCOPY = "photocopy"


@dataclass(frozen=True)
class PageStyle:
    """How a page is printed and scanned. `strength` (0..1) is how hard the damage hits."""

    font: FontFamily
    points: float = 13.0
    dpi: int = 200
    damage: Damage = Damage.CLEAN
    strength: float = 0.3
    justified: bool = True


@dataclass(frozen=True)
class Paragraph:
    """A paragraph to print. Titles are centred; other paragraphs have their first line indented."""

    text: str
    bold: bool = False
    italic: bool = False
    centred: bool = False


@dataclass(frozen=True)
class PrintedLine:
    """The truth of one printed line: its words with their left and right ends, and its top and bottom.

    In pixels of the undamaged page.
    """

    words: tuple[str, ...]
    spans: tuple[tuple[float, float], ...]
    top: int
    bottom: int


@dataclass(frozen=True)
class RenderedPage:
    """Grey pixels, what they show, and how many of the paragraphs found room on the page.

    `rest` are the words of the last of them that did not.
    """

    image: Grey
    lines: tuple[PrintedLine, ...]
    paragraphs_used: int
    dpi: int
    rest: str = ""


def random_style(rng: random.Random, fonts: Sequence[FontFamily] = TRAINING_FONTS) -> PageStyle:
    """A style as archives hold them: mostly office serif at 13–14 pt, scanned at 200–300 dpi."""
    damage = rng.choice(
        [Damage.CLEAN] * 3
        + [Damage.BLUR, Damage.NOISE, Damage.ONE_BIT, Damage.JPEG, Damage.TILT, Damage.LOW_RESOLUTION]
        + [Damage.INK_SPREAD, Damage.INK_LOSS, Damage.PHOTOCOPY]
    )
    return PageStyle(
        font=rng.choice(list(fonts)),
        points=rng.choice([12, 12.5, 13, 13, 13.5, 14, 14]),
        dpi=rng.choice([150, 200, 200, 200, 250, 300]),
        damage=damage,
        strength=rng.random(),
        justified=rng.random() < 0.6,
    )


def render_page(paragraphs: Sequence[Paragraph], style: PageStyle, seed: int) -> RenderedPage:
    """As many of `paragraphs` as one A4 page holds. The same arguments always give the same pixels.

    Raises MissingToolError when a font file is not installed.
    """
    if style.damage is Damage.LOW_RESOLUTION:
        style = replace(style, dpi=100 if style.strength > 0.5 else 120)
    width, height = (round(side * style.dpi) for side in _PAGE_INCHES)
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    pixels = round(style.points * style.dpi / 72)
    left, top = (round(margin * style.dpi) for margin in _MARGIN_INCHES)
    measure = width - 2 * left
    step = round(pixels * 1.3)
    y, used, rest = top, 0, ""
    printed: list[PrintedLine] = []
    for paragraph in paragraphs:
        face = _face(style.font, paragraph, pixels)
        indent = 0 if paragraph.centred else round(0.4 * style.dpi)
        lines = _broken(paragraph.text.split(), face, measure, indent)
        room_for = max(0, int((height - top - y) // step))
        if room_for < min(len(lines), 2):
            break
        for number, words in enumerate(lines[:room_for]):
            last = number == len(lines) - 1
            room = measure - (indent if number == 0 else 0)
            gaps = _gaps(words, face, room, justified=style.justified and not last and not paragraph.centred)
            x = float(left + (measure - room))
            if paragraph.centred:
                x = left + (measure - sum(face.getlength(word) for word in words) - sum(gaps)) / 2
            spans = []
            for word, gap in zip(words, [*gaps, 0.0], strict=True):
                draw.text((round(x), y), word, font=face, fill=0)
                spans.append((x, x + face.getlength(word)))
                x = spans[-1][1] + gap
            printed.append(PrintedLine(tuple(words), tuple(spans), y, y + step))
            y += step
        y += round(pixels * 0.35)
        used += 1
        rest = " ".join(word for words in lines[room_for:] for word in words)
        if rest:
            break
    return RenderedPage(damaged(np.asarray(image), style, seed), tuple(printed), used, style.dpi, rest)


def damaged(image: Grey, style: PageStyle, seed: int) -> Grey:
    """`image` after the damage of `style`; same size, grey."""
    change = _CHANGES.get(style.damage)
    return image if change is None else change(image, style, np.random.default_rng(seed))


def _blurred(image: Grey, style: PageStyle, rng: np.random.Generator) -> Grey:
    return _softened(image, style.dpi, 0.5 + 0.9 * style.strength)


def _noisy(image: Grey, style: PageStyle, rng: np.random.Generator) -> Grey:
    return clipped(_softened(image, style.dpi) + rng.normal(0, 12 + 30 * style.strength, image.shape))


def _one_bit(image: Grey, style: PageStyle, rng: np.random.Generator) -> Grey:
    rough = _softened(image, style.dpi, 0.6) + rng.normal(0, 10 + 25 * style.strength, image.shape)
    bits = np.where(rough < 110 + 60 * rng.random(), 0, 255)
    bits[rng.random(image.shape) < 0.0004 * style.strength] = 0
    return clipped(bits)


def _packed(image: Grey, style: PageStyle, rng: np.random.Generator) -> Grey:
    quality = round(55 - 35 * style.strength)
    _, packed = cv2.imencode(".jpg", _softened(image, style.dpi), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _tilted(image: Grey, style: PageStyle, rng: np.random.Generator) -> Grey:
    height, width = image.shape
    degrees = (0.2 + 0.5 * style.strength) * (1 if rng.random() < 0.5 else -1)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return clipped(cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255.0,)))


def _thickened(image: Grey, style: PageStyle, rng: np.random.Generator) -> Grey:
    return _inked(image, style.dpi, style.strength)


def _thinned(image: Grey, style: PageStyle, rng: np.random.Generator) -> Grey:
    return _inked(image, style.dpi, -style.strength)


def _photocopied(image: Grey, style: PageStyle, rng: np.random.Generator) -> Grey:
    inked = _inked(image, style.dpi, 0.3 + 0.7 * style.strength) + rng.normal(0, 25, image.shape)
    return _softened(clipped(np.where(inked < 128, 0, 255)), style.dpi, 0.5 + 0.4 * style.strength)


_CHANGES: dict[Damage, Callable[[Grey, PageStyle, np.random.Generator], Grey]] = {
    Damage.BLUR: _blurred,
    Damage.NOISE: _noisy,
    Damage.ONE_BIT: _one_bit,
    Damage.JPEG: _packed,
    Damage.TILT: _tilted,
    Damage.INK_SPREAD: _thickened,
    Damage.INK_LOSS: _thinned,
    Damage.PHOTOCOPY: _photocopied,
}


def _inked(image: Grey, dpi: int, strength: float) -> Grey:
    """Strokes thicker by up to 2/150 inch (`strength` 1) or thinner by half of that (-1), softened as by a scan."""
    scale = 2  # strokes change by fractions of a pixel, which the distance to their edge tells
    dark = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC) < 128
    width = strength * (scale * dpi / 150) * (1.0 if strength > 0 else 0.5)
    if strength > 0:
        black = cv2.distanceTransform((~dark).astype(np.uint8), cv2.DIST_L2, 3) <= width
    else:
        black = cv2.distanceTransform(dark.astype(np.uint8), cv2.DIST_L2, 3) > -width
    soft = cv2.GaussianBlur(clipped(np.where(black, 0, 255)), (0, 0), scale * 0.5 * dpi / 200)
    return clipped(cv2.resize(soft, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_AREA))


def _softened(image: Grey, dpi: int, radius: float = 0.5) -> Grey:
    """A blur of `radius` 1/200 inch (standard deviation)."""
    return clipped(cv2.GaussianBlur(image, (0, 0), radius * dpi / 200))


def _broken(words: list[str], face: ImageFont.FreeTypeFont, measure: float, indent: float) -> list[list[str]]:
    space = face.getlength(" ")
    lines: list[list[str]] = [[]]
    room = measure - indent
    for word in words:
        length = face.getlength(word)
        if lines[-1] and length > room:
            lines.append([])
            room = measure
        lines[-1].append(word)
        room -= length + space
    return lines


def _gaps(words: list[str], face: ImageFont.FreeTypeFont, room: float, *, justified: bool) -> list[float]:
    space = face.getlength(" ")
    if not justified or len(words) < 2:
        return [space] * (len(words) - 1)
    spare = room - sum(face.getlength(word) for word in words)
    return [max(space * 0.7, spare / (len(words) - 1))] * (len(words) - 1)


def _face(family: FontFamily, paragraph: Paragraph, pixels: int) -> ImageFont.FreeTypeFont:
    name = family.bold if paragraph.bold else family.italic if paragraph.italic else family.regular
    return ImageFont.truetype(str(font_file(name)), pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=64)
def font_file(name: str) -> Path:
    """The first file of that name that has the Vietnamese letters: older releases of some families do not."""
    for root in _FONT_ROOTS:
        for found in sorted(root.rglob(name)):
            if _has_vietnamese(found):
                return found
    raise MissingToolError(
        f"The font file {name} is not installed, or has no Vietnamese letters.",
        remedy="Install fonts-croscore, fonts-crosextra-carlito, fonts-texgyre, fonts-freefont-ttf, fonts-dejavu, "
        "fonts-noto-core and fonts-linuxlibertine.",
    )


def _has_vietnamese(path: Path) -> bool:
    face = ImageFont.truetype(str(path), 20, layout_engine=ImageFont.Layout.BASIC)
    missing = bytes(face.getmask("\uffff"))
    return all(bytes(face.getmask(letter)) != missing for letter in "ếữĐ")
