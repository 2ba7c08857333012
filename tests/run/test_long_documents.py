"""A long document takes the memory of a short one: pages stream, and pictures are let go."""

from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest

_CHILD = """
import resource, sys
from pathlib import Path
from pipeline.reading import Reader
from pipeline.digitise import Stages, finish_document, read_source
from pipeline.records import SourceRecord, Watch
from pipeline.settings import ReadingSettings, Settings

class NoRestorer:
    def restore_pages(self, pages):
        return list(pages)

class OneLine:
    name, version = "one line", "1"
    def read(self, grey, *, dpi, seconds):
        from pipeline.reading.engines import EngineLine
        from pipeline.values import Box, Word
        box = Box(200, 300, 900, 340)
        return [EngineLine(box, (Word("chữ", box, 0.99),))]

settings = Settings(reading=ReadingSettings(engine="tesseract"))
stages = Stages(settings, Reader(settings.reading, engine=OneLine()), NoRestorer())
path = Path(sys.argv[1])
watch = Watch()
reading = read_source(path, stages, watch)
document = finish_document(reading, SourceRecord.of(path, path.name), stages, watch)
print(len(document.pages), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def long_scan(path: Path, pages: int) -> Path:
    """A PDF of full-page pictures, all the same one, so that the file stays small."""
    picture = np.full((2339, 1654), 255, np.uint8)
    picture[300:340, 200:900:3] = 0
    pdf = pikepdf.new()
    image = pikepdf.Stream(pdf, zlib.compress(picture.tobytes(), 9))
    for key, value in {"Width": 1654, "Height": 2339, "BitsPerComponent": 8}.items():
        image[f"/{key}"] = value
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.ColorSpace, image.Filter = pikepdf.Name.DeviceGray, pikepdf.Name.FlateDecode
    shared = pdf.make_indirect(image)
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595.44, 842.04))
        page = pdf.pages[-1]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=shared))
        page.Contents = pikepdf.Stream(pdf, b"q 595.44 0 0 842.04 0 0 cm /I Do Q")
    pdf.save(path)
    return path


def peak(path: Path) -> tuple[int, float]:
    """(pages, peak memory in MB) of a process that makes a document of the file."""
    done = subprocess.run([sys.executable, "-c", _CHILD, str(path)], capture_output=True, text=True, check=True)
    pages, kilobytes = done.stdout.split()
    return int(pages), int(kilobytes) / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in kilobytes on Linux only")
def test_forty_pages_take_the_memory_of_five(tmp_path: Path) -> None:
    few, small = peak(long_scan(tmp_path / "5.pdf", 5))
    many, large = peak(long_scan(tmp_path / "40.pdf", 40))
    assert (few, many) == (5, 40)
    assert large < small + 12  # three page pictures; 35 of them would be 135
