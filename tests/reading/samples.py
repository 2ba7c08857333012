"""Pages for the reading tests: rendered text, pictures in memory, words at places."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.bench.reading_engines import Picture
from pipeline.bench.reading_pages import Sheet, load_face, make_sheet
from pipeline.reading.engines import EngineLine
from pipeline.values import Box, PageInput, Word
from tests.fonts import TERMES

PARAGRAPHS = (
    "Căn cứ Quyết định số 1187/QĐ-SYT ngày 18/12/2023 của Giám đốc Sở Y tế về việc giao chỉ tiêu kế hoạch năm 2024;",
    "Nâng mức hài lòng của người bệnh nội trú, ngoại trú và của chính nhân viên y tế qua phong trào thi đua.",
    "Kết quả thi đua phải đo được qua phiếu khảo sát độc lập, thời gian chờ khám và số phản ánh qua đường dây nóng.",
    "Các phòng, ban và đoàn thể của xã phối hợp chặt chẽ, báo cáo kết quả về Văn phòng trước ngày 15 hằng tháng.",
    "Khen thưởng kịp thời các tập thể, cá nhân có thành tích xuất sắc trong việc vận động nhân dân hiến đất làm đường.",
)


def page_of(pixels: NDArray[np.uint8], number: int = 1, dpi: float | None = None) -> PageInput:
    return PageInput(number, image=Picture(pixels, dpi))


def sheet(seed: int = 3) -> Sheet:
    return make_sheet(PARAGRAPHS, seed)


def line(text: str, left: int, top: int, height: int = 30, confidence: float | None = 0.95) -> EngineLine:
    """A line of words, each letter half as wide as the line is high."""
    words = []
    x = left
    for part in text.split():
        width = len(part) * height // 2
        words.append(Word(part, Box(x, top, x + width, top + height), confidence))
        x += width + height // 2
    return EngineLine(Box.around(word.box for word in words if word.box), tuple(words))


def drawn(
    texts: Sequence[tuple[int, int, str, int]], rules: Sequence[tuple[int, int, int, int]] = ()
) -> NDArray[np.uint8]:
    """An A4 page at 200 dpi with `texts` (left, top, text, height of the face in pixels) and `rules` (two points)."""
    page = Image.new("L", (1654, 2339), 255)
    pen = ImageDraw.Draw(page)
    for left, top, text, size in texts:
        pen.text((left, top), text, font=load_face(TERMES, "regular", size), fill=0)
    for rule in rules:
        pen.line(rule, fill=0, width=3)
    return cv2.GaussianBlur(np.asarray(page), (0, 0), 0.6)


def slanted(pixels: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    """Taken at a slant: the right edge is shorter than the left one by twice `share` of the width."""
    height, width = pixels.shape[:2]
    drop = share * width
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = np.array([[0, 0], [width, drop], [width, height - drop], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    return cv2.warpPerspective(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


def curled(pixels: NDArray[np.uint8], rise: float) -> NDArray[np.uint8]:
    """A sheet that curls: its middle stands `rise` pixels lower than its edges."""
    height, width = pixels.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    y += (rise * np.sin(np.pi * x / width)).astype(np.float32)
    return cv2.remap(pixels, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def printed(
    text: str, family: tuple[str, ...] = TERMES, style: str = "regular", size: int = 40
) -> tuple[NDArray[np.uint8], EngineLine, int]:
    """A picture of a line, its words with their boxes, and the height of its letters."""
    face = load_face(family, style, size)
    picture = Image.new("L", (int(face.getlength(text)) + 4 * size, 3 * size), 255)
    draw = ImageDraw.Draw(picture)
    words, left = [], 2 * size
    for part in text.split():
        draw.text((left, size), part, font=face, fill=0)
        width = int(face.getlength(part))
        words.append(Word(part, Box(left, size, left + width, size + size + size // 4), 0.9))
        left += width + int(face.getlength(" "))
    _, top, _, bottom = face.getbbox("x")
    grey = np.asarray(picture, dtype=np.uint8)
    return grey, EngineLine(Box.around(word.box for word in words), tuple(words)), bottom - top


def read_as(line: EngineLine, changes: dict[str, str]) -> EngineLine:
    """The line as an engine read it that took some words for others."""
    words = tuple(Word(changes.get(word.text, word.text), word.box, word.confidence) for word in line.words)
    return EngineLine(line.box, words)
