"""Pages for the reading benchmark: letterhead, text and closing set in office serif, and fourteen ways to scan them.

Every page has its truth, line by line, and comes out the same for the same seed. The conditions are those that
archives have; the strengths were set so that a plain `tesseract -l vie` loses about as much as on real scans.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import MissingToolError
from pipeline.reading.page_image.colour import clipped

Pixels = NDArray[np.uint8]

_INCHES = (8.27, 11.69)
_POINTS = 14
# Families with Vietnamese letters, as Debian names their files: regular, bold, italic. Two are never trained on.
FONTS = (
    ("texgyretermes-regular.otf", "texgyretermes-bold.otf", "texgyretermes-italic.otf"),
    ("texgyreschola-regular.otf", "texgyreschola-bold.otf", "texgyreschola-italic.otf"),
    ("Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf"),
)
_FONT_ROOTS = (Path("/usr/share/fonts"), Path("/usr/share/texmf/fonts"), Path("/usr/local/share/fonts"))
_STYLES = ("regular", "bold", "italic")
_NAMES = ("Nguyễn Thị Hồng Hạnh", "Trần Quốc Dũng", "Lê Văn Ngữ", "Phạm Thế Hiển", "Đỗ Thị Ước", "Võ Hữu Phước")
_BODIES = (("UBND HUYỆN SƠN HÀ", "PHÒNG NỘI VỤ"), ("SỞ Y TẾ LAM GIANG", "BỆNH VIỆN TÂN HÒA"), ("UBND XÃ PHÚ KHÊ", ""))
_TITLES = ("CHỦ TỊCH", "GIÁM ĐỐC", "TRƯỞNG PHÒNG", "HIỆU TRƯỞNG")


@dataclass(frozen=True)
class Sheet:
    """A clean page, RGB, with its truth; `seal` is where a seal goes, `signer` the lines it covers."""

    image: Pixels
    lines: tuple[str, ...]
    signer: tuple[str, ...]
    seal: tuple[int, int]
    dpi: int


@lru_cache(maxsize=128)
def load_face(family: tuple[str, ...], style: str, pixels: int) -> ImageFont.FreeTypeFont:
    """A face of a family at a height in pixels; raises MissingToolError when the font is not installed."""
    name = family[_STYLES.index(style)]
    for root in _FONT_ROOTS:
        for found in sorted(root.rglob(name)):
            face = ImageFont.truetype(str(found), pixels, layout_engine=ImageFont.Layout.BASIC)
            # Older releases of some families lack the Vietnamese letters.
            if bytes(face.getmask("ế")) != bytes(face.getmask("\uffff")):
                return face
    raise MissingToolError(f"The font {name} is not installed.", remedy="Install fonts-croscore and fonts-texgyre.")


def make_sheet(paragraphs: Sequence[str], seed: int, dpi: int = 200, *, landscape: bool = False) -> Sheet:
    """One A4 page: letterhead in two columns, as many of `paragraphs` as fit, recipients and signer."""
    rng = random.Random(seed)
    page = _Setting(FONTS[seed % len(FONTS)], dpi, landscape=landscape)
    y = page.letterhead(rng)
    page.centred("KẾ HOẠCH", page.width / 2, y, "bold")
    end = page.height - 3.0 * dpi
    y = page.body(paragraphs, y + 1.6 * page.step, end)
    y = max(y + 0.5 * page.step, end - page.step)
    page.recipients(("Nơi nhận:", "- Như trên;", "- Các phòng, ban;", "- Lưu: VT."), y)
    title, name = rng.choice(_TITLES), rng.choice(_NAMES)
    page.centred(title, page.right, y, "bold")
    page.centred(name, page.right, y + 4.6 * page.step, "bold")
    seal = (round(page.right - 0.13 * page.width), round(y + 2.4 * page.step))
    return Sheet(np.asarray(page.image), tuple(page.lines), (title, name), seal, dpi)


class _Setting:
    """A page in the setting; `lines` are those set so far, in reading order. Lengths are pixels."""

    def __init__(self, family: tuple[str, str, str], dpi: int, *, landscape: bool) -> None:
        self.width, self.height = (round(inches * dpi) for inches in (reversed(_INCHES) if landscape else _INCHES))
        self.left, self.right = 0.28 * self.width, 0.69 * self.width  # the middles of the two columns
        self.image = Image.new("RGB", (self.width, self.height), "white")
        self.lines: list[str] = []
        self._family, self._dpi = family, dpi
        self._draw = ImageDraw.Draw(self.image)
        self._pixels = round(_POINTS * dpi / 72)
        self._margin, self._indent = round(0.95 * dpi), round(0.4 * dpi)
        self.step = round(1.3 * self._pixels)

    def centred(self, text: str, middle: float, y: float, style: str, size: float = 1.0) -> None:
        """Set a line around `middle`."""
        face = load_face(self._family, style, round(self._pixels * size))
        self._draw.text((middle - face.getlength(text) / 2, y), text, font=face, fill="black")
        self.lines.append(text)

    def letterhead(self, rng: random.Random) -> float:
        """Authority and number on the left, motto and date on the right; where the title goes."""
        parent, body = rng.choice(_BODIES)
        number = f"Số: {rng.randint(10, 980)}/KH-{rng.choice(['UBND', 'SYT', 'PNV'])}"
        day = f"ngày {rng.randint(10, 28)} tháng {rng.randint(1, 12)} năm {rng.randint(2012, 2024)}"
        heads_left = [(parent, "regular"), (body, "bold"), (number, "regular")]
        heads_right = [
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "bold"),
            ("Độc lập - Tự do - Hạnh phúc", "bold"),
            (f"Lam Giang, {day}", "italic"),
        ]
        top = 0.6 * self._dpi
        for side, heads in ((self.left, heads_left), (self.right, heads_right)):
            for row, (text, style) in enumerate(heads):
                if text:
                    self.centred(text, side, top + row * self.step * (1 if row < 2 else 1.2), style, 0.87)
        return top + 4 * self.step

    def body(self, paragraphs: Sequence[str], y: float, end: float) -> float:
        """Those of `paragraphs` that fit above `end`, justified; where the last one ends."""
        face = load_face(self._family, "regular", self._pixels)
        for paragraph in paragraphs:
            wrapped = _wrapped(paragraph.split(), face, self.width - 2 * self._margin, self._indent)
            if y + len(wrapped) * self.step > end:
                continue
            for row, words in enumerate(wrapped):
                start = self._margin + (self._indent if row == 0 else 0)
                last = row == len(wrapped) - 1
                _set(self._draw, words, face, start, y, None if last else self.width - self._margin)
                self.lines.append(" ".join(words))
                y += self.step
            y += 0.3 * self.step
        return y

    def recipients(self, lines: Sequence[str], y: float) -> None:
        """The lines at the left below the body, the first one bold."""
        for row, text in enumerate(lines):
            face = load_face(self._family, "bold" if row == 0 else "regular", round(0.85 * self._pixels))
            self._draw.text((self._margin, y + row * self.step), text, font=face, fill="black")
            self.lines.append(text)


def _wrapped(words: Sequence[str], face: ImageFont.FreeTypeFont, room: float, indent: float) -> list[list[str]]:
    lines: list[list[str]] = [[]]
    for word in words:
        limit = room - (indent if len(lines) == 1 else 0)
        if lines[-1] and face.getlength(" ".join([*lines[-1], word])) > limit:
            lines.append([])
        lines[-1].append(word)
    return lines


def _set(  # noqa: PLR0917
    draw: ImageDraw.ImageDraw, words: Sequence[str], face: ImageFont.FreeTypeFont, x: float, y: float, to: float | None
) -> None:
    """Set words on a line, stretched to end at `to`."""
    space = face.getlength(" ")
    if to is not None and len(words) > 1:
        space = max(0.7 * space, (to - x - sum(face.getlength(word) for word in words)) / (len(words) - 1))
    for word in words:
        draw.text((x, y), word, font=face, fill="black")
        x += face.getlength(word) + space


# -- what scanners, copiers and cameras do ------------------------------------------------------------------------


def _grey(sheet: Sheet) -> Pixels:
    return clipped(cv2.cvtColor(sheet.image, cv2.COLOR_RGB2GRAY))


def _blur(image: Pixels, sigma: float) -> Pixels:
    return clipped(cv2.GaussianBlur(image, (0, 0), sigma))


def _noise(image: Pixels, deviation: float, rng: np.random.Generator) -> Pixels:
    return clipped(image + rng.normal(0, deviation, image.shape))


def _jpeg(image: Pixels, quality: int) -> Pixels:
    _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_UNCHANGED), dtype=np.uint8)


def _turn(image: Pixels, degrees: float) -> Pixels:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return clipped(cv2.warpAffine(image, matrix, (width, height), borderValue=(255, 255, 255)))


def _resampled(image: Pixels, factor: float) -> Pixels:
    return clipped(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))


def _salt(image: Pixels, share: float, rng: np.random.Generator) -> Pixels:
    noisy = image.copy()
    chance = rng.random(image.shape)
    noisy[chance < share / 2] = 0
    noisy[chance > 1 - share / 2] = 255
    return noisy


def _photocopy(image: Pixels, rng: np.random.Generator) -> Pixels:
    """Black and white, strokes eaten and blotted, specks of toner."""
    rough = _noise(_blur(image, 0.9), 38, rng)
    bits = np.where(_blur(rough, 0.6) < 128 + rng.normal(0, 8), 0, 255).astype(np.uint8)
    specks = (rng.random((image.shape[0] // 2 + 1, image.shape[1] // 2 + 1)) < 0.002).astype(np.uint8)
    toner = cv2.resize(specks, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_NEAREST)
    bits[toner > 0] = 0
    return bits


def _photo(image: Pixels, rng: np.random.Generator) -> Pixels:
    """A phone's picture: light falling off to one side, a shadow, a slight perspective."""
    height, width = image.shape[:2]
    drift = 0.012 * width
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    moved = (corners + rng.uniform(-drift, drift, corners.shape)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    image = clipped(cv2.warpPerspective(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE))
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    light = 0.95 - 0.45 * (0.6 * x + 0.4 * y) - 0.15 / (1 + np.exp(-20 * (x - 0.35 - 0.3 * y)))
    return _noise(clipped(_blur(image, 0.6) * light), 4, rng)


def _bleed(image: Pixels, other: Pixels) -> Pixels:
    """The other side of the sheet shines through."""
    ghost = _blur(np.ascontiguousarray(other[:, ::-1]), 1.2)
    return clipped(np.minimum(image, 255 - 0.35 * (255 - ghost.astype(np.float32))))


def _sealed(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """A red seal of 3.6 cm over the signer's title, and a blue signature, on the colour page."""
    image = sheet.image.astype(np.float32)
    height, width = image.shape[:2]
    stamp = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(stamp)
    radius = 1.8 / 2.54 * sheet.dpi
    x, y = sheet.seal[0] + rng.uniform(-8, 8), sheet.seal[1] - 0.55 * radius
    for size, line in ((1.0, 0.045), (0.68, 0.025)):
        r = radius * size
        draw.ellipse((x - r, y - r, x + r, y + r), outline=255, width=round(line * radius))
    face = load_face(FONTS[0], "bold", round(0.19 * radius))
    for at, letter in enumerate("ỦY BAN NHÂN DÂN HUYỆN SƠN HÀ * TỈNH LAM GIANG * "):
        angle = 2 * np.pi * at / 48 - np.pi
        draw.text(
            (x + 0.83 * radius * np.cos(angle), y + 0.83 * radius * np.sin(angle)),
            letter,
            font=face,
            fill=255,
            anchor="mm",
        )
    star = [
        (x + r * np.cos(a), y + r * np.sin(a))
        for a, r in zip(np.linspace(-np.pi / 2, 1.5 * np.pi, 11)[:-1], [0.3 * radius, 0.12 * radius] * 5, strict=True)
    ]
    draw.polygon(star, fill=255)
    worn = np.asarray(stamp, dtype=np.float32) / 255 * np.clip(rng.normal(0.8, 0.25, (height, width)), 0, 1)
    image = image * (1 - worn[..., None]) + np.minimum(image, np.array([205.0, 35.0, 45.0])) * worn[..., None]
    signed = clipped(image)
    points = np.cumsum(rng.normal((7, 0), (14, 22), (26, 2)), axis=0) + np.array([x - 0.2 * radius, y + 0.9 * radius])
    cv2.polylines(signed, [points.astype(np.int32)], False, (35, 45, 150), 3, cv2.LINE_AA)
    return _noise(_blur(signed, 0.6), 3, rng)


def _heavy(image: Pixels, rng: np.random.Generator) -> Pixels:
    height, width = image.shape[:2]
    shade = np.linspace(0.92, 0.7, width)[None, :] * np.ones((height, 1))
    dull = _noise(clipped(_blur(_turn(_resampled(image, 0.75), 0.8), 0.7) * _shaped(shade, 0.75)), 7, rng)
    return _jpeg(dull, 45)


def _shaped(shade: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    return np.asarray(cv2.resize(shade, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))


Condition = Callable[[Sheet, Sheet, np.random.Generator], Pixels]
"""(the sheet, another sheet for what shines through, a random source) → the scan."""

CONDITIONS: dict[str, Condition] = {
    "clean": lambda s, o, r: _grey(s),
    "slight blur": lambda s, o, r: _blur(_grey(s), 0.8),
    "slight noise": lambda s, o, r: _noise(_blur(_grey(s), 0.5), 14, r),
    "jpeg": lambda s, o, r: _jpeg(_blur(_grey(s), 0.5), 35),
    "150 dpi": lambda s, o, r: _resampled(_grey(s), 0.75),
    "100 dpi": lambda s, o, r: _resampled(_grey(s), 0.5),
    "tilted": lambda s, o, r: _turn(_grey(s), float(r.choice([-1, 1]) * r.uniform(1, 3))),
    "salt and pepper": lambda s, o, r: _salt(_grey(s), 0.05, r),
    "photocopy": lambda s, o, r: _photocopy(_grey(s), r),
    "phone photo": lambda s, o, r: _photo(_grey(s), r),
    "blur": lambda s, o, r: _blur(_grey(s), 1.9),
    "heavy mix": lambda s, o, r: _heavy(_grey(s), r),
    "bleed-through": lambda s, o, r: _bleed(_blur(_grey(s), 0.5), _grey(o)),
    "red seal": lambda s, o, r: _sealed(s, r),
}


@dataclass(frozen=True)
class TestPage:
    """A scan of a sheet in one condition."""

    condition: str
    number: int
    image: Pixels
    sheet: Sheet

    @property
    def truth(self) -> str:
        """What is printed on it, a line a line."""
        return "\n".join(self.sheet.lines)


def make_page(condition: str, number: int, paragraphs: Sequence[str]) -> TestPage:
    """Page `number` in a condition; paragraphs are shuffled by the number so that pages differ."""
    sheets = []
    for seed in (number, number + 1000):
        mixed = list(paragraphs)
        random.Random(seed).shuffle(mixed)
        sheets.append(make_sheet(mixed, seed))
    rng = np.random.default_rng([number, sum(condition.encode())])
    return TestPage(condition, number, CONDITIONS[condition](sheets[0], sheets[1], rng), sheets[0])


def plan_paragraphs(folder: Path) -> list[str]:
    """The paragraphs of the sample archive's sources (`corpus/sources`), without their markup."""
    paragraphs = []
    for path in sorted(folder.glob("*.toml")):
        source = tomllib.loads(path.read_text(encoding="utf-8"))
        for line in [*source.get("preamble", []), *str(source.get("body", "")).splitlines()]:
            text = line.split("{")[0].lstrip("#").strip()
            if len(text.split()) >= 8 and "|" not in text:
                paragraphs.append(text)
    return paragraphs
