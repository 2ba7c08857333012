"""Pages for the reading tests: rendered text, pictures in memory, words at places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.measure.reading_pages import Sheet, make_sheet
from pipeline.reading.engines import EngineLine
from pipeline.values import Box, PageInput, Word

PARAGRAPHS = (
    "Căn cứ Quyết định số 1187/QĐ-SYT ngày 18/12/2023 của Giám đốc Sở Y tế về việc giao chỉ tiêu kế hoạch năm 2024;",
    "Nâng mức hài lòng của người bệnh nội trú, ngoại trú và của chính nhân viên y tế qua phong trào thi đua.",
    "Kết quả thi đua phải đo được qua phiếu khảo sát độc lập, thời gian chờ khám và số phản ánh qua đường dây nóng.",
    "Các phòng, ban và đoàn thể của xã phối hợp chặt chẽ, báo cáo kết quả về Văn phòng trước ngày 15 hằng tháng.",
    "Khen thưởng kịp thời các tập thể, cá nhân có thành tích xuất sắc trong việc vận động nhân dân hiến đất làm đường.",
)


@dataclass(frozen=True)
class MemoryImage:
    """A page image that is already decoded."""

    pixels: NDArray[np.uint8]
    dpi: float | None = None

    @property
    def size(self) -> tuple[int, int]:
        return self.pixels.shape[1], self.pixels.shape[0]

    def load(self) -> NDArray[np.uint8]:
        return self.pixels


def page_of(pixels: NDArray[np.uint8], number: int = 1, dpi: float | None = None) -> PageInput:
    return PageInput(number, image=MemoryImage(pixels, dpi))


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
