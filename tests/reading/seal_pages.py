"""Pages whose signer stands under a seal: red, pale, grey or black ones, signed across in blue or black.

Every page is a `reading_pages` sheet whose closing is set anew: a title of one or two lines, a name that is printed or
stamped in red, a round seal with text on its ring over the left of the signature as the rules want it, and the
stroke of a signature through all of it. The same number always gives the same page.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.bench.reading_pages import Sheet, TestPage, load_face, make_sheet
from tests.fonts import FAMILIES, TINOS

Pixels = NDArray[np.uint8]

_TITLES = (
    ("CHỦ TỊCH",),
    ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
    ("GIÁM ĐỐC",),
    ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    ("HIỆU TRƯỞNG",),
    ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
    ("TRƯỞNG PHÒNG",),
    ("KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"),
    ("CỤC TRƯỞNG",),
    ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    ("KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"),
)
_NAMES = (
    "Nguyễn Thị Hồng Hạnh", "Trần Quốc Dũng", "Lê Văn Ngữ", "Phạm Thế Hiển", "Đỗ Thị Ước", "Võ Hữu Phước",
    "Huỳnh Công Khánh", "Bùi Đức Trọng", "Đặng Thúy Quỳnh", "Hoàng Kiều Oanh", "Lý Thành Đạt", "Ngô Xuân Bảo",
    "Phan Thanh Tùng", "Vũ Ngọc Ánh", "Đinh Gia Khiêm", "Trương Mỹ Lệ", "Tạ Đình Chiến", "Mai Hữu Nghĩa",
    "Dương Bảo Châu", "Hồ Sỹ Tuấn", "Lương Thế Vinh", "Cao Thị Nhàn", "Hà Minh Đức", "Đoàn Việt Cường",
)  # fmt: skip
_RINGS = (
    "ỦY BAN NHÂN DÂN HUYỆN SƠN HÀ * TỈNH LAM GIANG * ",
    "CỘNG HÒA X.H.C.N VIỆT NAM * TỈNH LAM GIANG * ",
    "SỞ GIÁO DỤC VÀ ĐÀO TẠO * TRƯỜNG THPT PHÚ KHÊ * ",
)
_MIDDLES = ("", "SỞ\nY TẾ", "TRƯỜNG\nTHPT\nPHÚ KHÊ", "", "SỞ\nNỘI VỤ")
_REDS = ((205, 35, 45), (225, 60, 60), (232, 120, 140), (185, 25, 60), (214, 40, 30))
_BLUES = ((35, 45, 150), (60, 80, 170), (25, 25, 30), (45, 45, 60), (90, 100, 190))


@dataclass(frozen=True)
class SealStyle:
    """How a page was sealed and scanned."""

    dpi: int
    seal: tuple[int, int, int]
    name: tuple[int, int, int]
    ink: tuple[int, int, int]
    scan: str  # colour, grey, one_bit


def seal_page(number: int, paragraphs: Sequence[str]) -> TestPage:
    """Page `number`: its sheet's `signer` are the title's lines and the name."""
    rng = random.Random(7000 + number)
    noise = np.random.default_rng([7, number])
    mixed = list(paragraphs)
    rng.shuffle(mixed)
    scan = ("colour", "colour", "grey", "colour", "colour", "one_bit")[number % 6]
    red = rng.choice(_REDS)
    stamped = scan == "colour" and rng.random() < 0.4
    style = SealStyle(rng.choice((150, 200, 200, 300)), red, red if stamped else (0, 0, 0), rng.choice(_BLUES), scan)
    sheet = make_sheet(mixed, 500 + number, style.dpi)
    image, signer = _closing(sheet, style, rng, noise)
    lines = (*sheet.lines[: -len(sheet.signer)], *signer)
    sealed = Sheet(image, lines, signer, sheet.seal, style.dpi)
    return TestPage(f"seal, {scan}", number, _scanned(image, style, rng, noise), sealed)


def _closing(
    sheet: Sheet, style: SealStyle, rng: random.Random, noise: np.random.Generator
) -> tuple[Pixels, tuple[str, ...]]:
    """The sheet with its closing's right half set anew, and the lines of the signer."""
    page = sheet.image.copy()
    height, width = page.shape[:2]
    dpi = style.dpi
    pixels = round(rng.choice((13, 14)) * dpi / 72)
    step = round(1.3 * pixels)
    top = sheet.seal[1] - round(2.45 * 1.3 * round(14 * dpi / 72))
    page[top:, round(0.45 * width) :] = 255
    middle = rng.uniform(0.64, 0.72) * width
    family = FAMILIES[rng.randrange(len(FAMILIES))]
    picture = Image.fromarray(page)
    draw = ImageDraw.Draw(picture)
    bold = load_face(family, "bold", pixels)

    def centred(text: str, y: float, colour: tuple[int, int, int], font: ImageFont.FreeTypeFont) -> None:
        draw.text((middle - font.getlength(text) / 2, y), text, font=font, fill=colour)

    titles = rng.choice(_TITLES)
    name = rng.choice(_NAMES)
    if rng.random() < 0.2 and style.name == (0, 0, 0):
        name = rng.choice(("ThS. ", "TS. ", "BS. ")) + name
    for row, title in enumerate(titles):
        centred(title, top + row * step, (0, 0, 0), bold)
    name_top = top + (len(titles) - 1 + rng.uniform(3.6, 4.6)) * step
    if style.name == (0, 0, 0):
        centred(name, name_top, style.name, bold)
    radius = rng.uniform(1.65, 1.95) / 2.54 * dpi
    # The seal stands over the left third of the signature: from over the title to over the name.
    reach = (top + len(titles) * step - step, name_top + 0.5 * step)
    x = middle - rng.uniform(0.45, 1.0) * radius
    y = rng.choice((reach[0] + rng.uniform(0.35, 0.8) * radius, reach[1] - rng.uniform(0.35, 0.8) * radius,
                    (reach[0] + reach[1]) / 2))  # fmt: skip
    ink = _seal_ink((width, height), (x, y), radius, rng, noise)
    page = _inked(np.asarray(picture), ink, style.seal)
    if style.name != (0, 0, 0):
        stamp = Image.new("L", (width, height), 0)
        ImageDraw.Draw(stamp).text((middle - bold.getlength(name) / 2, name_top), name, font=bold, fill=255)
        worn = np.asarray(stamp, dtype=np.float32) / 255 * np.clip(noise.normal(0.85, 0.15, (height, width)), 0, 1)
        page = _inked(page, worn.astype(np.float32), style.name)
    _sign(page, (x, y), radius, style, rng)
    return page, (*titles, name)


def _seal_ink(
    size: tuple[int, int], at: tuple[float, float], radius: float, rng: random.Random, noise: np.random.Generator
) -> NDArray[np.float32]:
    """How much of the seal's ink lies on each pixel (0..1): rings, text along them, a star or an organisation."""
    width, height = size
    stamp = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(stamp)
    x, y = at
    for part, line in ((1.0, 0.045), (0.93, 0.015), (0.66, 0.025)):
        r = radius * part
        draw.ellipse((x - r, y - r, x + r, y + r), outline=255, width=max(1, round(line * radius)))
    ring, turn = rng.choice(_RINGS), rng.uniform(-0.3, 0.3)
    font = load_face(TINOS, "bold", round(0.17 * radius))
    for number, letter in enumerate(ring):
        angle = 2 * np.pi * number / len(ring) + np.pi * (0.75 + turn)
        tile = Image.new("L", (round(radius / 2),) * 2, 0)
        ImageDraw.Draw(tile).text((tile.width / 2, tile.height / 2), letter, font=font, fill=255, anchor="mm")
        tile = tile.rotate(-np.degrees(angle) - 90, resample=Image.Resampling.BICUBIC)
        corner = (
            round(x + 0.8 * radius * np.cos(angle) - tile.width / 2),
            round(y + 0.8 * radius * np.sin(angle) - tile.height / 2),
        )
        stamp.paste(255, corner, tile)
    middle = rng.choice(_MIDDLES)
    if middle:
        small = load_face(TINOS, "bold", round(0.2 * radius))
        draw.multiline_text((x, y), middle, font=small, fill=255, anchor="mm", align="center")
    else:
        points = [
            (x + r * np.cos(a), y + r * np.sin(a))
            for a, r in zip(
                np.linspace(-np.pi / 2, 1.5 * np.pi, 11)[:-1], [0.3 * radius, 0.12 * radius] * 5, strict=True
            )
        ]
        draw.polygon(points, fill=255)
        draw.ellipse((x - 0.5 * radius, y - 0.5 * radius, x + 0.5 * radius, y + 0.5 * radius), outline=255, width=3)
    strength = rng.uniform(0.65, 0.95)
    worn = np.clip(noise.normal(strength, 0.2, (height, width)), 0, 1)
    return np.asarray(np.asarray(stamp, dtype=np.float32) / 255 * worn, dtype=np.float32)


def _inked(page: Pixels, ink: NDArray[np.float32], colour: tuple[int, int, int]) -> Pixels:
    """The page with translucent ink on it: each channel is darkened as ink on paper darkens it."""
    dark = 1 - ink[..., None] * (1 - np.array(colour, dtype=np.float32) / 255)
    return np.asarray(np.clip(page * dark, 0, 255), dtype=np.uint8)


def _sign(page: Pixels, at: tuple[float, float], radius: float, style: SealStyle, rng: random.Random) -> None:
    """A signature: a swinging stroke through the seal and a long one below it."""
    x, y = at
    steps = np.linspace(0, 1, 160)
    wave = sum(rng.uniform(0.1, 0.3) * np.sin(steps * rng.uniform(6, 34) + rng.uniform(0, 6)) for _ in range(3))
    across = x - 0.3 * radius + steps * 2.2 * radius + 0.08 * radius * np.sin(steps * 25)
    down = y + 0.2 * radius + wave * radius * (1 - 0.5 * steps)
    width = max(1, round(rng.uniform(0.25, 0.5) / 25.4 * style.dpi))
    swing = np.stack([across, down], axis=1)
    low = y + rng.uniform(0.5, 0.8) * radius
    tail = np.array([[x - 0.4 * radius, low], [x + 2.6 * radius, low - rng.uniform(0.2, 1.0) * radius]])
    for line in (swing, tail):
        cv2.polylines(page, [line.astype(np.int32)], False, style.ink, width, cv2.LINE_AA)


def _scanned(page: Pixels, style: SealStyle, rng: random.Random, noise: np.random.Generator) -> Pixels:
    scale = style.dpi / 200
    soft = np.asarray(cv2.GaussianBlur(page, (0, 0), rng.uniform(0.4, 0.8) * scale), dtype=np.float32)
    paper = rng.uniform(0.93, 1.0)
    grain = noise.normal(0, rng.uniform(2, 6), soft.shape[:2])[..., None]
    pixels = np.asarray(np.clip(soft * paper + grain, 0, 255), dtype=np.uint8)
    if style.scan == "colour":
        _, packed = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, rng.choice((45, 65, 85))])
        return np.ascontiguousarray(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)[..., ::-1])
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    if style.scan == "grey":
        return grey
    return np.asarray(np.where(grey < 150, 0, 255), dtype=np.uint8)
