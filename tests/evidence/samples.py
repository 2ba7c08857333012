"""Documents with a letterhead whose number and day are filled in, as the stages before evidence give them."""

from __future__ import annotations

from dataclasses import replace

from pipeline.digitise import _assemble
from pipeline.evidence.settle import settled, with_inner_evidence
from pipeline.records import SourcePages, SourceRecord
from pipeline.schema import Document
from pipeline.structure import build_structure
from pipeline.values import Box, Filling, Hypothesis, Page, Region, Slot, SlotReading
from tests.structure.samples import ocr_line, ocr_page

GIVEN_FROM = 0.97
NUMBER_BOX, DAY_BOX = Box(400, 250, 470, 300), Box(1050, 262, 1090, 298)


def number_slot(*readings: tuple[str, float], reader: str = "engine", filling: Filling = Filling.HANDWRITTEN):
    """What one reader sees in the place of the number."""
    said = tuple(Hypothesis(text, probability) for text, probability in readings)
    return SlotReading(Slot.NUMBER, filling, NUMBER_BOX, said, reader)


def day_slot(*readings: tuple[str, float], reader: str = "engine", filling: Filling = Filling.HANDWRITTEN):
    """What one reader sees in the place of the day."""
    said = tuple(Hypothesis(text, probability) for text, probability in readings)
    return SlotReading(Slot.DAY, filling, DAY_BOX, said, reader)


def page_of(
    *slots: SlotReading,
    number: str = "Số: /KH-SYT",
    date: str = "Lam Giang, ngày tháng 11 năm 2017",
    below: tuple[str, ...] = (),
) -> Page:
    """A scanned page with a letterhead and a few lines below its title."""
    lines = [
        ocr_line("SỞ Y TẾ", 200, 380, region=Region.LETTERHEAD_LEFT),
        ocr_line(number, 260, 350, region=Region.LETTERHEAD_LEFT),
        ocr_line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 150, 800, region=Region.LETTERHEAD_RIGHT),
        ocr_line(date, 260, 850, region=Region.LETTERHEAD_RIGHT),
        ocr_line("KẾ HOẠCH", 380, 750, centred=True),
        ocr_line("Kiểm tra chất lượng bệnh viện năm 2017", 430, 650, centred=True),
        ocr_line("I. MỤC ĐÍCH", 520, 340, gap=1.0),
        *(ocr_line(text, 570 + 50 * at, 340, gap=0.4) for at, text in enumerate(below)),
    ]
    return replace(ocr_page(1, lines), slots=slots)


def read(page: Page, path: str = "a.pdf") -> Document:
    """The document of a page before anything is weighed."""
    reading = SourcePages("application/pdf", 1, (page,))
    document = _assemble(reading, SourceRecord(path, "00", 1), build_structure([page]))
    return with_inner_evidence(document, [page])


def document_of(page: Page, path: str = "a.pdf", given_from: float = GIVEN_FROM) -> Document:
    """The document of a page, settled by what its file and the file's name say."""
    return settled(read(page, path), given_from)
